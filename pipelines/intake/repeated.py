"""Whether a file says anything new: the same bytes as before, and what they said still stands.

Not here: which names are known (landing) and what is in force (lake).
"""

from __future__ import annotations

import polars as pl

from pipelines.branches.config import BranchConfig
from pipelines.lake.deliveries import accepted_rows, current_receipts, read_receipt
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import ReceivedFile, received_files, taken_in, withdrawn


def first_of_same_bytes(lake: Lake, log: EventLog, branch: BranchConfig, file: ReceivedFile) -> ReceivedFile | None:
    """The earlier file that `file` merely repeats, also as part of an archive, or None where it says something.

    It does say something when its name came before with other bytes (a correction back to an earlier state), when the
    earlier file was withdrawn, or when a delivery between the two has taken over any of what the earlier one brought.
    Whether that delivery was withdrawn since does not matter, so that a rebuild decides as the night did.
    """
    before = [one for one in received_files(log, branch.branch_id) if one.sequence < file.sequence]
    named = [one for one in before if one.path == file.path]
    if named and named[-1].content_sha256 != file.content_sha256:
        return None
    gone, given = withdrawn(log), taken_in(log, branch.branch_id)
    config = branch.version_for(file.path, file.received_at)
    for first in reversed(before):
        key = (first.branch_id, first.sequence)
        if (
            first.content_sha256 != file.content_sha256
            or key in gone
            or key not in given
            or branch.version_for(first.path, first.received_at) != config
        ):
            continue
        receipts = [read_receipt(lake, one.delivery_id, one.fingerprint) for one in given[key]]
        return None if any(_taken_over(lake, log, branch, receipt, file) for receipt in receipts) else first
    return None


def _taken_over(lake: Lake, log: EventLog, branch: BranchConfig, receipt: Receipt, file: ReceivedFile) -> bool:
    """Has a later delivery that came before `file` replaced rows of this one?"""
    others = [one.receipt for one in current_receipts(lake, log, receipt.branch_id, receipt.dataset)]
    later = [
        one
        for one in others
        if one.status == "accepted" and one.order > receipt.order and one.received_sequence < file.sequence
    ]
    for one in later:
        if one.rule == "full":
            return True
        if one.rule == "period" and set(one.periods) & {*receipt.slices, *receipt.periods}:
            return True
        if one.rule == "append" and _share_documents(lake, branch, receipt, one):
            return True
    return False


def _share_documents(lake: Lake, branch: BranchConfig, one: Receipt, other: Receipt) -> bool:
    if not one.slices or not other.slices:
        return False
    key = list(_document_key(branch, one.dataset))
    mine, theirs = (accepted_rows(lake, receipt).select(key) for receipt in (one, other))
    return bool(mine.join(theirs, on=key, how="semi", nulls_equal=True).select(pl.len()).collect().item())


def _document_key(branch: BranchConfig, dataset: str) -> tuple[str, ...]:
    return next(config.datasets[dataset].contract.document_key for config in branch.files if dataset in config.datasets)
