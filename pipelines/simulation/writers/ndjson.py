"""What a British accounting service gives through its API: NDJSON, a record a line, lines nested in their voucher.

One signed amount as a JSON number, fiscal periods as labels. Journals are dumped by the month of posting, balances and
open items at the end of the fiscal period that ended in it. Not here: what the records say about the books.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pipelines.simulation.booking import Payment
from pipelines.simulation.charts import party_code, role_of
from pipelines.simulation.costing import cost_center_of
from pipelines.simulation.defects import Cell, Row
from pipelines.simulation.events import Bill
from pipelines.simulation.ledger import Document, Entry
from pipelines.simulation.money import Number, plain, rate_text
from pipelines.simulation.periods import Period, period_of
from pipelines.simulation.references import references
from pipelines.simulation.rows import Delivery, Rows, together
from pipelines.simulation.taxes import code_of

# Fields of the voucher, then of its lines. Those of a voucher stand before the bar in the rows that defects see.
VOUCHER = ("journalNumber", "journalType", "postedOn", "documentDate", "period", "narrative", "source", "enteredBy")
LINE = (
    "lineNumber", "nominalCode", "amount", "currency", "currencyAmount", "customer", "supplier", "groupCompany",
    "costCentre", "taxCode", "taxBase", "dueDate", "text",
)  # fmt: skip
_INVOICE = (
    "invoiceNumber", "type", "creditOf", "invoiceDate", "taxPoint", "dueDate", "customer", "groupCompany", "currency",
    "rate", "net", "vat", "total", "netGBP", "vatGBP", "totalGBP", "journalNumber",
)  # fmt: skip
_INVOICE_LINE = (
    "line", "order", "despatch", "product", "description", "quantity", "unit", "unitPrice", "net", "vat", "taxCode",
    "nominalCode", "costGBP",
)  # fmt: skip
_BILL = (
    "billNumber", "supplierReference", "type", "billDate", "postedOn", "dueDate", "supplier", "groupCompany",
    "currency", "rate", "net", "vat", "total", "netGBP", "vatGBP", "totalGBP", "journalNumber",
)  # fmt: skip
_BILL_LINE = (
    "line", "order", "receipt", "product", "description", "quantity", "unit", "unitPrice", "net", "vat", "taxCode",
    "nominalCode", "costCentre",
)  # fmt: skip
_PAYMENT = (
    "paymentNumber", "paidOn", "contactType", "contact", "bank", "currency", "amount", "amountGBP", "reference",
    "journalNumber",
)  # fmt: skip
_ALLOCATION = ("line", "document", "amount", "discount", "exchangeDifferenceGBP", "allocatedOn")
_TYPES = {
    "opening": "OPENING",
    "sales": "SALES",
    "purchases": "PURCHASES",
    "bank": "BANK",
    "cash": "CASH",
    "payroll": "PAYROLL",
    "general": "GENERAL",
}


def as_json(value: object) -> str:
    """JSON on one line. Empty texts are left out of objects, nothing else is."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)}: {as_json(v)}" for k, v in value.items() if v != "") + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def label(period: Period) -> str:
    """`P10 FY2026`."""
    return f"P{period.number} FY{period.year}"


class Dump:
    """One file of records, a line each."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._out = path.open("w", encoding="utf-8", newline="")

    def write(self, record: Mapping[str, object]) -> None:
        self._out.write(as_json(record) + "\n")

    def close(self) -> None:
        self._out.close()


class Vouchers:
    """Journals with their lines: one bad line refuses its voucher."""

    def __init__(self, delivery: Delivery) -> None:
        self.name = f"journals_{delivery.month.text}_{delivery.stamp}.ndjson"
        self._branch = delivery.branch
        self._dump = Dump(delivery.folder / self.name)
        self._kept: list[Row] = []
        self._rows = delivery.rows(delivery.table("gl_entry", self.name, "line"), (*VOUCHER, *LINE), self._kept.append)

    def document(self, document: Document) -> bool:
        """Write a voucher; says whether it must be refused."""
        self._kept.clear()
        rows = [self._row(document, n, entry) for n, entry in enumerate(document.entries(), start=1)]
        refused = self._rows.document(document.number, rows)
        self._dump.write(nested(self._kept, VOUCHER, LINE))
        return refused

    def close(self) -> None:
        self._dump.close()

    def _row(self, document: Document, number: int, entry: Entry) -> Row:
        branch, role, party = self._branch, role_of(entry.account), party_code(entry.account)
        selling = document.journal in ("sales", "cash") or role.startswith(("discount_granted", "other_income"))
        tax = code_of(branch, "output" if selling else "input", entry.tax_class) if entry.tax_class else ""
        day = document.day.isoformat()
        return [
            document.number, _TYPES[document.journal], day, day, label(period_of(document.day, april=True)),
            document.text, document.source, "ledger.api",
            number, branch.chart.local(entry.account), money(entry.debit - entry.credit),
            entry.currency if entry.amount_t else "", money(entry.amount_t) if entry.amount_t else "",
            party if role.endswith("receivable") else "", party if role.endswith("payable") and party else "",
            branch.partner_of(entry.account), cost_center_of(branch, role), tax,
            money(entry.tax_base) if tax else "", document.due.isoformat() if document.due and party else "",
            entry.text,
        ]  # fmt: skip


def nested(rows: list[Row], above: tuple[str, ...], below: tuple[str, ...]) -> dict[str, object]:
    """Rows of one voucher as an object with `lines`; what belongs to the voucher is taken from its first row."""
    record: dict[str, object] = dict(zip(above, rows[0], strict=False))
    lines = [dict(zip(below, row[len(above) :], strict=True)) for row in rows]
    return {**record, "lines": lines}


class Documents:
    """Invoices, bills and payments of a month, each with its lines inside."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery, self._branch = delivery, delivery.branch
        self._dumps: dict[str, Dump] = {}
        self._kept: list[Row] = []
        self._inner: list[Row] = []
        self._tables: dict[str, tuple[Rows, Rows]] = {}
        self.names: list[str] = []
        for stem, heads, head, head_columns, lines, line, line_columns in (
            ("invoices", "sales_invoice", "invoice", _INVOICE, "sales_invoice_line", "line", _INVOICE_LINE),
            ("bills", "purchase_invoice", "bill", _BILL, "purchase_invoice_line", "line", _BILL_LINE),
            ("payments", "payment", "payment", _PAYMENT, "payment_allocation", "allocation", _ALLOCATION),
        ):
            name = f"{stem}_{delivery.month.text}_{delivery.stamp}.ndjson"
            self.names.append(name)
            self._dumps[heads] = Dump(delivery.folder / name)
            self._tables[heads] = (
                delivery.rows(delivery.table(heads, name, head), head_columns, self._kept.append),
                delivery.rows(delivery.table(lines, name, line), line_columns, self._inner.append),
            )

    def bill(self, bill: Bill) -> None:
        """An invoice, credit note or supplier's bill."""
        if bill.side == "sale":
            dataset, head = "sales_invoice", _invoice(bill)
        elif "purchase_invoice" in self._tables:
            dataset, head = "purchase_invoice", _bill(bill)
        else:
            return
        refused = self._write(dataset, head, self._lines(bill))
        self._delivery.total(dataset, "gross", bill.gross_f, refused)

    def payment(self, payment: Payment) -> None:
        """A payment with what it settles."""
        day = payment.day.isoformat()
        head: Row = [
            payment.number, day, payment.party.kind.upper(), payment.party.code, self._branch.chart.local("bank"),
            payment.currency, money(payment.amount), money(payment.amount_f), payment.reference, payment.number,
        ]  # fmt: skip
        inner: list[Row] = [
            [n, a.bill, money(a.amount), money(a.discount), money(a.fx_f), day]
            for n, a in enumerate(payment.allocations, start=1)
        ]
        refused = self._write("payment", head, inner)
        self._delivery.total("payment", payment.party.kind, payment.amount_f, refused)

    def close(self) -> None:
        for dump in self._dumps.values():
            dump.close()

    def _write(self, dataset: str, head: Row, lines: list[Row]) -> bool:
        """A record with its lines inside; says whether it must be refused."""
        self._kept.clear()
        self._inner.clear()
        heads, inner = self._tables[dataset]
        refused = together(str(head[0]), (heads, head), (inner, lines))
        record: dict[str, object] = dict(zip(heads.columns, self._kept[0], strict=True))
        below = "allocations" if dataset == "payment" else "lines"
        self._dumps[dataset].write(
            {**record, below: [dict(zip(inner.columns, row, strict=True)) for row in self._inner]}
        )
        return refused

    def _lines(self, bill: Bill) -> list[Row]:
        branch, sold, rows = self._branch, bill.side == "sale", []
        order, delivery = references(branch, bill)
        for number, line in enumerate(bill.lines, start=1):
            name = line.product.name if line.product else branch.chart.entry(line.role)[1]
            row: Row = [
                number, order, delivery, line.product.code if line.product else "", name, line.quantity, "each",
                money(line.unit_price), money(line.net), money(line.tax),
                code_of(branch, "output" if sold else "input", line.tax_class), branch.chart.local(line.role),
                money(line.cost_f) if sold else cost_center_of(branch, line.role),
            ]  # fmt: skip
            rows.append(row)
        return rows


def _invoice(bill: Bill) -> Row:
    day = bill.day.isoformat()
    kind = "CREDIT_NOTE" if bill.original else "INVOICE"
    return [bill.number, kind, bill.original, day, day, bill.due.isoformat(), *_amounts(bill)]


def _bill(bill: Bill) -> Row:
    day = bill.day.isoformat()
    return [bill.number, bill.their_number, "INVOICE", day, day, bill.due.isoformat(), *_amounts(bill)]


def _amounts(bill: Bill) -> Row:
    return [
        bill.party.code, bill.party.partner, bill.currency, Number(rate_text(bill.rate)), money(bill.net),
        money(bill.tax), money(bill.gross), money(bill.net_f), money(bill.tax_f), money(bill.gross_f), bill.number,
    ]  # fmt: skip


def money(amount: int) -> Cell:
    return Number(plain(amount))
