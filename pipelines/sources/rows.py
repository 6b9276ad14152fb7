"""Telling records from titles, subtotals and blank rows, by the layout's rules. Not here: reading any format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipelines.errors import SourceError
from pipelines.sources.layout import MetadataCell, MetadataRow, NonDataRule
from pipelines.sources.limits import TEXT_CHARS
from pipelines.sources.names import nearest
from pipelines.sources.table import ROW, NonData

RULE = "_rule"  # which rule takes a row: -1 blank, else the rule's place in the list; null for a record
_BLANK = -1


@dataclass
class Sorted:
    """What the rules took out of a table: the rows, and the totals that they declare."""

    non_data: list[NonData] = field(default_factory=list)
    controls: dict[str, str] = field(default_factory=dict)


def is_blank(column: str) -> pl.Expr:
    """True where the cell is empty or holds white space only."""
    return pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "")


def rule_of(rules: Sequence[NonDataRule], columns: Sequence[str]) -> pl.Expr:
    """The number of the rule that takes the row, -1 for a blank row, null for a record."""
    blank = pl.all_horizontal(is_blank(column) for column in columns)
    taken = [
        pl.when(_condition(rule)).then(pl.lit(number, pl.Int32))
        for number, rule in enumerate(rules)
        if rule.kind != "blank"
    ]
    return pl.coalesce(pl.when(blank).then(pl.lit(_BLANK, pl.Int32)), *taken).alias(RULE)


def _condition(rule: NonDataRule) -> pl.Expr:
    parts = [is_blank(column) for column in rule.empty] + [~is_blank(column) for column in rule.filled]
    if rule.column is not None and rule.pattern is not None:
        parts.append(pl.col(rule.column).str.contains(rule.pattern).fill_null(value=False))
    return pl.all_horizontal(parts)


def check_rules(file: str, place: str, rules: Sequence[NonDataRule], columns: Sequence[str]) -> None:
    """Raises `SourceError` where a rule names a column that the table does not have."""
    for rule in rules:
        for column in (rule.column, *rule.empty, *rule.filled, *rule.controls.values()):
            if column is not None and column not in columns:
                raise SourceError(
                    file,
                    place,
                    f"the layout's {rule.kind} rule names the column {column!r}, which the file does not have.",
                    f"{nearest(column, columns)} Correct non_data, or send the file in its usual form.",
                )


def sort_out(taken: pl.DataFrame, rules: Sequence[NonDataRule], columns: Sequence[str], into: Sorted) -> None:
    """Add the rows that a rule took (`RULE` is set) to the list, and read the totals they declare."""
    for record in taken.iter_rows(named=True):
        number = record[RULE]
        cells = [record[column] or "" for column in columns]
        if number == _BLANK:
            into.non_data.append(NonData(record[ROW], "blank", ""))
            continue
        into.non_data.append(NonData(record[ROW], rules[number].kind, row_text(cells)))
        into.controls.update({name: record[column] or "" for name, column in rules[number].controls.items()})


def row_text(cells: Sequence[str | None]) -> str:
    """The beginning of a row, for people."""
    return " | ".join(cell.strip() for cell in cells if cell and cell.strip())[:TEXT_CHARS]


def head_rows(
    rows: Mapping[int, Sequence[str | None]], header: Sequence[int], metadata: Sequence[MetadataRow]
) -> list[NonData]:
    """The rows above the data as what they are: metadata, header, title or blank."""
    declared = {item.row for item in metadata}
    return [NonData(row, _head_kind(row, cells, header, declared), row_text(cells)) for row, cells in rows.items()]


def _head_kind(row: int, cells: Sequence[str | None], header: Sequence[int], metadata: set[int]) -> str:
    if row in header:
        return "header"
    if row in metadata:
        return "metadata"
    return "title" if row_text(cells) else "blank"


def read_metadata(
    file: str, place: str, rows: Mapping[int, Sequence[str | None]], metadata: Sequence[MetadataRow]
) -> dict[str, str]:
    """The values that the layout reads from rows above the data; raises `SourceError` where one is not there."""
    found: dict[str, str] = {}
    for item in metadata:
        where = f"{place}, row {item.row}" if place else f"row {item.row}"
        cells = rows.get(item.row)
        if cells is None:
            raise SourceError(
                file,
                where,
                "the layout reads metadata here, but this row does not stand above the data.",
                "Correct metadata.row or the header in the layout.",
            )
        for name, wanted in item.fields.items():
            cell = wanted if isinstance(wanted, MetadataCell) else MetadataCell(position=wanted)
            found[name] = _metadata_cell(file, where, name, cell, cells)
    return found


def _metadata_cell(file: str, where: str, name: str, wanted: MetadataCell, cells: Sequence[str | None]) -> str:
    if wanted.position > len(cells):
        raise SourceError(
            file,
            where,
            f"the row has {len(cells)} cells, expected {name!r} in cell {wanted.position}.",
            "Check that the file is of the declared kind, or correct metadata in the layout.",
        )
    text = (cells[wanted.position - 1] or "").strip()
    if wanted.pattern is None:
        return text
    match = wanted.search(text)
    if match is None:
        raise SourceError(
            file,
            f"{where}, cell {wanted.position}",
            f"found {text!r}, expected {name!r} as {wanted.pattern!r}.",
            "Correct the cell, or the pattern in the layout.",
        )
    return match
