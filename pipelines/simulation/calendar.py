"""Days on which the group works, and the months it reports. Not here: what happens on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2026, 1, 1)
HOLIDAYS = frozenset({(1, 1), (12, 25), (12, 26)})


@dataclass(frozen=True)
class Month:
    """A calendar month; deliveries are monthly."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Month:
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    @property
    def text(self) -> str:
        """`2026-01`."""
        return f"{self.year}-{self.number:02d}"

    @property
    def compact(self) -> str:
        """`202601`."""
        return f"{self.year}{self.number:02d}"

    @property
    def days(self) -> Iterator[date]:
        return days(self.first, self.last)

    @property
    def work_days(self) -> list[date]:
        return [day for day in self.days if is_work_day(day)]


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def is_work_day(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def work_day_from(day: date) -> date:
    """The day itself or the next working day."""
    while not is_work_day(day):
        day += timedelta(days=1)
    return day


def first_months(count: int) -> list[Month]:
    """So many months from the first day."""
    found = [Month(FIRST_DAY.year, FIRST_DAY.month)]
    while len(found) < count:
        found.append(found[-1].next)
    return found
