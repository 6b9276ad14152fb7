"""Every fact row of the sample walks back to a row of the file its branch sent, and that row says the same amount.

The archived bytes are read by other readers than the product's (csv, xml.etree, openpyxl), and what a row means is
worked out here from the formats' own rules: nothing of the pipeline's reading or mapping is used.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

Cells = Mapping[str, Any]
Fact = Mapping[str, Any]
SAMPLE = 400  # rows of each fact and branch; the small ones are checked whole
TAX_KEYS = {"9": (19, "1406"), "8": (7, "1401"), "3": (19, "3806"), "2": (7, "3801")}
AUTOMATIC = {"4400": "3", "4736": "3", "4300": "2", "4731": "2", "5736": "9", "5731": "8"}  # SKR04


def german(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".") or "0")


def norwegian(text: str) -> Decimal:
    return Decimal(text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".") or "0")


def french(text: str) -> Decimal:
    return Decimal(text.strip().replace(",", ".") or "0")


def plain(cell: Any) -> Decimal:
    return Decimal(str(cell or 0))


def american(cell: Any) -> Decimal:
    if isinstance(cell, str):
        text = cell.strip().replace(",", "")
        return -Decimal(text[1:-1]) if text.startswith("(") else Decimal(text or "0")
    return Decimal(str(cell or 0))


def day(cell: Any, form: str) -> date:
    return cell.date() if isinstance(cell, datetime) else datetime.strptime(cell, form).date()  # noqa: DTZ007


@cache
def delimited(path: Path, encoding: str, delimiter: str, header: int) -> list[dict[str, str]]:
    """Records of a file, counted from 1 at its first line; those up to the header are empty."""
    text = path.read_bytes().decode(encoding)
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    names = records[header - 1]
    return [{}] * header + [dict(zip(names, record, strict=False)) for record in records[header:]]


@cache
def sheet(path: Path, name: str) -> list[dict[str, Any]]:
    rows = list(openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)[name].iter_rows(values_only=True))
    header = 6 if name.startswith("GL Detail") else 5
    return [{}] * header + [dict(zip(rows[header - 1], row, strict=True)) for row in rows[header:]]


@cache
def xml_records(path: Path, name: str) -> list[ElementTree.Element]:
    """All records of a kind in document order, without their namespace; ledger lines know their transaction."""
    root = ElementTree.fromstring(path.read_bytes())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if name != "Line":
        return list(root.iter(name))
    found = []
    for transaction in root.iter("Transaction"):
        for line in transaction.iter("Line"):
            line.set("document", transaction.findtext("TransactionID") or "")
            line.set("day", transaction.findtext("TransactionDate") or "")
            found.append(line)
    return found


HABITS = {"germany": ("cp1252", ";"), "norway": ("utf-8-sig", ";"), "group": ("utf-8-sig", ","),
          "france": ("iso-8859-15", ";"), "china": ("gb18030", ",")}  # fmt: skip


INNER = {
    "line": {"line", "lineNumber", "nominalCode", "amount", "quantity", "unitPrice", "net", "vat", "text"},
    "allocation": {"line", "amount", "discount", "exchangeDifferenceGBP", "allocatedOn", "document"},
}


@cache
def json_records(path: Path, kind: str) -> list[dict[str, Any]]:
    """The lines of the file, or all that is nested in them, which then knows what it is nested in; numbers as text."""
    texts = path.read_text("utf-8").splitlines()
    outer = [json.loads(text, parse_float=str, parse_int=str) for text in texts]
    nested = {"line": "lines", "allocation": "allocations"}.get(kind)
    return [{**one, **inner} for one in outer for inner in one[nested]] if nested else outer


def json_record(path: Path, fact: Fact) -> Cells:
    return json_records(path, fact["source_sheet"])[fact["source_row"] - 1]


def csv_row(path: Path, fact: Fact) -> Cells:
    name = fact["source_file"]
    encoding, delimiter = HABITS[fact["branch_id"]]
    if name.endswith(".txt"):
        delimiter = "\t"
    header = 2 if name.startswith(("EXTF", "SuSa")) else 1
    return delimited(path, encoding, delimiter, header)[fact["source_row"] - 1]


def excel_row(path: Path, fact: Fact) -> Cells:
    return sheet(path, fact["source_sheet"])[fact["source_row"] - 1]


def datev_line(row: Cells, fact: Fact) -> None:
    """One row, two accounts, and the tax that is included on the contra account's side."""
    foreign = row["WKZ Umsatz"] != "EUR"
    gross, transaction = (
        german(row["Basis-Umsatz" if foreign else "Umsatz (ohne Soll/Haben-Kz)"]),
        german(row["Umsatz (ohne Soll/Haben-Kz)"]),
    )
    contra = row["Gegenkonto (ohne BU-Schlüssel)"]
    rate, tax_account = TAX_KEYS.get(row["BU-Schlüssel"] or AUTOMATIC.get(contra, ""), (0, ""))
    tax, tax_transaction = (
        (amount * rate / (100 + rate)).quantize(Decimal("0.01"), ROUND_HALF_UP) for amount in (gross, transaction)
    )
    account, amount, in_currency, on_own_side = {
        1: (row["Konto"], gross, transaction, True),
        2: (contra, gross - tax, transaction - tax_transaction, False),
        3: (tax_account, tax, tax_transaction, False),
    }[fact["source_part"]]
    is_debit = (row["Soll/Haben-Kennzeichen"] == "S") == on_own_side
    assert (fact["debit_amount_functional"], fact["credit_amount_functional"]) == (
        (amount, 0) if is_debit else (0, amount)
    )
    assert (fact["account_code"], fact["document_number"]) == (account, row["Belegfeld 1"])
    assert f"{fact['posting_date']:%d%m}" == row["Belegdatum"].zfill(4)
    assert fact["transaction_currency_code"] == row["WKZ Umsatz"]
    assert fact["transaction_amount"] == (in_currency if is_debit else -in_currency)
    assert fact["line_text"] == row["Buchungstext"]


def saft_line(line: ElementTree.Element, fact: Fact) -> None:
    debit, credit = (Decimal(line.findtext(f"{side}Amount/Amount") or "0") for side in ("Debit", "Credit"))
    assert (fact["debit_amount_functional"], fact["credit_amount_functional"]) == (debit, credit)
    assert fact["account_code"] == line.findtext("AccountID")
    assert (fact["document_number"], str(fact["line_number"])) == (line.get("document"), line.findtext("RecordID"))
    assert fact["posting_date"].isoformat() == line.get("day")
    assert fact["line_text"] == line.findtext("Description")


def workbook_line(row: Cells, fact: Fact) -> None:
    amount = american(row["Amount"])
    assert fact["debit_amount_functional"] - fact["credit_amount_functional"] == amount
    assert 0 in (fact["debit_amount_functional"], fact["credit_amount_functional"])
    assert fact["debit_amount_functional"] >= 0 <= fact["credit_amount_functional"]
    assert (fact["account_code"], fact["document_number"]) == (row["Account No."], row["Number"])
    assert (fact["line_number"], fact["line_text"]) == (int(row["Line"]), row["Memo"])
    assert fact["posting_date"] == day(row["Date"], "%m/%d/%Y")


def fec_line(row: Cells, fact: Fact) -> None:
    """18 columns by law; an amount in another currency is signed or unsigned, so only its size is compared."""
    assert (fact["debit_amount_functional"], fact["credit_amount_functional"]) == (
        french(row["Debit"]),
        french(row["Credit"]),
    )
    assert (fact["journal_code"], fact["document_number"]) == (row["JournalCode"], row["EcritureNum"])
    assert (fact["account_code"], fact["line_text"]) == (row["CompteNum"], row["EcritureLib"])
    assert f"{fact['posting_date']:%Y%m%d}" == row["EcritureDate"]
    assert (fact["party_code"] or "") == row["CompAuxNum"]
    if row["Montantdevise"].strip():
        assert abs(fact["transaction_amount"]) == abs(french(row["Montantdevise"]))
        assert fact["transaction_currency_code"] == row["Idevise"]


def chinese_voucher(row: Cells, fact: Fact) -> None:
    """A red storno stays negative on its side."""
    assert (fact["debit_amount_functional"], fact["credit_amount_functional"]) == (
        plain(row["借方金额"]),
        plain(row["贷方金额"]),
    )
    assert (fact["account_code"], fact["line_text"]) == (row["科目编码"], row["摘要"])
    assert row["凭证号"] in fact["document_number"]
    assert (str(fact["line_number"]), fact["posting_date"].isoformat()) == (row["分录号"], row["凭证日期"])


def chinese_balance(row: Cells, fact: Fact) -> None:
    for name, side, amount in (("opening", "期初方向", "期初余额"), ("closing", "期末方向", "期末余额")):
        sign = -1 if row[side] == "贷" else 1
        assert fact[f"{name}_balance_amount_functional"] == sign * plain(row[amount])
    assert (fact["debit_amount_functional"], fact["credit_amount_functional"]) == (
        plain(row["本期借方"]),
        plain(row["本期贷方"]),
    )
    assert fact["account_code"] == row["科目编码"]


def french_balance(row: Cells, fact: Fact) -> None:
    opening = french(row["Ouverture débit"]) - french(row["Ouverture crédit"])
    closing = french(row["Solde débiteur"]) - french(row["Solde créditeur"])
    assert fact["opening_balance_amount_functional"] == opening
    assert fact["closing_balance_amount_functional"] == closing
    assert fact["debit_amount_functional"] == french(row["Mouvements débit"])
    assert fact["credit_amount_functional"] == french(row["Mouvements crédit"])
    assert fact["account_code"] == row["Compte"]


def british_line(row: Cells, fact: Fact) -> None:
    """One signed amount, debit positive; the period label says the fiscal year and period."""
    assert fact["debit_amount_functional"] - fact["credit_amount_functional"] == plain(row["amount"])
    assert 0 in (fact["debit_amount_functional"], fact["credit_amount_functional"])
    assert (fact["account_code"], fact["document_number"]) == (row["nominalCode"], row["journalNumber"])
    assert f"P{fact['fiscal_period']} FY{fact['fiscal_year']}" == row["period"]
    assert (fact["posting_date"].isoformat(), str(fact["line_number"])) == (row["postedOn"], row["lineNumber"])


def open_item(read: Callable[[Any], Decimal], named: str, side: str = "", debit: str = "") -> Any:
    """`named`: the file's names of document, party, amount and own amount; `side` says which sign they carry."""
    document, party, amount, own = named.split("|")

    def check(row: Cells, fact: Fact) -> None:
        sign = 1 if not side or row[side] == debit else -1
        assert (fact["document_number"], fact["party_code"]) == (row[document], row[party])
        assert fact["open_amount_transaction"] == sign * read(row[amount])
        assert fact["open_amount_functional"] == sign * read(row[own])

    return check


def payment(read: Callable[[Any], Decimal], named: str, side: str, received: str) -> Any:
    """A payment whose file says in words which way the money went."""
    number, party, amount, own = named.split("|")

    def check(row: Cells, fact: Fact) -> None:
        sign = 1 if row[side] == received else -1
        assert (fact["payment_number"], fact["party_code"]) == (row[number], row[party])
        assert fact["amount_transaction"] == sign * read(row[amount])
        assert fact["amount_functional"] == sign * read(row[own])

    return check


def saft_account(account: ElementTree.Element, fact: Fact) -> None:
    for moment in ("Opening", "Closing"):
        debit, credit = (Decimal(account.findtext(f"{moment}{side}Balance") or "0") for side in ("Debit", "Credit"))
        assert fact[f"{moment.lower()}_balance_amount_functional"] == debit - credit
    assert fact["account_code"] == account.findtext("AccountID")


def susa(row: Cells, fact: Fact) -> None:
    for name, column in (("opening", "EB-Wert"), ("closing", "Saldo")):
        sign = {"S": 1, "H": -1, "": 1}[row[f"{column} S/H"]]
        assert fact[f"{name}_balance_amount_functional"] == sign * german(row[column])
    assert fact["debit_amount_functional"] == german(row["Soll"])
    assert fact["credit_amount_functional"] == german(row["Haben"])
    assert fact["account_code"] == row["Konto"]


def german_payment(row: Cells, fact: Fact) -> None:
    sign = {"Eingang": 1, "Ausgang": -1}[row["Richtung"]]
    assert fact["amount_transaction"] == sign * german(row["Betrag"])
    assert fact["amount_functional"] == sign * german(row["Betrag EUR"])
    assert (fact["payment_number"], fact["party_code"]) == (row["Zahlungsnummer"], row["Personenkonto"])


def columns(read: Callable[[Any], Decimal], texts: Mapping[str, str], amounts: Mapping[str, str]) -> Any:
    """A check that texts and amounts stand in the columns of these names."""

    def check(row: Cells, fact: Fact) -> None:
        for field, column in texts.items():
            assert str(fact[field] or "") == str(row.get(column) or ""), (field, fact[field], row.get(column))
        for field, column in amounts.items():
            if row.get(column) not in (None, ""):
                assert fact[field] == read(row[column]), (field, fact[field], row[column])
            else:
                assert fact[field] is None, (field, fact[field])

    return check


def invoice(read: Callable[[Any], Decimal], number: str, amounts: str) -> Any:
    """`amounts`: the file's names of net, tax and gross, the same in the branch's currency, and the rate."""
    parts = ("net_amount", "tax_amount", "gross_amount")
    fields = [f"{part}_{currency}" for currency in ("transaction", "functional") for part in parts]
    named = dict(zip([*fields, "exchange_rate"], amounts.split("|"), strict=True))
    return columns(read, {"invoice_number": number}, named)


CHECKS: dict[tuple[str, str], tuple[Callable[[Path, Fact], Any], Callable[[Any, Fact], None]]] = {
    ("germany", "fct_gl_entry"): (csv_row, datev_line),
    ("germany", "fct_trial_balance"): (csv_row, susa),
    ("germany", "fct_payment"): (csv_row, german_payment),
    ("germany", "fct_sales_invoice"): (
        csv_row,
        invoice(german, "Rechnungsnummer", "Netto|Umsatzsteuer|Brutto|Netto EUR|Umsatzsteuer EUR|Brutto EUR|Kurs"),
    ),
    ("germany", "fct_sales_invoice_line"): (
        csv_row,
        columns(
            german,
            {"invoice_number": "Rechnungsnummer", "line_number": "Position", "product_code": "Artikel"},
            {"net_amount_transaction": "Netto", "tax_amount_transaction": "Umsatzsteuer", "quantity": "Menge",
             "unit_price": "Einzelpreis", "cost_amount_functional": "Einstandswert EUR"},
        ),
    ),
    ("germany", "fct_payment_allocation"): (
        csv_row,
        columns(
            german,
            {"payment_number": "Zahlungsnummer", "line_number": "Zeile", "document_number": "Belegnummer"},
            {"allocated_amount_transaction": "Betrag", "discount_amount_transaction": "Skonto",
             "fx_difference_amount_functional": "Kursdifferenz EUR"},
        ),
    ),
    ("norway", "fct_gl_entry"): (lambda p, f: xml_records(p, "Line")[f["source_row"] - 1], saft_line),
    ("norway", "fct_trial_balance"): (lambda p, f: xml_records(p, "Account")[f["source_row"] - 1], saft_account),
    ("norway", "fct_sales_invoice"): (
        csv_row, invoice(norwegian, "Fakturanr", "Netto|Mva|Brutto|Netto NOK|Mva NOK|Brutto NOK|Valutakurs")
    ),
    ("norway", "fct_sales_invoice_line"): (
        csv_row,
        columns(
            norwegian,
            {"invoice_number": "Fakturanr", "line_number": "Linje", "product_code": "Varenr"},
            {"net_amount_transaction": "Netto", "tax_amount_transaction": "Mva", "quantity": "Antall",
             "unit_price": "Pris", "cost_amount_functional": "Kostpris NOK"},
        ),
    ),
    ("norway", "fct_payment"): (
        csv_row,
        columns(
            norwegian,
            {"payment_number": "Betalingsnr", "party_code": "Motpartsnr"},
            {"amount_transaction": "Beløp", "amount_functional": "Beløp NOK"},
        ),
    ),
    ("norway", "fct_payment_allocation"): (
        csv_row,
        columns(
            norwegian,
            {"payment_number": "Betalingsnr", "line_number": "Linje", "document_number": "Bilag"},
            {"allocated_amount_transaction": "Beløp", "discount_amount_transaction": "Rabatt",
             "fx_difference_amount_functional": "Valutadifferanse NOK"},
        ),
    ),
    ("united_states", "fct_gl_entry"): (excel_row, workbook_line),
    ("united_states", "fct_trial_balance"): (
        excel_row,
        columns(
            american,
            {"account_code": "Account No."},
            {"opening_balance_amount_functional": "Beginning Balance", "debit_amount_functional": "Debit",
             "credit_amount_functional": "Credit", "closing_balance_amount_functional": "Ending Balance"},
        ),
    ),
    ("united_states", "fct_sales_invoice"): (
        excel_row,
        invoice(american, "Invoice No.", "Net Amount|Sales Tax|Total|Net USD|Tax USD|Total USD|Rate"),
    ),
    ("united_states", "fct_sales_invoice_line"): (
        excel_row,
        columns(
            american,
            {"invoice_number": "Invoice No.", "line_number": "Line", "product_code": "Item"},
            {"net_amount_transaction": "Net Amount", "tax_amount_transaction": "Sales Tax", "quantity": "Quantity",
             "unit_price": "Unit Price", "cost_amount_functional": "Cost USD"},
        ),
    ),
    ("united_states", "fct_payment"): (
        excel_row,
        columns(
            american,
            {"payment_number": "Payment No.", "party_code": "Name Code"},
            {"amount_transaction": "Amount", "amount_functional": "Amount USD"},
        ),
    ),
    ("united_states", "fct_payment_allocation"): (
        excel_row,
        columns(
            american,
            {"payment_number": "Payment No.", "line_number": "Line", "document_number": "Applied To"},
            {"allocated_amount_transaction": "Amount", "discount_amount_transaction": "Discount",
             "fx_difference_amount_functional": "Exchange Difference USD"},
        ),
    ),
    ("group", "fct_fx_rate"): (
        csv_row,
        columns(
            Decimal,
            {"from_currency_code": "from_currency_code", "to_currency_code": "to_currency_code",
             "rate_date": "rate_date", "rate_type": "rate_type"},
            {"rate": "rate"},
        ),
    ),
}  # fmt: skip


LINE = "invoice_number|line_number|product_code"
PRICES = "net_amount_transaction|tax_amount_transaction|quantity|unit_price"


def lines(read: Callable[[Any], Decimal], texts: str, amounts: str, cost: str = "") -> Any:
    """`texts`: number, line, product; `amounts`: net, tax, quantity, price; `cost` of what was sold."""
    named = dict(zip(PRICES.split("|"), amounts.split("|"), strict=True))
    if cost:
        named["cost_amount_functional"] = cost
    return columns(read, dict(zip(LINE.split("|"), texts.split("|"), strict=True)), named)


def settled(read: Callable[[Any], Decimal], texts: str, amounts: str) -> Any:
    """`texts`: payment, line, document; `amounts`: allocated, discount, exchange difference."""
    fields = ("payment_number", "line_number", "document_number")
    sums = ("allocated_amount_transaction", "discount_amount_transaction", "fx_difference_amount_functional")
    return columns(
        read, dict(zip(fields, texts.split("|"), strict=True)), dict(zip(sums, amounts.split("|"), strict=True))
    )


def balances(read: Callable[[Any], Decimal], account: str, amounts: str) -> Any:
    """`amounts`: opening, debit, credit, closing."""
    fields = ("opening_balance_amount", "debit_amount", "credit_amount", "closing_balance_amount")
    named = {f"{field}_functional": name for field, name in zip(fields, amounts.split("|"), strict=True)}
    return columns(read, {"account_code": account}, named)


_BRITISH = "net|vat|total|netGBP|vatGBP|totalGBP|rate"
_CHINESE = "金额|税额|价税合计|本币金额|本币税额|本币价税合计|汇率"
_FRENCH = "HT|TVA|TTC|HT €|TVA €|TTC €|Cours"
_JOINED: dict[str, tuple[Callable[[Path, Fact], Any], dict[str, Any]]] = {
    "france": (
        csv_row,
        {
            "fct_gl_entry": fec_line,
            "fct_trial_balance": french_balance,
            "fct_sales_invoice": invoice(french, "N° facture", _FRENCH),
            "fct_sales_invoice_line": lines(
                french, "N° facture|Ligne|Article", "Montant HT|Montant TVA|Qté|PU HT", "Coût de revient €"
            ),
            "fct_purchase_invoice": invoice(french, "N° pièce", _FRENCH),
            "fct_purchase_invoice_line": lines(french, "N° pièce|Ligne|Article", "Montant HT|Montant TVA|Qté|PU HT"),
            "fct_payment": payment(french, "N° règlement|Tiers|Montant|Montant €", "Sens", "Encaissement"),
            "fct_payment_allocation": settled(
                french, "N° règlement|Ligne|Pièce", "Montant imputé|Escompte|Écart de change €"
            ),
            "fct_open_item": open_item(french, "Pièce|Tiers|Solde|Solde €", "Sens", "D"),
        },
    ),
    "china": (
        csv_row,
        {
            "fct_gl_entry": chinese_voucher,
            "fct_trial_balance": chinese_balance,
            "fct_sales_invoice": invoice(plain, "发票号", _CHINESE),
            "fct_sales_invoice_line": lines(plain, "发票号|行号|存货编码", "金额|税额|数量|单价", "本币成本"),
            "fct_purchase_invoice": invoice(plain, "单据号", _CHINESE),
            "fct_purchase_invoice_line": lines(plain, "单据号|行号|存货编码", "金额|税额|数量|单价"),
            "fct_payment": payment(plain, "单据号|往来编码|金额|本币金额", "收付", "收款"),
            "fct_payment_allocation": settled(plain, "单据号|行号|核销单据", "核销金额|现金折扣|本币汇兑差额"),
            "fct_open_item": open_item(plain, "单据号|往来编码|未清金额|本币未清金额", "方向", "借"),
        },
    ),
    "united_kingdom": (
        json_record,
        {
            "fct_gl_entry": british_line,
            "fct_trial_balance": balances(plain, "nominalCode", "opening|debits|credits|closing"),
            "fct_sales_invoice": invoice(plain, "invoiceNumber", _BRITISH),
            "fct_sales_invoice_line": lines(
                plain, "invoiceNumber|line|product", "net|vat|quantity|unitPrice", "costGBP"
            ),
            "fct_purchase_invoice": invoice(plain, "billNumber", _BRITISH),
            "fct_purchase_invoice_line": lines(plain, "billNumber|line|product", "net|vat|quantity|unitPrice"),
            "fct_payment": columns(
                plain,
                {"payment_number": "paymentNumber", "party_code": "contact"},
                {"amount_transaction": "amount", "amount_functional": "amountGBP"},
            ),
            "fct_payment_allocation": settled(
                plain, "paymentNumber|line|document", "amount|discount|exchangeDifferenceGBP"
            ),
            "fct_open_item": open_item(plain, "document|contact|outstanding|outstandingGBP"),
        },
    ),
    "germany": (
        csv_row,
        {
            "fct_purchase_invoice": invoice(
                german, "Belegnummer", "Netto|Vorsteuer|Brutto|Netto EUR|Vorsteuer EUR|Brutto EUR|Kurs"
            ),
            "fct_purchase_invoice_line": lines(
                german, "Belegnummer|Position|Artikel", "Netto|Vorsteuer|Menge|Einzelpreis"
            ),
            "fct_open_item": open_item(
                german, "Belegnummer|Personenkonto|Offener Betrag|Offener Betrag EUR", "S/H", "S"
            ),
        },
    ),
    "norway": (
        csv_row,
        {
            "fct_purchase_invoice": invoice(
                norwegian, "Bilagsnr", "Netto|Mva|Brutto|Netto NOK|Mva NOK|Brutto NOK|Valutakurs"
            ),
            "fct_purchase_invoice_line": lines(norwegian, "Bilagsnr|Linje|Varenr", "Netto|Mva|Antall|Pris"),
            "fct_open_item": open_item(norwegian, "Bilag|Motpartsnr|Restbeløp|Restbeløp NOK"),
        },
    ),
    "united_states": (
        excel_row,
        {
            "fct_purchase_invoice": invoice(
                american, "Bill No.", "Net Amount|Tax|Total|Net USD|Tax USD|Total USD|Rate"
            ),
            "fct_purchase_invoice_line": lines(american, "Bill No.|Line|Item", "Net Amount|Tax|Quantity|Unit Price"),
            "fct_open_item": open_item(american, "Document|Name Code|Open Amount|Open USD"),
        },
    ),
}
CHECKS |= {
    (branch, fact): (find, check) for branch, (find, checks) in _JOINED.items() for fact, check in checks.items()
}


def facts_of(published: Any, fact: str, branch: str) -> list[Fact]:
    described = published.rows(f"describe core.{fact}")
    names = [row[0] for row in described]
    rows = published.rows(f"select * from core.{fact} where branch_id = ? order by all", [branch])
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("branch", "fact"), sorted(CHECKS))
def test_fact_rows_say_what_the_file_says(published: Any, branch: str, fact: str) -> None:
    rows = facts_of(published, fact, branch)
    assert rows
    find, check = CHECKS[branch, fact]
    for row in random.Random(f"{branch} {fact}").sample(rows, min(SAMPLE, len(rows))):
        check(find(published.archived(row["file_sha256"]), row), row)


def test_every_branch_of_every_fact_is_checked(published: Any) -> None:
    facts = published.rows(
        "select table_name from information_schema.columns where table_schema = 'core' and column_name = 'source_part'"
    )
    found = {
        (branch, fact)
        for (fact,) in facts
        for (branch,) in published.rows(f"select distinct branch_id from core.{fact}")
    }
    assert found == set(CHECKS)


def test_archived_bytes_are_the_ones_that_were_sent(published: Any) -> None:
    """The hash on the row is the hash of the file in the landing area and of its archived copy."""
    landing = published.workspace.landing
    rows = published.rows("select distinct branch_id, source_file, file_sha256 from ops.delivery")
    assert len(rows) == 181
    for branch, file, sha256 in rows:
        sent = (landing / branch / file).read_bytes()
        assert hashlib.sha256(sent).hexdigest() == sha256
        assert published.archived(sha256).read_bytes() == sent


def test_no_two_fact_rows_claim_the_same_place(published: Any) -> None:
    for fact in {name for _, name in CHECKS}:
        twice = published.rows(
            f"select branch_id, source_file, source_sheet, source_row, source_part from core.{fact} "
            "group by all having count(*) > 1"
        )
        assert twice == [], fact


def test_report_cells_are_sums_of_fact_rows(published: Any) -> None:
    """From a cell of the trial balance down to the rows it is made of."""
    cells = published.rows(
        "select branch_id, fiscal_period, account_code, debit_amount_functional, credit_amount_functional "
        "from finance.rpt_branch_trial_balance order by all"
    )
    for branch, period, account, debit, credit in random.Random(7).sample(cells, 60):
        rows = published.rows(
            "select debit_amount_functional, credit_amount_functional from core.fct_gl_entry where branch_id = ? and "
            "fiscal_period = ? and account_code = ? and is_posted and entry_kind not in ('opening', 'closing')",
            [branch, period, account],
        )
        assert sum(row[0] for row in rows) == debit
        assert sum(row[1] for row in rows) == credit


def test_quarantined_rows_keep_the_text_of_the_file(published: Any) -> None:
    """Every cell of a refused row stands, as text, in the row of the file that it names."""
    rows = published.rows(
        "select branch_id, source_file, source_sheet, source_row, file_sha256, raw::json ->> '$.*' "
        "from ops.quarantine where reasons not like 'unreadable_row%'"
    )
    assert rows
    for branch, file, sheet_name, row, sha256, cells in rows:
        path = published.archived(sha256)
        place = {"branch_id": branch, "source_file": file, "source_sheet": sheet_name, "source_row": row}
        if file.endswith(".xml"):
            line = xml_records(path, sheet_name)[row - 1]
            paths = ("AccountID", "RecordID", "Description", "DebitAmount/Amount", "CreditAmount/Amount")
            told = {line.get("document"), *(line.findtext(path) for path in paths)} - {None, ""}
            assert told <= set(cells), place
        elif file.endswith(".ndjson"):
            own = INNER.get(sheet_name)  # of a nested record what stands in it; of an outer one all but its lists
            named = {name: cell for name, cell in json_record(path, place).items() if own is None or name in own}
            assert {cell for cell in named.values() if isinstance(cell, str) and cell} <= set(cells), place
        elif file.endswith((".csv", ".txt")):
            assert [cell for cell in cells if cell] == [c for c in csv_row(path, place).values() if c], place
        else:
            told = {str(cell) for cell in excel_row(path, place).values() if isinstance(cell, str)}
            assert told <= set(cells), place
