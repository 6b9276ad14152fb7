"""Rows of several sheets as one delivery: each row gets a number of its own while it is judged, its place again after.

A workbook may spread a dataset over sheets (one a month); a document or key may not repeat across them unnoticed, so
they are judged together. Not here: reading sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from pipelines.sources.table import ROW, TextTable

_STRIDE = 10**10  # far above the rows of any sheet; the first table keeps its own numbers


def numbered(rows: pl.DataFrame, table: int) -> pl.DataFrame:
    """Rows of the n-th table (from 0), with `source_row` told apart from those of other tables."""
    return rows.with_columns(pl.col(ROW) + table * _STRIDE) if table else rows


def place_of(row: int, table: int) -> int:
    """The number that a row of the n-th table has while it is judged."""
    return row + table * _STRIDE


def bounds(table: int) -> tuple[int, int]:
    """Between which numbers the rows of the n-th table lie."""
    return table * _STRIDE, (table + 1) * _STRIDE - 1


def own_row(tables: Sequence[TextTable]) -> pl.Expr:
    """The number of a row in its own sheet."""
    return pl.col(ROW) if len(tables) <= 1 else pl.col(ROW) % _STRIDE


def own_sheet(tables: Sequence[TextTable]) -> pl.Expr:
    """The sheet of a row; empty for what is said of the whole delivery and where a file has no sheets."""
    if len(tables) <= 1:
        return pl.lit(tables[0].sheet if tables else "").alias("source_sheet")
    names = dict(enumerate(table.sheet for table in tables))
    sheet = (pl.col(ROW) // _STRIDE).replace_strict(names, return_dtype=pl.String)
    return sheet.fill_null("").alias("source_sheet")


def in_words(tables: Sequence[TextTable]) -> Callable[[pl.Expr], pl.Expr]:
    """How messages name a row: by its number, and where there are several sheets by its sheet too."""
    if len(tables) <= 1:
        return lambda row: row.cast(pl.String)
    names = dict(enumerate(table.sheet for table in tables))

    def shown(row: pl.Expr) -> pl.Expr:
        sheet = (row // _STRIDE).replace_strict(names, return_dtype=pl.String)
        return pl.concat_str((row % _STRIDE).cast(pl.String), pl.lit(" of sheet '"), sheet, pl.lit("'"))

    return shown
