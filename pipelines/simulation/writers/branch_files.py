"""Invoices, lines, payments and allocations as German and Norwegian billing systems write them.

A dialect says columns, words and number style; the rest is the same. Not here: the workbook of the United States.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.simulation.booking import Payment
from pipelines.simulation.defects import Row
from pipelines.simulation.events import Bill
from pipelines.simulation.money import dotted, rate_text, spaced
from pipelines.simulation.rows import Delivery, Rows
from pipelines.simulation.writers.flat import FlatFile, german, norwegian


@dataclass(frozen=True)
class Dialect:
    """How one system writes the four tables."""

    opened: Callable[[Path], FlatFile]
    money: Callable[[int], str]
    files: tuple[str, str, str, str]
    invoice: tuple[str, ...]
    line: tuple[str, ...]
    payment: tuple[str, ...]
    allocation: tuple[str, ...]
    types: tuple[str, str]  # invoice, credit note
    directions: tuple[str, str] | None  # received, paid: amounts unsigned; None: amounts signed
    unit: str


GERMAN = Dialect(
    opened=german,
    money=dotted,
    files=("Rechnungen", "Rechnungspositionen", "Zahlungen", "Zahlungszuordnung"),
    invoice=(
        "Rechnungsnummer", "Belegart", "Bezug", "Rechnungsdatum", "Leistungsdatum", "Fälligkeit", "Debitor",
        "Konzernpartner",
        "Währung", "Kurs", "Netto", "Umsatzsteuer", "Brutto", "Netto EUR", "Umsatzsteuer EUR", "Brutto EUR",
        "Buchungsbeleg",
    ),
    line=(
        "Rechnungsnummer", "Position", "Rechnungsdatum", "Auftrag", "Lieferschein", "Artikel", "Bezeichnung", "Menge",
        "Einheit", "Einzelpreis", "Netto", "Umsatzsteuer", "Währung", "Steuersatz", "Erlöskonto", "Einstandswert EUR",
    ),
    payment=(
        "Zahlungsnummer", "Zahlungsdatum", "Richtung", "Personenkonto", "Bankkonto", "Währung", "Betrag", "Betrag EUR",
        "Verwendungszweck", "Buchungsbeleg",
    ),
    allocation=(
        "Zahlungsnummer", "Zeile", "Zahlungsdatum", "Belegnummer", "Betrag", "Skonto", "Währung", "Kursdifferenz EUR",
        "Zuordnungsdatum",
    ),
    types=("Rechnung", "Gutschrift"),
    directions=("Eingang", "Ausgang"),
    unit="Stk",
)  # fmt: skip

NORWEGIAN = Dialect(
    opened=norwegian,
    money=spaced,
    files=("faktura", "fakturalinjer", "betalinger", "betalingsfordeling"),
    invoice=(
        "Fakturanr", "Type", "Opprinnelig faktura", "Fakturadato", "Leveringsdato", "Forfallsdato", "Kundenr",
        "Konsernselskap",
        "Valuta", "Valutakurs", "Netto", "Mva", "Brutto", "Netto NOK", "Mva NOK", "Brutto NOK", "Bilagsnr",
    ),
    line=(
        "Fakturanr", "Linje", "Fakturadato", "Ordre", "Pakkseddel", "Varenr", "Varenavn", "Antall", "Enhet", "Pris",
        "Netto",
        "Mva", "Valuta", "Mva-sats", "Konto", "Kostpris NOK",
    ),
    payment=(
        "Betalingsnr", "Betalingsdato", "Motpart", "Motpartsnr", "Bankkonto", "Valuta", "Beløp", "Beløp NOK", "Melding",
        "Bilagsnr",
    ),
    allocation=(
        "Betalingsnr", "Linje", "Betalingsdato", "Bilag", "Beløp", "Rabatt", "Valuta", "Valutadifferanse NOK",
        "Fordelingsdato",
    ),
    types=("Faktura", "Kreditnota"),
    directions=None,
    unit="stk",
)  # fmt: skip


class BranchFiles:
    """The four tables of one month (or of a later delivery), open until closed."""

    DATASETS = ("sales_invoice", "sales_invoice_line", "payment", "payment_allocation")

    def __init__(self, delivery: Delivery, dialect: Dialect, tables: tuple[str, ...] = DATASETS) -> None:
        self._dialect, self._branch = dialect, delivery.branch
        self._open: list[FlatFile] = []
        self._rows: dict[str, Rows] = {}
        columns = (dialect.invoice, dialect.line, dialect.payment, dialect.allocation)
        for dataset, stem, header in zip(self.DATASETS, dialect.files, columns, strict=True):
            if dataset not in tables:
                continue
            name = f"{stem}_{delivery.month.compact}_{delivery.stamp}.csv"
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
        """A sales invoice or credit note with its lines."""
        self._rows["sales_invoice"].document(bill.number, [self._invoice(bill)])
        lines = [self._line(bill, n) for n in range(len(bill.lines))]
        self._rows["sales_invoice_line"].document(bill.number, lines)

    def payment(self, payment: Payment) -> None:
        """A payment with what it settles."""
        self._rows["payment"].document(payment.number, [self._payment(payment)])
        money, day = self._dialect.money, _day(payment.day)
        rows: list[Row] = [
            [
                payment.number,
                f"{n}",
                day,
                a.bill,
                money(a.amount),
                money(a.discount),
                payment.currency,
                money(a.fx_f),
                day,
            ]
            for n, a in enumerate(payment.allocations, start=1)
        ]
        self._rows["payment_allocation"].document(payment.number, rows)

    def close(self) -> None:
        for file in self._open:
            file.close()

    def _invoice(self, bill: Bill) -> Row:
        money = self._dialect.money
        kind = self._dialect.types[bool(bill.original)]
        return [
            bill.number, kind, bill.original, _day(bill.day), _day(bill.day), _day(bill.due), bill.party.code,
            bill.party.partner, bill.currency, rate_text(bill.rate).replace(".", ","), money(bill.net), money(bill.tax),
            money(bill.gross), money(bill.net_f), money(bill.tax_f), money(bill.gross_f), bill.number,
        ]  # fmt: skip

    def _line(self, bill: Bill, at: int) -> Row:
        money, line = self._dialect.money, bill.lines[at]
        assert line.product is not None  # what is sold is a product
        sent = f"{bill.number[-6:]}"
        rate = self._branch.profile.tax_rates[line.tax_class] // 100
        return [
            bill.number, f"{at + 1}", _day(bill.day), f"A{sent}", f"L{sent}", line.product.code, line.product.name,
            f"{line.quantity}", self._dialect.unit, money(line.unit_price), money(line.net), money(line.tax),
            bill.currency,
            f"{rate}", self._branch.chart.local(line.role), money(line.cost_f),
        ]  # fmt: skip

    def _payment(self, payment: Payment) -> Row:
        money, words = self._dialect.money, self._dialect.directions
        amount, amount_f = payment.amount, payment.amount_f
        if words:
            kind = words[payment.party.kind == "supplier"]
            amount, amount_f = abs(amount), abs(amount_f)
        else:
            kind = "Kunde" if payment.party.kind == "customer" else "Leverandør"
        return [
            payment.number, _day(payment.day), kind, payment.party.code, self._branch.chart.local("bank"),
            payment.currency,
            money(amount), money(amount_f), payment.reference, payment.number,
        ]  # fmt: skip


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
