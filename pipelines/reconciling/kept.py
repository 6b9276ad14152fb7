"""What the nights remember of breaks: each night's changes, one Parquet file below `breaks/` of the lake.

A break that opens, changes, settles or comes back is a row of the night that saw it; all nights' rows together are the
history from which the next night tells old from new. Only nights that were published count: the event `published`
names the file and its hash. Not here: what a change is (dbt's `recon.recon_break_change`), and people's decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import LakeError
from pipelines.lake.events import Event
from pipelines.lake.files import disk_errors, ensure_folder, sha256_of, sync_file, sync_folder
from pipelines.lake.places import Lake

_FOLDER = "breaks"
_EVENT_KEY = "break_changes"  # of the event `published`

COLUMNS: dict[str, str] = {
    "night_id": "VARCHAR",
    "night_date": "DATE",
    "break_id": "VARCHAR",
    "recon_code": "VARCHAR",
    "branch_id": "VARCHAR",
    "group_period": "VARCHAR",
    "currency_code": "VARCHAR",
    "anchor_document": "VARCHAR",
    "what": "VARCHAR",
    "amount": "DECIMAL(20,4)",
    "amount_before": "DECIMAL(20,4)",
    "cause": "VARCHAR",
    "because": "VARCHAR",
}


@dataclass(frozen=True)
class KeptChanges:
    """One night's file, relative to the lake, and the SHA-256 of its bytes."""

    path: str
    sha256: str

    def as_event(self) -> dict[str, Any]:
        """What the event `published` carries of it."""
        return {_EVENT_KEY: {"path": self.path, "sha256": self.sha256}}


def kept_by(published: Sequence[Event]) -> list[KeptChanges]:
    """The files of published nights, oldest first; nights without a change have none."""
    named = [event.data[_EVENT_KEY] for event in published if event.data.get(_EVENT_KEY)]
    return [KeptChanges(one["path"], one["sha256"]) for one in named]


def keep_changes(lake: Lake, version: Path, night_id: str) -> KeptChanges | None:
    """Write the changes that a finished candidate holds of this night; None where nothing changed.

    A file that an interrupted publication left is written over: no event names it. Raises `LakeError` where the disk
    is full.
    """
    columns = ", ".join(COLUMNS)
    with duckdb.connect(str(version), read_only=True) as connection:
        changes = connection.sql(f"select {columns} from recon.recon_break_change order by all")
        if not changes.shape[0]:
            return None
        relative = f"{_FOLDER}/{night_id}.parquet"
        target = lake.root / relative
        ensure_folder(target.parent)
        fresh = target.with_name(f".{target.name}.tmp")
        with disk_errors(target):
            changes.write_parquet(str(fresh), compression="zstd")
            sync_file(fresh)
            fresh.rename(target)
            sync_folder(target.parent)
    return KeptChanges(relative, sha256_of(target))


def verified(lake: Lake, kept: KeptChanges) -> Path:
    """The file. Raises `LakeError` where it is missing or is not what was written."""
    path = lake.root / kept.path
    if not path.is_file():
        raise LakeError(f"{path}: what a night saw of breaks is missing. Restore the lake from a backup.")
    if sha256_of(path) != kept.sha256:
        raise LakeError(f"{path}: what a night saw of breaks was changed. Restore the file from a backup.")
    return path
