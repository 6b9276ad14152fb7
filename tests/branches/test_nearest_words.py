"""Slips of the pen in the sample branches' own folders: each is answered with the word that was meant."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipelines.branches import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.errors import ConfigError
from pipelines.settings import REPOSITORY

CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
PROFILES = REPOSITORY / "pipelines" / "profiles"

# branch, what stands there, what somebody writes instead, the word that is meant
GERMANY = [
    ("branch_id: germany", "branch_id: Germany", "germany"),
    ("country_code:", "country:", "country_code"),
    ("currency: EUR", "curency: EUR", "currency"),
    ("currency: EUR", "currency: eur", "EUR"),
    ("currency: EUR", "currency: EURO", "EUR"),
    ("currency: EUR", "currency: ERU", "EUR"),
    ('country_code: "DE"', 'country_code: "de"', "DE"),
    ("time_zone: Europe/Berlin", "time_zone: Europe/Berln", "Europe/Berlin"),
    ("time_zone: Europe/Berlin", "time_zone: Berlin", "Europe/Berlin"),
    ("time_zone:", "timezone:", "time_zone"),
    ("language: de", "langauge: de", "language"),
    ("language: de", "language: DE", "de"),
    ("team: finance-germany", "team: Finance Germany", "finance-germany"),
    ("owner: {team", "owner: {taem", "team"),
    ("email: finance", "mail: finance", "email"),
    ("profile: datev", "profile: datew", "datev"),
    ("profile: datev", "profil: datev", "profile"),
    ("profile: datev", "profile: DATEV", "datev"),
    ("type: pipelines.components.branch.Branch", "typ: pipelines.components.branch.Branch", "type"),
    ("attributes:", "atributes:", "attributes"),
    ("\n  files:", "\n  file:", "files"),
    ("formats:", "format:", "formats"),
    ("      datasets:\n        trial_balance", "      dataset:\n        trial_balance", "datasets"),
    ("        trial_balance:", "        trial_balances:", "trial_balance"),
    ("        sales_invoice_line:", "        sales_invoice_lines:", "sales_invoice_line"),
    ("rule: period", "rule: periode", "period"),
    ("rule: append", "rule: apend", "append"),
    ("period: {file_name", "periods: {file_name", "period"),
    ("period: {file_name", "period: {filename", "file_name"),
    ("delivery_date: {file_name", "delivery_dates: {file_name", "delivery_date"),
    ("kind: delimited", "kind: delimeted", "delimited"),
    ("kind: delimited", "kind: csv", "delimited"),
    ("encoding: cp1252", "encodng: cp1252", "encoding"),
    ("encoding: cp1252", "encoding: cp1225", "cp1252"),
    ("delimiter:", "delimitter:", "delimiter"),
    ("header: {row: 2}", "header: {rows: 2}", "row"),
    ("header: {row: 2}", "heading: {row: 2}", "header"),
    ("non_data:", "nondata:", "non_data"),
    ("{kind: total, column", "{kind: totals, column", "total"),
    ("{kind: total, column: Geschäftsjahr, pattern", "{kind: total, column: Geschäftsjahr, patern", "pattern"),
    (
        "          mapping:\n            columns:\n              ledger",
        "          maping:\n            columns:\n              ledger",
        "mapping",
    ),
    ("              invoice_number: Rechnungsnummer", "              invoice_no: Rechnungsnummer", "invoice_number"),
    ("account_name: Kontobezeichnung", "acount_name: Kontobezeichnung", "account_name"),
    ("closing_balance_amount_functional", "closing_balance_amount", "closing_balance_amount_functional"),
    ("balance: {amount: EB-Wert", "balance: {amout: EB-Wert", "amount"),
    ("balance: {amount: EB-Wert", "balnce: {amount: EB-Wert", "balance"),
    ("debit_words: S", "debet_words: S", "debit_words"),
    ("Gutschrift: credit_note", "Gutschrift: creditnote", "credit_note"),
    ("Rechnung: invoice,", "Rechnung: invoices,", "invoice"),
    ("Eingang: customer,", "Eingang: customers,", "customer"),
    ("{value: EUR}", "{vlaue: EUR}", "value"),
    ("{value: EUR}", "{value: ERU}", "EUR"),
    ("{value: local}", "{values: local}", "value"),
    ("values: {Rechnung", "vaules: {Rechnung", "values"),
    ("tax_keys:", "taxkeys:", "tax_keys"),
    ("{cancels_automatic: true}", "{cancel_automatic: true}", "cancels_automatic"),
    ("automatic_accounts:", "automatic_acounts:", "automatic_accounts"),
    ("first_of: [{column: Herkunft-Kz", "firstof: [{column: Herkunft-Kz", "first_of"),
]
NORWAY = [
    ("column: JournalID", "column: JournalId2", "JournalID"),
    ("    audit_file:", "    auditfile:", "audit_file"),
    ("decimal_mark:", "decimalmark:", "decimal_mark"),
    ("thousands_marks:", "thousand_marks:", "thousands_marks"),
    ("Kreditnota: credit_note", "Kreditnota: credit note", "credit_note"),
    ("encoding: utf-8", "encoding: utf-9", "utf-8"),
]
UNITED_STATES = [
    ("kind: excel", "kind: exel", "excel"),
    ("sheets:", "sheet:", "sheets"),
    ("section: GL Detail", "section: GL Details", "GL Detail"),
    ("section: Trial Balance", "section: Trial balance", "Trial Balance"),
    ("labels: [Account No.", "label: [Account No.", "labels"),
    ("negative: parentheses", "negative: parenthesis", "parentheses"),
    ("{metadata: fiscal_year}", "{metadata: fiscalyear}", "fiscal_year"),
    ("{metadata: period_end}", "{metadata: period_ends}", "period_end"),
    ("shape: signed", "shape: sign", "signed"),
    ("amount: Amounts / Amount", "amounts: Amounts / Amount", "amount"),
    ("Liability: liability", "Liability: liabilities", "liability"),
]
MORE = [  # lines that the sample branches do not have, put beside one that they do
    ("germany", "  profile: datev\n", "  profile: datev\n  tighten: {customers: {fields: {}}}\n", "customer"),
    ("germany", "  profile: datev\n", "  profile: datev\n  tighten: {customer: {field: {}}}\n", "fields"),
    ("germany", "  profile: datev\n", "  profile: datev\n  tighten: {customer: {fields: {taxid: {}}}}\n", "tax_id"),
    (
        "germany",
        "  profile: datev\n",
        "  profile: datev\n  tighten: {customer: {fields: {tax_id: {require: true}}}}\n",
        "required",
    ),
    (
        "norway",
        "rule: append\n",
        "rule: append\n          controls: {TotalNet: sum:net_amount}\n",
        "net_amount_functional",
    ),
    ("norway", "rule: append\n", "rule: append\n          controls: {Rows: row}\n", "rows"),
    (
        "norway",
        "rule: append\n",
        "rule: append\n          lookups: {paid: {file: payment, match: {Fakturanr: id}}}\n",
        "payments",
    ),
    (
        "norway",
        "rule: append\n",
        "rule: append\n          lookups: {book: {file: audit_file, section: Lines, match: {Fakturanr: id}}}\n",
        "Line",
    ),
    (
        "norway",
        "invoice_date: Fakturadato",
        "invoice_date: {derive: month_end, from: due_date}",
        "month_end_of",
    ),
    ("norway", "invoice_date: Fakturadato", "invoice_date: {derive: month_end_of, from: duedate}", "due_date"),
]
SLIPS = [
    *(("germany", *one) for one in GERMANY),
    *(("norway", *one) for one in NORWAY),
    *(("united_states", *one) for one in UNITED_STATES),
    *MORE,
]


@cache
def said(branch: str) -> str:
    return (REPOSITORY / "pipelines" / "defs" / "branches" / branch / "defs.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("branch", "right", "wrong", "meant"), SLIPS)
def test_a_slip_is_answered_with_the_word_that_was_meant(
    branch: str, right: str, wrong: str, meant: str, tmp_path: Path
) -> None:
    text = said(branch)
    assert right in text
    file = tmp_path / branch / "defs.yaml"
    file.parent.mkdir()
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_branch(file, CONTRACTS, PROFILES)
    assert f"Did you mean {meant!r}?" in str(caught.value), "\n".join(caught.value.mistakes)


def test_the_sample_folders_themselves_are_in_order() -> None:
    for branch in ("germany", "norway", "united_states"):
        load_branch(REPOSITORY / "pipelines" / "defs" / "branches" / branch / "defs.yaml", CONTRACTS, PROFILES)
