"""Columns of another table beside a table's own, found by key: a line's date where only the header table has it.

Not here: which other table it is (branches), and where its file lies (intake).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary

import polars as pl

from pipelines.errors import SourceError
from pipelines.sources.table import ROW, TextTable
from pipelines.standardize.sourcing import file_of

_KEY = "@key"


def looked_up(table: TextTable, name: str, other: TextTable, on: Dictionary[str, str]) -> TextTable:
    """`table` with the columns of `other` as `<name>.<column>`; `on`: own column → the column of `other` it equals.

    A row without a match has them empty. Raises SourceError where a column is missing, where `other` holds a key twice
    with different content, or where the file has a column of such a name already.
    """
    _refuse_missing(table, on.keys())
    _refuse_missing(other, on.values())
    added = {column: f"{name}.{column}" for column in other.columns}
    taken = sorted(set(added.values()) & set(table.columns))
    if taken:
        raise SourceError(
            file_of(table), table.section, f"has a column {taken[0]!r} of its own.", "Give the lookup another name."
        )
    keys = [f"{_KEY}{number}" for number in range(len(on))]
    theirs = other.frame.select(*_key(on.values(), keys), *(pl.col(old).alias(new) for old, new in added.items()))
    theirs = theirs.filter(pl.all_horizontal(pl.col(keys).is_not_null())).unique(maintain_order=True)
    repeated = theirs.filter(pl.struct(keys).is_duplicated()).select(keys).head(1).collect()
    if repeated.height:
        raise SourceError(
            file_of(other),
            ", ".join(on.values()),
            f"{' / '.join(repeated.row(0))!r} stands in several rows that say different things; "
            f"{file_of(table)} looks it up there.",
            "Correct the file, or look up by a key that is unique.",
        )
    frame = table.frame.with_columns(_key(on.keys(), keys)).join(theirs, on=keys, how="left", maintain_order="left")
    return dataclasses.replace(
        table, frame=frame.select(ROW, *table.columns, *added.values()), columns=(*table.columns, *added.values())
    )


def _key(columns: Iterable[str], keys: list[str]) -> list[pl.Expr]:
    return [pl.col(column).str.strip_chars().alias(key) for column, key in zip(columns, keys, strict=True)]


def _refuse_missing(table: TextTable, columns: Iterable[str]) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise SourceError(
            file_of(table),
            table.section,
            f"the column {missing[0]!r} that a lookup needs is missing; the file has: {', '.join(table.columns[:40])}.",
            "Correct `match` of the lookup, or ask the branch for the usual file.",
        )
