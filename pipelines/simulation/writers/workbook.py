"""The United States' monthly workbook: ledger, chart, trial balance, customers, vendors, invoices, lines, payments,
applications.

Made for people: titles, a header of two rows with merged cells, subtotals, blank rows, dates mostly as text, negative
amounts in parentheses, numbers here and there stored as text. Rows are written once and in order, so memory does not
grow with them. Not here: what the rows say about the books.
"""

from __future__ import annotations

from datetime import date, datetime

import xlsxwriter  # type: ignore[import-untyped]

from pipelines.simulation.booking import Payment
from pipelines.simulation.charts import party_code, role_of
from pipelines.simulation.costing import cost_center_of
from pipelines.simulation.defects import Row
from pipelines.simulation.events import Bill
from pipelines.simulation.ledger import Document, Entry, Ledger
from pipelines.simulation.money import grouped, rate_text
from pipelines.simulation.open_items import OpenItems
from pipelines.simulation.references import references
from pipelines.simulation.rows import Delivery, Rows, together
from pipelines.simulation.truth import local_balances
from pipelines.simulation.world import Party
from pipelines.simulation.writers.more_sheets import MoreSheets
from pipelines.simulation.writers.sheets import Sheet, amount, us

MOST_ROWS = 1_040_000  # the ledger goes on in another sheet
# Group of columns above, names below; the group's cell is merged over its columns.
LEDGER_HEADER = (
    ("Transaction", ("Date", "Journal", "Number", "Line")),
    ("Account", ("Account No.", "Account Name")),
    ("Name", ("Customer", "Vendor", "Affiliate")),
    ("Amounts", ("Amount", "Currency", "Foreign Amount")),
    ("Details", ("Memo", "Due Date", "Source", "Department")),
)
_JOURNALS = {
    "opening": "OPEN",
    "sales": "SALES",
    "purchases": "PURCH",
    "bank": "BANK",
    "cash": "CASH",
    "payroll": "PAYROLL",
    "general": "GENERAL",
}
_INVOICES = (
    "Invoice No.", "Type", "Applies To", "Invoice Date", "Ship Date", "Due Date", "Customer", "Affiliate", "Currency",
    "Rate", "Net Amount", "Sales Tax", "Total", "Net USD", "Tax USD", "Total USD", "GL Ref",
)  # fmt: skip
_LINES = (
    "Invoice No.", "Line", "Invoice Date", "Order", "Packing Slip", "Item", "Description", "Quantity", "Unit",
    "Unit Price",
    "Net Amount", "Sales Tax", "Currency", "Tax Code", "Account No.", "Cost USD",
)  # fmt: skip
_PAYMENTS = (
    "Payment No.", "Date", "Type", "Name Code", "Bank Account", "Currency", "Amount", "Amount USD", "Reference",
    "GL Ref",
)  # fmt: skip
_APPLIED = (
    "Payment No.", "Line", "Date", "Applied To", "Amount", "Discount", "Currency", "Exchange Difference USD",
    "Applied On",
)  # fmt: skip
_CHART = ("Account No.", "Account Name", "Type")
_BALANCE = ("Account No.", "Account Name", "Beginning Balance", "Debit", "Credit", "Ending Balance")
_PARTY = (
    "Code",
    "Name",
    "Address",
    "City",
    "ZIP",
    "Country",
    "Tax ID",
    "Bank Account",
    "Terms (days)",
    "Currency",
    "Affiliate",
)
_TYPES = {
    "1": "Asset",
    "2": "Liability",
    "3": "Equity",
    "4": "Revenue",
    "5": "Expense",
    "6": "Expense",
    "7": "Expense",
    "8": "Expense",
}


class Workbook:
    """One month's workbook, open until closed."""

    def __init__(self, delivery: Delivery) -> None:
        branch, month, sent = delivery.branch, delivery.month, delivery.sent
        self.name = f"Atlas_Trading_{month.text}_{delivery.stamp}.xlsx"
        delivery.folder.mkdir(parents=True, exist_ok=True)
        options = {"constant_memory": True, "strings_to_formulas": False}
        self._book = xlsxwriter.Workbook(str(delivery.folder / self.name), options)
        made = datetime(sent.year, sent.month, sent.day, 7, 30)  # noqa: DTZ001 - workbooks know no time zones
        self._book.set_properties({"title": f"{branch.profile.name} {month.text}", "created": made})
        self._dated = self._book.add_format({"num_format": "mm/dd/yyyy"})
        self._bold = self._book.add_format({"bold": True, "align": "center"})
        self._delivery, self._branch, self._month = delivery, branch, month
        self._ledger_sheets = 0
        self._day: date | None = None
        self._subtotal = self._written = 0
        self._next_ledger_sheet()
        self._invoices = self._table("sales_invoice", "Invoices", _INVOICES)
        self._lines = self._table("sales_invoice_line", "Invoice Lines", _LINES)
        self._payments = self._table("payment", "Receipts & Disbursements", _PAYMENTS)
        self._applied = self._table("payment_allocation", "Applications", _APPLIED)
        self._more = MoreSheets(delivery, self._table)

    def document(self, document: Document) -> bool:
        """Write a journal; says whether it must be refused."""
        if self._day is not None and document.day != self._day:
            self._end_day()
        if self._ledger.row > MOST_ROWS:
            self._end_day()
            self._end_ledger_sheet()
            self._next_ledger_sheet()
        self._day = document.day
        rows = [self._ledger_row(document, n, entry) for n, entry in enumerate(document.entries(), start=1)]
        self._subtotal += sum(entry.debit for entry in document.entries())
        for row, entry in zip(rows, document.entries(), strict=True):
            row.append(cost_center_of(self._branch, entry.account))
        return self._ledger.document(document.number, rows)

    def bill(self, bill: Bill) -> None:
        """An invoice or credit memo or a vendor's bill, with its lines."""
        if bill.side == "purchase":
            self._more.bill(bill)
            return
        lines = [self._bill_line(bill, n) for n in range(len(bill.lines))]
        refused = together(bill.number, (self._invoices, self._bill_head(bill)), (self._lines, lines))
        self._delivery.total("sales_invoice", "gross", bill.gross_f, refused)

    def payment(self, payment: Payment) -> None:
        """A receipt or disbursement with what it is applied to."""
        head: Row = [
            payment.number, us(payment.day), "Receipt" if payment.party.kind == "customer" else "Disbursement",
            payment.party.code, self._branch.chart.local("bank"), payment.currency, grouped(payment.amount),
            grouped(payment.amount_f), payment.reference, payment.number,
        ]  # fmt: skip
        applied: list[Row] = [
            [payment.number, n, us(payment.day), a.bill, amount(a.amount), amount(a.discount), payment.currency,
             amount(a.fx_f), us(payment.day)]
            for n, a in enumerate(payment.allocations, start=1)
        ]  # fmt: skip
        refused = together(payment.number, (self._payments, head), (self._applied, applied))
        self._delivery.total("payment", payment.party.kind, payment.amount_f, refused)

    def close(self, books: Ledger, open_items: OpenItems) -> None:
        """End the tables, add chart, balances and partners, and save."""
        self._end_day()
        self._end_ledger_sheet()
        self._write_chart()
        self._write_balances(books)
        for dataset, title, parties in (
            ("customer", "Customers", self._branch.all_customers),
            ("supplier", "Vendors", self._branch.all_suppliers),
        ):
            rows = self._table(dataset, title, _PARTY)
            for party in parties:
                rows.document(party.code, [_party(party)])
        self._more.lists(open_items)
        self._book.close()

    def _next_ledger_sheet(self) -> None:
        self._ledger_sheets += 1
        title = "GL Detail" if self._ledger_sheets == 1 else f"GL Detail {self._ledger_sheets}"
        sheet = Sheet(self._book.add_worksheet(title), self._dated)
        names = [name for _, group in LEDGER_HEADER for name in group]
        self._ledger_sheet = sheet
        self._ledger = self._delivery.rows(self._delivery.table("gl_entry", self.name, title), names, sheet.write)
        self._titles(self._ledger, "General Ledger Detail")
        self._ledger.row += 1
        sheet.merged(LEDGER_HEADER, self._bold)
        self._delivery.truth.count(self._ledger.table, "non_data")
        self._ledger.non_data(list(names))

    def _end_day(self) -> None:
        """A subtotal of the day's debits, and a blank row."""
        if self._day is None:
            return
        row: Row = [f"Total {us(self._day)}", *[""] * 8, grouped(self._subtotal)]
        self._ledger.non_data(row)
        self._ledger.non_data([])
        self._written += self._subtotal
        self._subtotal = 0

    def _end_ledger_sheet(self) -> None:
        self._ledger.non_data(["TOTAL DEBITS", *[""] * 8, grouped(self._written)])
        self._day = None

    def _ledger_row(self, document: Document, number: int, entry: Entry) -> Row:
        role, party, partner = role_of(entry.account), party_code(entry.account), self._branch.partner_of(entry.account)
        first = number == 1 and document.number.endswith("7")  # somebody typed a real date here and there
        return [
            document.day if first else us(document.day), _JOURNALS[document.journal], document.number, number,
            self._branch.chart.local(entry.account), self._branch.chart.entry(entry.account)[1],
            party if role.endswith("receivable") else "", party if role.endswith("payable") and party else "", partner,
            amount(entry.debit - entry.credit), entry.currency if entry.amount_t else "",
            amount(entry.amount_t) if entry.amount_t else "", entry.text,
            us(document.due) if document.due and party else "", document.source,
        ]  # fmt: skip

    def _bill_head(self, bill: Bill) -> Row:
        return [
            bill.number, "Credit Memo" if bill.original else "Invoice", bill.original, us(bill.day), us(bill.day),
            us(bill.due), bill.party.code, bill.party.partner, bill.currency, rate_text(bill.rate), amount(bill.net),
            amount(bill.tax), amount(bill.gross), amount(bill.net_f), amount(bill.tax_f), amount(bill.gross_f),
            bill.number,
        ]  # fmt: skip

    def _bill_line(self, bill: Bill, at: int) -> Row:
        line = bill.lines[at]
        assert line.product is not None  # what is sold is a product
        quantity = f"{line.quantity}" if at % 3 == 2 else line.quantity
        return [
            bill.number, at + 1, us(bill.day), *references(self._branch, bill), line.product.code, line.product.name,
            quantity, "EA", amount(line.unit_price), amount(line.net), amount(line.tax), bill.currency,
            "TAX" if line.tax_class == "standard" else "EXEMPT", self._branch.chart.local(line.role),
            amount(line.cost_f),
        ]  # fmt: skip

    def _table(self, dataset: str, title: str, columns: tuple[str, ...]) -> Rows:
        sheet = Sheet(self._book.add_worksheet(title), self._dated)
        rows = self._delivery.rows(self._delivery.table(dataset, self.name, title), columns, sheet.write)
        self._titles(rows, title)
        rows.non_data(list(columns))
        return rows

    def _titles(self, rows: Rows, title: str) -> None:
        month = self._month
        rows.non_data([self._branch.profile.name])
        rows.non_data([title])
        rows.non_data([f"For the period {us(month.first)} - {us(month.last)}"])
        rows.non_data([])

    def _write_chart(self) -> None:
        rows = self._table("gl_account", "Chart of Accounts", _CHART)
        for code, label in sorted(self._branch.chart.accounts.values()):
            rows.document(code, [[code, label, _TYPES[code[0]]]])

    def _write_balances(self, books: Ledger) -> None:
        rows = self._table("trial_balance", "Trial Balance", _BALANCE)
        names = dict(self._branch.chart.accounts.values())
        debit = credit = 0
        for code, balance in local_balances(self._branch, books):
            if balance.idle:
                continue
            debit += balance.debit
            credit += balance.credit
            rows.document(code, [[
                code, names[code], grouped(balance.opening), grouped(balance.debit), grouped(balance.credit),
                grouped(balance.closing),
            ]])  # fmt: skip
        rows.non_data([])
        rows.non_data(["TOTAL", "", "", grouped(debit), grouped(credit)])


def _party(party: Party) -> Row:
    return [
        party.code, party.name, party.street, party.city, party.postal_code, party.country, party.tax_id,
        party.bank_account, 28,
        party.currency, party.partner,
    ]  # fmt: skip
