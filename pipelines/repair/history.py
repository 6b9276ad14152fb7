"""The history of one source row, in words: sent, refused, repaired, in force, replaced. Read from the event log and the
deliveries that it names, in all their revisions.

Not here: showing it (console), and what is to be done about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from pipelines.errors import LakeError
from pipelines.lake.deliveries import accepted_rows, current_receipts, read_frame, read_receipt
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import TAKEN_IN, WITHDRAWN, received_files
from pipelines.repair.records import proposals
from pipelines.repair.refused import replaced_by


def row_history(lake: Lake, log: EventLog, branch_id: str, path: str, row: int) -> list[str]:
    """One line for each thing that happened to a row of a branch's file (every file of that name), in order of time.

    Empty where no file of that name ever came, or nothing is known of the row.
    """
    lines: list[tuple[datetime, int, str]] = []
    sequences = [file.sequence for file in received_files(log, branch_id) if file.path == path]
    for file in received_files(log, branch_id):
        if file.sequence in sequences:
            said = list(_of_file(lake, log, branch_id, file.sequence, row))
            if said:
                lines.append((file.received_at, 0, f"sent in {path} (file no. {file.sequence})"))
                lines += [(at, 1, line) for at, line in said]
    for one in proposals(log, branch_id):
        if one.cell.sequence in sequences and one.cell.source_row == row:
            what = one.correction
            column = repr(one.cell.column) if one.cell.column else "the line"
            reason = f" ({what.reason})" if what.reason else ""
            change = f"{column} {what.old!r} → {what.new!r}{reason}"
            lines.append((one.proposed_at, 2, f"{one.repair_id} proposed by {what.maker}: {change}"))
            if one.decided_at is not None:
                why = f": {one.decision_reason}" if one.decision_reason else ""
                lines.append((one.decided_at, 3, f"{one.repair_id} {one.decision} by {one.decided_by}{why}"))
    return [f"{at:%Y-%m-%d %H:%M} UTC  {line}" for at, _, line in sorted(lines)]


def _of_file(lake: Lake, log: EventLog, branch_id: str, sequence: int, row: int) -> Iterator[tuple[datetime, str]]:
    """What became of the row each time that its file was taken in, and what ended that."""
    last: Receipt | None = None
    for event in log.read(TAKEN_IN):
        if (event.data["branch_id"], event.data["sequence"]) != (branch_id, sequence):
            continue
        for one in event.data["deliveries"]:
            try:
                receipt = read_receipt(lake, one["delivery_id"], one["fingerprint"])
            except LakeError:
                continue
            verdict = _verdict(lake, receipt, row)
            if verdict:
                last = receipt
                yield event.at, f"{receipt.dataset}: {verdict}"
    if last is not None:
        standing = [one.receipt for one in current_receipts(lake, log, branch_id, last.dataset) if not one.withdrawn]
        later = replaced_by(last, standing)
        if later is not None:
            yield later.received_at, f"replaced by the delivery {later.delivery_id} ({later.source_file})"
    for event in log.read(WITHDRAWN):
        if (event.data["branch_id"], event.data["sequence"]) == (branch_id, sequence):
            yield event.at, f"withdrawn with its file by {event.data['by']}: {event.data['reason']}"


def _verdict(lake: Lake, receipt: Receipt, row: int) -> str:
    """What one revision of a delivery made of the row; empty where it has no such row."""
    refused = read_frame(lake, receipt, "quarantine").filter(pl.col("source_row") == row)
    if not refused.is_empty():
        return "refused: " + " / ".join(dict.fromkeys(refused["reasons"].drop_nulls()))
    if receipt.slices:
        found = accepted_rows(lake, receipt).filter(pl.col("source_row") == row).select("slice_period").collect()
        if not found.is_empty():
            return f"taken in, in {', '.join(sorted(set(found['slice_period'])))}"
    return ""
