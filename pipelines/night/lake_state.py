"""What of the lake is in force, pending or gone: deliveries with their standing, and slices that differ from a version.

Not here: changing any of it (resolving), handing it to dbt (lake_schema).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from pipelines.branches.config import BranchConfig, FileConfig
from pipelines.contracts.model import WHOLE
from pipelines.errors import SourceError
from pipelines.lake.events import EventLog
from pipelines.lake.manifests import Manifest, Standing
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import ReceivedFile, taken_in, waiting, withdrawn
from pipelines.lake.tallies import Tally
from pipelines.night.gathered_receipts import gathered_receipts

SliceKey = tuple[str, str, str]  # dataset, branch_id, slice_period


@dataclass(frozen=True)
class Delivery:
    """A delivery as it stands, its receipt without what `gathered_receipts` leaves out.

    `status`: 'accepted' (in the manifest in force), 'refused', 'withdrawn', or 'held': accepted at the door but not in
    force, since its branch is held on an earlier night.
    """

    receipt: Receipt
    status: str
    standing: Standing


@dataclass(frozen=True)
class WaitingFile:
    """A file that has arrived and may hold `dataset`, but could not be taken in yet: it is tried again every night."""

    branch_id: str
    dataset: str
    source_file: str
    received_at: datetime
    delivery_date: date  # as its name says it, else the day on which it arrived


def waiting_files(log: EventLog, branches: Mapping[str, BranchConfig]) -> list[WaitingFile]:
    """Every waiting file of these branches that one of their patterns matches, once a dataset."""
    return [
        WaitingFile(branch_id, dataset, file.path, file.received_at, _named_date(branch, kind, file))
        for branch_id, branch in branches.items()
        for file in waiting(log, branch_id)
        for kind in branch.files
        if kind.matches(file.path)
        for dataset in kind.datasets
    ]


def _named_date(branch: BranchConfig, kind: FileConfig, file: ReceivedFile) -> date:
    """The delivery date as far as it can be known without opening the file."""
    try:
        return kind.delivery_date.resolve(file.path, {}, file.received_at, branch.time_zone)
    except SourceError:
        return file.received_at.astimezone(ZoneInfo(branch.time_zone)).date()


def standing_deliveries(lake: Lake, log: EventLog, manifests: Mapping[tuple[str, str], Manifest]) -> list[Delivery]:
    """Every delivery ever made; one in force is told in the revision in force, which a hold may have put back."""
    nothing = Standing(Tally(), Tally())
    standings = {key: manifest.standing for key, manifest in manifests.items()}
    revisions = {key: dict(manifest.deliveries) for key, manifest in manifests.items()}
    gone = withdrawn(log)
    newest = [(one, file in gone) for file, given in taken_in(log).items() for one in given]
    in_force = [
        revisions.get((one.dataset, one.delivery_id.partition("/")[0]), {}).get(one.delivery_id) for one, _ in newest
    ]
    wanted = [
        (one.delivery_id, fingerprint or one.fingerprint)
        for (one, _), fingerprint in zip(newest, in_force, strict=True)
    ]
    receipts = gathered_receipts(lake, wanted)
    found = []
    for (_, is_withdrawn), key, fingerprint in zip(newest, wanted, in_force, strict=True):
        receipt = receipts[key]
        if fingerprint:
            standing = standings[receipt.dataset, receipt.branch_id][receipt.delivery_id]
            found.append(Delivery(receipt, "accepted", standing))
        else:
            found.append(Delivery(receipt, _out_of_force(receipt, is_withdrawn), nothing))
    return sorted(found, key=lambda one: (one.receipt.branch_id, one.receipt.dataset, *one.receipt.order))


def _out_of_force(receipt: Receipt, is_withdrawn: bool) -> str:
    if is_withdrawn:
        return "withdrawn"
    return "refused" if receipt.status == "refused" else "held"


def slices_in_force(manifests: Mapping[tuple[str, str], Manifest]) -> dict[SliceKey, str]:
    """Slice -> hash of its content."""
    return {
        (dataset, branch_id, period): one.content_hash
        for (dataset, branch_id), manifest in manifests.items()
        for period, one in manifest.slices.items()
    }


def slices_held_by(version: Path) -> dict[SliceKey, str]:
    """What a published file says that it holds: slice -> hash of its content."""
    with duckdb.connect(str(version), read_only=True) as connection:
        rows = connection.execute("select dataset, branch_id, slice_period, content_hash from ops.slice").fetchall()
    return {(dataset, branch_id, period): content for dataset, branch_id, period, content in rows}


def told_by(version: Path, datasets: Collection[str]) -> dict[SliceKey, frozenset[tuple[str, str]]]:
    """List → the deliveries that a published file tells its history from, each with its mapping."""
    with duckdb.connect(str(version), read_only=True) as connection:
        rows = connection.execute(
            "select dataset, branch_id, delivery_id, mapping_version from ops.delivery"
            " where status = 'accepted' and dataset in ?",
            [list(datasets)],
        ).fetchall()
    return _by_list((dataset, branch_id, WHOLE, *told) for dataset, branch_id, *told in rows)


def told_now(deliveries: Iterable[Delivery], datasets: Collection[str]) -> dict[SliceKey, frozenset[tuple[str, str]]]:
    """The same as it stands in the lake."""
    return _by_list(
        (one.receipt.dataset, one.receipt.branch_id, WHOLE, one.receipt.delivery_id, one.receipt.mapping_version)
        for one in deliveries
        if one.status == "accepted" and one.receipt.dataset in datasets
    )


def _by_list(rows: Iterable[tuple[str, str, str, str, str]]) -> dict[SliceKey, frozenset[tuple[str, str]]]:
    found: dict[SliceKey, set[tuple[str, str]]] = {}
    for dataset, branch_id, period, delivery_id, mapping in rows:
        found.setdefault((dataset, branch_id, period), set()).add((delivery_id, mapping))
    return {key: frozenset(told) for key, told in found.items()}


def differing(before: Mapping[SliceKey, object], after: Mapping[SliceKey, object]) -> frozenset[SliceKey]:
    """Slices to build anew: changed, new, and vanished ones."""
    return frozenset(key for key in {*before, *after} if before.get(key) != after.get(key))
