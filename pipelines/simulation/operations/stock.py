"""Goods as the warehouse sees them: every movement in pieces and value, and what lies there at a month's end.

Values are what the books say, so that stock and inventory accounts agree to the cent. Not here: orders, bills.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pipelines.simulation.booking import Booked
from pipelines.simulation.calendar import Month
from pipelines.simulation.charts import role_of
from pipelines.simulation.events import Bill
from pipelines.simulation.ledger import Document
from pipelines.simulation.references import references
from pipelines.simulation.world import Branch, Product

MAIN, SHOP = "01", "02"
_MOVED = 5  # pieces of a product that go to the shop each month


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of the warehouse's journal: pieces and minor units of the books' currency, in positive, out negative."""

    number: str
    line: int
    day: date
    kind: str  # opening, receipt, issue, return_in, transfer_in, transfer_out
    product: str
    warehouse: str
    quantity: int
    value: int
    order: str = ""
    party: str = ""
    document: str = ""


@dataclass
class Level:
    """What of a product lies in a warehouse, and what moved since the month began."""

    opening: int = 0
    opening_value: int = 0
    received: int = 0
    received_value: int = 0
    issued: int = 0
    issued_value: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.received + self.issued

    @property
    def closing_value(self) -> int:
        return self.opening_value + self.received_value + self.issued_value

    def moved(self, movement: Movement) -> None:
        if movement.kind == "opening":
            self.opening += movement.quantity
            self.opening_value += movement.value
        elif movement.quantity > 0:
            self.received += movement.quantity
            self.received_value += movement.value
        else:
            self.issued += movement.quantity
            self.issued_value += movement.value

    def turned(self) -> Level:
        """The next month begins."""
        return Level(self.closing, self.closing_value)


@dataclass
class Stock:
    """The warehouses of a branch, by product and warehouse."""

    levels: dict[tuple[str, str], Level] = field(default_factory=lambda: defaultdict(Level))

    def move(self, movement: Movement) -> None:
        self.levels[movement.product, movement.warehouse].moved(movement)

    def turn(self) -> None:
        """Begin the next month."""
        for place, level in list(self.levels.items()):
            self.levels[place] = level.turned()


def movements_of(branch: Branch, booked: Booked) -> Iterator[Movement]:
    """The goods that moved with a document: of a bill, over the counter, or brought forward."""
    document = booked.document
    if document.journal == "opening":
        yield from _brought_forward(branch, document)
    elif booked.bill is not None:
        yield from _with_bill(branch, booked.bill)
    else:
        yield from _over_the_counter(branch, document)


def transfers_of(branch: Branch, month: Month) -> Iterator[Movement]:
    """Two products go from the warehouse to the shop on the month's first working day: a row for each leg."""
    day, count = month.work_days[0], len(branch.products)
    for line, product in enumerate(
        (branch.products[month.number % count], branch.products[(month.number + 1) % count])
    ):
        number, value = f"T{month.compact}", _MOVED * product.cost
        yield Movement(number, 2 * line + 1, day, "transfer_out", product.code, MAIN, -_MOVED, -value)
        yield Movement(number, 2 * line + 2, day, "transfer_in", product.code, SHOP, _MOVED, value)


def inventory_in(document: Document) -> int:
    """What a document does to the inventory accounts, debit positive."""
    return sum(e.debit - e.credit for e in document.entries() if role_of(e.account) == "inventory")


def _with_bill(branch: Branch, bill: Bill) -> Iterator[Movement]:
    sold = bill.side == "sale"
    order, delivery = references(branch, bill)
    kind = "receipt" if not sold else "return_in" if bill.original else "issue"
    for number, line in enumerate(bill.lines, start=1):
        if line.product is not None:
            quantity, value = (-line.quantity, -line.cost_f) if sold else (line.quantity, line.net_f)
            yield Movement(
                delivery, number, bill.day, kind, line.product.code, MAIN, quantity, value,
                order, bill.party.code, bill.number,
            )  # fmt: skip


def _over_the_counter(branch: Branch, document: Document) -> Iterator[Movement]:
    """A counter sale says what it cost and not what was sold: as many pieces of a product as that may have been."""
    value = inventory_in(document)
    if value:
        product = branch.products[-value % len(branch.products)]
        pieces = max(1, -value // product.cost)
        yield Movement(
            document.number, 1, document.day, "issue", product.code, MAIN, -pieces, value, document=document.number
        )


def _brought_forward(branch: Branch, document: Document) -> Iterator[Movement]:
    """As many pieces of every product as the books' opening inventory pays for; the first carries the odd amount."""
    worth = inventory_in(document)
    products: tuple[Product, ...] = branch.products
    pieces = worth // sum(product.cost for product in products)
    odd = worth - pieces * sum(product.cost for product in products)
    for line, product in enumerate(products, start=1):
        value = pieces * product.cost + (odd if line == 1 else 0)
        yield Movement(
            document.number, line, document.day, "opening", product.code, MAIN, pieces, value, document=document.number
        )
