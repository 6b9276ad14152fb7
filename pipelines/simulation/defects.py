"""The defects that are planted in what the branches deliver, each with the rule that must catch it.

A defect spoils the rows of one document on their way into a file; the books are never touched. Not here: how rows are written
(writers), or what the statements show without the refused documents (truth).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

Cell = str | int | float | date | None
Row = list[Cell]
ACCEPTED = ""
DUPLICATE = "duplicate_row"
DOCUMENT = "document_refused"


@dataclass
class Spoiled:
    """Rows as they are delivered, and for each what must become of it: a rule's code, or nothing."""

    rows: list[Row]
    fates: list[str]

    @property
    def refused(self) -> bool:
        return any(fate not in (ACCEPTED, DUPLICATE) for fate in self.fates)

    def settled(self) -> Spoiled:
        """One refused row refuses the rest of its document."""
        if not self.refused:
            return self
        return Spoiled(self.rows, [fate if fate not in (ACCEPTED, DUPLICATE) else DOCUMENT for fate in self.fates])


@dataclass(frozen=True)
class Defect:
    """Where a defect is planted: in the `nth` document of the month that fits (`number` begins its number)."""

    name: str
    branch: str
    dataset: str
    month: int
    nth: int = 1
    number: str = ""
    least_rows: int = 1
    most_rows: int = 999
    revision: int = 1  # 2 is the corrected delivery of the same month

    def fits(self, document: str, rows: list[Row], columns: list[str]) -> bool:  # noqa: ARG002 - subclasses look at cells
        return document.startswith(self.number) and self.least_rows <= len(rows) <= self.most_rows

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        raise NotImplementedError


@dataclass(frozen=True)
class BadCell(Defect):
    """A cell holds what cannot be; `value` is written there, or made from what was there."""

    column: str = ""
    value: Cell | Callable[[Cell], Cell] = None
    rule: str = ""
    every_row: bool = False
    at: int = 0
    where: Callable[[Cell], bool] | None = None  # the cell has to be like this before

    def fits(self, document: str, rows: list[Row], columns: list[str]) -> bool:
        at = columns.index(self.column)
        return super().fits(document, rows, columns) and (self.where is None or self.where(rows[self.at][at]))

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        at = columns.index(self.column)
        spoiled = Spoiled([list(row) for row in rows], [ACCEPTED] * len(rows))
        for n in range(len(rows)) if self.every_row else [self.at]:
            before = spoiled.rows[n][at]
            spoiled.rows[n][at] = self.value(before) if callable(self.value) else self.value
            spoiled.fates[n] = self.rule
        return spoiled.settled()


@dataclass(frozen=True)
class PositiveCreditNote(Defect):
    """All amounts of a credit note lost their minus."""

    columns: tuple[str, ...] = ()

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        spoiled = Spoiled([list(row) for row in rows], ["credit_note_is_negative"] * len(rows))
        for row in spoiled.rows:
            for at in (columns.index(name) for name in self.columns):
                row[at] = str(row[at]).lstrip("-")
        return spoiled


@dataclass(frozen=True)
class WrongAmount(BadCell):
    """An amount in the books' own currency that reads well and is wrong: nobody can see it before the correction."""

    def fits(self, document: str, rows: list[Row], columns: list[str]) -> bool:
        return super().fits(document, rows, columns) and rows[self.at][columns.index("WKZ Umsatz")] == "EUR"


@dataclass(frozen=True)
class KeptText(BadCell):
    """A text that looks dangerous and is none of our business: it stays as it is, as text."""


@dataclass(frozen=True)
class Unbalanced(Defect):
    """The books balance; one line's amount was altered on its way out."""

    column: str = ""
    alter: Callable[[Cell], Cell] = lambda cell: cell
    where: Callable[[Cell], bool] = lambda cell: bool(cell)

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        at = columns.index(self.column)
        spoiled = Spoiled([list(row) for row in rows], ["balanced"] * len(rows))
        first = next(n for n, row in enumerate(rows) if self.where(row[at]))
        spoiled.rows[first][at] = self.alter(rows[first][at])
        return spoiled


@dataclass(frozen=True)
class OneCellTooMany(Defect):
    """A delimiter too many: cells can no longer be told apart."""

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:  # noqa: ARG002
        spoiled = Spoiled([list(row) for row in rows], [ACCEPTED] * len(rows))
        spoiled.rows[0].insert(2, "?")
        spoiled.fates[0] = "unreadable_row"
        return spoiled.settled()


@dataclass(frozen=True)
class IdenticalTwice(Defect):
    """The same row once more: counted as a duplicate, nothing refused."""

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:  # noqa: ARG002
        return Spoiled([*rows, list(rows[-1])], [*([ACCEPTED] * len(rows)), DUPLICATE])


@dataclass(frozen=True)
class SameKeyOtherContent(Defect):
    """Two rows with one key that say different things: nobody knows which is right."""

    column: str = ""
    alter: Callable[[Cell], Cell] = lambda cell: cell

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        at = columns.index(self.column)
        other = list(rows[-1])
        other[at] = self.alter(other[at])
        fates = [DOCUMENT] * (len(rows) - 1) + ["duplicate_key", "duplicate_key"]
        return Spoiled([*(list(row) for row in rows), other], fates)


@dataclass
class Plan:
    """The defects not yet planted in one branch."""

    waiting: list[Defect] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def spoil(
        self, dataset: str, month: int, revision: int, document: str, rows: list[Row], columns: list[str]
    ) -> tuple[Spoiled, Defect | None]:
        """The document's rows, spoiled where a defect is due for them."""
        for defect in self.waiting:
            due = (defect.dataset, defect.month, defect.revision) == (dataset, month, revision)
            if due and defect.fits(document, rows, columns):
                seen = self._seen[defect.name] = self._seen.get(defect.name, 0) + 1
                if seen == defect.nth:
                    self.waiting.remove(defect)
                    return defect.spoil(rows, columns), defect
        return Spoiled(rows, [ACCEPTED] * len(rows)), None


def defects_of(branch: str) -> list[Defect]:
    """A fresh list of the branch's defects."""
    return [defect for defect in ALL if defect.branch == branch]


def _comma_more(cell: Cell) -> Cell:
    """A hundred more, whatever the thousands are marked with: the first digit grows by one."""
    text = str(cell)
    at = next(n for n, sign in enumerate(text) if sign.isdigit())
    return f"{text[:at]}{(int(text[at]) % 9) + 1}{text[at + 1 :]}"


def _letter_for_digit(cell: Cell) -> Cell:
    """The letter O where a zero or another digit was."""
    text = str(cell)
    return f"{text[:-1]}O"


FORMULA = '=HYPERLINK("http://example.invalid/pay","Zahlungslink")'

ALL: tuple[Defect, ...] = (
    # Germany: postings
    BadCell("unknown_debit_credit_letter", "germany", "gl_entry", 1, 7, "RE", 2,
            column="Soll/Haben-Kennzeichen", value="X", rule="unknown_value"),
    KeptText("formula_in_a_text", "germany", "gl_entry", 1, 3, "ZE", column="Buchungstext", value=FORMULA, rule=ACCEPTED),
    BadCell("impossible_date", "germany", "gl_entry", 2, 5, "ER", column="Belegdatum", value="3002", rule="not_a_date"),
    WrongAmount("wrong_amount_corrected_later", "germany", "gl_entry", 2, 2, "ER", most_rows=1,
                column="Umsatz (ohne Soll/Haben-Kz)", value=_comma_more, rule=ACCEPTED),
    BadCell("missing_account", "germany", "gl_entry", 3, 4, "RE", 2, column="Konto", value="", rule="required"),
    BadCell("unparsable_amount", "germany", "gl_entry", 3, 9, "ER",
            column="Umsatz (ohne Soll/Haben-Kz)", value=_letter_for_digit, rule="not_a_number"),
    OneCellTooMany("one_cell_too_many", "germany", "gl_entry", 3, 2, "KA", most_rows=1),
    # Germany: invoices and payments
    BadCell("gross_is_not_net_plus_tax", "germany", "sales_invoice", 1, 5, "RE",
            column="Brutto", value=_comma_more, rule="gross_is_net_plus_tax"),
    PositiveCreditNote("positive_credit_note", "germany", "sales_invoice", 2, 1, "GS",
                       columns=("Netto", "Umsatzsteuer", "Brutto", "Netto EUR", "Umsatzsteuer EUR", "Brutto EUR")),
    BadCell("missing_customer", "germany", "sales_invoice", 3, 11, "RE", column="Debitor", value="", rule="required"),
    BadCell("impossible_invoice_date", "germany", "sales_invoice_line", 2, 8, "RE", 2,
            column="Rechnungsdatum", value="31.02.2026", rule="not_a_date"),
    # Norway: SAF-T
    Unbalanced("unbalanced_transaction", "norway", "gl_entry", 1, 6, "INV", column="DebitAmount", alter=_comma_more),
    BadCell("missing_account_in_a_line", "norway", "gl_entry", 2, 4, "BILL", 2, column="AccountID", value="", rule="required", at=1),
    BadCell("period_out_of_range", "norway", "gl_entry", 3, 3, "RC",
            column="Period", value="17", rule="out_of_range", every_row=True),
    # Norway: invoices and payments
    BadCell("unknown_currency", "norway", "sales_invoice", 1, 4, "INV", column="Valuta", value="NKR", rule="unknown_value"),
    IdenticalTwice("identical_row_twice", "norway", "sales_invoice", 2, 6, "INV"),
    BadCell("fraction_of_a_line_number", "norway", "sales_invoice_line", 3, 5, "INV", 2,
            column="Linje", value="1,5", rule="not_an_integer"),
    BadCell("letter_in_an_amount", "norway", "payment", 3, 4, "RC", column="Beløp", value=_letter_for_digit, rule="not_a_number"),
    # United States: the workbook
    BadCell("error_in_a_cell", "united_states", "gl_entry", 1, 5, "INV", 2, column="Amount", value="#REF!", rule="not_a_number"),
    BadCell("february_thirtieth", "united_states", "gl_entry", 2, 4, "BILL", 2,
            column="Date", value="02/30/2026", rule="not_a_date"),
    BadCell("outside_the_period", "united_states", "gl_entry", 3, 6, "BILL", 2,
            column="Date", value="02/27/2026", rule="outside_period", every_row=True),
    SameKeyOtherContent("same_key_other_content", "united_states", "sales_invoice_line", 1, 3, "INV", 2,
                        column="Quantity", alter=lambda cell: int(str(cell)) + 1 if str(cell).isdigit() else 77),
    BadCell("not_available", "united_states", "sales_invoice", 2, 7, "INV", column="Net Amount", value="n/a", rule="not_a_number"),
    BadCell("pro_forma_invoice", "united_states", "sales_invoice", 3, 5, "INV",
            column="Type", value="Pro forma", rule="unknown_value"),
    BadCell("too_many_decimals", "united_states", "payment", 2, 5, "RC",
            column="Amount", value="1,204.567891", rule="too_precise"),
    BadCell("missing_reference", "united_states", "payment_allocation", 3, 4, "RC",
            column="Applied To", value="", rule="required"),
    # The group office
    BadCell("negative_rate", "group", "fx_rate", 2, 9, column="rate", value="-1.1700000000", rule="out_of_range"),
)  # fmt: skip
# Planted by the writers, since they concern files and not rows.
LYING_TOTAL = "control_total_that_lies"  # Norway, March: declared debit is not the sum of the lines
FORGOTTEN = "forgotten_payments_sent_late"  # Norway, February: a small append file
SENT_TWICE = "same_file_under_another_name"  # Germany, January
CORRECTED = "corrected_month"  # Germany, February: the whole month again
RED_STORNO = "red_storno"  # Norway's reversals, no defect at all
