"""Reads a workbook that came back: its rows with what the cells hold now. Hostile until read; formulas never run.

Not here: what a decision means (whoever sent the workbook).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pipelines.errors import SourceError
from pipelines.repair.returned import formula_cells
from pipelines.sources.archive import inspect_archive
from pipelines.workbooks.sheets import CHECK, Layout, check_of


@dataclass(frozen=True)
class Row:
    """One row: its place for messages, its cells by title, whether its grey keys are intact, cells with formulas."""

    where: str
    cells: Mapping[str, str]
    is_intact: bool
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class Incoming:
    """A workbook as it came back: its id, and the filled rows of each sheet by title."""

    workbook_id: str
    rows: Mapping[str, tuple[Row, ...]]


def read_workbook(path: Path, marker: str, layouts: Sequence[Layout]) -> Incoming:
    """Read the sheets of `layouts`. Raises ValueError, with a sentence, where it is no such workbook or unreadable."""
    try:
        inspect_archive(path)
        formulas = formula_cells(path)
        with CalamineWorkbook.from_path(path) as book:
            sheets = {one: book.get_sheet_by_name(one).to_python(skip_empty_area=False) for one in book.sheet_names}
    except (SourceError, OSError, PasswordError, CalamineError, etree.XMLSyntaxError) as error:
        raise ValueError(f"{path}: the workbook cannot be read ({error}). Save it as .xlsx, no password.") from error
    marks = {str(row[0]): str(row[1]) for row in sheets.get(marker, []) if len(row) > 1}
    lost = [layout.title for layout in layouts if layout.title not in sheets]
    if not marks.get("workbook") or lost:
        missing = f" Its sheet {lost[0]!r} is missing." if marks.get("workbook") else ""
        raise ValueError(f"{path} is not a workbook that this command exported.{missing} Export it again.")
    workbook_id = marks["workbook"]
    return Incoming(
        workbook_id,
        {
            one.title: tuple(_rows(path, one, sheets[one.title], formulas.get(one.title, set()), workbook_id))
            for one in layouts
        },
    )


def _rows(
    path: Path, layout: Layout, rows: Sequence[Sequence[object]], formulas: set[tuple[int, int]], workbook_id: str
) -> Iterator[Row]:
    expected = list(layout.titles)
    if not rows or [str(cell) for cell in rows[0][: len(expected)]] != expected:
        raise ValueError(
            f"{path}, sheet {layout.title!r}: its titles are not those it was exported with. Export it again."
        )
    for number, cells in enumerate(rows[1:], start=2):
        values = [_text(cell) for cell in cells[: len(expected)]]
        values += [""] * (len(expected) - len(values))
        if not any(values):
            continue
        said = dict(zip(expected, values, strict=True))
        keys = [said[one.title] for one in layout.grey if one.is_key]
        yield Row(
            where=f"sheet {layout.title!r} row {number}",
            cells={name: value.strip() for name, value in said.items()},
            is_intact=said.get(CHECK, "") == check_of(workbook_id, layout.title, keys),
            formulas=tuple(expected[at] for row, at in sorted(formulas) if row == number - 1 and at < len(expected)),
        )


def _text(cell: object) -> str:
    """A cell as text; a spreadsheet turns 4000 into a number, and a day into a date, where a person typed it."""
    return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)
