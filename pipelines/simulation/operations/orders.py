"""The orders behind the bills: what was asked for, what was delivered of it, what is still to come or cancelled.

Everything follows from the bill and the branch's seed, so nothing has to be remembered. Not here: goods (stock), money
(bank).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.simulation.dice import Dice
from pipelines.simulation.events import Bill, settled_on
from pipelines.simulation.references import references
from pipelines.simulation.world import Branch

_SHORT, _CANCELLED = 0, 1  # what of six rolls leaves a rest to come, and a rest that was cancelled


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order and how far it came. Quantities are whole pieces; days are empty where not reached."""

    process: str  # order_to_cash, procure_to_pay
    order: str
    line: int
    party: str
    partner: str
    product: str
    ordered_on: date
    promised_for: date
    ordered: int
    delivery: str
    delivered_on: date
    delivered: int
    invoice: str
    invoiced_on: date
    invoiced: int
    settled_on: date | None
    status: str  # closed, invoiced, partly_delivered


def order_lines(branch: Branch, bill: Bill, until: date) -> Iterator[OrderLine]:
    """The order lines of goods behind an invoice, as they stand at the end of a day; a credit note has no order."""
    if bill.original:
        return
    order, delivery = references(branch, bill)
    dice = Dice(branch.seed, branch.id, "order", bill.number)
    ordered_on = bill.day - timedelta(days=dice.between(4, 18))
    paid = settled_on(bill)
    settled = paid if paid is not None and paid <= until else None
    for number, line in enumerate(bill.lines, start=1):
        fate, more = dice.below(6), dice.between(1, 4)
        if line.product is None:
            continue
        ordered = line.quantity + (more if fate in (_SHORT, _CANCELLED) else 0)
        status = "partly_delivered" if fate == _SHORT else "closed" if settled else "invoiced"
        yield OrderLine(
            "order_to_cash" if bill.side == "sale" else "procure_to_pay",
            order, number, bill.party.code, bill.party.partner, line.product.code,
            ordered_on, ordered_on + timedelta(days=10), ordered,
            delivery, bill.day, line.quantity, bill.number, bill.day, line.quantity, settled, status,
        )  # fmt: skip
