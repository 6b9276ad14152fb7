"""One sheet of a workbook and how its cells are written. Not here: which sheets there are, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.errors import TieoutError
from pipelines.simulation.defects import Row
from pipelines.simulation.money import grouped

SHEET_ROWS = 1_048_576


class Sheet:
    """One sheet, written from the top; a cell is a text, a number or a date."""

    def __init__(self, sheet: Worksheet, dated: Format) -> None:
        self._sheet, self._dated = sheet, dated
        self._at = 0

    def write(self, cells: Row) -> None:
        if self._at >= SHEET_ROWS:
            raise TieoutError(f"sheet {self._sheet.name!r} is full at {SHEET_ROWS:,} rows. Simulate a smaller scale.")
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    self._sheet.write_string(self._at, column, cell)
            elif isinstance(cell, date):
                self._sheet.write_datetime(self._at, column, datetime(cell.year, cell.month, cell.day), self._dated)  # noqa: DTZ001
            elif cell is not None:
                self._sheet.write_number(self._at, column, cell)
        self._at += 1

    def merged(self, groups: Sequence[tuple[str, tuple[str, ...]]], style: Format) -> None:
        """The upper header row."""
        column = 0
        for label, names in groups:
            self._sheet.merge_range(self._at, column, self._at, column + len(names) - 1, label, style)
            column += len(names)
        self._at += 1


def amount(minor: int) -> str | float:
    """Negative amounts in parentheses; every fifth of the others a text too, as pasted from elsewhere."""
    return grouped(minor) if minor < 0 or minor % 5 == 0 else minor / 100


def us(day: date) -> str:
    return f"{day:%m/%d/%Y}"
