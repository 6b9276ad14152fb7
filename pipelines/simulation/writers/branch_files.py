"""Invoices, purchases, payments and allocations of one month as delimited text, as a dialect says.

Not here: the dialects, lists of master data and open items (lists), workbooks and JSON.
"""

from __future__ import annotations

from pipelines.simulation.booking import Payment
from pipelines.simulation.costing import cost_center_of
from pipelines.simulation.defects import Row
from pipelines.simulation.events import Bill
from pipelines.simulation.references import references
from pipelines.simulation.rows import Delivery, Rows
from pipelines.simulation.taxes import code_of
from pipelines.simulation.writers.dialects import Dialect
from pipelines.simulation.writers.flat import FlatFile

_RATED = ("germany", "norway")  # whose sales lines name the tax by its rate and not by a code


class BranchFiles:
    """The tables of one month (or of a later delivery), open until closed."""

    PAYMENTS = ("payment", "payment_allocation")
    DATASETS = ("sales_invoice", "sales_invoice_line", *PAYMENTS, "purchase_invoice", "purchase_invoice_line")

    def __init__(self, delivery: Delivery, dialect: Dialect, tables: tuple[str, ...] = ()) -> None:
        self._delivery, self._dialect, self._branch = delivery, dialect, delivery.branch
        self._open: list[FlatFile] = []
        self._rows: dict[str, Rows] = {}
        for dataset in tables or self.DATASETS:
            header = dialect.columns[dataset]
            name = f"{dialect.files[dataset]}_{delivery.month.compact}_{delivery.stamp}.csv"
            file = dialect.opened(delivery.folder / name)
            self._open.append(file)
            rows = delivery.rows(delivery.table(dataset, name), header, file.row)
            rows.non_data(list(header))
            self._rows[dataset] = rows

    @property
    def names(self) -> list[str]:
        """The files' names."""
        return [rows.table.file for rows in self._rows.values()]

    def bill(self, bill: Bill) -> None:
        """An invoice or credit note, sold or bought, with its lines."""
        if bill.side == "sale":
            head, parts, lines = self._invoice(bill), "sales_invoice_line", self._sold(bill)
        else:
            head, parts, lines = self._purchase(bill), "purchase_invoice_line", self._bought(bill)
        heads = parts.removesuffix("_line")
        refused = self._rows[heads].document(bill.number, [head])
        self._delivery.total(heads, "gross", bill.gross_f, refused)
        refused = self._rows[parts].document(bill.number, lines)
        self._delivery.total(parts, "net_transaction", bill.net, refused)

    def payment(self, payment: Payment) -> None:
        """A payment with what it settles."""
        refused = self._rows["payment"].document(payment.number, [self._paid(payment)])
        self._delivery.total("payment", payment.party.kind, payment.amount_f, refused)
        money, day = self._dialect.money, self._dialect.date(payment.day)
        rows: list[Row] = [
            [payment.number, f"{n}", day, a.bill, money(a.amount), money(a.discount), payment.currency,
             money(a.fx_f), day]
            for n, a in enumerate(payment.allocations, start=1)
        ]  # fmt: skip
        self._rows["payment_allocation"].document(payment.number, rows)

    def close(self) -> None:
        for file in self._open:
            file.close()

    def _invoice(self, bill: Bill) -> Row:
        day = self._dialect.date(bill.day)
        return [
            bill.number, self._dialect.types[bool(bill.original)], bill.original, day, day,
            self._dialect.date(bill.due), *self._amounts(bill),
        ]  # fmt: skip

    def _purchase(self, bill: Bill) -> Row:
        day = self._dialect.date(bill.day)
        return [
            bill.number, bill.their_number, self._dialect.types[0], "", day, day, self._dialect.date(bill.due),
            *self._amounts(bill),
        ]  # fmt: skip

    def _amounts(self, bill: Bill) -> Row:
        money = self._dialect.money
        return [
            bill.party.code, bill.party.partner, bill.currency, self._dialect.rate(bill.rate), money(bill.net),
            money(bill.tax), money(bill.gross), money(bill.net_f), money(bill.tax_f), money(bill.gross_f), bill.number,
        ]  # fmt: skip

    def _sold(self, bill: Bill) -> list[Row]:
        branch, rows = self._branch, []
        for line, row in zip(bill.lines, self._lines(bill), strict=True):
            rated = branch.system in _RATED
            percent = f"{branch.profile.tax_rates[line.tax_class] // 100}"
            code = percent if rated else code_of(branch, "output", line.tax_class)
            rows.append([*row, code, branch.chart.local(line.role), self._dialect.money(line.cost_f)])
        return rows

    def _bought(self, bill: Bill) -> list[Row]:
        branch = self._branch
        return [
            [*row, code_of(branch, "input", line.tax_class), branch.chart.local(line.role),
             cost_center_of(branch, line.role)]
            for line, row in zip(bill.lines, self._lines(bill), strict=True)
        ]  # fmt: skip

    def _lines(self, bill: Bill) -> list[Row]:
        """What lines of sales and of purchases have in common."""
        money, rows = self._dialect.money, []
        order, delivery = references(self._branch, bill)
        for number, line in enumerate(bill.lines, start=1):
            product = line.product
            name = product.name if product else self._branch.chart.entry(line.role)[1]
            row: Row = [
                bill.number, f"{number}", self._dialect.date(bill.day), order, delivery,
                product.code if product else "", name, f"{line.quantity}", self._dialect.unit, money(line.unit_price),
                money(line.net), money(line.tax), bill.currency,
            ]  # fmt: skip
            rows.append(row)
        return rows

    def _paid(self, payment: Payment) -> Row:
        money, words = self._dialect.money, self._dialect.directions
        amount, amount_f = payment.amount, payment.amount_f
        kind = (words or self._dialect.parties)[payment.party.kind == "supplier"]
        if words:
            amount, amount_f = abs(amount), abs(amount_f)
        return [
            payment.number, self._dialect.date(payment.day), kind, payment.party.code,
            self._branch.chart.local("bank"), payment.currency, money(amount), money(amount_f), payment.reference,
            payment.number,
        ]  # fmt: skip
