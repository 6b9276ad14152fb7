"""Which defects are planted where, and the rule that must catch each. Not here: how a defect spoils rows (defects)."""

from __future__ import annotations

from pipelines.simulation.defects import (
    ACCEPTED,
    BadCell,
    Cell,
    Defect,
    IdenticalTwice,
    KeptText,
    OneCellTooMany,
    PositiveCreditNote,
    SameKeyOtherContent,
    Unbalanced,
    WrongAmount,
)

FORMULA = '=HYPERLINK("http://example.invalid/pay","Zahlungslink")'
# Planted by the writers, since they concern files and not rows.
LYING_TOTAL = "control_total_that_lies"  # Norway, March: the declared debit is not the sum of the lines
FORGOTTEN = "forgotten_payments_sent_late"  # Norway, February: a small file to be added
SENT_TWICE = "same_file_under_another_name"  # Germany, January
CORRECTED = "corrected_month"  # Germany, February: the whole month again
RED_STORNO = "red_storno"  # Norway's reversals, no defect at all


def defects_of(sender: str) -> list[Defect]:
    """A fresh list of the defects in what a branch or the group office sends."""
    return [defect for defect in ALL if defect.branch == sender]


def _first_digit_grown(cell: Cell) -> Cell:
    """Another amount that reads as well as the first, however it is written."""
    text = str(cell)
    at = next(n for n, sign in enumerate(text) if sign.isdigit())
    return f"{text[:at]}{(int(text[at]) % 9) + 1}{text[at + 1 :]}"


def _letter_for_digit(cell: Cell) -> Cell:
    """The letter O where the last digit was."""
    return f"{str(cell)[:-1]}O"


def _one_more(cell: Cell) -> Cell:
    return int(str(cell)) + 1


_GERMAN_POSTINGS: tuple[Defect, ...] = (
    BadCell("unknown_debit_credit_letter", "germany", "gl_entry", 1, 7, "RE", 2,
            column="Soll/Haben-Kennzeichen", value="X", rule="unknown_value"),
    KeptText("formula_in_a_text", "germany", "gl_entry", 1, 3, "ZE",
             column="Buchungstext", value=FORMULA, rule=ACCEPTED),
    BadCell("impossible_date", "germany", "gl_entry", 2, 5, "ER", most_rows=1,
            column="Belegdatum", value="3002", rule="not_a_date"),
    WrongAmount("wrong_amount_corrected_later", "germany", "gl_entry", 2, 2, "ER", most_rows=1,
                column="Umsatz (ohne Soll/Haben-Kz)", value=_first_digit_grown, rule=ACCEPTED),
    BadCell("missing_account", "germany", "gl_entry", 3, 4, "RE", 2, column="Konto", value="", rule="required"),
    BadCell("unparsable_amount", "germany", "gl_entry", 3, 9, "ER", 2,
            column="Umsatz (ohne Soll/Haben-Kz)", value=_letter_for_digit, rule="not_a_number"),
    OneCellTooMany("one_cell_too_many", "germany", "gl_entry", 3, 2, "KA", most_rows=1),
)  # fmt: skip
_GERMAN_BILLING: tuple[Defect, ...] = (
    BadCell("gross_is_not_net_plus_tax", "germany", "sales_invoice", 1, 5, "RE",
            column="Brutto", value=_first_digit_grown, rule="gross_is_net_plus_tax"),
    PositiveCreditNote("positive_credit_note", "germany", "sales_invoice", 2, 1, "GS",
                       columns=("Netto", "Umsatzsteuer", "Brutto", "Netto EUR", "Umsatzsteuer EUR", "Brutto EUR")),
    BadCell("missing_customer", "germany", "sales_invoice", 3, 11, "RE", column="Debitor", value="", rule="required"),
    BadCell("impossible_invoice_date", "germany", "sales_invoice_line", 2, 8, "RE", 2,
            column="Rechnungsdatum", value="31.02.2026", rule="not_a_date"),
)  # fmt: skip
_NORWEGIAN: tuple[Defect, ...] = (
    Unbalanced("unbalanced_transaction", "norway", "gl_entry", 1, 6, "INV",
               column="DebitAmount", alter=_first_digit_grown),
    BadCell("missing_account_in_a_line", "norway", "gl_entry", 2, 4, "BILL", 2,
            column="AccountID", value="", rule="required", at=1),
    BadCell("period_out_of_range", "norway", "gl_entry", 3, 3, "RC",
            column="Period", value="17", rule="out_of_range", every_row=True),
    BadCell("unknown_currency", "norway", "sales_invoice", 1, 4, "INV",
            column="Valuta", value="NKR", rule="unknown_value"),
    IdenticalTwice("identical_row_twice", "norway", "sales_invoice", 2, 6, "INV"),
    BadCell("fraction_of_a_line_number", "norway", "sales_invoice_line", 3, 5, "INV", 2,
            column="Linje", value="1,5", rule="not_an_integer"),
    BadCell("letter_in_an_amount", "norway", "payment", 3, 4, "RC",
            column="Beløp", value=_letter_for_digit, rule="not_a_number"),
)  # fmt: skip
_AMERICAN: tuple[Defect, ...] = (
    BadCell("error_in_a_cell", "united_states", "gl_entry", 1, 5, "INV", 2,
            column="Amount", value="#REF!", rule="not_a_number"),
    BadCell("february_thirtieth", "united_states", "gl_entry", 2, 4, "BILL", 2,
            column="Date", value="02/30/2026", rule="not_a_date"),
    BadCell("outside_the_period", "united_states", "gl_entry", 3, 6, "BILL", 2,
            column="Date", value="02/27/2026", rule="outside_period", every_row=True),
    SameKeyOtherContent("same_key_other_content", "united_states", "sales_invoice_line", 1, 3, "INV", 2,
                        column="Quantity", alter=_one_more),
    BadCell("not_available", "united_states", "sales_invoice", 2, 7, "INV",
            column="Net Amount", value="n/a", rule="not_a_number"),
    BadCell("pro_forma_invoice", "united_states", "sales_invoice", 3, 5, "INV",
            column="Type", value="Pro forma", rule="unknown_value"),
    BadCell("too_many_decimals", "united_states", "payment", 2, 5, "RC",
            column="Amount", value="1,204.567891", rule="too_precise"),
    BadCell("missing_reference", "united_states", "payment_allocation", 3, 4, "RC",
            column="Applied To", value="", rule="required"),
)  # fmt: skip
_OFFICE: tuple[Defect, ...] = (
    BadCell("negative_rate", "group", "fx_rate", 2, 9, column="rate", value="-1.1700000000", rule="out_of_range"),
)
ALL = _GERMAN_POSTINGS + _GERMAN_BILLING + _NORWEGIAN + _AMERICAN + _OFFICE
