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
from pipelines.simulation.money import Number

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


def _is_worth_something(cell: Cell) -> bool:
    """Whether an amount is not nought, however many noughts it is padded with."""
    return any(sign in "123456789" for sign in str(cell))


def _another_number(cell: Cell) -> Cell:
    """Another amount that stands in JSON as it is, as the first one did."""
    return Number(_first_digit_grown(cell))


def _a_day_in_december(cell: Cell) -> Cell:
    return f"{str(cell)[:4]}-12-31"


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
_GERMAN_PURCHASING: tuple[Defect, ...] = (
    BadCell("missing_supplier_number", "germany", "purchase_invoice", 1, 4, "ER",
            column="Lieferantenrechnung", value="", rule="required"),
    BadCell("net_not_available", "germany", "purchase_invoice_line", 3, 6, "ER", 2,
            column="Netto", value="k.A.", rule="not_a_number"),
    BadCell("open_item_as_at_no_day", "germany", "open_item", 2, 7, "RE",
            column="Stichtag", value="29.02.2026", rule="not_a_date"),
)  # fmt: skip
_NORWEGIAN_PURCHASING: tuple[Defect, ...] = (
    BadCell("pro_forma_purchase", "norway", "purchase_invoice", 2, 3, "BILL",
            column="Type", value="Proforma", rule="unknown_value"),
    BadCell("half_an_instalment", "norway", "open_item", 3, 5, "INV",
            column="Termin", value="0,5", rule="not_an_integer"),
)  # fmt: skip
_AMERICAN_PURCHASING: tuple[Defect, ...] = (
    BadCell("quantity_in_words", "united_states", "purchase_invoice_line", 2, 4, "BILL", 2,
            column="Quantity", value="dozen", rule="not_a_number"),
    BadCell("bill_without_a_vendor", "united_states", "purchase_invoice", 3, 2, "BILL",
            column="Vendor", value="", rule="required"),
)  # fmt: skip
_FRENCH: tuple[Defect, ...] = (
    BadCell("thirteenth_month", "france", "gl_entry", 1, 5, "FA", 2,
            column="EcritureDate", value="20261301", rule="not_a_date"),
    BadCell("letter_in_a_padded_amount", "france", "gl_entry", 2, 4, "AC", 2,
            column="Debit", value=_letter_for_digit, rule="not_a_number"),
    Unbalanced("unbalanced_entry", "france", "gl_entry", 3, 6, "FA",
               column="Debit", alter=_first_digit_grown, where=_is_worth_something),
    BadCell("overlong_invoice_number", "france", "sales_invoice", 3, 4, "FA",
            column="N° facture", value="FA-" + "0123456789" * 13, rule="too_long"),
    BadCell("purchase_gross_is_not_net_plus_tax", "france", "purchase_invoice", 2, 3, "AC",
            column="TTC", value=_first_digit_grown, rule="gross_is_net_plus_tax"),
    SameKeyOtherContent("same_line_number_other_quantity", "france", "purchase_invoice_line", 1, 4, "AC", 2,
                        column="Qté", alter=_one_more),
    BadCell("unknown_ledger_of_an_open_item", "france", "open_item", 2, 9, "AC",
            column="Type", value="Divers", rule="unknown_value"),
    BadCell("product_without_a_name", "france", "product", 1, 3, "",
            column="Désignation", value="", rule="required"),
)  # fmt: skip
_CHINESE: tuple[Defect, ...] = (
    BadCell("amount_in_words", "china", "gl_entry", 1, 4, "XS", 2,
            column="借方金额", value="壹仟元整", rule="not_a_number"),
    BadCell("leap_day_in_no_leap_year", "china", "gl_entry", 2, 6, "CG",
            column="凭证日期", value="2026-02-29", rule="not_a_date", every_row=True),
    BadCell("voucher_line_without_a_number", "china", "gl_entry", 3, 5, "SK", 2,
            column="分录号", value="", rule="required"),
    BadCell("nickname_of_a_currency", "china", "sales_invoice", 2, 5, "XS",
            column="币种", value="RMB", rule="unknown_value"),
    BadCell("purchase_without_a_supplier", "china", "purchase_invoice", 3, 3, "CG",
            column="供应商编码", value="", rule="required"),
    BadCell("thirty_second_of_the_month", "china", "payment", 1, 3, "SK",
            column="日期", value="2026-01-32", rule="not_a_date"),
    SameKeyOtherContent("same_open_item_other_date", "china", "open_item", 3, 6, "XS",
                        column="到期日", alter=_a_day_in_december),
)  # fmt: skip
_BRITISH: tuple[Defect, ...] = (
    BadCell("amount_to_be_confirmed", "united_kingdom", "gl_entry", 1, 4, "INV", 2,
            column="amount", value="TBC", rule="not_a_number", at=1),
    BadCell("nested_line_without_account", "united_kingdom", "gl_entry", 2, 5, "BILL", 2,
            column="nominalCode", value=None, rule="required", at=1),
    BadCell("period_nought", "united_kingdom", "gl_entry", 2, 3, "RC",
            column="period", value="P0 FY2026", rule="out_of_range", every_row=True),
    Unbalanced("voucher_that_does_not_net", "united_kingdom", "gl_entry", 3, 4, "INV",
               column="amount", alter=_another_number),
    BadCell("quotation_among_invoices", "united_kingdom", "sales_invoice", 1, 3, "INV",
            column="type", value="QUOTATION", rule="unknown_value"),
    BadCell("bill_total_is_not_net_plus_vat", "united_kingdom", "purchase_invoice", 2, 4, "BILL",
            column="total", value=_another_number, rule="gross_is_net_plus_tax"),
    BadCell("allocation_without_a_document", "united_kingdom", "payment_allocation", 3, 4, "RC",
            column="document", value=None, rule="required"),
    BadCell("open_item_without_a_due_date", "united_kingdom", "open_item", 1, 8, "INV",
            column="dueDate", value=None, rule="required"),
    IdenticalTwice("same_product_twice", "united_kingdom", "product", 2, 2, ""),
)  # fmt: skip
ALL = (
    *(*_GERMAN_POSTINGS, *_GERMAN_BILLING, *_GERMAN_PURCHASING),
    *(*_NORWEGIAN, *_NORWEGIAN_PURCHASING),
    *(*_AMERICAN, *_AMERICAN_PURCHASING),
    *(*_FRENCH, *_CHINESE, *_BRITISH, *_OFFICE),
)
