"""How a branch books what happens: bills, credit notes, payments with discount and exchange differences.

Not here: what happens (events), and the month's routine of payroll, depreciation and taxes (routine).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.events import Bill, Group, Step, bills_of, credit_notes_of, payments_of, settled_on
from pipelines.simulation.ledger import Document, Posting
from pipelines.simulation.money import convert, tax_within
from pipelines.simulation.national import china, france, united_kingdom
from pipelines.simulation.world import Branch, Party

# What the branches call things.
WORDS = {
    "germany": {
        "sale": "Rechnung",
        "credit": "Gutschrift",
        "purchase": "Eingangsrechnung",
        "received": "Zahlungseingang",
        "paid": "Zahlungsausgang",
        "discount": "Skonto",
        "fx": "Kursdifferenz",
        "goods": "Wareneinsatz",
    },
    "norway": {
        "sale": "Faktura",
        "credit": "Kreditnota",
        "purchase": "Inngående faktura",
        "received": "Innbetaling",
        "paid": "Utbetaling",
        "discount": "Kontantrabatt",
        "fx": "Valutadifferanse",
        "goods": "Varekostnad",
    },
    "united_states": {
        "sale": "Invoice",
        "credit": "Credit memo",
        "purchase": "Vendor bill",
        "received": "Customer payment",
        "paid": "Bill payment",
        "discount": "Early payment discount",
        "fx": "Exchange difference",
        "goods": "Cost of goods sold",
    },
    "france": france.WORDS,
    "china": china.WORDS,
    "united_kingdom": united_kingdom.WORDS,
}


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment settles of one bill; signed like the payment."""

    bill: str
    amount: int
    discount: int
    fx_f: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money in (positive) or out (negative)."""

    number: str
    day: date
    party: Party
    currency: str
    amount: int
    amount_f: int
    reference: str
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """A document and the business record behind it, if there is one."""

    document: Document
    bill: Bill | None = None
    payment: Payment | None = None


def trade_of(group: Group, branch: Branch, day: date) -> Iterator[Booked]:
    """Everything that is booked with partners on a day."""
    for bill in bills_of(group, branch, "sale", day):
        yield Booked(_sale(branch, bill), bill=bill)
    for note, bill in credit_notes_of(group, branch, day):
        yield Booked(_sale(branch, note, of=bill), bill=note)
    for bill in bills_of(group, branch, "purchase", day):
        yield Booked(_purchase(branch, bill), bill=bill)
    for side in ("sale", "purchase"):
        for count, (party, due) in enumerate(payments_of(group, branch, side, day), start=1):
            rate = group.rates.spot(party.currency, branch.currency, day)
            yield _payment(_Moved(branch, party, rate, side == "sale"), day, count, due)


def _sale(branch: Branch, bill: Bill, of: Bill | None = None) -> Document:
    """An invoice, or a credit note of one."""
    about, settled = _letter(branch, of or bill)
    words = WORDS[branch.system]
    text = f"{words['sale' if bill.gross >= 0 else 'credit']} {bill.party.name}"
    postings = [
        Posting(
            bill.party.role, line.role, line.net_f + line.tax_f, line.tax_f,
            f"output_tax_{line.tax_class}" if line.tax_f else "", line.tax_class,
            *_foreign(branch, bill, line.net + line.tax), text=text, about=about, settled=settled,
        )
        for line in bill.lines
    ]  # fmt: skip
    cost = sum(line.cost_f for line in bill.lines)
    postings.append(Posting("cost_of_sales", "inventory", cost, text=words["goods"]))
    red = branch.profile.red_credit_notes and bill.gross < 0
    return Document(bill.number, "sales", bill.day, text, tuple(postings), due=bill.due, source=bill.number, red=red)


def _purchase(branch: Branch, bill: Bill) -> Document:
    text = f"{WORDS[branch.system]['purchase']} {bill.party.name}"
    about, settled = _letter(branch, bill)
    postings = tuple(
        Posting(
            bill.party.role, line.role, -(line.net_f + line.tax_f), -line.tax_f,
            f"input_tax_{line.tax_class}" if line.tax_f else "", line.tax_class,
            *_foreign(branch, bill, -(line.net + line.tax)), text=text, about=about, settled=settled,
        )
        for line in bill.lines
    )  # fmt: skip
    return Document(bill.number, "purchases", bill.day, text, postings, due=bill.due, source=bill.their_number)


def _letter(branch: Branch, bill: Bill) -> tuple[str, date | None]:
    """What a partner's lines say about the bill that they open or settle, where the branch says such things."""
    return (bill.number, settled_on(bill)) if branch.profile.letters else ("", None)


def _foreign(branch: Branch, bill: Bill, amount: int) -> tuple[str, int]:
    return ("", 0) if bill.currency == branch.currency else (bill.currency, amount)


@dataclass(frozen=True)
class _Moved:
    """Money that moved on a day: with whom, which way, at which rate."""

    branch: Branch
    party: Party
    rate: int
    received: bool

    @property
    def sign(self) -> int:
        return 1 if self.received else -1

    @property
    def text(self) -> str:
        return f"{WORDS[self.branch.system]['received' if self.received else 'paid']} {self.party.name}"

    def number(self, day: date, count: int) -> str:
        return self.branch.number(self.branch.profile.kinds["received" if self.received else "paid"], day, count)


def _payment(moved: _Moved, day: date, count: int, due: list[tuple[Bill, Step]]) -> Booked:
    """One payment of one partner for one or several bills."""
    number, sign, party = moved.number(day, count), moved.sign, moved.party
    postings: list[Posting] = []
    allocations = []
    total_f = 0
    for bill, step in due:
        cash = step.amount - step.discount
        cash_f = convert(cash, moved.rate)
        total_f += cash_f
        postings += _settled(moved, bill, step, cash, cash_f)
        difference = cash_f - (step.amount_f - step.discount_f)
        allocations.append(Allocation(bill.number, sign * cash, sign * step.discount, sign * difference))
    cash = sum(a.amount for a in allocations)
    reference = " ".join(bill.number if moved.received else bill.their_number for bill, _ in due)
    payment = Payment(number, day, party, party.currency, cash, sign * total_f, reference, tuple(allocations))
    return Booked(Document(number, "bank", day, moved.text, tuple(postings), source=number), payment=payment)


def _settled(moved: _Moved, bill: Bill, step: Step, cash: int, cash_f: int) -> Iterator[Posting]:
    """The open item is relieved of what it carries; what the bank moved more or less is an exchange difference."""
    branch, party, sign = moved.branch, moved.party, moved.sign
    words = WORDS[branch.system]
    carried_f = step.amount_f - step.discount_f
    # A partner's account inside the group keeps one currency: there the bank has the whole difference.
    common_f = carried_f if party.partner else min(cash_f, carried_f)
    currency, cash_t = _foreign(branch, bill, cash)
    about, settled = _letter(branch, bill)
    yield Posting(
        "bank", party.role, sign * common_f, currency=currency, amount_t=sign * cash_t, text=moved.text,
        about=about, settled=settled,
    )  # fmt: skip
    if cash_f > carried_f:  # the bank moved more than the open item carried
        other = "fx_gain" if moved.received else "fx_loss"
        yield Posting("bank", other, sign * (cash_f - carried_f), text=words["fx"])
    elif cash_f < carried_f and party.partner:
        other = "fx_loss" if moved.received else "fx_gain"
        yield Posting("bank", other, sign * (cash_f - carried_f), text=words["fx"])
    elif cash_f < carried_f:
        other = "fx_loss" if moved.received else "fx_gain"
        difference = -sign * (carried_f - cash_f)
        yield Posting(party.role, other, difference, text=words["fx"], about=about, settled=settled)
    for tax_class, amount, amount_f in step.discounts:
        role = f"discount_{'granted' if moved.received else 'received'}_{tax_class}"
        tax = tax_within(amount_f, branch.profile.tax_rates[tax_class])
        tax_account = f"{'output' if moved.received else 'input'}_tax_{tax_class}" if tax else ""
        currency, amount_t = _foreign(branch, bill, amount)
        yield Posting(
            party.role, role, -sign * amount_f, -sign * tax, tax_account, tax_class,
            currency, -sign * amount_t, text=words["discount"], about=about, settled=settled,
        )  # fmt: skip
