"""What the group office delivers: who the branches are, the calendars, the exchange rates. Not here: anything of one branch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.simulation.calendar import Month
from pipelines.simulation.defects import Plan, Row
from pipelines.simulation.money import rate_text
from pipelines.simulation.rates import CURRENCIES, Rates
from pipelines.simulation.rows import Place, Rows
from pipelines.simulation.truth import Truth
from pipelines.simulation.world import PROFILES
from pipelines.simulation.writers.flat import iso

_BRANCH = (
    "branch_code", "branch_name", "country_code", "functional_currency_code", "registration_id", "tax_id", "time_zone",
)  # fmt: skip
_PERIOD = ("branch_code", "fiscal_year", "fiscal_period", "start_date", "end_date", "period_kind", "group_period")
_RATE = ("from_currency_code", "to_currency_code", "rate_date", "rate_type", "rate", "rate_source")


def write_branches(folder: Path, stamp: str, truth: Truth) -> str:
    """The group's branches; returns the file's name."""
    name = f"branch_{stamp}.csv"
    with iso(folder / name) as file:
        rows = Rows(Place("group", "branch", name, 0), _BRANCH, truth, None, file.row)
        rows.non_data(list(_BRANCH))
        for p in PROFILES.values():
            rows.document(
                p.branch_id,
                [[p.branch_id, p.name, p.country, p.currency, p.registration_id, p.tax_id, p.time_zone]],
            )
    return name


def write_calendar(folder: Path, stamp: str, year: int, truth: Truth) -> str:
    """Every branch's fiscal periods: calendar months, and one for adjustments at the end."""
    name = f"fiscal_calendar_{stamp}.csv"
    with iso(folder / name) as file:
        rows = Rows(Place("group", "fiscal_calendar", name, 0), _PERIOD, truth, None, file.row)
        rows.non_data(list(_PERIOD))
        for branch in PROFILES:
            for number in range(1, 13):
                month = Month(year, number)
                first, last = month.first.isoformat(), month.last.isoformat()
                rows.document(branch, [[branch, f"{year}", f"{number}", first, last, "normal", month.text]])
            end = date(year, 12, 31).isoformat()
            rows.document(branch, [[branch, f"{year}", "13", end, end, "adjustment", f"{year}-12"]])
    return name


def write_rates(folder: Path, month: Month, stamp: str, rates: Rates, truth: Truth, plan: Plan) -> str:
    """The month's rates between the group's currencies: every working day's, the average, the closing."""
    name = f"fx_rate_{month.compact}_{stamp}.csv"
    with iso(folder / name) as file:
        rows = Rows(Place("group", "fx_rate", name, month.number), _RATE, truth, plan, file.row)
        rows.non_data(list(_RATE))
        for row in _rates(month, rates):
            rows.document("/".join(str(cell) for cell in row[:4]), [row])
    return name


def _rates(month: Month, rates: Rates) -> Iterator[Row]:
    pairs = [(a, b) for a in CURRENCIES for b in CURRENCIES if a != b]
    for day in month.work_days:
        for a, b in pairs:
            yield [a, b, day.isoformat(), "spot", rate_text(rates.spot(a, b, day)), "group treasury"]
    last = month.last.isoformat()
    for a, b in pairs:
        yield [a, b, last, "average", rate_text(rates.average(a, b, month)), "group treasury"]
        yield [a, b, last, "closing", rate_text(rates.closing(a, b, month)), "group treasury"]
