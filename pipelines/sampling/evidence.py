"""The sample as a workbook: a list, and for each item a sheet with its records, their file and row, and room to write.

Text stays text and nothing in it can run. Not here: choosing items (drawing), and what a population is (populations).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.errors import SampleError
from pipelines.sampling.drawing import Drawn, Item, Wanted
from pipelines.sampling.populations import Population
from pipelines.workbooks.sheets import cell_text

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LIST = ("sheet", "item", "date", "party", "amount", "currency", "file", "row", "result", "looked at by")
_QUESTIONS = (
    "Does the original agree in number, date, party and amount?",
    "Is it booked in the right month and on the right account?",
    "Was it approved by somebody entitled to?",
    "Were goods or services delivered, or money moved, as it says?",
    "What was seen (voucher, contract, statement), and where is it kept?",
    "Result: in order, difference of how much, or not found",
    "Looked at by, on",
)


@dataclass(frozen=True)
class _Formats:
    title: Format
    plain: Format
    amount: Format
    free: Format


@dataclass(frozen=True)
class _Table:
    title: str
    names: Sequence[str]
    rows: Sequence[Sequence[object]]


def write_evidence(
    path: Path, connection: duckdb.DuckDBPyConnection, population: Population, wanted: Wanted, drawn: Drawn
) -> None:
    """Write the workbook. Raises `SampleError` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            formats = _Formats(
                book.add_format({"bold": True, "bg_color": "#D9D9D9", "text_wrap": True, "valign": "top"}),
                book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
                book.add_format({"num_format": "#,##0.00##", "valign": "top"}),
                book.add_format({"num_format": "@", "border": 1, "border_color": "#999999", "text_wrap": True}),
            )
            _write_list(book.add_worksheet("sample"), population, wanted, drawn, formats)
            for number, item in enumerate(drawn.items, start=1):
                sheet = book.add_worksheet(f"item {number}")
                _write_item(sheet, connection, population, (wanted.branch_id, item), formats)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise SampleError(f"{path}: the sample cannot be written ({error}). Say another file with --to.") from error


def _write_list(sheet: Worksheet, population: Population, wanted: Wanted, drawn: Drawn, formats: _Formats) -> None:
    how = f"by monetary unit, every {drawn.interval:,.2f}" if drawn.interval is not None else "every item alike"
    for row, line in enumerate(
        (
            f"Sample of {population.title} of {wanted.branch_id}, {wanted.period or 'all months'}",
            f"{len(drawn.items)} of {drawn.population_items} items, {how}, seed {wanted.seed}",
            f"Population: {drawn.population_amount:,.2f} {drawn.items[0].currency_code} without signs",
        )
    ):
        sheet.write_string(row, 0, line, formats.title if row == 0 else None)
    for at, name in enumerate(_LIST):
        sheet.write_string(4, at, name, formats.title)
    sheet.set_column(0, 0, 9)
    sheet.set_column(1, 9, 18)
    for number, item in enumerate(drawn.items, start=1):
        row = 4 + number
        sheet.write_string(row, 0, f"item {number}", formats.plain)
        for at, value in enumerate(
            (
                item.item_key,
                item.item_date,
                item.party_code,
                item.amount,
                item.currency_code,
                item.source_file,
                item.source_row,
            ),
            start=1,
        ):
            _write(sheet, (row, at), value, formats)
        sheet.write_blank(row, 8, None, formats.free)
        sheet.write_blank(row, 9, None, formats.free)
    sheet.freeze_panes(5, 2)


def _write_item(
    sheet: Worksheet,
    connection: duckdb.DuckDBPyConnection,
    population: Population,
    of: tuple[str, Item],
    formats: _Formats,
) -> None:
    branch_id, item = of
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 14, 18)
    sheet.write_string(0, 0, f"{population.title}: {cell_text(item.item_key)}", formats.title)
    row = 1
    for name, value in (
        ("date", item.item_date),
        ("party", item.party_code),
        (f"amount in {item.currency_code}", item.amount),
        ("file", item.source_file),
        ("row", item.source_row),
    ):
        sheet.write_string(row, 0, name, formats.plain)
        _write(sheet, (row, 1), value, formats)
        row += 1
    for related in population.related:
        asked = connection.execute(related.query, {"branch": branch_id, "key": item.item_key})
        names = [one[0] for one in asked.description or ()]
        table = _Table(related.title, names, asked.fetchall())
        row = _write_table(sheet, row + 1, table, formats)
    row += 1
    for question in _QUESTIONS:
        sheet.write_string(row, 0, question, formats.title)
        sheet.merge_range(row, 1, row, 5, "", formats.free)
        sheet.set_row(row, 30)
        row += 1


def _write_table(sheet: Worksheet, row: int, table: _Table, formats: _Formats) -> int:
    """Write it from `row` on; returns the row after it."""
    sheet.write_string(row, 0, table.title, formats.title)
    if not table.rows:
        sheet.write_string(row + 1, 0, "none", formats.plain)
        return row + 2
    for at, name in enumerate(table.names):
        sheet.write_string(row + 1, at, name, formats.title)
    for number, values in enumerate(table.rows, start=row + 2):
        for at, value in enumerate(values):
            _write(sheet, (number, at), value, formats)
    return row + 2 + len(table.rows)


def _write(sheet: Worksheet, place: tuple[int, int], value: object, formats: _Formats) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(*place, float(value), formats.amount)
    elif isinstance(value, datetime | date):
        sheet.write_string(*place, value.isoformat()[:10], formats.plain)
    else:
        sheet.write_string(*place, cell_text("" if value is None else str(value)), formats.plain)
