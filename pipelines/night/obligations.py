"""What each branch owed by a date, after the service level of its contracts.

Not here: whether it came (dbt's delivery status compares).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.branches.config import BranchConfig
from pipelines.contracts.model import Contract


@dataclass(frozen=True, order=True)
class Obligation:
    """A delivery of `dataset` for the month `period` ('YYYY-MM') was due on `due_date`."""

    branch_id: str
    dataset: str
    owner_team: str
    due_date: date
    period: str


def owed_by(
    night_date: date, branches: Mapping[str, BranchConfig], contracts: Mapping[str, Contract], since: Mapping[str, str]
) -> tuple[Obligation, ...]:
    """Every obligation due on or before `night_date`, in order.

    `since`: branch -> first month ('YYYY-MM') that it owes; a branch that never sent anything owes the last month only.
    """
    found = []
    for branch_id, branch in branches.items():
        for dataset in branch.datasets:
            days = timedelta(days=contracts[dataset].service_level.due_days_after_month_end)
            first = since.get(branch_id, _last_month_ended_by(night_date - days))
            for period, month_end in _months(first, night_date):
                if month_end + days <= night_date:
                    found.append(Obligation(branch_id, dataset, branch.owner_team, month_end + days, period))
    return tuple(sorted(found))


def _last_month_ended_by(day: date) -> str:
    return f"{(day + timedelta(days=1)).replace(day=1) - timedelta(days=1):%Y-%m}"


def _months(first: str, until: date) -> Iterator[tuple[str, date]]:
    year, month = (int(part) for part in first.split("-"))
    while (year, month) <= (until.year, until.month):
        yield f"{year:04d}-{month:02d}", date(year, month, monthrange(year, month)[1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
