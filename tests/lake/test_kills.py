"""A run that is killed at any file operation and run again leaves exactly what an undisturbed run leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lake_builder import CONTRACT, Line, deliver, lake_in

from pipelines.lake.files import sha256_of
from pipelines.lake.landing import receive_new
from pipelines.lake.manifests import read_manifest
from pipelines.lake.received import RECEIVED, received_files, waiting
from pipelines.lake.resolving import resolve

OPERATIONS = ("replace", "fsync", "link", "write", "unlink", "mkdir", "rmdir", "ftruncate", "utime")
FEBRUARY = date(2026, 2, 1)


class KilledError(BaseException):
    """Not an Exception: nothing may catch a kill."""


@contextmanager
def killed_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The number-th file operation and all after it fail, as if the process were gone: no tidying up either."""
    count = [0]

    def wrapped(operation: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            count[0] += 1
            if count[0] >= number:
                raise KilledError
            return operation(*args, **kwargs)

        return run

    with monkeypatch.context() as patch:
        for name in OPERATIONS:
            patch.setattr(os, name, wrapped(getattr(os, name)))
        yield count


def lines(path: str) -> list[Line]:
    january, amount = date(2026, 1, 5), Decimal("1.25")
    return {
        "a.csv": [Line("A", 1, january, amount), Line("A", 2, FEBRUARY, amount), Line("B", 1, january, amount)],
        "b.csv": [Line("A", 1, FEBRUARY, Decimal("7"))],  # takes document A over: January has to be written anew
    }[path]


def night(folder: Path) -> None:
    """Receive, take in (a stand-in), resolve: what a night does with the lake."""
    lake, log = lake_in(folder)
    receive_new(lake, log, folder / "landing", "germany")
    for file in waiting(log, "germany"):
        deliver(lake, log, sequence=file.sequence, day=date(2026, 3, 1), rule="append", lines=lines(file.path))
    resolve(lake, log, CONTRACT, "germany")


def state(folder: Path) -> dict[str, Any]:
    lake, log = lake_in(folder)
    assert log.verify() > 0
    manifest = read_manifest(lake, "gl_entry", "germany")
    assert manifest is not None
    for one in manifest.slices.values():
        assert sha256_of(lake.root / one.file) == one.content_hash
    for file in received_files(log):
        assert sha256_of(lake.received(file.sha256)) == file.sha256
    return {
        "received": [(file.sequence, file.path, file.sha256) for file in received_files(log)],
        "content": manifest.hash,
        "waiting": waiting(log, "germany"),
    }


def landed(folder: Path) -> Path:
    landing = folder / "landing" / "germany"
    landing.mkdir(parents=True)
    for name in ("a.csv", "b.csv"):
        (landing / name).write_text(name)
    return folder


def test_every_kill_and_rerun_gives_the_undisturbed_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    undisturbed = landed(tmp_path / "undisturbed")
    with killed_at(1_000_000, monkeypatch) as count:
        night(undisturbed)
    expected = state(undisturbed)
    assert expected["waiting"] == []
    assert len(expected["received"]) == 2
    operations = count[0]
    assert operations > 50
    for number in range(1, operations + 1):
        folder = landed(tmp_path / str(number))
        with killed_at(number, monkeypatch), pytest.raises(KilledError):
            night(folder)
        night(folder)
        assert state(folder) == expected, f"killed at operation {number}"


def test_readers_see_the_old_manifest_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, log = lake_in(tmp_path)
    deliver(lake, log, sequence=1, day=FEBRUARY, rule="append", lines=lines("a.csv"))
    resolve(lake, log, CONTRACT, "germany")
    before = read_manifest(lake, "gl_entry", "germany")
    assert before is not None
    deliver(lake, log, sequence=2, day=FEBRUARY, rule="append", lines=lines("b.csv"))
    number, seen = 1, set()
    while True:
        try:
            with killed_at(number, monkeypatch):
                resolve(lake, log, CONTRACT, "germany")
            break
        except KilledError:
            now = read_manifest(lake, "gl_entry", "germany")
            assert now is not None
            seen.add(now.hash == before.hash)
            for one in now.slices.values():
                assert sha256_of(lake.root / one.file) == one.content_hash
            number += 1
    assert True in seen
    assert len(log.read(RECEIVED)) == 2
