"""What the group office delivers: branches, fiscal calendars, exchange rates. Not here: anything of one branch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from pipelines.simulation.calendar import FIRST_DAY, Month
from pipelines.simulation.defects import Row
from pipelines.simulation.money import rate_text
from pipelines.simulation.periods import years
from pipelines.simulation.profile import Profile
from pipelines.simulation.rates import CURRENCIES, Rates
from pipelines.simulation.rows import Delivery
from pipelines.simulation.truth import Table
from pipelines.simulation.writers.flat import iso

OFFICE = "group"  # the group office is a sender like a branch
_BRANCH = (
    "branch_code", "branch_name", "country_code", "functional_currency_code", "registration_id", "tax_id", "time_zone",
)  # fmt: skip
_PERIOD = ("branch_code", "fiscal_year", "fiscal_period", "start_date", "end_date", "period_kind", "group_period")
_RATE = ("from_currency_code", "to_currency_code", "rate_date", "rate_type", "rate", "rate_source")


def write_branches(delivery: Delivery, profiles: Collection[Profile]) -> str:
    """The group's branches; returns the file's name."""
    name = f"branch_{delivery.stamp}.csv"
    with iso(delivery.folder / name) as file:
        rows = delivery.rows(Table(OFFICE, "branch", name, ""), _BRANCH, file.row)
        rows.non_data(list(_BRANCH))
        for p in profiles:
            known = [p.branch_id, p.name, p.country, p.currency, p.registration_id, p.tax_id, p.time_zone]
            rows.document(p.branch_id, [[*known]])
    return name


def write_calendar(delivery: Delivery, profiles: Collection[Profile], last: date) -> str:
    """Every branch's fiscal years until a day, with one period for adjustments at the end; returns the file's name."""
    name = f"fiscal_calendar_{delivery.stamp}.csv"
    with iso(delivery.folder / name) as file:
        rows = delivery.rows(Table(OFFICE, "fiscal_calendar", name, ""), _PERIOD, file.row)
        rows.non_data(list(_PERIOD))
        for profile in profiles:
            branch = profile.branch_id
            for year in years(FIRST_DAY, last, april=profile.april_year):
                for p in year:
                    first, ends = p.first.isoformat(), p.last.isoformat()
                    rows.document(branch, [[branch, f"{p.year}", f"{p.number}", first, ends, "normal", p.month.text]])
                p = year[-1]
                ends = p.last.isoformat()
                rows.document(branch, [[branch, f"{p.year}", "13", ends, ends, "adjustment", p.month.text]])
    return name


def write_rates(delivery: Delivery, rates: Rates, profiles: Collection[Profile]) -> str:
    """The month's rates between the group's currencies: every working day's, the average, the closing."""
    name = f"fx_rate_{delivery.month.compact}_{delivery.stamp}.csv"
    with iso(delivery.folder / name) as file:
        rows = delivery.rows(Table(OFFICE, "fx_rate", name, ""), _RATE, file.row)
        rows.non_data(list(_RATE))
        for row in _rates(delivery.month, rates, profiles):
            rows.document("/".join(str(cell) for cell in row[:4]), [row])
    return name


def _rates(month: Month, rates: Rates, profiles: Collection[Profile]) -> Iterator[Row]:
    used = {p.currency for p in profiles} | {p.foreign[1] for p in profiles}
    currencies = [currency for currency in CURRENCIES if currency in used]
    pairs = [(a, b) for a in currencies for b in currencies if a != b]
    for day in month.work_days:
        for a, b in pairs:
            yield [a, b, day.isoformat(), "spot", rate_text(rates.spot(a, b, day)), "group treasury"]
    last = month.last.isoformat()
    for a, b in pairs:
        yield [a, b, last, "average", rate_text(rates.average(a, b, month)), "group treasury"]
        yield [a, b, last, "closing", rate_text(rates.closing(a, b, month)), "group treasury"]
