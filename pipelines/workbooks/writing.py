"""Writes a workbook to decide in. Text stays text and nothing in it can run. Not here: which sheets there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.workbooks.sheets import CHECK, Column, Layout, Value, cell_text, check_of

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ROWS_TO_CHOOSE_IN = 5_000


@dataclass(frozen=True)
class Filled:
    """A sheet with its rows: the values of the grey columns, and of white ones already filled (by title)."""

    layout: Layout
    rows: Sequence[Sequence[Value]]
    blank_rows: int = 0  # empty rows below, to be filled by hand; they carry no check


@dataclass(frozen=True)
class Outgoing:
    """A workbook. `marker`: the hidden sheet by which it is known when it comes back; `cover`: its first page."""

    marker: str
    workbook_id: str
    cover: Sequence[str]
    sheets: Sequence[Filled]


@dataclass(frozen=True)
class _Formats:
    title: Format
    locked: Format
    number: Format
    free: Format


def write_workbook(path: Path, content: Outgoing) -> None:
    """Write it. Raises OSError where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            text = {"num_format": "@", "valign": "top"}
            grey = {"bg_color": "#F2F2F2", "valign": "top"}
            formats = _Formats(
                book.add_format({**text, "bold": True, "bg_color": "#D9D9D9", "text_wrap": True}),
                book.add_format({**text, **grey, "text_wrap": True}),
                book.add_format({**grey, "num_format": "#,##0.00##;[Red]-#,##0.00##"}),
                book.add_format({**text, "locked": False, "text_wrap": True}),
            )
            cover = book.add_worksheet("read me")
            cover.set_column(0, 0, 110)
            for at, line in enumerate(content.cover):
                cover.write_string(at, 0, cell_text(line), formats.locked if at else formats.title)
            cover.protect()
            for sheet in content.sheets:
                _write_sheet(book.add_worksheet(sheet.layout.title), sheet, content.workbook_id, formats)
            marker = book.add_worksheet(content.marker)
            marker.write_string(0, 0, "workbook")
            marker.write_string(0, 1, content.workbook_id)
            marker.protect()
            marker.hide()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _write_sheet(sheet: Worksheet, filled: Filled, workbook_id: str, formats: _Formats) -> None:
    layout = filled.layout
    by_title = {one.title: one for one in (*layout.grey, *layout.white)}
    for at, name in enumerate(layout.titles):
        sheet.write_string(0, at, name, formats.title)
        sheet.set_column(at, at, by_title.get(name, Column(name)).width, None, {"hidden": name == CHECK})
    first_white = len(layout.titles) - len(layout.white)
    for row, values in enumerate(filled.rows, start=1):
        for at, value in enumerate(values):
            _write_cell(sheet, (row, at), value, formats)
        if layout.white:
            keys = [cell_text(str(values[at] or "")) for at, one in enumerate(layout.grey) if one.is_key]
            sheet.write_string(row, first_white - 1, check_of(workbook_id, layout.title, keys), formats.locked)
    last = len(filled.rows) + filled.blank_rows
    for row in range(1, last + 1):
        for at in range(first_white, len(layout.titles)):
            sheet.write_blank(row, at, None, formats.free)
    for at, column in enumerate(layout.white, start=first_white):
        if column.choices:
            listed = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(1, at, max(last, _ROWS_TO_CHOOSE_IN), at, listed)
    sheet.freeze_panes(1, min(2, first_white))
    sheet.autofilter(0, 0, max(1, last), len(layout.titles) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})


def _write_cell(sheet: Worksheet, place: tuple[int, int], value: Value, formats: _Formats) -> None:
    if isinstance(value, Decimal | int):
        sheet.write_number(*place, float(value), formats.number)
    else:
        sheet.write_string(*place, cell_text(value or ""), formats.locked)
