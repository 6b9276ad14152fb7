"""From deliveries to what is in force: fold, write the touched slices, commit the manifest.

Not here: the rules of the fold (slices), the manifest's form (manifests).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.contracts.model import Contract
from pipelines.errors import LakeError
from pipelines.lake.deliveries import names_in_effect, read_receipt, slice_file
from pipelines.lake.events import EventLog
from pipelines.lake.files import disk_errors, ensure_folder, link_or_copy, sha256_of, sync_file, sync_folder
from pipelines.lake.manifests import Manifest, Slice, commit, read_manifest
from pipelines.lake.parquet import read_rows, write_parquet
from pipelines.lake.places import Lake
from pipelines.lake.receipts import ACCEPTED, Receipt
from pipelines.lake.slices import Chunk, Grain, chunk_tally, fold, rows_of
from pipelines.lake.tallies import Tally, total


@dataclass(frozen=True)
class Change:
    """What resolving did: manifest hashes before and after, the periods whose slice changed (also vanished ones)."""

    dataset: str
    branch_id: str
    before: str | None
    after: str | None
    touched: tuple[str, ...]
    refolded: bool


def resolve(lake: Lake, log: EventLog, contract: Contract, branch_id: str) -> Change:
    """Bring one dataset of one branch up to its deliveries. Doing it again changes nothing.

    Deliveries that come last in order are applied to what stands; one that is late, corrected or withdrawn makes the
    fold start from nothing, which gives the same bytes. Raises `LakeError` when rows do not add up, a file is missing
    or the disk is full; the manifest in force then stays.
    """
    before = read_manifest(lake, contract.dataset, branch_id)
    standing = frozenset(before.deliveries) if before else frozenset()
    wanted = tuple(names_in_effect(lake, log, branch_id, contract.dataset, standing))
    if before is None and not wanted:
        return Change(contract.dataset, branch_id, None, None, (), refolded=False)
    same_contract = before is not None and before.contract_version == contract.version
    if before and same_contract and before.deliveries == wanted:
        return Change(contract.dataset, branch_id, before.hash, before.hash, (), refolded=False)
    extends = before is not None and same_contract and wanted[: len(before.deliveries)] == before.deliveries
    base = before if extends else None
    new = [read_receipt(lake, *one) for one in wanted[len(base.deliveries) if base else 0 :]]
    after = commit(lake, _applied(lake, contract, branch_id, base, new))
    return Change(
        contract.dataset,
        branch_id,
        before.hash if before else None,
        after.hash,
        _touched(before.slices if before else {}, after.slices),
        refolded=before is not None and not extends,
    )


def _applied(lake: Lake, contract: Contract, branch_id: str, base: Manifest | None, new: Sequence[Receipt]) -> Manifest:
    standing = base.slices if base else {}
    folded = fold(
        {period: Chunk(lake.root / one.file, one.parts) for period, one in standing.items()},
        [(one, {period: slice_file(lake, one, period) for period in one.slices}) for one in new],
        Grain(contract.document_key, contract.sums, lambda file: _keys(file, contract)),
    )
    ready = {lake.root / one.file: one.content_hash for one in standing.values()}
    for receipt in new:
        ready.update(_ready_files(lake, receipt, contract))
    slices = {}
    for period, chunks in sorted(folded.slices.items()):
        folder = lake.slices(contract.dataset, branch_id, period)
        content_hash = _hold(contract, folder, chunks, ready)
        file = (folder / f"{content_hash}.parquet").relative_to(lake.root).as_posix()
        parts = chunk_tally(chunks)
        slices[period] = Slice(file, content_hash, total(parts.values()), parts)
    superseded = dict(base.superseded) if base else {}
    for delivery, amount in folded.superseded.items():
        superseded[delivery] = superseded.get(delivery, Tally()) + amount
    manifest = Manifest(
        dataset=contract.dataset,
        branch_id=branch_id,
        contract_version=contract.version,
        deliveries=(
            *(base.deliveries if base else ()),
            *((one.delivery_id, one.fingerprint) for one in new),
        ),
        slices=slices,
        superseded=superseded,
        data_date=new[-1].delivery_date.isoformat() if new else None,
    )
    _assert_conserved(manifest, base, new)
    return manifest


def _ready_files(lake: Lake, receipt: Receipt, contract: Contract) -> dict[Path, str]:
    """Files of a delivery that can be slices as they are → content hash."""
    if receipt.contract_version != contract.version:
        return {}
    return {slice_file(lake, receipt, period): part.content_hash for period, part in receipt.slices.items()}


def _hold(contract: Contract, folder: Path, chunks: Sequence[Chunk], ready: Mapping[Path, str]) -> str:
    """See that the slice made of these chunks lies in `folder`; return the hash of its content.

    Rows are written only when no file holds exactly them already; else that file gets a second name.
    """
    alone = chunks[0]
    if len(chunks) > 1 or alone.without is not None or alone.file not in ready:
        return _write(rows_of(chunks, contract.document_key, contract.lake_schema), folder)
    content_hash = ready[alone.file]
    if alone.file.parent == folder:
        return content_hash  # what stood goes on standing
    with disk_errors(folder):
        link_or_copy(alone.file, folder / f"{content_hash}.parquet")
    return content_hash


def _write(rows: pl.DataFrame, folder: Path) -> str:
    """Write a slice under the hash of its bytes and return the hash."""
    with disk_errors(folder):
        ensure_folder(folder)
        temporary = folder / f".{uuid.uuid4().hex}.tmp"
        try:
            write_parquet(rows, temporary)
            content_hash = sha256_of(temporary)
            sync_file(temporary)
            os.replace(temporary, folder / f"{content_hash}.parquet")  # noqa: PTH105
            sync_folder(folder)
        finally:
            temporary.unlink(missing_ok=True)
    return content_hash


def _keys(file: Path, contract: Contract) -> pl.DataFrame:
    columns = [*contract.document_key, *(name for pair in contract.sums for name in pair), "delivery_id"]
    return read_rows(file, list(dict.fromkeys(columns)))


def _touched(before: Mapping[str, Slice], after: Mapping[str, Slice]) -> tuple[str, ...]:
    hashes = [{period: one.content_hash for period, one in slices.items()} for slices in (before, after)]
    return tuple(sorted(period for period in {*before, *after} if hashes[0].get(period) != hashes[1].get(period)))


def _assert_conserved(manifest: Manifest, base: Manifest | None, new: Sequence[Receipt]) -> None:
    """Law 1 across deliveries: what a delivery had accepted is in force or superseded, row for row and sum for sum.

    What deliveries of `base` had accepted was held against their receipts when they were new.
    """
    accepted = {delivery: one.in_force + one.superseded for delivery, one in base.standing.items()} if base else {}
    accepted |= {receipt.delivery_id: receipt.total(ACCEPTED) for receipt in new}
    standing = manifest.standing
    for delivery, expected in accepted.items():
        one = standing[delivery]
        if one.in_force + one.superseded != expected:
            raise LakeError(
                f"{delivery}: accepted {expected.as_json()} differs from in force"
                f" {one.in_force.as_json()} + superseded {one.superseded.as_json()}. This is an error of the program:"
                " please report it; the slices in force were not changed."
            )
