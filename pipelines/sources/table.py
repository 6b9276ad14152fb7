"""What every reader yields. Not here: reading, and anything that knows a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

ROW = "source_row"  # Int64 column of every text frame: the row as a person would count it, from 1


@dataclass(frozen=True)
class NonData:
    """A row that carries no record: title, header, subtotal, blank line. Counted and listed, never just skipped.

    One entry may stand for many rows of a kind (`count`), of which `row` is the first.
    """

    row: int
    kind: str  # metadata, header, title, blank, subtotal, total, footer
    text: str  # the beginning of the row, for people
    count: int = 1


@dataclass(frozen=True)
class UnreadableRow:
    """A row whose cells cannot be told apart (too many or too few cells, a quote never closed)."""

    row: int
    reason: str
    raw: str


@dataclass(frozen=True)
class TextTable:
    """One table of a file: a sheet, a kind of XML record, or the file itself.

    `section` is the layout's name for it (empty where a file is one table), `sheet` the name that people see: the
    sheet's own, or the XML section.
    `frame` is lazy: every column String with the header's own names (null where a cell is empty), plus `source_row`.
    `metadata` holds values that stand outside the rows (a metadata row, an XML header); `controls` the totals that the
    file declares about itself, as text.
    """

    section: str
    frame: pl.LazyFrame
    columns: tuple[str, ...]
    data_rows: int
    non_data: tuple[NonData, ...] = ()
    unreadable: tuple[UnreadableRow, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    controls: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""

    @property
    def rows_read(self) -> int:
        """Every row of the table: data, non-data and unreadable."""
        return self.data_rows + len(self.non_data) + len(self.unreadable)
