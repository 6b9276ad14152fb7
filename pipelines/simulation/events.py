"""What happens between a branch and its partners: sales, purchases, credit notes, and what is paid when.

Everything about a day follows from its date and the seed alone, so a payment finds its invoice by letting that day
happen again; nothing has to be remembered, however large the group is. Not here: how an event is booked (booking) or
written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from pipelines.simulation.calendar import FIRST_DAY, days, is_work_day
from pipelines.simulation.dice import Dice
from pipelines.simulation.money import BASIS, convert, divide, tax_on
from pipelines.simulation.rates import Rates
from pipelines.simulation.world import INTERCOMPANY, Branch, Party, Product

DISCOUNT = 200  # basis points for paying within a week
TERMS = 28  # days; whole weeks keep payments on working days
LAGS = (7, 14, 28, 42)
LONGEST = LAGS[-1]
_GROUP_PRICE = 80  # per cent of the list price
_TRADE_DAY = 2  # the group's branches trade with each other on Wednesdays
# Two differences between what a seller of the group booked and what the buyer did: one bill of Germany's of which
# Norway read the first unit price too low, and a week of China's that Germany entered in the next month.
MISREAD = ("germany", "norway", date(2026, 2, 11))
MISREAD_BY = 500  # minor units a piece
ENTERED_LATE = ("china", "germany", date(2026, 2, 25))
_LOTS = (12, 10, 8, 6, 5, 4, 3, 2, 1)  # quantities in which goods are bought
_EXPENSES = ("office", "advertising", "advice", "freight", "utilities")
# How bills are paid, out of 20.
_PLANS = ("on_time",) * 9 + ("discount",) * 5 + ("partial",) * 2 + ("credited",) * 2 + ("late",) + ("open",)


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line; amounts are minor units, `_f` in the branch's own currency."""

    role: str
    tax_class: str
    net: int
    tax: int
    net_f: int
    tax_f: int
    product: Product | None = None
    quantity: int = 0
    unit_price: int = 0
    cost_f: int = 0

    def returned(self) -> BillLine:
        """The same line taken back."""
        return BillLine(
            self.role, self.tax_class, -self.net, -self.tax, -self.net_f, -self.tax_f,
            self.product, -self.quantity, self.unit_price, -self.cost_f,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice or credit note, sold or bought. `rate` is own currency per 1 of the bill's."""

    side: str  # sale, purchase
    number: str
    day: date
    party: Party
    currency: str
    rate: int
    lines: tuple[BillLine, ...]
    plan: str
    original: str = ""  # the invoice that a credit note corrects
    their_number: str = ""  # the supplier's own number

    @property
    def due(self) -> date:
        return self.day + timedelta(days=TERMS)

    @property
    def net(self) -> int:
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.lines)

    @property
    def gross(self) -> int:
        return sum(line.net + line.tax for line in self.lines)

    @property
    def net_f(self) -> int:
        return sum(line.net_f for line in self.lines)

    @property
    def tax_f(self) -> int:
        return sum(line.tax_f for line in self.lines)

    @property
    def gross_f(self) -> int:
        return sum(line.net_f + line.tax_f for line in self.lines)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in settling a bill: what leaves the open item, and how much of it is discount."""

    lag: int
    kind: str  # payment, credit
    amount: int  # bill's currency, discount included
    amount_f: int  # as the open item carries it
    discounts: tuple[tuple[str, int, int], ...] = ()  # tax class, amount, own currency

    @property
    def discount(self) -> int:
        return sum(amount for _, amount, _ in self.discounts)

    @property
    def discount_f(self) -> int:
        return sum(amount for _, _, amount in self.discounts)


@dataclass(frozen=True)
class Group:
    """The branches and the rates that they share."""

    branches: dict[str, Branch]
    rates: Rates
    bought_on: date = date(2026, 2, 1)  # when the group buys France


def bills_of(group: Group, branch: Branch, side: str, day: date) -> Iterator[Bill]:
    """Every invoice of the day, without credit notes."""
    if not is_work_day(day):
        return iter(())
    if side == "sale":
        return chain(_third_party_sales(group, branch, day), _sales_to_branches(group, branch, day))
    return chain(_third_party_purchases(group, branch, day), _purchases_from_branches(group, branch, day))


def credit_notes_of(group: Group, branch: Branch, day: date) -> Iterator[tuple[Bill, Bill]]:
    """Credit notes for goods sold a week ago and sent back, each with the invoice that it corrects."""
    sold = (bill for bill in bills_of(group, branch, "sale", day - timedelta(days=7)) if _is_credited(bill))
    for count, bill in enumerate(sold, start=1):
        note = Bill(
            "sale", branch.number(branch.profile.kinds["credit"], day, count), day, bill.party, bill.currency,
            bill.rate, (bill.lines[0].returned(),), "none", original=bill.number,
        )  # fmt: skip
        yield note, bill


def settling(bill: Bill) -> tuple[Step, ...]:
    """How the bill is settled over time; whatever is not in a step stays open."""
    gross, gross_f = bill.gross, bill.gross_f
    at_once = {"on_time": 28, "late": 42, "credited": 28}.get(bill.plan)
    if bill.plan == "discount":
        return (Step(7, "payment", gross, gross_f, _discounts(bill)),)
    if bill.plan == "partial":
        half = gross // 2
        half_f = divide(gross_f * half, gross)
        return (Step(14, "payment", half, half_f), Step(42, "payment", gross - half, gross_f - half_f))
    if _is_credited(bill):
        back = bill.lines[0]
        credit, credit_f = back.net + back.tax, back.net_f + back.tax_f
        return (Step(7, "credit", credit, credit_f), Step(28, "payment", gross - credit, gross_f - credit_f))
    return (Step(at_once, "payment", gross, gross_f),) if at_once else ()


def steps_until(bill: Bill, day: date) -> Iterator[Step]:
    """The steps that have happened by the end of a day.

    A payment that falls on a holiday of the simulated years is never made; what lies before them is history and was.
    """
    for step in settling(bill):
        when = bill.day + timedelta(days=step.lag)
        if when <= day and (when < FIRST_DAY or step.kind == "credit" or is_work_day(when)):
            yield step


def settled_on(bill: Bill) -> date | None:
    """The day from which nothing of the bill is open any more."""
    steps = list(steps_until(bill, date.max))
    if sum(step.amount for step in steps) != bill.gross:
        return None
    return bill.day + timedelta(days=steps[-1].lag)


def payments_of(group: Group, branch: Branch, side: str, day: date) -> Iterator[tuple[Party, list[tuple[Bill, Step]]]]:
    """What is paid on the day: partner by partner, several bills in one payment where it happens so."""
    if not is_work_day(day):
        return
    for lag in LAGS:
        together: dict[str, list[tuple[Bill, Step]]] = {}
        for bill in bills_of(group, branch, side, day - timedelta(days=lag)):
            for step in settling(bill):
                if step.lag == lag and step.kind == "payment":
                    together.setdefault(bill.party.code, []).append((bill, step))
        for due in together.values():
            for start in range(0, len(due), 4):
                yield due[start][0].party, due[start : start + 4]


class Brought(NamedTuple):
    """What a partner's account is opened with: in the books' currency, and in the bills' where that is another."""

    amount_f: int
    currency: str
    amount: int


def open_before(group: Group, branch: Branch, side: str) -> dict[str, Brought]:
    """What each partner still owes (or is owed) when the simulated year begins, by partner's role."""
    found: dict[str, Brought] = {}
    for day in days(FIRST_DAY - timedelta(days=LONGEST), FIRST_DAY - timedelta(days=1)):
        for bill in bills_of(group, branch, side, day):
            settled = [step for step in settling(bill) if day + timedelta(days=step.lag) < FIRST_DAY]
            before = found.get(bill.party.role, Brought(0, bill.currency, 0))
            found[bill.party.role] = Brought(
                before.amount_f + bill.gross_f - sum(step.amount_f for step in settled),
                bill.currency,
                before.amount + bill.gross - sum(step.amount for step in settled),
            )
    return {role: brought for role, brought in sorted(found.items()) if brought.amount_f}


def _is_credited(bill: Bill) -> bool:
    return bill.plan == "credited" and len(bill.lines) > 1 and bill.side == "sale" and not bill.party.partner


def _discounts(bill: Bill) -> tuple[tuple[str, int, int], ...]:
    found = []
    for tax_class in ("standard", "reduced", "untaxed"):
        gross = sum(line.net + line.tax for line in bill.lines if line.tax_class == tax_class)
        if gross:
            amount = divide(gross * DISCOUNT, BASIS)
            found.append((tax_class, amount, convert(amount, bill.rate)))
    return tuple(found)


def _third_party_sales(group: Group, branch: Branch, day: date) -> Iterator[Bill]:
    dice = Dice(branch.seed, branch.id, "sale", day)
    usual = branch.profile.sales_per_day * branch.volume
    for count in range(1, dice.between(usual - usual // 3, usual + usual // 3) + 1):
        party = dice.pick(branch.customers)
        lines = 1 + dice.below(3)
        yield Bill(
            "sale", branch.number(branch.profile.kinds["sale"], day, count), day, party, party.currency,
            group.rates.spot(party.currency, branch.currency, day),
            tuple(_sold(group, branch, party, dice, day) for _ in range(lines)), dice.pick(_PLANS),
        )  # fmt: skip


def _sold(group: Group, branch: Branch, party: Party, dice: Dice, day: date) -> BillLine:
    """One line of a sale; branches of the group pay less than the list price."""
    share = _GROUP_PRICE if party.partner else 100
    product = dice.pick(branch.products)
    quantity = dice.between(1, 12)
    tax_class = product.tax_class if party.taxed else "untaxed"
    price = convert(product.price * share // 100, group.rates.spot(branch.currency, party.currency, day))
    net = price * quantity
    tax = tax_on(net, branch.profile.tax_rates[tax_class])
    rate = group.rates.spot(party.currency, branch.currency, day)
    role = f"ic_sales:{party.partner}" if party.partner else f"sales_{tax_class}"
    return BillLine(
        role,
        tax_class,
        net,
        tax,
        convert(net, rate),
        convert(tax, rate),
        product,
        quantity,
        price,
        product.cost * quantity,
    )


def _sales_to_branches(group: Group, branch: Branch, day: date) -> Iterator[Bill]:
    if day.weekday() != _TRADE_DAY:
        return
    for seller, buyer, currency in INTERCOMPANY:
        if seller != branch.id or (buyer, "customer") not in branch.partners:
            continue
        dice = Dice(branch.seed, "group", seller, buyer, day)
        party = branch.partners[buyer, "customer"]
        for count in range(1, max(1, branch.volume // 3) + 1 + dice.below(2)):
            yield Bill(
                "sale", branch.number(f"IC{buyer[:1].upper()}", day, count), day, party, currency,
                group.rates.spot(currency, branch.currency, day),
                tuple(_sold(group, branch, party, dice, day) for _ in range(2)), "on_time",
            )  # fmt: skip


def _purchases_from_branches(group: Group, branch: Branch, day: date) -> Iterator[Bill]:
    """The other side of what the other branches sold to this one."""
    if day.weekday() != _TRADE_DAY:
        return
    for seller, buyer, currency in INTERCOMPANY:
        if buyer != branch.id or (seller, "supplier") not in branch.partners:
            continue
        party = branch.partners[seller, "supplier"]
        rate = group.rates.spot(currency, branch.currency, day)
        for count, bill in enumerate(_received(group, seller, branch, day), start=1):
            missing = MISREAD_BY if count == 1 and (seller, buyer, day) == MISREAD else 0
            lines = tuple(
                BillLine(
                    f"inventory:{seller}", "untaxed", net, 0, convert(net, rate), 0, _own_product(branch, line),
                    line.quantity, net // line.quantity,
                )
                for n, line in enumerate(bill.lines)
                for net in (line.net - missing * line.quantity * (n == 0),)
            )  # fmt: skip
            number = branch.number(f"IB{seller[:1].upper()}", day, count)
            yield Bill("purchase", number, day, party, currency, rate, lines, "on_time", their_number=bill.number)


def _received(group: Group, seller: str, buyer: Branch, day: date) -> Iterator[Bill]:
    """The seller's bills that the buyer enters on a day: those of the day, but for one week's, entered a week later."""
    for sold_on in (day - timedelta(days=7), day):
        if ((seller, buyer.id, sold_on) == ENTERED_LATE) != (sold_on == day):
            for bill in _sales_to_branches(group, group.branches[seller], sold_on):
                if bill.party.partner == buyer.id:
                    yield bill


def _third_party_purchases(group: Group, branch: Branch, day: date) -> Iterator[Bill]:
    dice = Dice(branch.seed, branch.id, "purchase", day)
    usual = branch.profile.purchases_per_day * branch.volume
    for count in range(1, dice.between(usual - usual // 3, usual + usual // 3) + 1):
        party = dice.pick(branch.suppliers)
        rate = group.rates.spot(party.currency, branch.currency, day)
        plan = dice.pick(_PLANS)
        yield Bill(
            "purchase", branch.number(branch.profile.kinds["purchase"], day, count), day, party,
            party.currency,
            rate, tuple(_bought(group, branch, party, dice, day) for _ in range(1 + dice.below(2))),
            plan, their_number=f"{dice.between(10_000, 99_999)}",
        )  # fmt: skip


def _bought(group: Group, branch: Branch, party: Party, dice: Dice, day: date) -> BillLine:
    goods = dice.below(5) > 0
    role = "inventory" if goods else dice.pick(_EXPENSES)
    tax_class = "untaxed"
    if party.taxed:
        tax_class = "reduced" if goods and dice.below(6) == 0 else "standard"
    worth = dice.between(50_000, 330_000) if goods else dice.between(4_000, 38_000)
    net = convert(worth * branch.profile.money_scale, group.rates.spot(branch.currency, party.currency, day))
    tax = tax_on(net, branch.profile.tax_rates[tax_class])
    rate = group.rates.spot(party.currency, branch.currency, day)
    product = branch.products[worth % len(branch.products)] if goods else None
    quantity = next(n for n in _LOTS if net % n == 0)
    return BillLine(
        role, tax_class, net, tax, convert(net, rate), convert(tax, rate), product, quantity, net // quantity
    )


def _own_product(branch: Branch, line: BillLine) -> Product | None:
    """What the buyer calls the seller's product: the branches code their products each for itself."""
    return branch.products[int(line.product.code) % len(branch.products)] if line.product else None
