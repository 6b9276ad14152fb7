"""Approved repairs laid over the text of a file as it is read, before anything is standardized.

Pure: tables in, tables out. Not here: which repairs are approved (records), and reading files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from pipelines.repair.records import LINE, Cell, Repair
from pipelines.sources.layout import DelimitedLayout, Layout
from pipelines.sources.table import ROW, TextTable


def digest(content: str, repairs: Sequence[Repair]) -> str:
    """The hash of a file's bytes as they count here: `content` itself where nothing of it was repaired."""
    if not repairs:
        return content
    cells = [(one.repair_id, *_place(one), one.correction.new) for one in repairs]
    return hashlib.sha256(json.dumps([content, cells], ensure_ascii=False).encode()).hexdigest()


def cells_of(repairs: Sequence[Repair]) -> dict[Cell, str]:
    """The text that each repaired cell is to have; of several repairs of one cell the later wins."""
    return {one.cell: one.correction.new for one in repairs}


def overlaid(tables: Sequence[TextTable], layout: Layout, cells: Mapping[Cell, str]) -> list[TextTable]:
    """The tables with the text of these cells replaced. Rows keep their place; cells that no table has do nothing."""
    return [
        _overlaid(table, layout, {cell: new for cell, new in cells.items() if cell.sheet == table.sheet})
        for table in tables
    ]


def unplaced(tables: Sequence[TextTable], repairs: Sequence[Repair]) -> list[Repair]:
    """Repairs whose sheet or column the file, as it is read now, does not have."""
    columns = {table.sheet: {LINE, *table.columns} for table in tables}
    return [one for one in repairs if one.cell.column not in columns.get(one.cell.sheet, set())]


def _overlaid(table: TextTable, layout: Layout, wanted: Mapping[Cell, str]) -> TextTable:
    lines = {cell.source_row: new for cell, new in wanted.items() if cell.column == LINE}
    if lines:
        table = _with_lines(table, layout, lines)
    columns: dict[str, dict[int, str | None]] = {}
    for cell, new in wanted.items():
        if cell.column in table.columns:
            columns.setdefault(cell.column, {})[cell.source_row] = new or None  # readers yield null for an empty cell
    if not columns:
        return table
    return replace(table, frame=table.frame.with_columns(_replaced(name, new) for name, new in columns.items()))


def _replaced(column: str, new: dict[int, str | None]) -> pl.Expr:
    rows = pl.Series(list(new), dtype=pl.Int64)
    values = pl.Series(list(new.values()), dtype=pl.String)
    row = pl.col(ROW).cast(pl.Int64)
    mended = row.replace_strict(rows, values, default=None, return_dtype=pl.String)
    return pl.when(row.is_in(rows.implode())).then(mended).otherwise(pl.col(column)).alias(column)


def _with_lines(table: TextTable, layout: Layout, lines: dict[int, str]) -> TextTable:
    """Rows that could not be read, read from the line that a person wrote instead."""
    read: list[tuple[int, list[str]]] = []
    left = []
    for one in table.unreadable:
        cells = line_cells(lines[one.row], layout, len(table.columns)) if one.row in lines else None
        if cells is None:
            left.append(one)
        else:
            read.append((one.row, cells))
    if not read:
        return table
    schema = {ROW: pl.Int64(), **dict.fromkeys(table.columns, pl.String())}
    added = pl.LazyFrame([(row, *(cell or None for cell in cells)) for row, cells in read], schema, orient="row")
    frame = pl.concat([table.frame.with_columns(pl.col(ROW).cast(pl.Int64)), added]).sort(ROW)
    return replace(table, frame=frame, data_rows=table.data_rows + len(read), unreadable=tuple(left))


def line_cells(line: str, layout: Layout, width: int) -> list[str] | None:
    """The cells of one line of delimited text as the layout allows them for `width` columns; None where it does not."""
    if not isinstance(layout, DelimitedLayout):
        return None
    for delimiter in (layout.delimiter, *layout.other_delimiters):
        rows = list(
            csv.reader(
                io.StringIO(line.rstrip("\r\n"), newline=""),
                delimiter=delimiter,
                quotechar=layout.quote,
                quoting=csv.QUOTE_NONE if layout.quote is None else csv.QUOTE_MINIMAL,
                escapechar=layout.escape,
            )
        )
        if len(rows) == 1 and (len(rows[0]) == width or (len(rows[0]) < width and layout.short_rows == "fill")):
            return [*rows[0], *[""] * (width - len(rows[0]))]
    return None


def _place(repair: Repair) -> tuple[str, int, str]:
    return repair.cell.sheet, repair.cell.source_row, repair.cell.column
