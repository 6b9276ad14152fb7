"""`tieout query`: SQL against the published version, read-only. Not here: writing anything into the warehouse."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, cast

import duckdb
from rich.table import Table
from rich.text import Text

from pipelines.console.terminal import NOTHING, err, harmless, out
from pipelines.errors import TieoutError
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace

SHOWN_ROWS = 200  # a terminal is for looking; --format csv carries everything
FETCHED = 10_000
_FOLDED = 30  # text longer than this may be folded
_BETWEEN = 3  # characters between two columns
# What spreadsheets take for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def run_query(sql: str, form: str, output: Path | None) -> None:
    """Run `sql` and write the result as `form` (table, csv, json, parquet) to `output` or standard output.

    Raises `TieoutError` where nothing is published yet, the statement is not valid, or parquet has no file to go to.
    """
    if form == "parquet" and output is None:
        raise TieoutError("Parquet is not text and cannot go to the terminal. Name a file with --output FILE.parquet.")
    with published(Workspace.load()) as connection:
        try:
            if form == "parquet":
                connection.sql(sql).write_parquet(str(output))
                return
            cursor = connection.execute(sql)
            with _writer(output, form) as stream:
                _WRITERS[form](cursor, stream)
        except duckdb.Error as error:
            raise TieoutError(str(error).strip()) from error


@contextmanager
def published(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published version; raises `TieoutError` where there is none yet."""
    version = resolve_published(workspace)
    if version is None:
        raise TieoutError(f"{workspace.warehouse}: no night has been published yet. Run `tieout run` first.")
    connection = duckdb.connect(str(version), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _writer(output: Path | None, form: str) -> Iterator[TextIO]:
    if output is None:
        on_screen = form != "table" and sys.stdout.isatty()  # a table is made harmless cell by cell
        yield cast(TextIO, _Screen()) if on_screen else sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as stream:
        yield stream


class _Screen(io.TextIOBase):
    """Standard output where somebody looks at it: data may not steer the terminal. Files and pipes get it as it is."""

    def write(self, text: str, /) -> int:
        return sys.stdout.write(harmless(text))


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := cursor.fetchmany(FETCHED):
        yield from batch


def _columns(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(column[0]) for column in cursor.description or []]


def _write_csv(cursor: duckdb.DuckDBPyConnection, stream: TextIO) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_columns(cursor))
    writer.writerows([inert(value) for value in row] for row in _rows(cursor))


def inert(value: Any) -> Any:
    """A value as a CSV file may hold it: text that a spreadsheet would run as a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_json(cursor: duckdb.DuckDBPyConnection, stream: TextIO) -> None:
    columns = _columns(cursor)
    stream.write("[")
    for number, row in enumerate(_rows(cursor)):
        stream.write(",\n " if number else "\n ")
        json.dump(dict(zip(columns, row, strict=True)), stream, ensure_ascii=False, default=str)
    stream.write("\n]\n")


def _write_table(cursor: duckdb.DuckDBPyConnection, stream: TextIO) -> None:
    rows = cursor.fetchmany(SHOWN_ROWS + 1)
    console = out()
    console.file = stream
    if _width(_columns(cursor), rows[:SHOWN_ROWS]) <= console.width:
        console.print(_side_by_side(_columns(cursor), rows[:SHOWN_ROWS]))
    else:
        for number, row in enumerate(rows[:SHOWN_ROWS], start=1):
            console.rule(f"row {number}", align="left", style="dim")
            console.print(_one_below_another(_columns(cursor), row))
    more = f"The first {SHOWN_ROWS} rows; --format csv writes all."
    err().print(more if len(rows) > SHOWN_ROWS else f"{len(rows)} row{'s' * (len(rows) != 1)}.", style="dim")


def _width(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """The characters that the rows need side by side, when only long text is folded."""
    cells = ([name, *(_shown(row[position])[:_FOLDED] for row in rows)] for position, name in enumerate(columns))
    return sum(max(map(len, column)) + _BETWEEN for column in cells)


def _side_by_side(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for position, name in enumerate(columns):
        table.add_column(name, justify="right" if _is_numeric(rows, position) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    return table


def _one_below_another(columns: Sequence[str], row: tuple[Any, ...]) -> Table:
    """For rows that are wider than the terminal: a line a column."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for name, value in zip(columns, row, strict=True):
        table.add_row(name, Text(_shown(value)))
    return table


def _is_numeric(rows: Sequence[tuple[Any, ...]], position: int) -> bool:
    seen = [row[position] for row in rows if row[position] is not None]
    return bool(seen) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in seen
    )


def _shown(value: Any) -> str:
    match value:
        case None:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:,f}"
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case _:
            return harmless(str(value))


_WRITERS = {"csv": _write_csv, "json": _write_json, "table": _write_table}
