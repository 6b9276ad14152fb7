"""What was due when, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from pipelines.night.obligations import owed_by


@dataclass
class BranchStub:
    owner_team: str
    datasets: tuple[str, ...]


def owed(day: date, days_after: int, since: dict[str, str]) -> list[tuple[str, date]]:
    contracts = {"gl_entry": SimpleNamespace(service_level=SimpleNamespace(due_days_after_month_end=days_after))}
    branches = {"norway": BranchStub("oslo", ("gl_entry",))}
    found = owed_by(day, branches, contracts, since)  # type: ignore[arg-type]
    return [(one.period, one.due_date) for one in found]


def test_a_month_is_due_so_many_days_after_its_end() -> None:
    # January ends on the 31st; five days later is 5 February. February 2026 has 28 days.
    assert owed(date(2026, 2, 4), 5, {"norway": "2026-01"}) == []
    assert owed(date(2026, 2, 5), 5, {"norway": "2026-01"}) == [("2026-01", date(2026, 2, 5))]
    assert owed(date(2026, 3, 5), 5, {"norway": "2026-01"}) == [
        ("2026-01", date(2026, 2, 5)),
        ("2026-02", date(2026, 3, 5)),
    ]


def test_months_run_over_the_end_of_a_year() -> None:
    assert [period for period, _ in owed(date(2026, 2, 28), 3, {"norway": "2025-11"})] == [
        "2025-11",
        "2025-12",
        "2026-01",
    ]


def test_a_branch_that_never_sent_anything_owes_the_last_month_due() -> None:
    assert owed(date(2026, 2, 20), 5, {}) == [("2026-01", date(2026, 2, 5))]
    # On 3 February January is not due yet: December is the last month due.
    assert owed(date(2026, 2, 3), 5, {}) == [("2025-12", date(2026, 1, 5))]
