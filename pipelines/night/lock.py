"""The run lock of a workspace: one night at a time, whoever starts it (command, schedule, sensor).

The operating system holds the lock, so that it ends with its process, however that dies. Not here: what a night does.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import NightInProgressError
from pipelines.settings import Workspace

FILE = ".night.lock"


def lock_path(workspace: Workspace) -> Path:
    """The lock file; it stays behind after a night and means nothing then."""
    return workspace.lake / FILE


@contextmanager
def run_lock(workspace: Workspace, by: str) -> Iterator[None]:
    """Hold the workspace's run lock. `by` says who holds it, for others to read.

    Raises `NightInProgressError` naming holder, process and start where another night runs.
    """
    path = lock_path(workspace)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NightInProgressError(_occupied(path)) from None
        stream.truncate(0)
        stream.write(json.dumps({"by": by, "process": os.getpid(), "since": datetime.now(UTC).isoformat()}))
        stream.flush()
        yield  # closing the file releases the lock


def _occupied(path: Path) -> str:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        holder = f"{said['by']} (process {said['process']}) since {said['since'][:19].replace('T', ' ')} UTC"
    except (OSError, ValueError, KeyError, TypeError):
        holder = "another process"
    return f"A night is already running in this workspace: {holder} holds {path}. Wait for it to end, then run again."
