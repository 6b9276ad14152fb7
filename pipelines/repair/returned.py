"""Reads a returned workbook: its marker, and every row with what its cells hold now. Hostile until read.

Not here: what a changed cell means (intake compares it with what lies in the lake), and writing workbooks (exporting).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pipelines.errors import SourceError
from pipelines.repair.exporting import AS_SENT, COVER, LINE_TITLE, LOCATORS, MARKER
from pipelines.repair.records import LINE
from pipelines.sources.archive import cell_place, inspect_archive, sheet_parts
from pipelines.sources.cells import Cell
from pipelines.sources.safexml import local_name, pull_parser, reported

_SUFFIX = (".xlsx", ".xlsm")
_MARKED = f'"{MARKER}"'.encode()
_OUTLINE_BYTES = 2**20  # of the list of sheets; a workbook of a thousand sheets has 100 kB
_CHUNK = 1 << 20


@dataclass(frozen=True)
class WrittenCell:
    """One pair of cells: what was sent, as the workbook shows it, and what stands in the cell beside it."""

    column: str
    sent: Cell
    written: Cell
    place: str  # such as 'gl_entry'!L4, for messages
    is_formula: bool


@dataclass(frozen=True)
class ReturnedRow:
    """One row of the workbook, by where it says that it comes from. `where`: its own place, for messages."""

    where: str
    path: str
    sequence: int
    sheet: str
    source_row: int
    dataset: str
    maker: str
    reason: str
    cells: tuple[WrittenCell, ...]


@dataclass(frozen=True)
class Returned:
    """A returned workbook. `notes`: rows whose place cannot be told, as sentences."""

    workbook_id: str
    branch_id: str
    rows: tuple[ReturnedRow, ...]
    notes: tuple[str, ...]


def is_returned(path: Path, name: str) -> bool:
    """Whether a file is a workbook that `tieout quarantine export` wrote, whatever it is called now."""
    if not name.lower().endswith(_SUFFIX):
        return False
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as outline:
            return _MARKED in outline.read(_OUTLINE_BYTES)
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return False


def read_returned(path: Path, name: str) -> Returned:
    """Read it; formulas are never calculated. Raises `SourceError` where it cannot be opened or lost its marks."""
    try:
        inspect_archive(path)
        formulas = formula_cells(path)
        with CalamineWorkbook.from_path(path) as book:
            sheets = {one: book.get_sheet_by_name(one).to_python(skip_empty_area=False) for one in book.sheet_names}
    except SourceError as error:
        raise SourceError(name, error.place, error.problem, error.fix) from error
    except (PasswordError, CalamineError, etree.XMLSyntaxError) as error:
        raise SourceError(
            name, "", f"the workbook cannot be opened ({error}).", "Save it as .xlsx without a password."
        ) from error
    marks = {_plain(row[0]): _plain(row[1]) for row in sheets.get(MARKER, []) if len(row) > 1}
    if not marks.get("workbook") or not marks.get("branch"):
        raise SourceError(
            name, f"sheet {MARKER!r}", "the marks that name the workbook are gone.", "Export it again and correct that."
        )
    cover = sheets.get(COVER, [])
    maker, reason = (_plain(cover[at][1]) if len(cover) > at and len(cover[at]) > 1 else "" for at in (2, 3))
    rows: list[ReturnedRow] = []
    notes: list[str] = []
    for sheet, cells in sheets.items():
        if sheet not in (COVER, MARKER):
            for one in _rows(sheet, cells, formulas.get(sheet, set()), (maker, reason)):
                if isinstance(one, str):
                    notes.append(one)
                else:
                    rows.append(one)
    return Returned(marks["workbook"], marks["branch"], tuple(rows), tuple(notes))


def _rows(
    sheet: str, rows: Sequence[Sequence[Cell]], formulas: set[tuple[int, int]], defaults: tuple[str, str]
) -> Iterator[ReturnedRow | str]:
    """The rows of one sheet, or a sentence for one that cannot be placed."""
    if not rows:
        return
    titles = [_plain(cell) for cell in rows[0]]
    if tuple(titles[: len(LOCATORS)]) != LOCATORS:
        yield f"Sheet {sheet!r} has other titles than it was exported with; nothing of it was taken. Export again."
        return
    pairs = [
        (at, titles[at]) for at in range(len(LOCATORS) + 1, len(titles), 2) if titles[at - 1] == titles[at] + AS_SENT
    ]
    if 2 * len(pairs) != len([title for title in titles[len(LOCATORS) :] if title]):
        yield f"Sheet {sheet!r}: columns were added, removed or renamed; only those that still come in pairs were read."
    dataset, is_line = sheet.split(" ", maxsplit=1)[0], " lines" in sheet
    for number, cells in enumerate(rows[1:], start=2):
        row = [*cells, *[""] * (len(titles) - len(cells))]
        if not any(_plain(cell) for cell in row):
            continue
        where = f"{sheet!r} row {number}"
        path, sequence, own_sheet, source_row = (_plain(cell) for cell in row[:4])
        if not (sequence.isdecimal() and source_row.isdecimal()):
            yield (
                f"{where}: file no. {sequence!r} and row {source_row!r} name no row; the grey cells say which row it"
                " is and must stay. Nothing of it was taken."
            )
            continue
        yield ReturnedRow(
            where=where,
            path=path,
            sequence=int(sequence),
            sheet=own_sheet,
            source_row=int(source_row),
            dataset=dataset,
            maker=_plain(row[7]).strip() or defaults[0],
            reason=_plain(row[8]).strip() or defaults[1],
            cells=tuple(
                WrittenCell(
                    column=LINE if is_line and title == LINE_TITLE else title,
                    sent=row[at - 1],
                    written=row[at],
                    place=f"{sheet!r} {_letters(at)}{number}",
                    is_formula=(number - 1, at) in formulas,
                )
                for at, title in pairs
            ),
        )


def formula_cells(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Sheet → cells (row, column from 0) that hold a formula."""
    found: dict[str, set[tuple[int, int]]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in sheet_parts(archive):
            places = found.setdefault(name, set())
            parser = pull_parser(["c", "row"])
            with archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.feed(chunk)
                    for _, element in reported(parser):
                        if local_name(element) == "row":
                            element.clear()
                        elif element.find("{*}f") is not None:
                            places.add(cell_place(element.get("r", "")) or (0, 0))
            parser.close()
    return found


def _letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _plain(cell: Cell) -> str:
    """A cell that only says where things are: numbers without decimals, everything else as text."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell)
