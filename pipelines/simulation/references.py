"""The numbers of the order and of the delivery or receipt that lines of a bill name: one each, once in a branch.

Not here: what was ordered (operations.orders) and what moved (operations.stock).
"""

from __future__ import annotations

from typing import NamedTuple

from pipelines.simulation.events import Bill
from pipelines.simulation.world import Branch

# What the numbers begin with, sold and bought.
_USUAL = (("A", "L"), ("B", "W"))
_OWN = {
    "united_states": (("SO", "PS"), ("PO", "RC")),
    "united_kingdom": (("SO", "DN"), ("PO", "GRN")),
}


class References(NamedTuple):
    """Numbers in the branch's own style."""

    order: str
    delivery: str


def references(branch: Branch, bill: Bill) -> References:
    """The order behind a bill and the delivery with it; a credit note has the order of the invoice it corrects."""
    order, delivery = _OWN.get(branch.system, _USUAL)[bill.side == "purchase"]
    return References(f"{order}{bill.original or bill.number}", f"{delivery}{bill.number}")
