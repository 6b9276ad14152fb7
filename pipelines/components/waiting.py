"""Whether the files that wait in the landing area are complete: they look the same on two looks in a row.

Not here: finding them (`pipelines.night.plan`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipelines.night.plan import Plan


@dataclass(frozen=True)
class Look:
    """One look at the landing area. `cursor` is what the next one compares with, and the key of the run it asks for."""

    complete: bool
    cursor: str
    sentence: str


def look(plan: Plan, before: str | None) -> Look:
    """Compare the waiting files' names, sizes and times with those of the look `before`."""
    files = [
        f"{branch_id}/{file.path}\0{file.size}\0{file.mtime_ns}"
        for branch_id, work in sorted(plan.work.items())
        for file in work.files
    ]
    now = hashlib.sha256("\n".join([plan.fingerprint, *sorted(files)]).encode()).hexdigest()
    if now == before:
        return Look(True, now, f"{len(files)} files are complete.")
    if not files:
        return Look(False, now, plan.reason)
    return Look(False, now, f"{len(files)} files are new or growing; the next look takes them in if they stand still.")
