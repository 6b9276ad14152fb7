"""Files that other people's systems wrote, read whole. They are not part of the project: TIEOUT_REALDATA names them."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import TypeAdapter

from pipelines.sources.layout import Layout
from pipelines.sources.reading import read_file
from pipelines.sources.table import TextTable

REALDATA = Path(os.environ.get("TIEOUT_REALDATA", ""))
pytestmark = pytest.mark.skipif(not os.environ.get("TIEOUT_REALDATA"), reason="TIEOUT_REALDATA names no folder")
LAYOUT: TypeAdapter[Any] = TypeAdapter(Layout)


def read(scratch: Path, name: str, **layout: Any) -> list[TextTable]:
    tables = read_file(REALDATA / name, LAYOUT.validate_python(layout), scratch)
    for table in tables:
        assert table.frame.collect().height == table.data_rows
    return tables


def total(frame: pl.DataFrame, column: str) -> Decimal:
    return sum((Decimal(text) for text in frame[column].drop_nulls()), Decimal())


SAFT = "no-saft-skatteetaten/ExampleFile SAF-T Financial_888888888_20180228235959"


def test_saft_xml_holds_what_its_header_declares(tmp_path: Path) -> None:
    columns = {
        "transaction": "../TransactionID",
        "account": "AccountID",
        "debit": "DebitAmount/Amount",
        "credit": "CreditAmount/Amount",
        "department": {"path": "Analysis[AnalysisType='A']/AnalysisID", "take": "join"},
    }
    entries = "GeneralLedgerEntries"
    controls = {name: f"{entries}/{name}" for name in ("NumberOfEntries", "TotalDebit", "TotalCredit")}
    sections = {
        "lines": {"record": f"{entries}/Journal/Transaction/Line", "columns": columns, "controls": controls},
        "accounts": {"record": "MasterFiles/GeneralLedgerAccounts/Account", "columns": {"id": "AccountID"}},
    }
    lines, accounts = read(tmp_path, f"{SAFT}.xml", kind="xml", root="AuditFile", sections=sections)
    frame = lines.frame.collect()
    assert lines.controls == {"NumberOfEntries": "53", "TotalDebit": "9487049.35", "TotalCredit": "9487049.35"}
    assert frame["transaction"].n_unique() == 53
    assert total(frame, "debit") == total(frame, "credit") == Decimal("9487049.35")
    assert (lines.data_rows, lines.unreadable, accounts.data_rows) == (170, (), 22)


def test_saft_workbook_is_the_twin_of_the_xml(tmp_path: Path) -> None:
    rule = {"kind": "total", "empty": ["Kontonr."]}
    sheets = {
        "accounts": {"name": "Kontoer", "header": {"labels": ["Kontonr."]}, "non_data": [rule]},
        "lines": {"name": "Kontospesifikasjoner", "non_data": [rule]},
        "customers": {
            "name": "Kunder",
            "non_data": [{"kind": "total", "empty": ["Kundenr."], "controls": {"opening": "Inngående balanse"}}],
        },
    }
    accounts, lines, customers = read(tmp_path, f"{SAFT}_Excel_ExampleView.xlsx", kind="excel", sheets=sheets)
    frame = lines.frame.collect()
    assert accounts.data_rows == 22
    assert frame["Bilagsnr."].n_unique() == 53
    assert total(frame, "Beløp/Deb") == Decimal("9487049.35")
    assert total(frame, "Beløp/Kre") == Decimal("-9487049.35")
    assert (customers.data_rows, customers.controls) == (6, {"opening": "46800"})


def test_portuguese_saft_in_cp1252(tmp_path: Path) -> None:
    invoices = {
        "record": "SourceDocuments/SalesInvoices/Invoice",
        "columns": {"number": "InvoiceNo", "status": "DocumentStatus/InvoiceStatus"},
        "controls": {"entries": "SourceDocuments/SalesInvoices/NumberOfEntries"},
    }
    (table,) = read(tmp_path, "pt-saft-idemo/saft_idemo599999999.xml", kind="xml", sections={"invoices": invoices})
    assert (table.data_rows, table.controls) == (24, {"entries": "24"})


@pytest.mark.parametrize(
    ("name", "rows", "unreadable"),
    [
        ("valid_minimal_700", 10, []),
        ("encoding_windows1252", 2, []),
        ("encoding_utf8_bom", 2, []),
        ("broken_quotes", 1, [4]),
    ],
)
def test_datev_files(tmp_path: Path, name: str, rows: int, unreadable: list[int]) -> None:
    layout: dict[str, Any] = {"kind": "delimited", "delimiter": ";", "header": {"row": 2}}
    layout["metadata"] = {"row": 1, "fields": {"format": 1}}
    (table,) = read(tmp_path, f"de-datev/datev-lint_{name}.csv", **layout)
    assert table.metadata["format"] == "EXTF"
    assert table.data_rows == rows
    assert [item.row for item in table.unreadable] == unreadable


def test_fec_balances(tmp_path: Path) -> None:
    (table,) = read(tmp_path, "fr-fec-odoo/542107651FEC20210502.csv", kind="delimited", delimiter="|")
    frame = table.frame.select(
        pl.col("Debit", "Credit").str.strip_chars().str.replace(",", ".", literal=True)
    ).collect()
    assert total(frame, "Debit") == total(frame, "Credit") == Decimal("8260.45")


def test_oakland_budget_is_even(tmp_path: Path) -> None:
    (table,) = read(tmp_path, "us-oakland-budget/FY14-15__adjusted.csv", kind="delimited")
    frame = table.frame.collect()
    for kind in ("Revenue", "Expense"):
        assert total(frame.filter(pl.col("account_type") == kind), "amount") == Decimal(1148691330)


def test_oxford_quarter_sums_as_published(tmp_path: Path) -> None:
    name = "uk-public-spend/oxford_raw/expenditure-over-500-apr-jun-2015.csv"
    (table,) = read(tmp_path, name, kind="delimited")
    frame = table.frame.collect()
    amount = next(column for column in table.columns if column.casefold() == "amount")
    assert (table.data_rows, total(frame, amount)) == (3993, Decimal("14057679.06"))
