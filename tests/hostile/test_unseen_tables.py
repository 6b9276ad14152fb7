"""Ledgers as spreadsheets and programs of all countries write them: each is onboarded by YAML alone."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from shop import HEAD, Shop, lines

LEDGER = """\
  files:
    ledger:
      pattern: 'ledger.*'
      layout: {layout}
      delivery_date: arrival
      datasets:
        gl_entry:
          rule: period
          period: content
          mapping:
            columns:
              ledger: {{value: local}}
              fiscal_year: {{derive: year_of, from: posting_date}}
              fiscal_period: {{derive: month_of, from: posting_date}}
              journal_code: {{value: GL}}
              document_number: Num
              line_number: {{row_number: document}}
              posting_date: Date
              entry_kind: {{value: normal}}
              is_posted: {{value: "true"}}
              account_code: Account
              functional_currency_code: {{value: NOK}}
              line_text: Memo
            amounts: {amounts}
"""


def defs(layout: str, numbers: str, dates: str, amounts: str) -> str:
    habits = f"  numbers: {numbers}\n  dates: {{formats: [{dates}]}}\n"
    return HEAD + habits + LEDGER.format(layout=layout, amounts=amounts)


def test_workbook_with_everything_wrong_at_once(open_shop: Callable[[str], Shop]) -> None:
    """Titles, a hidden sheet, the header far below, dates of three kinds, numbers of six, totals without a label."""
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Old").sheet_state = "hidden"
    page = workbook.create_sheet("General Ledger")
    for number, title in enumerate(["Acme Trading", "General Ledger", "January 2026"], start=1):
        page.cell(number, 1, title)
        page.merge_cells(start_row=number, start_column=1, end_row=number, end_column=6)
    for column, label in enumerate(["Date", "Num", "Account", "Memo", "Debit", "Credit"], start=1):
        page.cell(6, column, label)
    for row in [
        (46032, "J1", "0100 ", "serial date, text amount", "1,000.50", "-"),
        (46032, "J1", 4000, "accounting dash", " - ", 1000.5),
        (dt.date(2026, 1, 11), "J2", "0100", "credit in parentheses", "(25.00)", None),
        (dt.date(2026, 1, 11), "J2", 4000, "trailing minus", None, "25.00-"),
        ("01/12/2026", "J3", "0100", "currency and DR", "$ 7.10 DR", "–"),
        ("01/12/2026", "J3", 4000, "a binary fraction", None, 7.1),
        (None, None, None, None, 982.6, 982.6),
    ]:
        page.append(row)
    content = io.BytesIO()
    workbook.save(content)
    amount = "{{column: {0}, empty_words: ['-', '–']}}"
    shop = open_shop(
        defs(
            "{kind: excel, sheets: {GL: {name: General Ledger, header: {labels: [Date, Num, Debit]}, "
            "non_data: [{kind: total, empty: [Date, Num, Account]}]}}}",
            '{thousands_marks: [","], negative: [parentheses, trailing_minus, cr_dr], strip: ["$"]}',
            'excel_serial, "%Y-%m-%d", "%m/%d/%Y"',
            "{shape: two_columns, debit: " + amount.format("Debit") + ", credit: " + amount.format("Credit") + "}",
        )
    )
    shop.send("ledger.xlsx", content.getvalue())
    assert shop.night().status == "ok"
    (receipt,) = shop.receipts()
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.non_data) == (13, 6, 7)
    zero = Decimal(0)
    assert lines(shop.accepted()) == [
        ("0100", Decimal("1000.50"), zero),
        ("4000", zero, Decimal("1000.50")),
        ("0100", Decimal(-25), zero),
        ("4000", zero, Decimal(-25)),
        ("0100", Decimal("7.10"), zero),
        ("4000", zero, Decimal("7.10")),
    ]
    assert shop.accepted()["posting_date"].dt.day().to_list() == [10, 10, 11, 11, 12, 12]


NUMBERS = [  # how numbers are declared, how a thousand two hundred thirty-four and a half is written, and its negative
    ('{decimal_mark: ",", thousands_marks: [" "]}', "1\u202f234,50", "-1\u00a0234,50"),
    ('{decimal_mark: ",", thousands_marks: ["."]}', "1.234,5", "-1234,50"),
    ('{thousands_marks: ["\'"]}', "1\u2019234.50", "-1'234.50"),
    ('{thousands_marks: [","], negative: cr_dr}', "1,234.50 Dr", "1,234.50 CR"),
    ("{negative: trailing_minus}", "1234.50", "1234.50-"),
    ("{negative: parentheses}", "1234.50", "(1234.50)"),
    ("{negative: typographic_minus}", "+1234.50", "\u22121234.50"),
    ("{strip: [USD, $]}", "USD 1234.50", "-$1234.50"),
    ("{implied_decimals: 2}", "123450", "-123450"),
]


@pytest.mark.parametrize(("numbers", "plus", "minus"), NUMBERS)
def test_numbers_of_all_countries(open_shop: Callable[[str], Shop], numbers: str, plus: str, minus: str) -> None:
    shop = open_shop(
        defs('{kind: delimited, delimiter: ";"}', numbers, '"%d.%m.%Y"', "{shape: signed, amount: Amount}")
    )
    shop.send("ledger.csv", f"Date;Num;Account;Memo;Amount\n5.1.2026;1;0100;;{plus}\n05.01.2026;1;4000;;{minus}\n")
    assert shop.night().status == "ok"
    assert lines(shop.accepted()) == [("0100", Decimal("1234.5"), 0), ("4000", 0, Decimal("1234.5"))]


def test_indian_groups(open_shop: Callable[[str], Shop]) -> None:
    numbers = '{thousands_marks: [","]}'
    shop = open_shop(defs("{kind: delimited}", numbers, '"%d-%b-%y"', "{shape: signed, amount: Amount}"))
    text = 'Date,Num,Account,Memo,Amount\n5-Jan-26,1,0100,,"12,34,567.50"\n5-Jan-26,1,4000,,"-12,34,567.50"\n'
    shop.send("ledger.csv", text)
    assert shop.night().status == "ok"
    assert shop.accepted()["debit_amount_functional"].to_list() == [Decimal("1234567.50"), 0]


TEXT = 'Date;Num;Account;Memo;Amount\n2026-01-05;1;0100;"a\r\nb;c""d";1.5\n2026-01-05;1;4000;é;-1.5\n'
FORMS = [
    (
        '{kind: delimited, encoding: utf-16, delimiter: "\\t"}',
        TEXT.replace("b;c", "b\vc").replace(";", "\t").encode("utf-16"),
    ),
    ('{kind: delimited, encoding: utf-16-le, delimiter: ";"}', TEXT.encode("utf-16-le")),
    (
        '{kind: delimited, encoding: auto, delimiter: "|"}',
        TEXT.replace("b;c", "b\vc").replace(";", "|").encode("cp1252"),
    ),
    ('{kind: delimited, delimiter: ";", preamble: 1}', b"\xef\xbb\xbfsep=;\r\n" + TEXT.encode()),
    ('{kind: delimited, encoding: cp437, delimiter: ";"}', TEXT.encode("cp437")),
    (
        '{kind: delimited, delimiter: ";", header: {labels: [Num, Date]}, '
        'non_data: [{kind: total, empty: [Date], column: Memo, pattern: "^Total$"}]}',
        ("Ledger;;;;\n\n" + TEXT + ";;;Total;0\n").encode(),
    ),
]


@pytest.mark.parametrize(("layout", "content"), FORMS)
def test_text_in_every_form(open_shop: Callable[[str], Shop], layout: str, content: bytes) -> None:
    shop = open_shop(defs(layout, '{decimal_mark: "."}', '"%Y-%m-%d"', "{shape: signed, amount: Amount}"))
    shop.send("ledger.csv", content)
    assert shop.night().status == "ok"
    assert lines(shop.accepted()) == [("0100", Decimal("1.5"), 0), ("4000", 0, Decimal("1.5"))]
    memo = shop.accepted()["line_text"].to_list()
    assert memo[0].replace("\v", ";") == 'a\r\nb;c"d'
    assert memo[1] == "é"


def test_french_audit_file(open_shop: Callable[[str], Shop]) -> None:
    """Eighteen columns, amounts padded with zeros behind a blank, no line break at the end, a dash for nothing."""
    mapping = """\
  numbers: {decimal_mark: ","}
  dates: {formats: ["%Y%m%d"]}
  files:
    fec:
      pattern: '\\d{9}FEC\\d{8}\\.txt'
      layout: {kind: delimited, encoding: auto, delimiter: "|"}
      delivery_date: arrival
      datasets:
        gl_entry:
          rule: period
          period: content
          mapping:
            columns:
              ledger: {value: local}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: JournalCode
              document_number: EcritureNum
              line_number: {row_number: document}
              posting_date: EcritureDate
              entry_kind: {value: normal}
              is_posted: {value: "true"}
              account_code: CompteNum
              functional_currency_code: {value: EUR}
              source_document: {column: PieceRef, empty_words: "-"}
              line_text: EcritureLib
            amounts: {shape: two_columns, debit: Debit, credit: Credit}
"""
    head = (
        "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|"
    )
    head += "EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
    rows = [
        "VE|Ventes|1|20260105|411000|Clients|C1|Élan|-|20260105|Facture| 000000000001200,50|0,00|||20260105||",
        "VE|Ventes|1|20260105|707000|Ventes|||-|20260105|Facture|0,00| 000000000001200,50|||20260105||",
    ]
    shop = open_shop(HEAD + mapping)
    shop.send("123456789FEC20261231.txt", "\r\n".join([head, *rows]).encode("iso-8859-15"))
    assert shop.night().status == "ok"
    assert lines(shop.accepted()) == [("411000", Decimal("1200.50"), 0), ("707000", 0, Decimal("1200.50"))]
    assert shop.accepted()["source_document"].null_count() == 2


def test_general_ledger_with_headings_and_values_printed_once(open_shop: Callable[[str], Shop]) -> None:
    """An account stands above its lines, a date once a day; each account ends with its total."""
    text = """Acme Inc.
General Ledger
,Date,Num,Memo,Amount
1000 · Cash,,,,
,01/05/2026,J1,Sale,"1,200.00"
,,J2,Rent,(200.00)
Total 1000 · Cash,,,,"1,000.00"
4000 · Sales,,,,
,01/05/2026,J1,Sale,"(1,200.00)"
Total 4000 · Sales,,,,"(1,200.00)"
6000 · Rent,,,,
,01/05/2026,J2,Rent,200.00
Total 6000 · Rent,,,,200.00
TOTAL,,,,0.00
"""
    said = defs(
        "{kind: delimited, header: {row: 3, names: [Heading, Date, Num, Memo, Amount]}}",
        '{thousands_marks: [","], negative: parentheses}',
        '"%m/%d/%Y"',
        "{shape: signed, amount: Amount}",
    )
    said = said.replace(
        "account_code: Account", "account_code: {column: Heading, carried: true, pattern: '^(\\d{4}) · '}"
    )
    said = said.replace("posting_date: Date", "posting_date: {column: Date, carried: true}")
    rules = "\n            non_data: [{name: heading or total, matches: {Heading: .}}]\n            columns:"
    shop = open_shop(said.replace("\n            columns:", rules))
    shop.send("ledger.csv", text)
    assert shop.night().status == "ok"
    (receipt,) = shop.receipts()
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.non_data) == (14, 4, 10)
    assert lines(shop.accepted()) == [
        ("1000", Decimal(1200), 0),
        ("1000", 0, Decimal(200)),
        ("4000", 0, Decimal(1200)),
        ("6000", Decimal(200), 0),
    ]
