"""The event log: numbered, chained, torn ends repaired, tampering found."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import LakeError
from pipelines.lake.events import EventLog

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def log_in(folder: Path, at: datetime = NOON) -> EventLog:
    return EventLog(folder, clock=lambda: at)


def filled(folder: Path) -> Path:
    log = log_in(folder)
    for number in range(3):
        log.append("counted", {"number": number})
    return folder / "2026-04.ndjson"


def test_events_come_back_in_order_with_their_kind(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.append("one", {"amount": "1.10", "names": ("a", "b")})
    log.append("two", {})
    again = log_in(tmp_path).read()
    assert [(event.sequence, event.kind) for event in again] == [(1, "one"), (2, "two")]
    assert again[0].data == {"amount": "1.10", "names": ["a", "b"]} == log.read("one")[0].data
    assert again[0].at == NOON


def test_chain_goes_on_over_months(tmp_path: Path) -> None:
    filled(tmp_path)
    log_in(tmp_path, datetime(2026, 5, 2, tzinfo=UTC)).append("counted", {"number": 3})
    assert sorted(path.name for path in tmp_path.glob("*.ndjson")) == ["2026-04.ndjson", "2026-05.ndjson"]
    assert [event.data["number"] for event in log_in(tmp_path).read()] == [0, 1, 2, 3]


def test_clock_that_goes_back_does_not_break_the_chain(tmp_path: Path) -> None:
    filled(tmp_path)
    log_in(tmp_path, datetime(2026, 1, 1, tzinfo=UTC)).append("counted", {"number": 3})
    assert log_in(tmp_path).verify() == 4


def test_two_writers_share_one_chain(tmp_path: Path) -> None:
    one, other = log_in(tmp_path), log_in(tmp_path)
    one.append("a", {})
    other.append("b", {})
    one.append("c", {})
    assert [event.kind for event in other.read()] == ["a", "b", "c"]
    assert log_in(tmp_path).verify() == 3


@pytest.mark.parametrize("keep", [1, 40, -1])
def test_torn_last_line_is_left_out_and_repaired_by_the_next_append(tmp_path: Path, keep: int) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    torn = whole[start:][:keep]
    path.write_bytes(whole[:start] + torn)
    log = log_in(tmp_path)
    assert [event.data["number"] for event in log.read()] == [0, 1]
    log.append("counted", {"number": 9})
    events = log_in(tmp_path).read()
    assert [event.kind for event in events] == ["counted", "counted", "log_repaired", "counted"]
    assert events[2].data["torn"] == torn.decode()


def test_changed_value_is_found_with_its_place(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"number": 1', b'"number": 7'))
    with pytest.raises(LakeError, match=r"2026-04\.ndjson: event 2 was altered"):
        log_in(tmp_path).read()


def test_removed_line_is_found(tmp_path: Path) -> None:
    path = filled(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    with pytest.raises(LakeError, match="event 2 is numbered 3"):
        log_in(tmp_path).read()


def test_line_rewritten_with_a_fresh_hash_is_found_by_the_next(tmp_path: Path) -> None:
    """Whoever recomputes the hash of a line he changed has to recompute every later line too."""
    other = filled(tmp_path / "other")
    path = filled(tmp_path / "log")
    forged = log_in(tmp_path / "forged")
    forged.append("counted", {"number": 0})
    forged.append("counted", {"number": 7})
    second = (tmp_path / "forged" / other.name).read_bytes().splitlines(keepends=True)[1]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + second + lines[2])
    with pytest.raises(LakeError, match="event 3 does not follow the event before it"):
        log_in(tmp_path / "log").read()


def test_log_that_lost_its_end_is_found_by_who_has_read_it(tmp_path: Path) -> None:
    path = filled(tmp_path)
    log = log_in(tmp_path)
    assert len(log.read()) == 3
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(LakeError, match="vanished"):
        log.read()


def test_full_disk_appends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path)
    before = path.read_bytes()

    def half(descriptor: int, block: bytes) -> int:
        real(descriptor, block[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    real: Any = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(LakeError, match="disk is full"):
            log_in(tmp_path).append("counted", {"number": 3})
    assert path.read_bytes() == before
    log_in(tmp_path).append("counted", {"number": 3})
    assert json.loads(path.read_bytes().splitlines()[-1])["sequence"] == 4
