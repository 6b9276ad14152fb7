"""Which months a branch's deliveries speak for: what arrived when, and which files are behind a month.

Not here: when a month is due (obligations), taking files in (taking_in), showing months (Dagster, the warehouse).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.contracts.model import WHOLE
from pipelines.lake.deliveries import current_receipts, in_effect
from pipelines.lake.events import EventLog
from pipelines.lake.manifests import Manifest
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import ReceivedFile, confirmations, received_files
from pipelines.night.obligations import month_reported_on


@dataclass(frozen=True)
class Arrival:
    """A month of a dataset that came: when first, when it was due (None: not due yet), rows accepted, files."""

    period: str
    arrived: date
    due: date | None
    rows: int
    files: tuple[str, ...]

    @property
    def days_late(self) -> int:
        """0 where it came in time."""
        return max((self.arrived - self.due).days, 0) if self.due else 0

    @property
    def status(self) -> str:
        """'arrived' or 'late'."""
        return "late" if self.days_late else "arrived"


def months_of(receipt: Receipt) -> tuple[str, ...]:
    """The months that a delivery speaks for; a list without months of its own is of the last one that had ended."""
    own = tuple(period for period in receipt.periods if period != WHOLE)
    return own or (month_reported_on(receipt.delivery_date),)


def months_in_force(manifest: Manifest | None) -> set[str]:
    """The months that the lake holds something of, by its manifest alone: quick, blind to months that came empty."""
    if manifest is None:
        return set()
    if WHOLE not in manifest.slices:
        return set(manifest.slices)
    days = (delivery.rpartition("/")[2].partition("_")[0] for delivery, _ in manifest.deliveries)
    return {month_reported_on(date.fromisoformat(day)) for day in days}


def months_arrived(lake: Lake, log: EventLog, branch_id: str, dataset: str) -> set[str]:
    """Every month that was ever accepted and stands, also one that came empty or was confirmed by a repetition.

    Reads all receipts of the dataset: for those that seem to owe something.
    """
    standing = in_effect(lake, log, branch_id, dataset)
    found = {period for receipt in standing for period in months_of(receipt)}
    lists = {receipt.delivery_id for receipt in standing if set(receipt.periods) <= {WHOLE}}
    repeated = (one for one in confirmations(log) if one.delivery_id in lists)
    return found | {month_reported_on(one.delivery_date) for one in repeated}


def arrivals(receipts: Sequence[Receipt], due: Mapping[str, date]) -> list[Arrival]:
    """What accepted deliveries brought, by month. `due`: month → the last day that was in time."""
    found: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        if receipt.status == "accepted":
            for period in months_of(receipt):
                found.setdefault(period, []).append(receipt)
    return [
        Arrival(
            period=period,
            arrived=min(one.delivery_date for one in brought),
            due=due.get(period),
            rows=sum(_rows(one, period) for one in brought),
            files=tuple(one.source_file for one in brought),
        )
        for period, brought in sorted(found.items())
    ]


def confirmed(days: Collection[date], due: Mapping[str, date], rows: int) -> list[Arrival]:
    """Months that a list settled by coming again unchanged on these days; `rows` are those that it stands with."""
    first: dict[str, date] = {}
    for day in sorted(days):
        first.setdefault(month_reported_on(day), day)
    return [Arrival(period, day, due.get(period), rows, ()) for period, day in first.items()]


def _rows(receipt: Receipt, period: str) -> int:
    part = receipt.slices.get(period) or receipt.slices.get(WHOLE)
    return part.tally.rows if part else 0


def files_behind(
    lake: Lake, log: EventLog, branch_id: str, datasets: Collection[str], months: Collection[str]
) -> tuple[ReceivedFile, ...]:
    """The files that gave the deliveries of these datasets for these months, in order of arrival; no withdrawn ones.

    Reads the receipts of the branch: for a month that somebody asked for.
    """
    sequences = {
        one.receipt.received_sequence
        for one in current_receipts(lake, log, branch_id)
        if not one.withdrawn and one.receipt.dataset in datasets and set(months_of(one.receipt)) & set(months)
    }
    return tuple(file for file in received_files(log, branch_id) if file.sequence in sequences)


def in_words(periods: Collection[str]) -> str:
    """Months as people write them: '2026-01 to 2026-03, 2026-05'."""
    runs: list[list[str]] = []
    for period in sorted(periods):
        if runs and _next(runs[-1][-1]) == period:
            runs[-1].append(period)
        else:
            runs.append([period])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _next(period: str) -> str:
    year, month = (int(part) for part in period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"
