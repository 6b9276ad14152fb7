"""What is kept of a published night: the state it was made from, so that the next night can compare and fall back.

A record lies in the lake (`nights/<night_id>.json`); the event `published` makes it count. Not here: the version's file
(publishing), comparing (plan).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from pipelines.errors import LakeError
from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write
from pipelines.lake.manifests import all_manifests
from pipelines.lake.places import Lake
from pipelines.publishing.versions import PINNED, Version, versions_dir
from pipelines.settings import Workspace

STARTED, PUBLISHED, RECORDED = "night_started", "published", "night_recorded"
HELD, RELEASED = "branch_held", "branch_released"


@dataclass(frozen=True)
class HeldBranch:
    """A branch that shows an earlier night. `status` is 'held' (the audit) or 'failed' (it could not be processed).

    `since_night` is the first night in a row; `data_night` its last good one, None where there was none.
    """

    branch_id: str
    status: str
    since_night: str
    reason: str
    data_night: str | None


@dataclass(frozen=True)
class NightRecord:
    """The state a version was made from. `manifests`: 'dataset/branch' -> manifest hash. The fingerprints are hex."""

    night_id: str
    night_date: date
    inputs: str  # everything that decides what the night gives
    standards: str  # the part of it that decides how a file is standardized
    models: str  # the part of it that decides what dbt makes of slices
    manifests: Mapping[str, str] = field(default_factory=dict)
    held: tuple[HeldBranch, ...] = ()
    data_nights: Mapping[str, str] = field(default_factory=dict)  # branch -> the night that its data is of

    def held_branch(self, branch_id: str) -> HeldBranch | None:
        """How the branch was held in this night, if it was."""
        return next((held for held in self.held if held.branch_id == branch_id), None)


def record_path(lake: Lake, night_id: str) -> Path:
    """Where the record of a night lies."""
    return lake.root / "nights" / f"{night_id}.json"


def write_record(lake: Lake, record: NightRecord) -> None:
    """Write the record durably; it counts only with its `published` event."""
    said = {**asdict(record), "night_date": record.night_date.isoformat()}
    atomic_write(record_path(lake, record.night_id), json.dumps(said, indent=1, sort_keys=True).encode() + b"\n")


def read_record(lake: Lake, night_id: str) -> NightRecord:
    """The record of a published night. Raises `LakeError` where it is missing or altered."""
    path = record_path(lake, night_id)
    try:
        said = json.loads(path.read_bytes())
        return NightRecord(
            **{
                **said,
                "night_date": date.fromisoformat(said["night_date"]),
                "held": tuple(HeldBranch(**one) for one in said["held"]),
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LakeError(f"{path}: the record of a published night cannot be read ({error!r}). Restore it.") from error


def published_versions(log: EventLog) -> list[Version]:
    """Every version ever published, oldest first, whether its file is still there or not."""
    return [Version.from_event(event.data) for event in log.read(PUBLISHED)]


def last_record(lake: Lake, log: EventLog) -> NightRecord | None:
    """The record of the newest published night; None before the first."""
    events = log.read(PUBLISHED)
    return read_record(lake, str(events[-1].data["night_id"])) if events else None


def interrupted_nights(log: EventLog) -> set[str]:
    """Nights that began and published nothing."""
    published = {str(event.data["night_id"]) for event in log.read(PUBLISHED)}
    return {str(event.data["night_id"]) for event in log.read(STARTED)} - published


def pinned_nights(log: EventLog) -> set[str]:
    """Versions that must stay: a close names them."""
    return {str(event.data["night_id"]) for event in log.read(PINNED)}


def next_night_id(workspace: Workspace, log: EventLog, night_date: date) -> str:
    """`<date>.<n>` that was never used: not by a night that began, nor by a file, deleted since or not."""
    used = {str(event.data["night_id"]) for event in log.read(STARTED, PUBLISHED, RECORDED)}
    used |= {path.stem for path in versions_dir(workspace).glob(f"{night_date}.*.duckdb")}
    numbers = [int(night.rpartition(".")[2]) for night in used if night.startswith(f"{night_date}.")]
    return f"{night_date}.{max(numbers, default=0) + 1}"


def manifest_hashes(lake: Lake) -> dict[str, str]:
    """'dataset/branch' -> hash of its manifest as it stands now."""
    return {f"{dataset}/{branch}": manifest.hash for (dataset, branch), manifest in all_manifests(lake).items()}
