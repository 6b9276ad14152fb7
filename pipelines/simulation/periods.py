"""Fiscal periods: calendar months, or a year from April in periods of 4, 4 and 5 weeks. Not here: working days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from pipelines.simulation.calendar import Month

_WEEKS = (4, 4, 5) * 4


@dataclass(frozen=True)
class Period:
    """One period of a fiscal year; `month` is the calendar month under which the group shows it."""

    year: int
    number: int
    first: date
    last: date
    month: Month


@lru_cache
def april_year(year: int) -> tuple[Period, ...]:
    """The periods of the year that ends on 31 March `year`, and is named after it.

    Weeks run from Monday to Sunday and are counted from the one that 1 April lies in; the first period begins on 1
    April all the same, and the last takes what is left to 31 March.
    """
    begins, ends = date(year - 1, 4, 1), date(year, 3, 31)
    monday = begins - timedelta(days=begins.weekday())
    found: list[Period] = []
    first, month, weeks = begins, Month(year - 1, 4), 0
    for number, length in enumerate(_WEEKS, start=1):
        weeks += length
        last = ends if number == len(_WEEKS) else monday + timedelta(days=7 * weeks - 1)
        found.append(Period(year, number, first, last, month))
        first, month = last + timedelta(days=1), month.next
    return tuple(found)


@lru_cache
def calendar_year(year: int) -> tuple[Period, ...]:
    """Twelve calendar months."""
    months = [Month(year, number) for number in range(1, 13)]
    return tuple(Period(year, month.number, month.first, month.last, month) for month in months)


def period_of(day: date, *, april: bool) -> Period:
    """The period that a day lies in."""
    if april:
        year = day.year + (day.month > 3)
        return next(period for period in april_year(year) if period.last >= day)
    return calendar_year(day.year)[day.month - 1]


def years(first: date, last: date, *, april: bool) -> Iterator[tuple[Period, ...]]:
    """The fiscal years that the days from first to last lie in."""
    of_year = april_year if april else calendar_year
    for year in range(period_of(first, april=april).year, period_of(last, april=april).year + 1):
        yield of_year(year)
