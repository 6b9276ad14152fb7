"""A wide table made long: one row for each filled cell, named by its column's header.

Not here: what header and cell mean; the mapping says so as for any other column.
"""

from __future__ import annotations

import dataclasses
import re

import polars as pl

from pipelines.errors import SourceError
from pipelines.sources.table import ROW, NonData, TextTable
from pipelines.standardize.mapping import Unpivot
from pipelines.standardize.sourcing import file_of

CELL = "@cell"  # number of the cell within its row, from 1, by the order of the columns in the file
_EMPTY_ROW = "row without values"
_SHOWN = 160


def unpivoted(table: TextTable, said: Unpivot) -> TextTable:
    """The table with a row per filled cell of the columns that `said` names; its frame has CELL beside `source_row`.

    A row all of whose cells are empty becomes non-data. Raises SourceError where no column is named, or where the new
    names already are columns.
    """
    wide = [name for name in table.columns if re.fullmatch(said.columns, name)]
    kept = [name for name in table.columns if name not in wide]
    _check(table, said, wide, kept)
    text = pl.col(said.value).str.strip_chars()
    filled = text.is_not_null() & ~text.is_in(["", *said.empty_words])
    cells = table.frame.unpivot(on=wide, index=[ROW, *kept], variable_name=said.header, value_name=said.value)
    order = {name: number for number, name in enumerate(wide, start=1)}
    number = pl.col(said.header).replace_strict(order, return_dtype=pl.Int64)
    long = cells.filter(filled).with_columns(number.alias(CELL)).sort(ROW, CELL)
    empty = _empty_rows(table, long, kept)
    return dataclasses.replace(
        table, frame=long, columns=(*kept, said.header, said.value), non_data=(*table.non_data, *empty)
    )


def _check(table: TextTable, said: Unpivot, wide: list[str], kept: list[str]) -> None:
    if not wide:
        raise SourceError(
            file_of(table),
            table.section,
            f"no column's name matches {said.columns!r}; the file has: {', '.join(table.columns[:40])}.",
            "Correct unpivot.columns in the mapping, or ask the branch for the usual file.",
        )
    taken = [name for name in (said.header, said.value) if name in kept]
    if taken:
        raise SourceError(
            file_of(table),
            table.section,
            f"unpivot would name a column {taken[0]!r}, and the file has one of that name.",
            "Choose other names in unpivot.header and unpivot.value.",
        )


def _empty_rows(table: TextTable, long: pl.LazyFrame, kept: list[str]) -> list[NonData]:
    shown = pl.concat_str([pl.col(name) for name in kept], separator="; ", ignore_nulls=True) if kept else pl.lit("")
    rows = table.frame.join(long.select(ROW).unique(), on=ROW, how="anti").select(ROW, shown.alias("text")).sort(ROW)
    return [NonData(row, _EMPTY_ROW, (text or "")[:_SHOWN]) for row, text in rows.collect().iter_rows()]
