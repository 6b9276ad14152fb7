"""Versions and the link: what readers see through kills, stray logs and damaged files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.publishing.candidate import (
    candidate_path,
    clear_build,
    close_candidate,
    copy_base,
    new_candidate,
    storage_number,
)
from pipelines.publishing.versions import (
    LINK,
    POINTER,
    Version,
    is_intact,
    newest_intact,
    point_at,
    remove_unpublished,
    resolve_published,
    retire_old,
    seal,
    set_aside_strays,
    version_path,
)
from pipelines.settings import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "tieout.yaml").write_text('group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
    return Workspace.load(tmp_path)


def published(workspace: Workspace, night_id: str, figure: int) -> Version:
    """Publish a version that holds one figure."""
    clear_build(workspace)
    new_candidate(workspace)
    with duckdb.connect(str(candidate_path(workspace))) as connection:
        connection.execute("create table figure as select ? as amount", [figure])
    version = seal(workspace, close_candidate(workspace), night_id)
    point_at(workspace, night_id)
    return version


def figure(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("select amount from figure").fetchone()
    assert found is not None
    return int(found[0])


def open_for_writing_and_die(path: Path, statement: str) -> None:
    script = (
        "import duckdb, os, signal, sys\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute(sys.argv[2])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path), statement], check=False)
    assert done.returncode == -signal.SIGKILL


def test_reader_finds_newest_version_through_link(workspace: Workspace) -> None:
    published(workspace, "2026-01-01.1", 1)
    published(workspace, "2026-01-02.1", 2)
    link = workspace.warehouse / LINK
    assert link.is_symlink()
    assert not link.readlink().is_absolute()  # a workspace may be moved
    assert figure(link) == 2
    assert resolve_published(workspace) == version_path(workspace, "2026-01-02.1").resolve()
    assert figure(version_path(workspace, "2026-01-01.1")) == 1


def test_no_version_resolves_to_none(workspace: Workspace) -> None:
    assert resolve_published(workspace) is None


def test_version_has_the_storage_format_of_duckdb_1(workspace: Workspace) -> None:
    published(workspace, "2026-01-01.1", 1)
    # Bytes 8-11 "DUCK", then 64: the number that DuckDB 1.0 writes and every 1.x reads.
    header = version_path(workspace, "2026-01-01.1").read_bytes()[8:20]
    assert header == b"DUCK" + (64).to_bytes(8, "little")
    assert storage_number(version_path(workspace, "2026-01-01.1")) == 64


def test_copy_of_version_keeps_the_storage_format(workspace: Workspace) -> None:
    base = published(workspace, "2026-01-01.1", 1)
    assert copy_base(workspace, base)
    with duckdb.connect(str(candidate_path(workspace))) as connection:
        connection.execute("create table more as select range as n from range(100000)")
    assert storage_number(close_candidate(workspace)) == 64


def test_version_is_read_only_and_its_path_is_never_reused(workspace: Workspace) -> None:
    published(workspace, "2026-01-01.1", 1)
    assert version_path(workspace, "2026-01-01.1").stat().st_mode & 0o777 == 0o444
    new_candidate(workspace)
    with pytest.raises(FileExistsError, match="never reused"):
        seal(workspace, close_candidate(workspace), "2026-01-01.1")
    assert figure(workspace.warehouse / LINK) == 1


def test_reader_who_opened_before_keeps_his_night(workspace: Workspace) -> None:
    published(workspace, "2026-01-01.1", 1)
    with duckdb.connect(str(workspace.warehouse / LINK), read_only=True) as connection:
        published(workspace, "2026-01-02.1", 2)
        assert connection.execute("select amount from figure").fetchone() == (1,)
    assert figure(workspace.warehouse / LINK) == 2


def test_log_of_a_killed_writer_is_set_aside_and_no_reader_sees_his_work(workspace: Workspace) -> None:
    version = published(workspace, "2026-01-01.1", 1)
    open_for_writing_and_die(workspace.warehouse / LINK, "update figure set amount = 666")
    assert figure(workspace.warehouse / LINK) == 666  # what would happen to every reader
    aside = set_aside_strays(workspace)
    assert [path.name for path in aside] == ["2026-01-01.1.duckdb.wal.1"]
    assert aside[0].exists()
    assert figure(workspace.warehouse / LINK) == 1
    assert is_intact(workspace, version)


def test_log_beside_the_link_is_set_aside(workspace: Workspace) -> None:
    published(workspace, "2026-01-01.1", 1)
    (workspace.warehouse / f"{LINK}.wal").write_bytes(b"left by an older client")
    point_at(workspace, "2026-01-01.1")
    assert len(set_aside_strays(workspace)) == 1
    assert not (workspace.warehouse / f"{LINK}.wal").exists()


def test_changed_version_is_damaged_and_an_earlier_one_is_used(workspace: Workspace) -> None:
    first = published(workspace, "2026-01-01.1", 1)
    second = published(workspace, "2026-01-02.1", 2)
    assert newest_intact(workspace, [first, second]) == second
    path = version_path(workspace, "2026-01-02.1")
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:  # closed in order: the change stands in the file itself
        connection.execute("update figure set amount = 666")
    assert not is_intact(workspace, second)
    assert newest_intact(workspace, [first, second]) == first


def test_touched_version_with_the_same_content_is_intact(workspace: Workspace) -> None:
    version = published(workspace, "2026-01-01.1", 1)
    os.utime(version_path(workspace, "2026-01-01.1"))
    assert is_intact(workspace, version)


def test_damage_that_keeps_size_and_time_is_found_when_copied(workspace: Workspace) -> None:
    version = published(workspace, "2026-01-01.1", 1)
    path = version_path(workspace, "2026-01-01.1")
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(version.modified_ns, version.modified_ns))
    assert is_intact(workspace, version)
    assert not copy_base(workspace, version)
    assert not candidate_path(workspace).exists()


def test_unpublished_file_is_removed(workspace: Workspace) -> None:
    published(workspace, "2026-01-01.1", 1)
    published(workspace, "2026-01-02.1", 2)
    own_copy = version_path(workspace, "before the close")
    own_copy.write_bytes(b"somebody's")
    remove_unpublished(workspace, {"2026-01-02.1", "2026-01-03.1"})
    there = {path.stem for path in own_copy.parent.glob("*.duckdb")}
    assert there == {"2026-01-01.1", "before the close"}


def test_old_versions_go_but_pinned_and_current_stay(workspace: Workspace) -> None:
    versions = [published(workspace, f"2026-01-0{day}.1", day) for day in range(1, 6)]
    point_at(workspace, "2026-01-02.1")  # someone looks at an old one: it stays too
    gone = retire_old(workspace, versions, {"2026-01-01.1"}, keep=1)
    assert gone == ("2026-01-03.1", "2026-01-04.1")
    there = [version.night_id for version in versions if version_path(workspace, version.night_id).exists()]
    assert there == ["2026-01-01.1", "2026-01-02.1", "2026-01-05.1"]


def test_pointer_file_stands_in_for_links(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("links are not supported")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    published(workspace, "2026-01-01.1", 1)
    assert (workspace.warehouse / POINTER).read_text() == "versions/2026-01-01.1.duckdb\n"
    found = resolve_published(workspace)
    assert found is not None
    assert figure(found) == 1
