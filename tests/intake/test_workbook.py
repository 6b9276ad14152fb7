"""Workbooks: a document spread over two datasets, a dataset spread over two sheets, totals that a sheet declares."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter
from door import LEDGER_MAPPING, Door

from pipelines.lake.deliveries import accepted_rows, read_frame

DoorMaker = Callable[[str], Door]

INVOICES = """
    invoices:
      pattern: "invoices_\\\\d{8}[.]xlsx"
      layout: {kind: excel, sheets: {Invoices: {}, Lines: {}}}
      delivery_date: {file_name: "invoices_(\\\\d{8})", format: "%Y%m%d"}
      datasets:
        sales_invoice:
          rule: append
          mapping:
            section: "Invoices"
            columns:
              invoice_number: "Number"
              invoice_type: {value: "invoice"}
              invoice_date: "Date"
              customer_code: "Customer"
              currency_code: {value: "EUR"}
              functional_currency_code: {value: "EUR"}
              net_amount_transaction: "Net"
              tax_amount_transaction: "Tax"
              gross_amount_transaction: "Gross"
              net_amount_functional: "Net"
              tax_amount_functional: "Tax"
              gross_amount_functional: "Gross"
        sales_invoice_line:
          rule: append
          mapping:
            section: "Lines"
            columns:
              invoice_number: "Number"
              line_number: "Line"
              invoice_date: "Date"
              quantity: "Quantity"
              net_amount_transaction: "Net"
              currency_code: {value: "EUR"}
"""

LEDGER = (
    """
    ledger:
      pattern: "ledger_\\\\d{8}[.]xlsx"
      layout:
        kind: excel
        sheets:
          ledger:
            pattern: "GL.*"
            non_data: [{kind: total, column: "Account", pattern: "^Total$", controls: {Debits: "Debit", Lines: "Line"}}]
      delivery_date: {file_name: "ledger_(\\\\d{8})", format: "%Y%m%d"}
      datasets:
        gl_entry:
          rule: full
          controls: {Debits: "sum:debit_amount_functional", Lines: contract_rows}
          mapping:
            section: ledger
"""
    + LEDGER_MAPPING
)


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return stream.getvalue()


def invoices(numbers: list[str], wrong: str = "") -> list[list[Any]]:
    head = ["Number", "Date", "Customer", "Net", "Tax", "Gross"]
    return [head, *([n, "2026-01-05", "C1", "100", "19", "118" if n == wrong else "119"] for n in numbers)]


def lines(numbers: list[str], wrong: str = "") -> list[list[Any]]:
    head = ["Number", "Line", "Date", "Quantity", "Net"]
    found: list[list[Any]] = [head]
    for number in numbers:
        found.append([number, "1", "2026-01-05", "1", "60"])
        found.append([number, "2", "2026-01-05", "none" if number == wrong else "2", "40"])
    return found


def test_refused_header_takes_its_lines_and_a_refused_line_its_header(door: DoorMaker) -> None:
    at = door(INVOICES)
    numbers = [f"R{n:02d}" for n in range(1, 13)]
    sheets = {"Invoices": invoices(numbers, wrong="R01"), "Lines": lines(numbers, wrong="R02")}
    at.drop("invoices_20260203.xlsx", workbook(sheets))
    (taken,) = at.night()
    receipts = {one.dataset: one for one in taken.receipts}
    assert {one.status for one in receipts.values()} == {"accepted"}
    assert receipts["sales_invoice"].rows.quarantined == 2
    assert receipts["sales_invoice_line"].rows.quarantined == 4
    for receipt in receipts.values():
        numbers_left = set(accepted_rows(at.lake, receipt).collect()["invoice_number"])
        assert numbers_left == set(numbers) - {"R01", "R02"}
    header = read_frame(at.lake, receipts["sales_invoice"], "quarantine")
    assert header["document"].to_list() == ["R01", "R02"]
    assert "refused with sales_invoice_line in row 5" in header["reasons"][1]
    line = read_frame(at.lake, receipts["sales_invoice_line"], "quarantine")
    assert line["source_row"].to_list() == [2, 3, 4, 5]
    assert "refused with sales_invoice in row 2" in line["reasons"][0]
    assert set(line["source_sheet"]) == {"Lines"}


def test_lines_are_refused_whole_with_their_headers(door: DoorMaker) -> None:
    at = door(INVOICES)
    bad = [[*row[:3], "x", "x", "x"] if at_row else row for at_row, row in enumerate(invoices(["R1", "R2"]))]
    at.drop("invoices_20260203.xlsx", workbook({"Invoices": bad, "Lines": lines(["R1", "R2"])}))
    (taken,) = at.night()
    receipts = {one.dataset: one for one in taken.receipts}
    assert {one.status for one in receipts.values()} == {"refused"}
    assert receipts["sales_invoice_line"].refused_reason.startswith("It is refused with sales_invoice of the same file")


def ledger(rows: list[list[Any]], total: list[Any] | None = None) -> list[list[Any]]:
    head = ["Journal", "Document", "Line", "Date", "Account", "Debit", "Credit"]
    return [head, *rows, *([total] if total else [])]


def entry(document: str, month: int) -> list[list[Any]]:
    day = f"2026-{month:02d}-05"
    return [["GL", document, "1", day, "1000", "10", "0"], ["GL", document, "2", day, "4000", "0", "10"]]


def test_sheets_of_one_dataset_are_one_delivery(door: DoorMaker) -> None:
    at = door(LEDGER)
    january = ledger([*entry("A", 1), *entry("B", 1)], ["", "", "6", "", "Total", "30.5", ""])
    february = ledger([*entry("C", 2), ["GL", "B", "1", "2026-02-05", "1000", "99", "0"]])
    good = [row for n in range(20) for row in entry(f"G{n}", 2)]
    at.drop("ledger_20260303.xlsx", workbook({"GL 01": january, "GL 02": [*february, *good]}))
    (taken,) = at.night()
    (receipt,) = taken.receipts
    # B stands in both sheets under one key with other content: all of B is refused, wherever it stands
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.quarantined, receipt.rows.non_data) == (50, 44, 3, 3)
    refused = read_frame(at.lake, receipt, "quarantine").sort("source_sheet", "source_row")
    assert refused.select("source_sheet", "source_row").rows() == [("GL 01", 4), ("GL 01", 5), ("GL 02", 4)]
    assert "refused with line 4 of sheet 'GL 01'" in refused["reasons"][1]
    rows = accepted_rows(at.lake, receipt).collect()
    assert rows.filter(document_number="C").select("source_sheet", "source_row").rows() == [("GL 02", 2), ("GL 02", 3)]
    assert {period: part.tally.rows for period, part in receipt.slices.items()} == {"2026-01": 2, "2026-02": 42}
    controls = {one.name: one for one in receipt.controls}
    assert (controls["Debits"].computed, controls["Debits"].difference) == ("329.0000", Decimal("298.5"))
    warned = read_frame(at.lake, receipt, "findings").filter(rule="control_total")
    assert warned["column"].to_list() == ["Debits", "Lines"]
    assert set(warned["severity"]) == {"warning"}
