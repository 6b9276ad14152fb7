"""The due calendar: what each branch owes for which month and by which day, after its contracts' service levels.

Holidays are not known here, only weekends. Not here: whether it came (dbt's delivery status compares).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.branches.config import BranchConfig
from pipelines.contracts.model import Contract, ServiceLevel

# Days of rest by country, Monday is 0; everywhere else Saturday and Sunday. Source: Unicode CLDR, week data.
_FRIDAY_SATURDAY = ("BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE")
_WEEKENDS = {
    **dict.fromkeys(_FRIDAY_SATURDAY, frozenset({4, 5})),
    **dict.fromkeys(("IN", "UG"), frozenset({6})),
    "AF": frozenset({3, 4}),
    "IR": frozenset({4}),
}
_WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, order=True)
class Obligation:
    """A delivery of `dataset` for the month `period` ('YYYY-MM') is due on `due_date`: that day is still in time."""

    branch_id: str
    dataset: str
    owner_team: str
    due_date: date
    period: str


def due_calendar(
    night_date: date, branches: Mapping[str, BranchConfig], contracts: Mapping[str, Contract], since: Mapping[str, str]
) -> tuple[Obligation, ...]:
    """What every branch owes for its months up to that of `night_date`, due or not yet due, in order.

    `since`: branch -> first month ('YYYY-MM') that it sent rows of; where the branch's folder says a month, that one
    counts. A branch that never sent anything owes from the last month that is overdue.
    """
    found = []
    for branch_id, branch in branches.items():
        for dataset in branch.datasets:
            level = contracts[dataset].service_level
            first = branch.since or since.get(branch_id) or _last_overdue(night_date, level, branch.country_code)
            for period, month_end in _months(first, night_date):
                due = due_date(month_end, level, branch.country_code)
                found.append(Obligation(branch_id, dataset, branch.owner_team, due, period))
    return tuple(sorted(found))


def owed_by(
    night_date: date, branches: Mapping[str, BranchConfig], contracts: Mapping[str, Contract], since: Mapping[str, str]
) -> tuple[Obligation, ...]:
    """Every obligation whose due day has passed on `night_date`, in order; arguments as for `due_calendar`."""
    return tuple(one for one in due_calendar(night_date, branches, contracts, since) if one.due_date < night_date)


def due_date(month_end: date, level: ServiceLevel, country_code: str) -> date:
    """The last day that is in time for the month that ends on `month_end`."""
    if not level.in_business_days:
        return month_end + timedelta(days=level.due_days_after_month_end)
    day, left = month_end, level.due_days_after_month_end
    weekend = _WEEKENDS.get(country_code, _WEEKEND)
    while left or day.weekday() in weekend:  # no days at all: the first business day from the month's end on
        day += timedelta(days=1)
        left -= bool(left) and day.weekday() not in weekend
    return day


def month_reported_on(day: date) -> str:
    """The last month ('YYYY-MM') that had ended when `day` did: what a list without months of its own reports."""
    return f"{(day + timedelta(days=1)).replace(day=1) - timedelta(days=1):%Y-%m}"


def _last_overdue(night_date: date, level: ServiceLevel, country_code: str) -> str:
    month_end = night_date
    while due_date(month_end, level, country_code) >= night_date:
        month_end = month_end.replace(day=1) - timedelta(days=1)
    return f"{month_end:%Y-%m}"


def _months(first: str, until: date) -> Iterator[tuple[str, date]]:
    year, month = (int(part) for part in first.split("-"))
    while (year, month) <= (until.year, until.month):
        yield f"{year:04d}-{month:02d}", date(year, month, monthrange(year, month)[1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
