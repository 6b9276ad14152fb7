"""The group's exchange rates: a daily walk from a seed, its monthly averages and closings. Not here: who uses them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.simulation.calendar import Month, days, is_work_day
from pipelines.simulation.dice import Dice
from pipelines.simulation.money import RATE_UNIT, divide

CURRENCIES = ("EUR", "NOK", "USD")
_FIRST = date(2025, 10, 1)
_LAST = date(2026, 12, 31)
_START = {"NOK": 116_500, "USD": 11_640}  # units for one euro, in ten thousandths
_STEP = {"NOK": 600, "USD": 70}
_BAND = {"NOK": (111_000, 122_000), "USD": (10_900, 12_400)}


@dataclass(frozen=True)
class Rates:
    """Rates by day and pair, in units of `RATE_UNIT`; `to` per 1 `from`."""

    _per_euro: dict[date, dict[str, int]]

    def spot(self, source: str, target: str, day: date) -> int:
        """The day's rate; weekends carry Friday's."""
        quoted = self._per_euro[day]
        return _cross(quoted[source], quoted[target])

    def closing(self, source: str, target: str, month: Month) -> int:
        return self.spot(source, target, month.last)

    def average(self, source: str, target: str, month: Month) -> int:
        """The mean of the working days' quotations, four decimals, then crossed."""
        quoted = [self._per_euro[day] for day in month.work_days]
        return _cross(*(divide(sum(day[c] for day in quoted), len(quoted)) for c in (source, target)))


def _cross(source_per_euro: int, target_per_euro: int) -> int:
    if source_per_euro == target_per_euro:
        return RATE_UNIT
    return divide(target_per_euro * RATE_UNIT, source_per_euro)


def walk(seed: int) -> Rates:
    """Quotations for every day on which anything may be booked."""
    dice = Dice(seed, "rates")
    quoted = {"EUR": 10_000, **_START}
    by_day: dict[date, dict[str, int]] = {}
    for day in days(_FIRST, _LAST):
        if is_work_day(day):
            for currency, step in _STEP.items():
                low, high = _BAND[currency]
                quoted[currency] = min(high, max(low, quoted[currency] + dice.between(-step, step)))
        by_day[day] = dict(quoted)
    return Rates(by_day)
