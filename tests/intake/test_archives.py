"""Files that come packed: each is a delivery of its own, whose rows name archive and file."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable

import pytest
from door import Door, ledger_file

from pipelines.errors import LakeError
from pipelines.intake.replay import outdated
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.archive import verified
from pipelines.lake.deliveries import accepted_rows, current_receipts
from pipelines.lake.landing import receive_new
from pipelines.lake.received import received_files, waiting, withdraw

HEADER = "Journal;Document;Line;Date;Account;Debit;Credit\n"
DoorMaker = Callable[[str], Door]
PACKED = ledger_file().replace('pattern: "', 'pattern: "(.*[!/])?', 1)


def ledger(month: int, amount: str = "10.00") -> str:
    day = f"2026-{month:02d}-05"
    return HEADER + f"GL;1;1;{day};1000;{amount};0.00\nGL;1;2;{day};4000;0.00;{amount}\n"


def zipped(files: dict[str, str], when: int = 1980) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (when, 1, 1, 0, 0, 0)), content)
    return stream.getvalue()


JANUARY, FEBRUARY = "books/ledger_202601_20260203.csv", "books/ledger_202602_20260303.csv"
TWO = {JANUARY: ledger(1), FEBRUARY: ledger(2), "readme.txt": "hello"}


def outcomes(taken: list[TakenIn]) -> dict[str, str]:
    return {one.file.path: one.outcome for one in taken}


@pytest.fixture
def at(door: DoorMaker) -> Door:
    return door(PACKED)


def test_each_file_of_an_archive_is_a_delivery_and_the_others_are_listed(at: Door) -> None:
    at.drop("2026/deliver.zip", zipped(TWO))
    taken = at.night()
    assert outcomes(taken) == {
        f"2026/deliver.zip!{JANUARY}": "taken_in",
        f"2026/deliver.zip!{FEBRUARY}": "taken_in",
        "2026/deliver.zip!readme.txt": "unrecognised",
    }
    first, second = (receipt for one in taken for receipt in one.receipts)
    assert (first.delivery_id, second.delivery_id) == (
        "testing/gl_entry/2026-02-03_000001",
        "testing/gl_entry/2026-03-03_000002",
    )
    assert (first.status, first.periods, second.periods) == ("accepted", ("2026-01",), ("2026-02",))
    rows = accepted_rows(at.lake, first).collect()
    assert set(rows["source_file"]) == {f"2026/deliver.zip!{JANUARY}"}
    assert rows["source_row"].to_list() == [2, 3]


def test_a_row_can_be_found_again_in_the_archive_as_received(at: Door) -> None:
    sent = zipped(TWO)
    at.drop("deliver.zip", sent)
    receipt = at.night()[0].receipts[0]
    kept = verified(at.lake, receipt.file_sha256)
    assert kept.read_bytes() == sent
    with zipfile.ZipFile(kept) as archive:
        member = receipt.source_file.removeprefix("deliver.zip!")
        assert archive.read(member).decode().splitlines()[1] == "GL;1;1;2026-01-05;1000;10.00;0.00"


def test_a_gz_is_one_file(at: Door) -> None:
    at.drop("ledger_202601_20260203.csv.gz", gzip.compress(ledger(1).encode()))
    (one,) = at.night()
    assert one.file.path == "ledger_202601_20260203.csv.gz!ledger_202601_20260203.csv"
    assert [(receipt.status, receipt.rows.accepted) for receipt in one.receipts] == [("accepted", 2)]


def test_the_same_archive_again_is_nothing_new(at: Door) -> None:
    path = at.drop("deliver.zip", zipped(TWO))
    at.night()
    os.utime(path, (1, 1))
    arrivals = receive_new(at.lake, at.log, at.root / "landing", at.branch_id)
    assert (arrivals.received, arrivals.seen_again) == ((), ("deliver.zip",))
    at.drop("again.zip", zipped(TWO))
    at.drop("repacked.zip", zipped(TWO, when=1999))  # other bytes, the same files
    at.drop("ledger_202601_20260203.csv", TWO[JANUARY])
    assert outcomes([one for one in at.night() if not one.file.path.endswith("readme.txt")]) == {
        f"again.zip!{JANUARY}": "nothing_new",
        f"again.zip!{FEBRUARY}": "nothing_new",
        f"repacked.zip!{JANUARY}": "nothing_new",
        f"repacked.zip!{FEBRUARY}": "nothing_new",
        "ledger_202601_20260203.csv": "nothing_new",
    }
    assert len(current_receipts(at.lake, at.log, at.branch_id)) == 2


def test_a_corrected_archive_brings_anew_only_what_changed_in_it(at: Door) -> None:
    at.drop("deliver.zip", zipped(TWO))
    at.night()
    at.drop("deliver.zip", zipped({**TWO, FEBRUARY: ledger(2, "12.00")}))
    taken = {one.file.path: one for one in at.night() if one.file.sequence > 3}
    assert taken[f"deliver.zip!{JANUARY}"].outcome == "nothing_new"
    (receipt,) = taken[f"deliver.zip!{FEBRUARY}"].receipts
    assert (receipt.status, receipt.received_sequence) == ("accepted", 5)
    at.drop("deliver.zip", zipped(TWO))  # back to the earlier state: that says something again
    taken = {one.file.path: one for one in at.night() if one.file.sequence > 6}
    assert taken[f"deliver.zip!{JANUARY}"].outcome == "nothing_new"
    assert taken[f"deliver.zip!{FEBRUARY}"].outcome == "taken_in"


def test_a_file_of_an_archive_is_read_again_from_the_lake(at: Door) -> None:
    path = at.drop("deliver.zip", zipped(TWO))
    before = [receipt for one in at.night() for receipt in one.receipts]
    path.unlink()
    at.files = PACKED.replace("Account\n", "Account\n              line_text: Journal\n", 1)
    again = outdated(at.log, at.branch)
    assert [file.path for file in again] == [f"deliver.zip!{JANUARY}", f"deliver.zip!{FEBRUARY}"]
    after = [receipt for file in again for receipt in take_in(at.lake, at.log, at.branch, file).receipts]
    assert [one.delivery_id for one in after] == [one.delivery_id for one in before]
    assert {one.mapping_version for one in after}.isdisjoint({one.mapping_version for one in before})
    assert set(accepted_rows(at.lake, after[1]).collect()["line_text"]) == {"GL"}
    assert outdated(at.log, at.branch) == []


def test_an_unmatched_file_waits_until_a_pattern_takes_it(at: Door) -> None:
    at.files = ledger_file()  # takes no file of an archive
    at.drop("deliver.zip", zipped({JANUARY: ledger(1)}))
    assert outcomes(at.night()) == {f"deliver.zip!{JANUARY}": "unrecognised"}
    at.files = PACKED
    assert outcomes(at.night()) == {f"deliver.zip!{JANUARY}": "taken_in"}


def test_a_lost_index_receives_no_archive_twice(at: Door) -> None:
    at.drop("deliver.zip", zipped(TWO))
    at.night()
    at.lake.landing_index(at.branch_id).unlink()
    receive_new(at.lake, at.log, at.root / "landing", at.branch_id)
    assert [file.sequence for file in received_files(at.log)] == [1, 2, 3]
    at.drop("other.csv", "x")
    receive_new(at.lake, at.log, at.root / "landing", at.branch_id)
    assert [file.sequence for file in received_files(at.log)] == [1, 2, 3, 4]


def test_one_file_of_an_archive_can_be_withdrawn(at: Door) -> None:
    at.drop("deliver.zip", zipped(TWO))
    at.night()
    gone = withdraw(at.log, at.branch_id, f"deliver.zip!{JANUARY}", reason="wrong month", by="Ada")
    assert gone.sequence == 1
    with pytest.raises(LakeError, match=r"deliver\.zip!books/ledger_202602"):
        withdraw(at.log, at.branch_id, "deliver.zip!nothing.csv", reason="x", by="Ada")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 cut off", "deliver.zip: the archive is damaged, was cut off, or is none"),
        (zipped({JANUARY: ledger(1), "inner.zip": ""}), "deliver.zip, inner.zip: the archive holds another archive"),
        (zipped({JANUARY: ledger(1), "../x.csv": ""}), "points outside of it"),
        (zipped({}), "deliver.zip: the archive holds no file"),
    ],
)
def test_an_archive_that_cannot_be_opened_refuses_what_it_may_have_held(at: Door, content: bytes, said: str) -> None:
    at.drop("deliver.zip", content)
    (one,) = at.night()
    (receipt,) = one.receipts
    assert (one.outcome, receipt.status, receipt.dataset) == ("taken_in", "refused", "gl_entry")
    assert said in (receipt.refused_reason or "")
    assert receipt.source_file == "deliver.zip"
    assert waiting(at.log, at.branch_id) == []
    assert outdated(at.log, at.branch) == []


def test_a_damaged_archive_that_nobody_could_take_is_unrecognised(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("photos.zip", b"PK")
    assert outcomes(at.night()) == {"photos.zip": "unrecognised"}


def test_a_file_that_only_looks_as_if_it_came_in_an_archive_is_left_alone(at: Door) -> None:
    at.drop(f"deliver.zip!{JANUARY.rpartition('/')[2]}", ledger(1))
    arrivals = receive_new(at.lake, at.log, at.root / "landing", at.branch_id)
    assert arrivals.received == ()
    (one,) = arrivals.ignored
    assert one.hostile
    assert "reads as if it came in an archive" in one.why


def test_hidden_files_of_an_archive_are_reported(at: Door) -> None:
    at.drop("deliver.zip", zipped({JANUARY: ledger(1), "__MACOSX/._ledger.csv": "x"}))
    arrivals = receive_new(at.lake, at.log, at.root / "landing", at.branch_id)
    assert [file.member for file in arrivals.received] == [JANUARY]
    assert [(one.path, one.why) for one in arrivals.ignored] == [("deliver.zip!__MACOSX/._ledger.csv", "hidden name")]
