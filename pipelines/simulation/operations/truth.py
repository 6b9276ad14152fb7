"""What must be found between a branch's business and its books: order lines, stock, what belongs together.

Written from the events alone: of the whole books, whatever of them is refused at the door. Not here: what happens, and
any rule by which a pipeline pairs documents.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from pipelines.simulation.booking import Booked
from pipelines.simulation.calendar import FIRST_DAY, Month
from pipelines.simulation.money import plain
from pipelines.simulation.operations.bank import Account, Entry, Statement
from pipelines.simulation.operations.orders import OrderLine, order_lines
from pipelines.simulation.operations.stock import Stock, movements_of, transfers_of
from pipelines.simulation.world import Branch

_HEADERS = {
    "processes": (
        "branch_id", "process", "order_number", "line_number", "party_code", "partner_branch_id", "product_code",
        "order_date", "promised_date", "ordered_quantity", "delivery_number", "delivered_date", "delivered_quantity",
        "invoice_number", "invoice_date", "invoiced_quantity", "settled_date", "status",
    ),
    "stock": (
        "branch_id", "period_end_date", "product_code", "warehouse_code", "opening_quantity", "in_quantity",
        "out_quantity", "closing_quantity", "opening_value", "in_value", "out_value", "closing_value",
    ),
    "bank": (
        "branch_id", "statement_number", "from_date", "to_date", "opening_amount", "closing_amount", "entry_count",
    ),
    "matches": ("recon_code", "branch_id", "a_document", "b_document"),
}  # fmt: skip
_RECONCILED = {"sale": "sales_invoice_ledger", "purchase": "purchase_invoice_ledger"}


class OperationsTruth:
    """processes.csv, stock.csv, bank.csv and matches.csv, branch by branch and month by month, open until closed.

    Quantities are pieces, amounts the branch's own currency. In matches `a` is the business document and `b` the
    ledger's; a bank entry is `statement|entry`. Rows are written as things happen, so memory does not grow with them.
    """

    def __init__(self, folder: Path, until: date) -> None:
        """`until` is the last day that is told: what is settled later is not known yet."""
        folder.mkdir(parents=True, exist_ok=True)
        self.until = until
        self._files = ExitStack()
        self._out: dict[str, Callable[[Iterable[str]], object]] = {}
        for name, header in _HEADERS.items():
            file = self._files.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            self._out[name] = csv.writer(file, lineterminator="\n").writerow
            self._out[name](header)

    def write(self, table: str, row: Iterable[str]) -> None:
        self._out[table](row)

    def close(self) -> None:
        self._files.close()


class Witness:
    """Sees everything that a branch books, and tells the truth of its operations."""

    def __init__(self, truth: OperationsTruth, branch: Branch) -> None:
        self._truth, self._branch = truth, branch
        self._stock, self._account = Stock(), Account()

    def saw(self, booked: Booked) -> None:
        """A document and the business record behind it, in the order of the books."""
        if booked.document.journal == "opening" and booked.document.day != FIRST_DAY:
            return  # a later year begins with what is known already
        for movement in movements_of(self._branch, booked):
            self._stock.move(movement)
        if booked.bill is not None:
            for line in order_lines(self._branch, booked.bill, self._truth.until):
                self._tell("processes", _order_line(line))
            self._pair(_RECONCILED[booked.bill.side], booked.bill.number, booked.document.number)
        self._tell_entries(self._account.move(booked))

    def end(self, month: Month) -> None:
        """The month is over."""
        for movement in transfers_of(self._branch, month):
            self._stock.move(movement)
        for row in _levels(month, self._stock):
            self._tell("stock", row)
        self._stock.turn()
        entries, statement = self._account.end(month)
        self._tell_entries(entries)
        self._tell("bank", _statement(statement))

    def _tell_entries(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            for payment in entry.payments:
                self._pair("payment_bank", payment, entry.key)
            for document in entry.documents:
                self._pair("bank_cash_ledger", entry.key, document)

    def _pair(self, recon: str, a: str, b: str) -> None:
        self._truth.write("matches", (recon, self._branch.id, a, b))

    def _tell(self, table: str, row: tuple[str, ...]) -> None:
        self._truth.write(table, (self._branch.id, *row))


def _order_line(line: OrderLine) -> tuple[str, ...]:
    settled = line.settled_on.isoformat() if line.settled_on else ""
    return (
        line.process, line.order, f"{line.line}", line.party, line.partner, line.product, line.ordered_on.isoformat(),
        line.promised_for.isoformat(), f"{line.ordered}", line.delivery, line.delivered_on.isoformat(),
        f"{line.delivered}", line.invoice, line.invoiced_on.isoformat(), f"{line.invoiced}", settled, line.status,
    )  # fmt: skip


def _levels(month: Month, stock: Stock) -> Iterator[tuple[str, ...]]:
    for (product, warehouse), level in sorted(stock.levels.items()):
        pieces = (level.opening, level.received, level.issued, level.closing)
        worth = (level.opening_value, level.received_value, level.issued_value, level.closing_value)
        yield (month.last.isoformat(), product, warehouse, *(f"{p}" for p in pieces), *(plain(w) for w in worth))


def _statement(statement: Statement) -> tuple[str, ...]:
    month = statement.month
    return (
        statement.number, month.first.isoformat(), month.last.isoformat(), plain(statement.opening),
        plain(statement.closing), f"{statement.entries}",
    )  # fmt: skip
