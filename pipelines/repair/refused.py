"""Refused rows that still matter, and the deliveries they came in.

Not here: why rows are refused (validation), and showing or writing them (console, exporting).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.lake.deliveries import current_receipts, read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt


@dataclass(frozen=True)
class RefusedRow:
    """One refused source row as it lies in the quarantine. `raw`: its cells as JSON, or the line as it was sent."""

    receipt: Receipt
    sheet: str
    row: int
    document: str | None
    reasons: str
    raw: str | None
    owner: str | None

    @property
    def place(self) -> tuple[int, str, int]:
        """Received sequence, sheet and row."""
        return self.receipt.received_sequence, self.sheet, self.row

    def cells(self) -> Mapping[str, str] | None:
        """Column → text (empty where the cell is); None where the row's cells could not be told apart."""
        try:
            said = json.loads(self.raw or "{}")
        except ValueError:
            return None
        if not isinstance(said, dict) or any(isinstance(value, (dict, list)) for value in said.values()):
            return None
        return {name: "" if value is None else str(value) for name, value in said.items()}


def open_receipts(lake: Lake, log: EventLog, branch_id: str | None, dataset: str | None = None) -> list[Receipt]:
    """Deliveries whose refused rows still matter: not withdrawn, and not replaced as a whole by a later one."""
    receipts = [one.receipt for one in current_receipts(lake, log, branch_id, dataset) if not one.withdrawn]
    return [receipt for receipt in receipts if replaced_by(receipt, receipts) is None]


def replaced_by(receipt: Receipt, others: Sequence[Receipt]) -> Receipt | None:
    """The last later delivery among `others` with which nothing of this one counts any more; None while some does."""
    later = [
        one
        for one in others
        if (one.branch_id, one.dataset) == (receipt.branch_id, receipt.dataset)
        and one.order > receipt.order
        and one.status == "accepted"
    ]
    full = [one for one in later if one.rule == "full"]
    if full:
        return full[-1]
    by_period = [one for one in later if one.rule == "period"]
    covered = {period for one in by_period for period in one.periods}
    if receipt.rule == "period" and receipt.periods and covered.issuperset(receipt.periods):
        return by_period[-1]
    return None


def refused_rows(lake: Lake, receipts: Sequence[Receipt]) -> Iterator[RefusedRow]:
    """The quarantined rows of these deliveries, one a source row, in file order."""
    for receipt in receipts:
        if receipt.rows.quarantined:
            frame = read_frame(lake, receipt, "quarantine")
            once = frame.unique(["source_sheet", "source_row"], keep="first", maintain_order=True)
            for row in once.sort("source_sheet", "source_row").iter_rows(named=True):
                yield RefusedRow(
                    receipt=receipt,
                    sheet=row["source_sheet"] or "",
                    row=row["source_row"],
                    document=row["document"],
                    reasons=row["reasons"] or "",
                    raw=row["raw"],
                    owner=row["owner"],
                )
