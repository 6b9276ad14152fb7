"""Workbooks: where tables stand in sheets, cells as text, and archives that are not what they say."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipelines.errors import SourceError
from pipelines.sources import archive
from pipelines.sources.cells import cell_text
from pipelines.sources.layout import ExcelLayout
from pipelines.sources.reading import read_file
from pipelines.sources.table import TextTable

moment = dt.datetime  # cells of a workbook know no time zone
Fill = Callable[[xlsxwriter.Workbook], None]


@pytest.fixture
def book(tmp_path: Path) -> Callable[[Fill], Path]:
    def _book(fill: Fill) -> Path:
        path = tmp_path / "delivery.xlsx"
        with xlsxwriter.Workbook(str(path)) as workbook:
            fill(workbook)
        return path

    return _book


def read(path: Path, **sheets: Any) -> list[TextTable]:
    layout = ExcelLayout.model_validate({"kind": "excel", "sheets": sheets})
    return read_file(path, layout, path.parent)


def refusal(path: Path, **sheets: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(path, **(sheets or {"S": {}}))
    assert str(caught.value).startswith(path.name)
    return str(caught.value)


def ledger(workbook: xlsxwriter.Workbook) -> None:
    """A title, a month, a two-row header with merged cells, a blank column, subtotals and a grand total."""
    sheet = workbook.add_worksheet("GL Detail")
    day = workbook.add_format({"num_format": "mm/dd/yyyy"})
    sheet.write("B1", "Atlas Trading Inc.")
    sheet.write("B2", "General ledger for 2026-01")
    sheet.merge_range("B4:B5", "Account")
    sheet.merge_range("C4:C5", "Posted")
    sheet.merge_range("D4:E4", "Amount")
    sheet.write_row("D5", ["Debit", "Credit"])
    sheet.write("B6", "04000")
    sheet.write_datetime("C6", moment(2026, 1, 31), day)
    sheet.write_row("D6", [9487049.35, "(1,234.50)"])
    sheet.write_row("B7", ["Subtotal", "", 9487049.35])
    sheet.write("B9", 1500)
    sheet.write("C9", "13/01/2026")
    sheet.write("E9", 0.1 + 0.2)
    sheet.write_row("B10", ["Grand total", "", 9487049.35, 0.3])


RULES = [
    {"kind": "subtotal", "column": "Account", "pattern": "^Subtotal"},
    {"kind": "total", "column": "Account", "pattern": "^Grand total", "controls": {"debit": "Amount / Debit"}},
]
LEDGER = {"header": {"labels": ["Account", "Debit"], "rows": 2}, "non_data": RULES}


def test_merged_two_row_header_below_titles(book: Callable[[Fill], Path]) -> None:
    metadata = {"row": 2, "fields": {"month": {"position": 2, "pattern": r"for (\S+)"}}}
    (table,) = read(book(ledger), **{"GL Detail": {**LEDGER, "metadata": metadata}})
    assert table.columns == ("Account", "Posted", "Amount / Debit", "Amount / Credit")
    assert table.frame.collect().rows() == [
        (6, "04000", "2026-01-31", "9487049.35", "(1,234.50)"),
        (9, "1500", "13/01/2026", None, "0.3"),
    ]
    assert table.metadata["month"] == "2026-01"
    assert table.controls == {"debit": "9487049.35"}
    assert (table.section, table.sheet) == ("GL Detail", "GL Detail")


def test_every_row_of_the_sheet_is_accounted_for(book: Callable[[Fill], Path]) -> None:
    (table,) = read(book(ledger), **{"GL Detail": LEDGER})
    assert [(item.row, item.kind) for item in table.non_data] == [
        (1, "title"),
        (2, "title"),
        (3, "blank"),
        (4, "header"),
        (5, "header"),
        (7, "subtotal"),
        (8, "blank"),
        (10, "total"),
    ]
    assert table.rows_read == 10


def test_dates_that_a_spreadsheet_mixed_with_text_are_told(book: Callable[[Fill], Path]) -> None:
    (table,) = read(book(ledger), **{"GL Detail": LEDGER})
    assert table.metadata["reader.mixed_dates"] == "Posted"


def test_sheets_by_pattern_give_one_table_each(book: Callable[[Fill], Path]) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        for month in ("2026-01", "2026-02", "Notes"):
            workbook.add_worksheet(month).write_column("A1", ["a", month])

    tables = read(book(fill), months={"pattern": r"\d{4}-\d{2}"})
    assert [(table.section, table.sheet, table.data_rows) for table in tables] == [
        ("months", "2026-01", 1),
        ("months", "2026-02", 1),
    ]


def test_a_sheet_that_is_not_there_is_refused_unless_optional(book: Callable[[Fill], Path]) -> None:
    path = book(ledger)
    message = refusal(path, **{"GL Detials": {}})
    assert "no sheet 'GL Detials'" in message
    assert "Did you mean 'GL Detail'?" in message
    assert read(path, **{"GL Detials": {"optional": True}}) == []


def test_a_header_that_is_not_there_is_refused_with_the_nearest_label(book: Callable[[Fill], Path]) -> None:
    message = refusal(book(ledger), **{"GL Detail": {"header": {"labels": ["Acount"]}}})
    assert "sheet 'GL Detail'" in message
    assert "'Acount'" in message
    assert "Did you mean 'Account'?" in message


def test_error_cells_are_kept_as_their_text(book: Callable[[Fill], Path]) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("S")
        sheet.write_row("A1", ["a", "b", "c"])
        sheet.write_formula("A2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B2", "=Gone!A1", None, "#REF!")
        sheet.write_formula("C2", "=1+1", None, 2)

    (table,) = read(book(fill), S={})
    assert table.frame.collect().rows() == [(2, "#DIV/0!", "#REF!", "2")]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (-7003.69999999999982, "-7003.7"),
        (9487049.35, "9487049.35"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (123456789012345678.0, "123456789012346000"),
        (5.0, "5"),
        (-0.0, "0"),
        (0.0825, "0.0825"),
        (True, "true"),
        (False, "false"),
        ("", None),
        (" x ", " x "),
        (dt.date(2026, 1, 31), "2026-01-31"),
        (moment(2026, 1, 31), "2026-01-31"),
        (moment(2026, 1, 30, 23, 59, 59, 999_000), "2026-01-31"),
        (moment(2026, 1, 31, 13, 45), "2026-01-31T13:45:00"),
        (dt.time(0, 0), "00:00:00"),
        (dt.timedelta(hours=30), "30:00:00"),
    ],
)
def test_cells_become_plain_text(cell: Any, text: str | None) -> None:
    assert cell_text(cell) == text


# ---- hostile and damaged files -------------------------------------------------------------------------------------


def test_an_archive_that_inflates_without_end_is_refused(book: Callable[[Fill], Path]) -> None:
    path = book(ledger)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/media/bomb", "w") as bomb:
        for _ in range(64):
            bomb.write(bytes(2**20))
    message = refusal(path)
    assert "xl/media/bomb" in message
    assert "inflates beyond" in message


def test_a_size_that_the_archive_lies_about_is_found_by_inflating(book: Callable[[Fill], Path]) -> None:
    """The directory of the archive declares 10 bytes for a member that inflates to 64 MB."""
    path = book(ledger)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/media/bomb", "w") as bomb:
        for _ in range(64):
            bomb.write(bytes(2**20))
    honest = struct.pack("<I", 64 * 2**20)
    content = path.read_bytes()
    assert honest in content
    path.write_bytes(content.replace(honest, struct.pack("<I", 10)))
    assert "inflates beyond" in refusal(path)


def test_the_whole_archive_has_a_limit_too(book: Callable[[Fill], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_INFLATED_BYTES", 1000)
    message = refusal(book(ledger))
    assert "1,000 in all" in message


def test_two_cells_in_opposite_corners_are_refused(book: Callable[[Fill], Path]) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("S")
        sheet.write("A1", "a")
        sheet.write("XFD1048576", "far")

    message = refusal(book(fill))
    assert "sheet 'S'" in message
    assert "1,048,576 rows by 16,384 columns" in message


def test_an_empty_formatted_cell_far_away_harms_nobody(book: Callable[[Fill], Path]) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("S")
        sheet.write_column("A1", ["a", "1"])
        sheet.write_blank("XFD1048576", None, workbook.add_format({"bold": True}))

    (table,) = read(book(fill), S={})
    assert table.frame.collect().rows() == [(2, "1")]


def test_a_truncated_workbook_is_refused(book: Callable[[Fill], Path]) -> None:
    path = book(ledger)
    path.write_bytes(path.read_bytes()[:-500])
    message = refusal(path)
    assert "cut off" in message
    assert "send it again" in message


@pytest.mark.parametrize(
    ("content", "is_a"),
    [
        (b"a;b\n1;2\n", "plain text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        (b"", "empty"),
    ],
)
def test_a_file_that_only_bears_the_name_of_a_workbook_is_refused(tmp_path: Path, content: bytes, is_a: str) -> None:
    path = tmp_path / "delivery.xlsx"
    path.write_bytes(content)
    assert is_a in refusal(path)


def test_a_container_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "delivery.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048))
    assert "cannot be opened" in refusal(path)


def test_a_zip_without_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "delivery.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "x")
    assert "no xl/workbook.xml" in refusal(path)
