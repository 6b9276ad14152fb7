"""The append-only event log: one JSON object a line, numbered, each line carrying the hash of the one before it.

What an event says is up to whoever appends it. Not here: any table, any meaning of a kind.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import LakeError
from pipelines.lake.files import disk_errors, ensure_folder, sync_folder

_START = "0" * 64  # what the first line of a log names as its predecessor


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Event:
    """One line of the log. `at` is UTC; `data` is whatever JSON the kind carries."""

    sequence: int
    at: datetime
    kind: str
    data: Mapping[str, Any]
    hash: str


class EventLog:
    """The log in one folder, a file a month. Safe for several processes: appending takes a lock of the folder.

    Lines once read stay in memory, also by kind and branch, since a night asks for one branch's events hundreds of
    times; only what was appended since is read again.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._folder = folder
        self._clock = clock
        self._events: list[Event] = []
        self._of_kind: dict[str, list[Event]] = {}
        self._of_branch: dict[tuple[str, str], list[Event]] = {}  # (kind, branch) → events whose data name the branch
        self._read: dict[str, int] = {}  # file name -> bytes already read
        self._torn: tuple[Path, int] | None = None  # a last line that was never finished: where it begins

    def append(self, kind: str, data: Mapping[str, Any]) -> Event:
        """Write one event durably and return it. A torn last line is cut off first and kept in a `log_repaired` event.

        Raises `LakeError` when the disk is full (nothing is appended) or the log was tampered with.
        """
        return self.append_all([(kind, data)])[0]

    def append_all(self, entries: list[tuple[str, Mapping[str, Any]]]) -> list[Event]:
        """Write several events with one wait for the disk. After a kill a beginning of them may be there, in order."""
        if not entries:
            return []
        ensure_folder(self._folder)
        with self._locked():
            self._refresh()
            if self._torn:
                self._append_now([("log_repaired", {"torn": self._cut_torn_line()})])
            return self._append_now(entries)

    def read(self, *kinds: str, branch_id: str | None = None) -> list[Event]:
        """Events in order, all of them or those of the kinds named (and of one branch). A torn last line is left out.

        Raises `LakeError` naming file and line where the chain does not hold.
        """
        self._refresh()
        if not kinds:
            return [event for event in self._events if branch_id in (None, event.data.get("branch_id"))]
        if branch_id is None:
            found = [self._of_kind.get(kind, []) for kind in kinds]
        else:
            found = [self._of_branch.get((kind, branch_id), []) for kind in kinds]
        if len(kinds) == 1:
            return list(found[0])
        return sorted((event for events in found for event in events), key=lambda event: event.sequence)

    def verify(self) -> int:
        """Read everything anew from disk, check numbers and hashes, and return how many events there are."""
        self._events, self._read, self._torn = [], {}, None
        self._of_kind, self._of_branch = {}, {}
        self._refresh()
        return len(self._events)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _append_now(self, entries: list[tuple[str, Mapping[str, Any]]]) -> list[Event]:
        now = self._clock().astimezone(UTC)
        # Lines are numbered and chained in the order of the files, so time never runs backwards across them.
        month = max([f"{now:%Y-%m}", *(name.removesuffix(".ndjson") for name in self._read)])
        path = self._folder / f"{month}.ndjson"
        previous = self._events[-1].hash if self._events else _START
        written, lines = [], []
        for offset, (kind, data) in enumerate(entries, start=1):
            line, event = _line(len(self._events) + offset, now, kind, data, previous)
            previous = event.hash
            lines.append(line)
            written.append(event)
        new_file = not path.exists()
        block = b"".join(lines)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            before = os.fstat(descriptor).st_size
            with disk_errors(path):
                try:
                    _write_all(descriptor, block)
                    os.fsync(descriptor)
                except OSError:
                    os.ftruncate(descriptor, before)
                    raise
        finally:
            os.close(descriptor)
        if new_file:
            sync_folder(self._folder)
        self._read[path.name] = before + len(block)
        for event in written:
            self._keep(event)
        return written

    def _keep(self, event: Event) -> None:
        self._events.append(event)
        self._of_kind.setdefault(event.kind, []).append(event)
        branch_id = event.data.get("branch_id")
        if isinstance(branch_id, str):
            self._of_branch.setdefault((event.kind, branch_id), []).append(event)

    def _refresh(self) -> None:
        if not self._folder.is_dir():
            return
        self._torn = None
        paths = sorted(self._folder.glob("*.ndjson"))
        for path in paths:
            start = self._read.get(path.name, 0)
            size = path.stat().st_size
            if size == start:
                continue
            if size < start:
                raise LakeError(f"{path}: {start - size} bytes vanished from the event log. Restore it from a backup.")
            self._read_file(path, start, last=path == paths[-1])

    def _read_file(self, path: Path, start: int, last: bool) -> None:
        with path.open("rb") as file:
            file.seek(start)
            block = file.read()
        at = start
        for line in io.BytesIO(block):
            if not line.endswith(b"\n"):
                if not last:
                    raise LakeError(f"{path}: its last line is torn and later files exist. Restore it from a backup.")
                self._torn = (path, at)
                return
            self._keep(self._parsed(path, line))
            at += len(line)
            self._read[path.name] = at

    def _parsed(self, path: Path, line: bytes) -> Event:
        expected_sequence = len(self._events) + 1
        where = f"{path}: event {expected_sequence}"
        advice = "The log is append-only; restore it from a backup."
        try:
            said = json.loads(line)
            found = said.pop("hash")
            kind, data, at = said["kind"], said["data"], datetime.fromisoformat(said["at"])
            sequence, previous = said["sequence"], said["previous"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LakeError(f"{where} cannot be read ({error}). {advice}") from error
        if found != _hash(said):
            raise LakeError(f"{where} was altered: its content does not have the hash that it carries. {advice}")
        if sequence != expected_sequence:
            raise LakeError(f"{where} is numbered {sequence}; an event is missing or was added. {advice}")
        if previous != (self._events[-1].hash if self._events else _START):
            raise LakeError(f"{where} does not follow the event before it; a line was altered or removed. {advice}")
        return Event(sequence, at, kind, data, found)

    def _cut_torn_line(self) -> str:
        assert self._torn is not None
        path, at = self._torn
        with path.open("r+b") as file:
            file.seek(at)
            torn = file.read()
            file.truncate(at)
            file.flush()
            os.fsync(file.fileno())
        self._torn = None
        return torn.decode("utf-8", errors="replace")


def _line(sequence: int, at: datetime, kind: str, data: Mapping[str, Any], previous: str) -> tuple[bytes, Event]:
    body = {"sequence": sequence, "at": at.isoformat(), "kind": kind, "data": dict(data), "previous": previous}
    found = _hash(body)
    line = json.dumps({**body, "hash": found}, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    # Events read back are what was written, also in types (a tuple becomes a list).
    return line, Event(sequence, at, kind, json.loads(line)["data"], found)


def _hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _write_all(descriptor: int, block: bytes) -> None:
    while block:
        block = block[os.write(descriptor, block) :]
