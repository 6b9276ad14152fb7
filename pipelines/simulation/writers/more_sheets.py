"""The rest of the United States' workbook: vendor bills, items, cost centers, tax codes, open items.

Not here: the ledger, sales, payments and partners (workbook).
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.simulation.costing import cost_center_of, cost_centers, gtin, product_group, tariff_number
from pipelines.simulation.defects import Row
from pipelines.simulation.events import Bill
from pipelines.simulation.money import grouped, plain, rate_text
from pipelines.simulation.open_items import OpenItem, OpenItems
from pipelines.simulation.references import references
from pipelines.simulation.rows import Delivery, Rows, together
from pipelines.simulation.taxes import code_of, tax_codes
from pipelines.simulation.writers.sheets import amount, us

_BILLS = (
    "Bill No.", "Vendor Invoice", "Type", "Bill Date", "Due Date", "Vendor", "Affiliate", "Currency", "Rate",
    "Net Amount", "Tax", "Total", "Net USD", "Tax USD", "Total USD", "GL Ref",
)  # fmt: skip
_LINES = (
    "Bill No.", "Line", "Bill Date", "PO", "Receipt", "Item", "Description", "Quantity", "Unit", "Unit Price",
    "Net Amount", "Tax", "Currency", "Tax Code", "Account No.", "Department",
)  # fmt: skip
_ITEMS = ("Item", "Description", "Class", "Unit", "UPC/GTIN", "HTS Code", "Costing", "Service?", "List Price")
_CENTERS = ("Department", "Name", "Rolls Up To", "Manager", "Opened", "Closed")
_TAXES = ("Tax Code", "Description", "Side", "Rate", "Account No.", "Return Line", "Effective", "Ended")
_OPEN = (
    "As Of", "Ledger", "Name Code", "Document", "Installment", "Document Date", "Due Date", "Currency", "Open Amount",
    "Open USD", "Control Account",
)  # fmt: skip


class MoreSheets:
    """The sheets beside ledger and sales; `table` opens one."""

    def __init__(self, delivery: Delivery, table: Callable[[str, str, tuple[str, ...]], Rows]) -> None:
        self._delivery, self._branch, self._table = delivery, delivery.branch, table
        self._bills = table("purchase_invoice", "Vendor Bills", _BILLS)
        self._lines = table("purchase_invoice_line", "Vendor Bill Lines", _LINES)

    def bill(self, bill: Bill) -> None:
        """A vendor's bill with its lines."""
        head: Row = [
            bill.number, bill.their_number, "Bill", us(bill.day), us(bill.due), bill.party.code, bill.party.partner,
            bill.currency, rate_text(bill.rate), amount(bill.net), amount(bill.tax), amount(bill.gross),
            amount(bill.net_f), amount(bill.tax_f), amount(bill.gross_f), bill.number,
        ]  # fmt: skip
        lines = [self._line(bill, n) for n in range(len(bill.lines))]
        refused = together(bill.number, (self._bills, head), (self._lines, lines))
        self._delivery.total("purchase_invoice", "gross", bill.gross_f, refused)

    def lists(self, open_items: OpenItems) -> None:
        """Items, cost centers, tax codes, open items at the month's end."""
        branch = self._branch
        rows = self._table("product", "Items", _ITEMS)
        for p in branch.products:
            rows.document(p.code, [[
                p.code, p.name, product_group(p), "EA", gtin(branch, p), tariff_number(p), "Average", "N",
                amount(p.price),
            ]])  # fmt: skip
        rows.document("S001", [["S001", "Delivery", "Services", "HR", "", "", "", "Y", amount(4500)]])
        rows = self._table("cost_center", "Departments", _CENTERS)
        for c in cost_centers(branch):
            closed = us(c.valid_to) if c.valid_to else ""
            rows.document(c.code, [[c.code, c.name, c.parent, c.manager, us(c.valid_from), closed]])
        rows = self._table("tax_code", "Tax Codes", _TAXES)
        for t in tax_codes(branch):
            account = branch.chart.local(t.account_role) if t.account_role else ""
            side = "Sales" if t.direction == "output" else "Purchases"
            rows.document(t.code, [[t.code, t.name, side, f"{plain(t.rate)}%", account, t.box, us(t.valid_from), ""]])
        rows = self._table("open_item", "Open Items", _OPEN)
        for item in open_items.at(self._delivery.month.last):
            refused = rows.document(item.number, [self._open(item)])
            self._delivery.total("open_item", item.side, item.amount_f, refused)

    def _line(self, bill: Bill, at: int) -> Row:
        line, branch = bill.lines[at], self._branch
        return [
            bill.number, at + 1, us(bill.day), *references(branch, bill), line.product.code if line.product else "",
            line.product.name if line.product else branch.chart.entry(line.role)[1], line.quantity, "EA",
            amount(line.unit_price), amount(line.net), amount(line.tax), bill.currency,
            code_of(branch, "input", line.tax_class), branch.chart.local(line.role), cost_center_of(branch, line.role),
        ]  # fmt: skip

    def _open(self, item: OpenItem) -> Row:
        return [
            us(self._delivery.month.last), "Receivable" if item.side == "receivable" else "Payable", item.party.code,
            item.number, 1, us(item.day), us(item.due), item.currency, grouped(item.amount), grouped(item.amount_f),
            self._branch.chart.local(item.party.role),
        ]  # fmt: skip
