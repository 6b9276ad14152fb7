"""The reader of workbooks: sheets by name or pattern, headers anywhere, cells as text. Not here: what they mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from pipelines.errors import SourceError
from pipelines.sources.archive import SheetFacts, inspect_archive
from pipelines.sources.cells import Cell, cell_text
from pipelines.sources.layout import ExcelLayout, SheetHeader, SheetLayout
from pipelines.sources.limits import HEADER_SEARCH_ROWS, check_size
from pipelines.sources.names import clean, column_names, nearest
from pipelines.sources.recognise import expect_kind
from pipelines.sources.rows import RULE, Sorted, check_rules, head_rows, read_metadata, rule_of, sort_out
from pipelines.sources.table import ROW, TextTable

Row = list[str | None]
_DATE_LIKE = re.compile(r"\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\s*")
_SAVE_AGAIN = "Save it again as .xlsx without a password, or send it again."


def read_excel(path: Path, layout: ExcelLayout) -> list[TextTable]:
    """One table per sheet that the layout names. Raises `SourceError` when file, sheet or header cannot be found."""
    check_size(path)
    kind = expect_kind(path, layout.kind, frozenset({"xlsx", "xls", "zip"}))
    facts = inspect_archive(path) if kind != "xls" else {}
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return [
                _read_sheet(path.name, section, sheet, workbook.get_sheet_by_name(name), facts.get(name, SheetFacts()))
                for section, sheet in layout.sheets.items()
                for name in _matching(path.name, section, sheet, workbook)
            ]
    except PasswordError as err:
        raise SourceError(
            path.name, "", "the workbook has a password.", "Save it without one and send it again."
        ) from err
    except CalamineError as err:
        raise SourceError(path.name, "", f"the workbook cannot be opened ({err}).", _SAVE_AGAIN) from err


def _matching(file: str, section: str, sheet: SheetLayout, workbook: CalamineWorkbook) -> list[str]:
    names = [item.name for item in workbook.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
    wanted = sheet.name or section
    if sheet.pattern is not None:
        found = [name for name in names if re.fullmatch(sheet.pattern, name)]
    else:
        found = [name for name in names if name.strip() == wanted.strip()]
    if found or sheet.optional:
        return found
    looked_for = f"a name like {sheet.pattern!r}" if sheet.pattern is not None else repr(wanted)
    raise SourceError(
        file,
        "",
        f"there is no sheet {looked_for}.",
        f"{nearest(wanted, names)} Rename the sheet, or correct sheets.{section} in the layout.",
    )


def _read_sheet(file: str, section: str, layout: SheetLayout, sheet: CalamineSheet, facts: SheetFacts) -> TextTable:
    place = f"sheet {sheet.name!r}"
    cells: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    rows: list[Row] = [[cell_text(cell) for cell in row] for row in cells]
    for (row, column), text in facts.errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    first, last = _header_place(file, place, layout.header, rows)
    names = _header_names(layout.header, rows[first:last], sheet, first, len(rows[0]) if rows else 0)
    body = rows[last:]
    kept = [at for at, name in enumerate(names) if name or any(row[at] is not None for row in body)]
    titles = column_names(names)
    columns = tuple(titles[at] for at in kept)
    check_rules(file, place, layout.non_data, columns)
    frame = _frame(body, kept, columns, last + 1).with_columns(rule_of(layout.non_data, columns))
    found = Sorted()
    sort_out(frame.filter(pl.col(RULE).is_not_null()), layout.non_data, columns, found)
    data = frame.filter(pl.col(RULE).is_null()).drop(RULE)
    above = dict(enumerate(rows[:last], start=1))
    metadata = read_metadata(file, place, above, layout.metadata)
    mixed = [titles[at] for at in kept if _mixes_dates([row[at] for row in cells[last:]])]
    if mixed:
        metadata["reader.mixed_dates"] = ", ".join(mixed)
    return TextTable(
        section=section,
        frame=data.lazy(),
        columns=columns,
        data_rows=data.height,
        non_data=(*head_rows(above, range(first + 1, last + 1), layout.metadata), *found.non_data),
        metadata=metadata,
        controls=found.controls,
        sheet=sheet.name,
    )


# ---- the header ----------------------------------------------------------------------------------------------------


def _header_place(file: str, place: str, header: SheetHeader, rows: Sequence[Row]) -> tuple[int, int]:
    """First row of the header and first row of the data, from 0; equal when the sheet has no header."""
    if header.labels is not None:
        return _find_header(file, place, header, header.labels, rows)
    if header.row is None and header.names is not None:
        return 0, 0
    first = (header.row or 1) - 1
    if first + header.rows > len(rows):
        raise SourceError(
            file,
            place,
            f"the sheet has {len(rows)} rows, expected the header in row {first + 1}.",
            "Send the sheet filled, or correct header in the layout.",
        )
    return first, first + header.rows


def _find_header(
    file: str, place: str, header: SheetHeader, labels: Sequence[str], rows: Sequence[Row]
) -> tuple[int, int]:
    wanted = {clean(label).casefold(): label for label in labels}
    best: set[str] = set()
    for first in range(min(len(rows), HEADER_SEARCH_ROWS)):
        upper = {clean(cell).casefold() for cell in rows[first]}
        block = {clean(cell).casefold() for row in rows[first : first + header.rows] for cell in row}
        if wanted.keys() <= block and wanted.keys() & upper:
            return first, first + header.rows
        best = max(best, wanted.keys() & block, key=len)
    missing = [label for key, label in wanted.items() if key not in best]
    searched = [clean(cell) for row in rows[:HEADER_SEARCH_ROWS] for cell in row if cell]
    raise SourceError(
        file,
        f"{place}, rows 1 to {min(len(rows), HEADER_SEARCH_ROWS)}",
        f"no row holds the header; what comes nearest lacks {', '.join(map(repr, missing))}.",
        f"{nearest(missing[0], searched)} Correct header.labels in the layout, or send the sheet in its usual form.",
    )


def _header_names(header: SheetHeader, block: Sequence[Row], sheet: CalamineSheet, first: int, width: int) -> list[str]:
    """One name per column; merged cells count for all they cover, several rows are joined by " / "."""
    if header.names is not None:
        return [*header.names, *[""] * (width - len(header.names))]
    filled = _fill_merged(block, sheet.merged_cell_ranges or [], first)
    names = []
    for parts in zip(*filled, strict=True):
        told = [clean(part) for part in parts if clean(part)]
        names.append(" / ".join(part for at, part in enumerate(told) if at == 0 or part != told[at - 1]))
    return names


def _fill_merged(
    block: Sequence[Row], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]], first: int
) -> list[Row]:
    filled = [list(row) for row in block]
    for (top, left), (bottom, right) in merged:
        if not first <= top < first + len(block):
            continue
        value = block[top - first][left] if left < len(block[top - first]) else None
        for row in filled[top - first : bottom - first + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return filled


# ---- the rows ------------------------------------------------------------------------------------------------------


def _frame(body: Sequence[Row], kept: Sequence[int], columns: Sequence[str], first_row: int) -> pl.DataFrame:
    row_numbers = pl.Series(ROW, range(first_row, first_row + len(body)), dtype=pl.Int64)
    series = [
        pl.Series(name, [row[at] for row in body], dtype=pl.String) for at, name in zip(kept, columns, strict=True)
    ]
    return pl.DataFrame([row_numbers, *series])


def _mixes_dates(cells: Sequence[Cell]) -> bool:
    """Some cells are dates, others text that looks like one: the trace of a spreadsheet that read day for month."""
    has_dates = any(isinstance(cell, dt.date) for cell in cells)
    return has_dates and any(isinstance(cell, str) and _DATE_LIKE.fullmatch(cell) for cell in cells)
