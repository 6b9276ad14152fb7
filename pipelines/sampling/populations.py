"""What can be sampled, and the records that belong to an item. Not here: how items are chosen (drawing)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Related:
    """Records that are shown on an item's sheet: a query with `$branch` and `$key`, and a title."""

    title: str
    query: str


@dataclass(frozen=True)
class Population:
    """One kind of item. `items` yields item_key, item_date, party_code, amount, currency_code, source_file, source_row
    of branch `$branch` in month `$period` (null: all months); amounts are in the currency of the books.
    """

    title: str
    items: str
    related: tuple[Related, ...]


_JOURNAL = (
    "select fiscal_year, journal_code, document_number, line_number, posting_date, account_code,"
    " debit_amount_functional, credit_amount_functional, functional_currency_code, line_text, source_file, source_row"
    " from core.fct_gl_entry where branch_id = $branch and {condition}"
    " order by fiscal_year, journal_code, document_number, line_number"
)
_NAMES_IT = Related(
    "Ledger entries that name it",
    _JOURNAL.format(condition="(source_document = $key or document_number = $key)"),
)


def _invoice(side: str, party: str) -> Population:
    return Population(
        f"{side} invoices",
        f"select invoice_number as item_key, invoice_date as item_date, {party}_code as party_code,"
        " gross_amount_functional as amount, functional_currency_code as currency_code, source_file, source_row"
        f" from core.fct_{side}_invoice where branch_id = $branch"
        " and ($period is null or strftime(invoice_date, '%Y-%m') = $period)",
        (
            Related(
                "Lines",
                "select line_number, product_code, product_name, quantity, unit_code, unit_price,"
                " net_amount_transaction, tax_amount_transaction, currency_code, tax_code, account_code, source_file,"
                f" source_row from core.fct_{side}_invoice_line where branch_id = $branch and invoice_number = $key"
                " order by line_number",
            ),
            _NAMES_IT,
            Related(
                "Payments that settle it",
                "select payment_number, payment_date, allocated_amount_transaction, currency_code, source_file,"
                " source_row from core.fct_payment_allocation where branch_id = $branch and document_number = $key"
                " order by payment_date, payment_number",
            ),
        ),
    )


POPULATIONS: Mapping[str, Population] = {
    "sales_invoice": _invoice("sales", "customer"),
    "purchase_invoice": _invoice("purchase", "supplier"),
    "payment": Population(
        "payments",
        "select payment_number as item_key, payment_date as item_date, party_code, amount_functional as amount,"
        " functional_currency_code as currency_code, source_file, source_row from core.fct_payment"
        " where branch_id = $branch and ($period is null or strftime(payment_date, '%Y-%m') = $period)",
        (
            Related(
                "What it settles",
                "select document_number, allocated_amount_transaction, currency_code, discount_amount_transaction,"
                " write_off_amount_transaction, source_file, source_row from core.fct_payment_allocation"
                " where branch_id = $branch and payment_number = $key order by line_number",
            ),
            _NAMES_IT,
        ),
    ),
    "journal": Population(
        "journals",
        "select concat_ws('/', ledger, fiscal_year, journal_code, document_number) as item_key,"
        " min(posting_date) as item_date, min(party_code) as party_code, sum(debit_amount_functional) as amount,"
        " min(functional_currency_code) as currency_code, arg_min(source_file, line_number) as source_file,"
        " arg_min(source_row, line_number) as source_row from core.fct_gl_entry where branch_id = $branch"
        " and is_posted and ($period is null or strftime(posting_date, '%Y-%m') = $period) group by 1",
        (
            Related(
                "Lines",
                _JOURNAL.format(condition="concat_ws('/', ledger, fiscal_year, journal_code, document_number) = $key"),
            ),
        ),
    ),
}
