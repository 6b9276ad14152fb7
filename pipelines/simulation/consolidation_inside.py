"""What the branches of a group owe, sold and still hold of each other, taken out of the group's figures.

In the currency of the trade first, pair by pair: what both sides say leaves, the rest stays. Not here: shares and
capital (consolidation_capital), translation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipelines.simulation.calendar import Month
from pipelines.simulation.collected import BranchBooks
from pipelines.simulation.consolidation_translation import Row, rounded
from pipelines.simulation.consolidation_units import Unit
from pipelines.simulation.events import Group
from pipelines.simulation.group_events import TAX_RATES, stock_lists
from pipelines.simulation.money import RATE_UNIT

_FX_BALANCES, _FX_RESULT = "1900", "7210"
_ALWAYS = "0000-00"
Sums = dict[tuple[str, str, str], dict[str, int]]  # branch, account, partner -> month -> amount


@dataclass(frozen=True)
class Side:
    """One branch's account about another one."""

    branch: str
    role: str
    account: str
    partner: str


@dataclass(frozen=True)
class Inside:
    """The trade inside one group; `translated` are the translated rows of all of its full members."""

    group: Group
    unit: Unit
    books: dict[str, BranchBooks]
    translated: list[Row]
    months: list[Month]

    def rows(self) -> Iterator[Row]:
        sums: Sums = defaultdict(lambda: defaultdict(int))
        for row in self.translated:
            if row.partner:
                sums[row.branch, row.account, row.partner][row.month] += row.amount
        for one, other in self._pairs():
            yield from self._balances(sums, one, other)
        for one, other in self._results():
            yield from self._income(sums, one, other)
        yield from self._stock()

    def _both_in(self, one: str, other: str, month: Month) -> bool:
        members = (self.unit.member(one), self.unit.member(other))
        return all(m is not None and m.method == "full" and m.is_in(month) for m in members)

    def _between(self) -> Iterator[tuple[str, str]]:
        names = [member.branch for member in self.unit.full]
        yield from ((one, other) for one in names for other in names if one != other)

    def _pairs(self) -> Iterator[tuple[Side, Side]]:
        for seller, buyer in self._between():
            customer = self.group.branches[seller].partners.get((buyer, "customer"))
            supplier = self.group.branches[buyer].partners.get((seller, "supplier"))
            if customer and supplier:
                yield Side(seller, customer.role, "1310", buyer), Side(buyer, supplier.role, "3010", seller)
            given, taken = f"ic_loan_given:{buyer}", f"ic_loan_taken:{seller}"
            yield Side(seller, given, "1320", buyer), Side(buyer, taken, "3020", seller)

    def _results(self) -> Iterator[tuple[Side, Side]]:
        for seller, buyer in self._between():
            yield (
                Side(seller, f"ic_sales:{buyer}", "4010", buyer), Side(buyer, f"inventory:{seller}", "1200", seller),
            )  # fmt: skip
            earned, owed = f"ic_interest_income:{buyer}", f"ic_interest_expense:{seller}"
            yield Side(seller, earned, "7010", buyer), Side(buyer, owed, "7110", seller)

    def _balances(self, sums: Sums, one: Side, other: Side) -> Iterator[Row]:
        before = (0, 0)
        for month in self.months:
            if not self._both_in(one.branch, other.branch, month):
                continue
            there = [_sum(sums, side, _ALWAYS, month.text) for side in (one, other)]
            parts = self._agreed(one, other, _ALWAYS, month.text)
            now = (rounded(there[0] * parts[0]), rounded(there[1] * parts[1]))
            rule, left = "intercompany_balance", 0
            for side, amount, was in zip((one, other), now, before, strict=True):
                yield Row(side.branch, month.text, side.account, side.partner, "elimination", rule, was - amount)
                left += amount - was
            rule = "intercompany_fx_difference"
            yield Row(one.branch, month.text, _FX_BALANCES, one.partner, "elimination", rule, left)
            before = now

    def _income(self, sums: Sums, one: Side, other: Side) -> Iterator[Row]:
        """Month by month what both booked leaves, then what one booked before the other: sales against the buyer's
        cost, interest on both sides."""
        sides = (one, other)
        at_once, waiting, left, before = [0, 0], [0, 0], [0, 0], [0, 0]  # the first, second and last translated
        for month in self.months:
            if not self._both_in(one.branch, other.branch, month):
                continue
            traded = self._traded(one, other, month.text)
            agreed = _agreed(*traded)
            for n, side in enumerate(sides):
                there = _sum(sums, side, month.text, month.text)
                leaves = rounded(there * _part(agreed, traded[n]))
                at_once[n] += leaves
                waiting[n] += there - leaves
                left[n] += traded[n] - (agreed if traded[n] > 0 else -agreed)
            late = _agreed(*left)
            now = [at_once[n] + rounded(waiting[n] * _part(late, left[n])) for n in (0, 1)]
            yield from self._left(month, one, other, (now[0] - before[0], now[1] - before[1]))
            before = now

    def _traded(self, one: Side, other: Side, month: str) -> tuple[int, int]:
        """What both sides booked in the month, in the currency of their trade."""
        ours = self.books[one.branch].agreed_in(one.role, month, month)
        theirs = self.books[other.branch].agreed_in(other.role, month, month)
        return sum(ours.values()), sum(theirs.values())

    def _left(self, month: Month, one: Side, other: Side, changed: tuple[int, int]) -> Iterator[Row]:
        if other.account == "1200":
            rule, cost = "intercompany_sales", changed[0]
            yield Row(one.branch, month.text, one.account, one.partner, "elimination", rule, -changed[0])
            yield Row(other.branch, month.text, "5000", other.partner, "elimination", rule, cost)
            return
        rule = "intercompany_interest"
        yield Row(one.branch, month.text, one.account, one.partner, "elimination", rule, -changed[0])
        yield Row(other.branch, month.text, other.account, other.partner, "elimination", rule, -changed[1])
        rule = "intercompany_fx_difference"
        yield Row(one.branch, month.text, _FX_RESULT, one.partner, "elimination", rule, sum(changed))

    def _agreed(self, one: Side, other: Side, first: str, last: str) -> tuple[Fraction, Fraction]:
        """Which part of its own amount leaves each side: the smaller of both, in the currency of their trade."""
        ours = self.books[one.branch].agreed_in(one.role, first, last)
        theirs = self.books[other.branch].agreed_in(other.role, first, last)
        for currency, amount in ours.items():
            agreed = _agreed(amount, against := theirs.get(currency, 0))
            if agreed:
                return _part(agreed, amount), _part(agreed, against)
        return Fraction(0), Fraction(0)

    def _stock(self) -> Iterator[Row]:
        """Profit that sits in goods of each other is the seller's; its deferred tax comes at the buyer's rate."""
        before: dict[tuple[str, str], tuple[int, int]] = {}
        for month in self.months:
            for seller, buyer in self._between():
                held = [s for s in stock_lists(self.group, [month]) if (s.seller, s.buyer) == (seller, buyer)]
                if not self._both_in(seller, buyer, month):
                    continue
                profit = 0
                for s in held:
                    source = self.group.branches[buyer].currency
                    rate = Fraction(self.group.rates.spot(source, self.unit.currency, s.bought), RATE_UNIT)
                    profit += rounded(Fraction(s.carrying * (s.price - s.cost), s.price) * rate)
                tax = rounded(Fraction(profit * TAX_RATES[buyer], 100)) if buyer in TAX_RATES else 0
                was = before.get((seller, buyer), (0, 0))
                before[seller, buyer] = (profit, tax)
                more, taxed = profit - was[0], tax - was[1]
                for branch, account, partner, rule, amount in (
                    (seller, "5000", buyer, "stock_profit", more),
                    (buyer, "1200", seller, "stock_profit", -more),
                    (buyer, "1420", seller, "stock_profit_deferred_tax", taxed),
                    (seller, "8010", buyer, "stock_profit_deferred_tax", -taxed),
                ):
                    yield Row(branch, month.text, account, partner, "stock_profit", rule, amount)


def _sum(sums: Sums, side: Side, first: str, last: str) -> int:
    months = sums.get((side.branch, side.account, side.partner), {})
    return sum(amount for month, amount in months.items() if first <= month <= last)


def _agreed(one: int, other: int) -> int:
    """What two amounts of opposite sign have in common."""
    return min(abs(one), abs(other)) if one * other < 0 else 0


def _part(agreed: int, amount: int) -> Fraction:
    return Fraction(agreed, abs(amount)) if amount else Fraction(0)
