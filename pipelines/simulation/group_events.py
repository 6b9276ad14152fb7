"""What the group's office knows above the branches' books: equity events, group journals, stock bought inside, plans.

The lists say it and the simulation's own consolidation starts from the same. Not here: who owns whom (holdings), files
(writers).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.calendar import FIRST_DAY, Month
from pipelines.simulation.events import Bill, Group, bills_of
from pipelines.simulation.holdings import (
    BROUGHT_FORWARD,
    FOUNDED,
    capital,
    capital_rate,
    dividends,
    holdings,
    results_rate,
    worth,
)
from pipelines.simulation.ledger import Ledger
from pipelines.simulation.money import convert
from pipelines.simulation.routine import Routine
from pipelines.simulation.world import Branch

# Seller and buyer whose month-end stock is listed: from the parent, to the parent with minorities, between two others.
_STOCKED = (("germany", "norway"), ("china", "germany"), ("china", "united_kingdom"))
TAX_RATES = {"germany": 30, "norway": 22, "united_states": 26, "france": 25, "china": 25, "united_kingdom": 25}
_PLANNED = {"4000": -78_000, "5000": 45_000, "6000": 21_600, "6200": 5_500}  # whole euros' worth a month


@dataclass(frozen=True)
class EquityEvent:
    """Minor units; more equity is positive. The group amount decides where there is one, else the rate does."""

    branch: str
    code: str
    currency: str
    day: date
    kind: str
    account: str
    amount: int
    rate: int
    amount_group: int | None = None

    @property
    def translated(self) -> int:
        return convert(self.amount, self.rate) if self.amount_group is None else self.amount_group


@dataclass(frozen=True)
class Step:
    """Something of a bought company worth more than its books say; per cent and months are whole."""

    code: str
    branch: str
    account: str
    amount: int
    months: int
    tax_rate: int
    expense: str


@dataclass(frozen=True)
class JournalLine:
    """A line of a group journal in minor units, debit positive; `unit` empty: every unit that holds the branch."""

    journal: str
    number: int
    unit: str
    branch: str
    month: str
    account: str
    currency: str
    amount: int
    reason: str
    reversed: bool


@dataclass(frozen=True)
class Stock:
    """Goods of a seller of the group in a buyer's stock at a month's end."""

    buyer: str
    seller: str
    as_of: date
    product: str
    bought: date
    carrying: int  # buyer's currency
    price: int  # currency of the trade
    cost: int


def retained_before(group: Group, branch: Branch) -> int:
    """Results of earlier years that a branch begins with; profits are positive."""
    (document,) = Routine(group, branch, Ledger()).opening()
    books = Ledger()
    books.post(document)
    return -books.accounts["retained"].opening


def unit_currencies(group: Group, branch: str) -> list[str]:
    """The currencies of the groups that hold a branch, the smallest group first."""
    found = []
    owners = {h.owned: h.owner for h in holdings(group)}
    while branch in owners:
        branch = owners[branch]
        found.append(group.branches[branch].currency)
    return found or [group.branches[branch].currency]


def equity_events(group: Group, last: date) -> Iterator[EquityEvent]:
    """What moved capital and reserves until a day, for every currency that it is translated into."""
    for name, branch in group.branches.items():
        paid_in = BROUGHT_FORWARD if name == "united_kingdom" else FOUNDED
        before = retained_before(group, branch)
        for currency in unit_currencies(group, name):
            at = results_rate(group, name, currency)
            yield EquityEvent(
                name, "CAPITAL", currency, paid_in, "capital", "2000", capital(branch),
                capital_rate(group, name, currency),
            )  # fmt: skip
            yield EquityEvent(
                name, "BROUGHT", currency, BROUGHT_FORWARD, "retained_earnings_brought_forward", "2100", before, at,
                convert(before, at),
            )  # fmt: skip
    for paid in dividends(group, FIRST_DAY, last):
        own = group.branches[paid.branch].currency
        for currency in unit_currencies(group, paid.branch):
            rate = group.rates.spot(own, currency, paid.day)
            code = f"DIVIDEND-{paid.day.year}"
            yield EquityEvent(paid.branch, code, currency, paid.day, "dividend", "2100", -paid.amount, rate)


def steps(group: Group) -> list[Step]:
    """France's machines are worth more than its books say."""
    if not {"germany", "france"} <= set(group.branches):
        return []
    return [Step("MACHINES", "france", "1100", worth(group.branches["france"], 20_000), 40, 25, "6100")]


def journals(group: Group, last: date) -> list[JournalLine]:
    """A provision of the parent, taken back the month after, and a bonus in China, for good."""
    found: list[JournalLine] = []
    for code, unit, branch, month, debit, credit, euros, back, reason in (
        ("J-001", "germany:group", "germany", Month(2026, 1), "6200", "3400", 5_000, True, "Invoice not yet received"),
        ("J-002", "", "china", Month(2026, 3), "6000", "3200", 3_000, False, "Bonus not yet in the books"),
    ):
        if branch in group.branches and month.last <= last and holdings(group):
            owner = group.branches[branch]
            said = (owner.currency, worth(owner, euros), reason, back)
            for number, account, sign in ((1, debit, 1), (2, credit, -1)):
                found.append(
                    JournalLine(code, number, unit, branch, month.text, account, said[0], sign * said[1], *said[2:])
                )
    return found


def stock_lists(group: Group, months: list[Month]) -> Iterator[Stock]:
    """Of the last trade of each month half is still there at its end."""
    for seller, buyer in _STOCKED:
        if {seller, buyer} <= set(group.branches):
            for month in months:
                yield from _stock(group, seller, buyer, month)


def _stock(group: Group, seller: str, buyer: str, month: Month) -> Iterator[Stock]:
    sold = _last_sold(group, seller, buyer, month)
    if sold is None:
        return
    line, rates = sold.lines[0], group.rates
    carried = convert(line.net, rates.spot(sold.currency, group.branches[buyer].currency, sold.day)) // 2
    cost = convert(line.cost_f, rates.spot(group.branches[seller].currency, sold.currency, sold.day))
    assert line.product is not None  # what is sold is a product
    yield Stock(buyer, seller, month.last, line.product.code, sold.day, carried, line.net, cost)


def _last_sold(group: Group, seller: str, buyer: str, month: Month) -> Bill | None:
    """The first bill of the last day in a month on which the seller sold to the buyer."""
    for day in reversed(month.work_days):
        for bill in bills_of(group, group.branches[seller], "sale", day):
            if bill.party.partner == buyer:
                return bill
    return None


def plans(group: Group, months: list[Month]) -> Iterator[tuple[str, str, str, int]]:
    """Branch, account, month and amount of the budget, debit positive."""
    for name, branch in group.branches.items():
        for month in months:
            for account, euros in _PLANNED.items():
                yield name, account, month.text, worth(branch, euros)
