"""The history of one source row, in words: sent, refused, repaired, in force, replaced. Read from the event log and the
deliveries that it names, in all their revisions.

Not here: showing it (console), and what is to be done about it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.errors import LakeError
from pipelines.lake.deliveries import accepted_rows, current_receipts, read_frame, read_receipt
from pipelines.lake.events import Event, EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import RECEIVED, TAKEN_IN, WITHDRAWN, ReceivedFile, received_files
from pipelines.repair.records import APPROVED, PROPOSED, REJECTED, Repair, proposals
from pipelines.repair.refused import replaced_by


def row_history(lake: Lake, log: EventLog, branch_id: str, path: str, row: int) -> list[str]:
    """One line for each thing that happened to a row of a branch's file (every file of that name), in order of the log.

    Empty where no file of that name ever came, or nothing is known of the row.
    """
    sequences = {file.sequence for file in received_files(log, branch_id) if file.path == path}
    repairs = {
        one.repair_id: one
        for one in proposals(log, branch_id)
        if one.cell.sequence in sequences and one.cell.source_row == row
    }
    told = _Row(lake, log, branch_id, row, sequences)
    lines = [
        (event.at, line)
        for event in log.read(RECEIVED, TAKEN_IN, WITHDRAWN, PROPOSED, APPROVED, REJECTED)
        for line in (
            told.of(event) if "repair_id" not in event.data else _decided(event, repairs.get(event.data["repair_id"]))
        )
    ]
    return [f"{at:%Y-%m-%d %H:%M} UTC  {line}" for at, line in lines] if told.is_known or repairs else []


def _decided(event: Event, repair: Repair | None) -> Iterator[str]:
    """What an event says of a repair of the row."""
    if repair is None:
        return
    what = repair.correction
    if event.kind == PROPOSED:
        column = repr(repair.cell.column) if repair.cell.column else "the line"
        reason = f" ({what.reason})" if what.reason else ""
        yield f"{repair.repair_id} proposed by {what.maker}: {column} {what.old!r} → {what.new!r}{reason}"
        return
    verb = "approved" if event.kind == APPROVED else "rejected"
    reason = event.data.get("reason", "")
    yield f"{repair.repair_id} {verb} by {event.data['by']}" + (f": {reason}" if reason else "")


class _Row:
    """One row in the files of one name; tells what the events of arrival and taking in say of it."""

    def __init__(self, lake: Lake, log: EventLog, branch_id: str, row: int, sequences: set[int]) -> None:
        self._lake, self._log, self._branch_id, self._row, self._sequences = lake, log, branch_id, row, sequences
        self._current: dict[tuple[int, str], Receipt] = {}  # (sequence, dataset) -> the last revision that has the row
        self._replaced: set[tuple[int, str]] = set()
        self._standing: dict[str, list[Receipt]] = {}

    @property
    def is_known(self) -> bool:
        """Whether any delivery ever had the row."""
        return bool(self._current)

    def of(self, event: Event) -> Iterator[str]:
        """Sentences on one event of the branch."""
        if event.data["branch_id"] != self._branch_id:
            return
        if event.kind == RECEIVED:
            for file in ReceivedFile.all_of(event):
                if file.sequence in self._sequences:
                    yield f"sent in {file.path} (file no. {file.sequence})"
        elif event.kind == WITHDRAWN and event.data["sequence"] in self._sequences:
            yield f"withdrawn with its file by {event.data['by']}: {event.data['reason']}"
        elif event.kind == TAKEN_IN:
            yield from self._taken_in(event)

    def _taken_in(self, event: Event) -> Iterator[str]:
        sequence = event.data["sequence"]
        for one in event.data["deliveries"] if sequence in self._sequences else ():
            try:
                receipt = read_receipt(self._lake, one["delivery_id"], one["fingerprint"])
            except LakeError:
                continue  # of a revision that is no longer there nothing can be told
            verdict = _verdict(self._lake, receipt, self._row)
            if verdict:
                self._current[sequence, receipt.dataset] = receipt
                yield f"{receipt.dataset}: {verdict}"
        for key, receipt in self._current.items():
            later = replaced_by(receipt, self._of_dataset(receipt.dataset))
            if key not in self._replaced and later is not None and later.received_sequence == sequence:
                self._replaced.add(key)
                yield f"{receipt.dataset}: replaced by the delivery {later.delivery_id} ({later.source_file})"

    def _of_dataset(self, dataset: str) -> list[Receipt]:
        if dataset not in self._standing:
            standing = current_receipts(self._lake, self._log, self._branch_id, dataset)
            self._standing[dataset] = [one.receipt for one in standing if not one.withdrawn]
        return self._standing[dataset]


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
