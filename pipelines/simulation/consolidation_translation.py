"""The simulation's own translation of a branch's books into a group's currency (IAS 21.39-47, month by month).

Every month's income and expense at its average rate, assets and liabilities at its closing rate, equity at the rate of
its events; what is left over is the exchange difference, and it is proven here, component by component. Not here: which
branches belong to a group when, and what is eliminated (consolidation_entries).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from pipelines.simulation.calendar import FIRST_DAY, Month
from pipelines.simulation.charts import GROUP_LINES, UNMAPPED, group_account
from pipelines.simulation.collected import BranchBooks
from pipelines.simulation.group_events import EquityEvent
from pipelines.simulation.money import RATE_UNIT
from pipelines.simulation.rates import Rates
from pipelines.simulation.world import Branch

HISTORICAL = ("1180", "2000", "2100")
EXCHANGE = "2500"
Place = tuple[str, str]  # group account, partner branch


class Row(NamedTuple):
    """A movement of a month in the group's currency, debit positive; minor units."""

    branch: str
    month: str
    account: str
    partner: str
    movement: str
    rule: str
    amount: int


class Proof(NamedTuple):
    """A month's exchange difference of a branch and what it is made of; minor units of the group's currency."""

    branch: str
    month: str
    opening_net_assets: int
    result: int
    equity: int
    rounding: int
    total: int


@dataclass(frozen=True)
class Way:
    """From a branch's currency to the group's, by way of the currencies of the groups between them."""

    rates: Rates
    currencies: Sequence[str]

    def average(self, month: Month) -> Fraction:
        return self._product(self.rates.average(a, b, month) for a, b in self._pairs)

    def closing(self, month: Month) -> Fraction:
        return self._product(self.rates.closing(a, b, month) for a, b in self._pairs)

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return [(a, b) for a, b in zip(self.currencies, self.currencies[1:], strict=False) if a != b]

    @staticmethod
    def _product(rates: Iterable[int]) -> Fraction:
        found = Fraction(1)
        for rate in rates:
            found *= Fraction(rate, RATE_UNIT)
        return found


def rounded(amount: Fraction) -> int:
    """The nearest whole minor unit, half away from zero."""
    whole = int(abs(amount) * 2 + 1) // 2
    return whole if amount >= 0 else -whole


def is_result(account: str) -> bool:
    return account[0] in "45678"


def month_before(month: Month) -> Month:
    return Month(month.year - 1, 12) if month.number == 1 else Month(month.year, month.number - 1)


def by_place(branch: Branch, amounts: dict[str, int]) -> dict[Place, int]:
    """Amounts by role as amounts by group account and partner."""
    found: dict[Place, int] = defaultdict(int)
    for key, amount in amounts.items():
        found[group_account(key), branch.partner_of(key)] += amount
    return {place: amount for place, amount in found.items() if amount}


def translated(amounts: dict[Place, int], rate: Fraction) -> dict[Place, int]:
    """Each account at the rate, rounded once; its partners' parts by themselves, the rest of it without a partner."""
    found = {place: rounded(amount * rate) for place, amount in amounts.items() if place[1]}
    whole: dict[str, int] = defaultdict(int)
    for (account, _), amount in amounts.items():
        whole[account] += amount
    for account, amount in whole.items():
        of_partners = sum(part for place, part in found.items() if place[0] == account)
        found[account, ""] = rounded(amount * rate) - of_partners
    return found


class Translation:
    """One branch on its way through the months; `rows` and `proofs` are what came of it."""

    def __init__(self, branch: Branch, books: BranchBooks, way: Way, events: list[EquityEvent]) -> None:
        self._branch, self._books, self._way, self._events = branch, books, way, events
        self._own: dict[Place, int] = {}  # closing-rule balances in the branch's currency
        self._there: dict[Place, int] = {}  # and in the group's
        self.rows: list[Row] = []
        self.proofs: list[Proof] = []

    def run(self, months: Iterable[Month]) -> Translation:
        for month in months:
            if month.first == FIRST_DAY:
                self._open(month)
            self._month(month)
        return self

    def _add(self, month: Month, place: Place, movement: str, rule: str, amount: int) -> int:
        if amount:
            self.rows.append(Row(self._branch.id, month.text, *place, movement, rule, amount))
        return amount

    def _open(self, month: Month) -> None:
        """What the first month begins with: equity as its events say, the rest at the rate of the day before."""
        rate, total = self._way.closing(month_before(month)), 0
        opening = by_place(self._branch, self._books.opening)
        self._own = {place: amount for place, amount in opening.items() if place[0] not in HISTORICAL}
        self._there = translated(self._own, rate)
        total += sum(self._add(month, place, "opening", "ledger", there) for place, there in self._there.items())
        for place, amount in opening.items():
            if place[0] in HISTORICAL:
                before = [e for e in self._events if (e.account, "") == place and e.day < month.first]
                known = sum(e.translated for e in before)
                rest = amount + sum(e.amount for e in before)  # events count equity positive
                total += self._add(month, place, "opening", "ledger", rounded(rest * rate) - known)
        self._add(month, (EXCHANGE, ""), "opening", "cta_opening", -total)

    def _month(self, month: Month) -> None:
        average, closing = self._way.average(month), self._way.closing(month)
        before = self._way.closing(month_before(month))
        moved = by_place(self._branch, self._books.months.get(month.text, {}))
        net_assets, total = sum(self._own.values()), 0
        results = {place: amount for place, amount in moved.items() if is_result(place[0])}
        result = sum(results.values())
        for place, amount in translated(results, average).items():
            total += self._add(month, place, "normal", "ledger", amount)
        equity = Fraction(0)
        for place, amount in moved.items():
            if place[0] in HISTORICAL:
                added, own = self._equity(month, place, amount, average)
                total += added
                equity += -amount * closing + own
        positions = {p: a for p, a in moved.items() if p[0] not in HISTORICAL and not is_result(p[0])}
        total += self._positions(month, positions, average, closing)
        parts = (
            rounded(net_assets * (closing - before)),
            rounded(-result * (closing - average)),
            rounded(equity),
        )
        # More assets than equity accounts for is a gain, and a gain is a credit.
        self._add(month, (EXCHANGE, ""), "normal", "cta", -total)
        rounding = total - sum(parts)
        self.proofs.append(Proof(self._branch.id, month.text, *parts, rounding, total))

    def _equity(self, month: Month, place: Place, amount: int, average: Fraction) -> tuple[int, Fraction]:
        """The month's events at their own rates, the rest at the average; also exactly, for the proof."""
        events = [e for e in self._events if e.account == place[0] and month.first <= e.day <= month.last]
        rest = amount + sum(e.amount for e in events)
        known = sum(e.translated for e in events)
        return (
            self._add(month, place, "dividend" if events else "normal", "ledger", rounded(rest * average) - known),
            rest * average - known,
        )

    def _positions(self, month: Month, moved: dict[Place, int], average: Fraction, closing: Fraction) -> int:
        """Assets and liabilities: their movements at the average rate, and what brings them to the closing rate."""
        for place, amount in moved.items():
            self._own[place] = self._own.get(place, 0) + amount
        movement, now = translated(moved, average), translated(self._own, closing)
        for place in sorted(movement.keys() | now.keys() | self._there.keys()):
            there = now.get(place, 0) - self._there.get(place, 0)
            self._add(month, place, "normal", "ledger", movement.get(place, 0))
            self._add(month, place, "translation_difference", "closing_rate", there - movement.get(place, 0))
        total = sum(now.values()) - sum(self._there.values())
        self._there = now
        return total


assert UNMAPPED in GROUP_LINES  # what is not mapped is translated like an asset
