"""What was due when, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from pipelines.contracts.model import ServiceLevel
from pipelines.night.obligations import due_calendar, due_date, month_reported_on, owed_by


@dataclass
class BranchStub:
    owner_team: str
    datasets: tuple[str, ...]
    country_code: str = "NO"
    since: str | None = None


def level(days: int, business: bool = False) -> ServiceLevel:
    return ServiceLevel(days, Decimal("0.2"), in_business_days=business)


def asked(which, day: date, days_after: int, since: dict[str, str], joined: str | None = None):  # type: ignore[no-untyped-def]
    contracts = {"gl_entry": SimpleNamespace(service_level=level(days_after))}
    branches = {"norway": BranchStub("oslo", ("gl_entry",), since=joined)}
    return [(one.period, one.due_date) for one in which(day, branches, contracts, since)]


def owed(day: date, days_after: int, since: dict[str, str], joined: str | None = None) -> list[tuple[str, date]]:
    found: list[tuple[str, date]] = asked(owed_by, day, days_after, since, joined)
    return found


def test_a_month_is_due_so_many_days_after_its_end_and_that_day_is_in_time() -> None:
    # January ends on the 31st; five days later is 5 February. February 2026 has 28 days.
    assert owed(date(2026, 2, 5), 5, {"norway": "2026-01"}) == []
    assert owed(date(2026, 2, 6), 5, {"norway": "2026-01"}) == [("2026-01", date(2026, 2, 5))]
    assert owed(date(2026, 3, 6), 5, {"norway": "2026-01"}) == [
        ("2026-01", date(2026, 2, 5)),
        ("2026-02", date(2026, 3, 5)),
    ]


def test_the_calendar_holds_what_is_not_due_yet() -> None:
    assert asked(due_calendar, date(2026, 3, 2), 5, {"norway": "2026-01"}) == [
        ("2026-01", date(2026, 2, 5)),
        ("2026-02", date(2026, 3, 5)),
        ("2026-03", date(2026, 4, 5)),
    ]


def test_months_run_over_the_end_of_a_year() -> None:
    assert [period for period, _ in owed(date(2026, 2, 28), 3, {"norway": "2025-11"})] == [
        "2025-11",
        "2025-12",
        "2026-01",
    ]


def test_a_branch_that_never_sent_anything_owes_the_last_month_due() -> None:
    assert owed(date(2026, 2, 20), 5, {}) == [("2026-01", date(2026, 2, 5))]
    # On 5 February January is not overdue yet: December is the last month that is.
    assert owed(date(2026, 2, 5), 5, {}) == [("2025-12", date(2026, 1, 5))]


def test_a_branch_owes_from_the_month_that_its_folder_says() -> None:
    assert owed(date(2026, 3, 20), 5, {"norway": "2024-01"}, joined="2026-02") == [("2026-02", date(2026, 3, 5))]
    assert owed(date(2026, 3, 20), 5, {}, joined="2026-04") == []


@pytest.mark.parametrize(
    ("country", "month_end", "days", "due"),
    [
        ("NO", date(2026, 1, 31), 5, date(2026, 2, 6)),  # a Saturday; Monday 2 to Friday 6 are the five days
        ("NO", date(2026, 2, 28), 0, date(2026, 3, 2)),  # a Saturday; the Monday after it
        ("NO", date(2026, 3, 31), 3, date(2026, 4, 3)),  # a Tuesday; Wednesday to Friday
        ("SA", date(2026, 1, 31), 5, date(2026, 2, 5)),  # Fridays and Saturdays are free: Sunday 1 to Thursday 5
        ("IN", date(2026, 1, 30), 2, date(2026, 2, 2)),  # Saturday counts, Sunday does not
    ],
)
def test_business_days_follow_the_weekend_of_the_country(country: str, month_end: date, days: int, due: date) -> None:
    assert due_date(month_end, level(days, business=True), country) == due


def test_a_list_reports_the_last_month_that_had_ended() -> None:
    assert month_reported_on(date(2026, 2, 4)) == "2026-01"
    assert month_reported_on(date(2026, 1, 31)) == "2026-01"
    assert month_reported_on(date(2026, 1, 1)) == "2025-12"
