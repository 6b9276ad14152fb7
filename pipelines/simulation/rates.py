"""The group's exchange rates: a daily walk from a seed, its monthly averages and closings. Not here: who uses them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.simulation.calendar import Month, days, is_work_day
from pipelines.simulation.dice import Dice
from pipelines.simulation.money import RATE_UNIT, divide

_FIRST = date(2025, 10, 1)
_LAST = date(2027, 12, 31)
# Units for one euro, in ten thousandths: at the start, the largest step of a day, and how far it may go.
_WALKS = {
    "NOK": (116_500, 600, 111_000, 122_000),
    "USD": (11_640, 70, 10_900, 12_400),
    "GBP": (8_650, 40, 8_200, 9_100),
    "CNY": (82_900, 420, 78_000, 88_000),
    "AUD": (17_700, 110, 16_500, 19_000),
    "BRL": (63_000, 480, 57_000, 69_000),
    "CAD": (16_100, 90, 15_200, 17_000),
    "CHF": (9_350, 40, 8_900, 9_800),
    "CZK": (243_000, 900, 236_000, 252_000),
    "DKK": (74_600, 12, 74_450, 74_750),
    "MXN": (214_000, 1_500, 196_000, 230_000),
    "PLN": (42_400, 170, 41_000, 44_000),
    "SEK": (110_500, 600, 105_000, 117_000),
    "SGD": (15_050, 60, 14_400, 15_700),
}
CURRENCIES = ("EUR", *_WALKS)
_TOGETHER = ("NOK", "USD")  # these two share one stream of chance; each of the others has its own


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
    together = Dice(seed, "rates")
    dice = {c: together if c in _TOGETHER else Dice(seed, "rates", c) for c in _WALKS}
    quoted = {"EUR": 10_000} | {currency: start for currency, (start, *_) in _WALKS.items()}
    by_day: dict[date, dict[str, int]] = {}
    for day in days(_FIRST, _LAST):
        if is_work_day(day):
            for currency, (_, step, low, high) in _WALKS.items():
                quoted[currency] = min(high, max(low, quoted[currency] + dice[currency].between(-step, step)))
        by_day[day] = dict(quoted)
    return Rates(by_day)
