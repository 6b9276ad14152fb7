"""What lands: new names, same bytes, corrected files, unfinished copies, and what tries to get out of the folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lake_builder import lake_in

from pipelines.errors import LakeError
from pipelines.lake.archive import verified
from pipelines.lake.landing import Arrivals, receive_new, survey
from pipelines.lake.received import SEEN_AGAIN, received_files, withdraw, withdrawn


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "landing" / "germany" / "2026").mkdir(parents=True)
    return tmp_path / "landing"


def put(landing: Path, name: str, content: str, modified: int = 1) -> Path:
    path = landing / "germany" / name
    path.write_text(content)
    os.utime(path, (modified, modified))
    return path


def look(landing: Path) -> Arrivals:
    lake, log = lake_in(landing.parent)
    return receive_new(lake, log, landing, "germany")


def test_sequences_follow_the_order_of_names(landing: Path) -> None:
    put(landing, "b.csv", "2")
    put(landing, "2026/a.csv", "1")
    found = look(landing).received
    assert [(file.sequence, file.path) for file in found] == [(1, "2026/a.csv"), (2, "b.csv")]
    lake, _ = lake_in(landing.parent)
    assert verified(lake, found[0].sha256).read_text() == "1"


def test_looking_again_finds_nothing_and_opens_nothing(landing: Path) -> None:
    path = put(landing, "a.csv", "1")
    look(landing)
    lake, _ = lake_in(landing.parent)
    path.chmod(0)  # opening it would fail (unless root runs the test; then the survey alone tells)
    assert survey(lake, landing, "germany").unknown == ()
    assert look(landing) == Arrivals((), (), ())


def test_lost_index_is_rebuilt_without_new_events(landing: Path) -> None:
    put(landing, "a.csv", "1")
    look(landing)
    lake, log = lake_in(landing.parent)
    lake.landing_index("germany").unlink()
    before = len(log.read())
    assert look(landing) == Arrivals((), (), ())
    assert len(lake_in(landing.parent)[1].read()) == before


def test_same_name_with_other_bytes_is_a_corrected_file(landing: Path) -> None:
    put(landing, "a.csv", "1")
    first = look(landing).received[0]
    put(landing, "a.csv", "2", modified=2)
    (second,) = look(landing).received
    assert (second.sequence, second.path) == (2, "a.csv")
    assert second.sha256 != first.sha256


def test_same_bytes_put_there_again_are_on_time_and_nothing_new(landing: Path) -> None:
    put(landing, "a.csv", "1")
    look(landing)
    put(landing, "a.csv", "1", modified=2)
    again = look(landing)
    assert (again.received, again.seen_again) == ((), ("a.csv",))
    _, log = lake_in(landing.parent)
    assert len(log.read(SEEN_AGAIN)) == 1
    assert look(landing) == Arrivals((), (), ())


def test_unfinished_and_hidden_files_are_left_and_named(landing: Path) -> None:
    for name in (".hidden.csv", "a.csv.part", "b.TMP", "~lock.xlsx"):
        put(landing, name, "x")
    found = look(landing)
    assert found.received == ()
    assert [one.path for one in found.ignored] == [".hidden.csv", "a.csv.part", "b.TMP", "~lock.xlsx"]
    assert not any(one.hostile for one in found.ignored)


def test_links_out_of_the_landing_area_are_refused(landing: Path) -> None:
    secret = landing.parent / "secret.csv"
    secret.write_text("secret")
    (landing / "germany" / "file.csv").symlink_to(secret)
    (landing / "germany" / "folder").symlink_to(landing.parent)
    os.mkfifo(landing / "germany" / "pipe.csv")
    found = look(landing)
    assert found.received == ()
    assert {one.path for one in found.ignored if one.hostile} == {"file.csv", "folder", "pipe.csv"}


@pytest.mark.parametrize("name", ["a\nb.csv", "a\x1b[31m.csv", "a\u202evsc.csv", "a\x7f.csv"])
def test_names_that_cannot_be_shown_are_refused(landing: Path, name: str) -> None:
    put(landing, name, "x")
    found = look(landing)
    assert found.received == ()
    (ignored,) = found.ignored
    assert ignored.hostile and ignored.path.isprintable() and "rename it" in ignored.why


def test_names_that_people_give_files_are_taken(landing: Path) -> None:
    names = sorted(["Grand livre d'été (1).csv", '"quoted";--.csv', "総勘定元帳.csv", "a%20b#[1]{2}$HOME.csv"])
    for name in names:
        put(landing, name, name)
    assert [file.path for file in look(landing).received] == names


def test_landing_folder_that_is_a_link_is_refused(landing: Path) -> None:
    (landing / "norway").symlink_to(landing / "germany")
    put(landing, "a.csv", "1")
    lake, log = lake_in(landing.parent)
    found = receive_new(lake, log, landing, "norway")
    assert found.received == ()
    assert found.ignored[0].hostile


def test_branch_name_cannot_leave_the_landing_area(landing: Path) -> None:
    lake, log = lake_in(landing.parent)
    with pytest.raises(LakeError, match="cannot name a folder"):
        receive_new(lake, log, landing, "../secret")


def test_altered_archive_is_found(landing: Path) -> None:
    put(landing, "a.csv", "1")
    (file,) = look(landing).received
    lake, _ = lake_in(landing.parent)
    path = lake.received(file.sha256)
    path.chmod(0o644)
    path.write_text("2")
    with pytest.raises(LakeError, match="were altered"):
        verified(lake, file.sha256)


def test_withdrawing_takes_the_newest_of_a_name_and_needs_a_reason(landing: Path) -> None:
    put(landing, "a.csv", "1")
    look(landing)
    put(landing, "a.csv", "2", modified=2)
    look(landing)
    _, log = lake_in(landing.parent)
    with pytest.raises(LakeError, match="needs a reason"):
        withdraw(log, "germany", "a.csv", reason=" ", by="Ada")
    assert withdraw(log, "germany", "a.csv", reason="wrong month", by="Ada").sequence == 2
    assert withdraw(log, "germany", "a.csv", reason="this too", by="Ada").sequence == 1
    assert withdrawn(log) == {("germany", 1), ("germany", 2)}
    with pytest.raises(LakeError, match="cannot be withdrawn"):
        withdraw(log, "germany", "a.csv", reason="again", by="Ada")
    assert len(received_files(log, "norway")) == 0
