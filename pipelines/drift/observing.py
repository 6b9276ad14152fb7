"""Looks at a table and says its shape: headers in full, everything else from a bounded sample of rows.

Not here: comparing shapes, and what the columns mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from pipelines.contracts.model import Kind
from pipelines.drift.shape import BOOLEAN, DATE, EMPTY, INTEGER, MIXED, NUMBER, TEXT, Shape
from pipelines.drift.uses import Use, header_of
from pipelines.sources.table import TextTable

SAMPLE = 1000  # rows
MOST_COLUMNS = 400  # columns whose texts are looked at; extracts of large systems have up to five hundred
_CLEARLY = 0.9  # share of a column's texts that makes it of a kind
_INTEGER = r"^[+-]?\d+$"
_NUMBER = r"^[+\-(]?[\d.,'’ \x{00a0}\x{202f}]*\d[\d.,'’ \x{00a0}\x{202f}]*[)\-]?$"
_DATE = r"^(\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2})([ T]\d{1,2}:\d{2}.*)?$"
_WORDS = ("true", "false", "yes", "no", "y", "n", "ja", "nein", "wahr", "falsch", "oui", "non", "vrai", "faux")
# A comma or point that can only part decimals: not three digits behind it, or another mark before it.
_SURE_MARK = r"(?:^[^\d]*\d+|[.,'’ ]\d{3})([.,])(?:\d{1,2}|\d{4,})[^\d]*$|[.,'’ ]\d{3}([.,])\d+[^\d]*$"


def observe(tables: Sequence[TextTable], uses: Iterable[Use]) -> Shape:
    """The shape of a dataset's tables; of several sheets the columns of all, in order of their appearance."""
    uses = list(uses)
    shapes = [_observe(table, uses) for table in tables]
    first = shapes[0]
    for other in shapes[1:]:
        first = _together(first, other)
    return first


def kinds_of(table: TextTable, headers: Sequence[str]) -> dict[str, str]:
    """Header → what its texts look like."""
    return _kinds(sample_of(table, headers), headers)


def _observe(table: TextTable, uses: Sequence[Use]) -> Shape:
    used = {header: use for use in uses if (header := header_of(use.names, table.columns)) is not None}
    headers = [column for column in table.columns if column in used][:MOST_COLUMNS]
    sample = sample_of(table, headers)
    amounts = [one for one in headers if used[one].kind is Kind.DECIMAL]
    days = [one for one in headers if used[one].kind in (Kind.DATE, Kind.TIMESTAMP) and used[one].whole]
    return Shape(
        columns=table.columns,
        delimiter=table.metadata.get("reader.delimiter", ""),
        encoding=_encoding(table, sample, headers),
        kinds=_kinds(sample, headers),
        decimal_mark=_decimal_mark(sample, amounts),
        dates=_day_patterns(sample, days),
        undeclared=tuple(path for path in table.metadata.get("reader.undeclared", "").split(", ") if path),
    )


def sample_of(table: TextTable, headers: Sequence[str]) -> pl.DataFrame:
    """The trimmed texts of `headers` in the first rows of a table, null where empty."""
    headers = list(dict.fromkeys(headers))
    if not headers:
        return pl.DataFrame()
    trimmed = [pl.col(one).str.strip_chars() for one in headers]
    rows = table.frame.select(headers).head(SAMPLE).select(trimmed)
    return rows.with_columns(pl.when(pl.col(one) != "").then(pl.col(one)) for one in headers).collect()


def _kinds(sample: pl.DataFrame, headers: Sequence[str]) -> dict[str, str]:
    if not headers:
        return {}
    asked = (INTEGER, NUMBER, DATE, BOOLEAN)
    shares = [
        _looks(pl.col(one), kind).mean().alias(f"{at} {kind}") for at, one in enumerate(headers) for kind in asked
    ]
    said = sample.select(shares).row(0, named=True)
    return {one: _kind({kind: said[f"{at} {kind}"] for kind in asked}) for at, one in enumerate(headers)}


def _looks(text: pl.Expr, kind: str) -> pl.Expr:
    if kind == BOOLEAN:
        return text.str.to_lowercase().is_in(_WORDS)
    return text.str.contains({INTEGER: _INTEGER, NUMBER: _NUMBER, DATE: _DATE}[kind])


def _kind(shares: dict[str, float | None]) -> str:
    found = {kind: share for kind, share in shares.items() if share is not None}
    if not found:
        return EMPTY
    for kind in (INTEGER, DATE, BOOLEAN):
        if found[kind] >= _CLEARLY:
            return kind
    if found[NUMBER] - found[DATE] >= _CLEARLY:
        return NUMBER
    return TEXT if sum(found[kind] for kind in (NUMBER, BOOLEAN)) + found[DATE] <= 1 - _CLEARLY else MIXED


def _decimal_mark(sample: pl.DataFrame, headers: Sequence[str]) -> str:
    """The one mark that the amounts show; empty where none, or both, do."""
    if not headers:
        return ""
    texts = pl.concat([sample[one].alias("text") for one in headers])
    first, second = (texts.str.extract(_SURE_MARK, group) for group in (1, 2))
    found = Counter(first.fill_null(second).drop_nulls().to_list())
    best = found.most_common(1)
    return str(best[0][0]) if best and best[0][1] >= _CLEARLY * sum(found.values()) else ""


def _encoding(table: TextTable, sample: pl.DataFrame, headers: Sequence[str]) -> str:
    """The encoding that the text shows; empty where there are only letters that all encodings write alike."""
    beyond = any(not header.isascii() for header in table.columns)
    if headers and not beyond:
        beyond = bool(sample.select(pl.any_horizontal(pl.col(headers).str.contains(r"[^\x00-\x7F]").any())).item())
    return table.metadata.get("reader.encoding", "") if beyond else ""


def _day_patterns(sample: pl.DataFrame, headers: Sequence[str]) -> tuple[str, ...]:
    patterns: set[str] = set()
    for one in headers:
        patterns |= set(sample[one].drop_nulls().str.replace_all(r"\d", "9").unique())
    return tuple(sorted(patterns)[:5])


def _together(one: Shape, other: Shape) -> Shape:
    new = tuple(column for column in other.columns if column not in one.columns)
    kinds = dict(one.kinds)
    for header, kind in other.kinds.items():
        known = kinds.get(header, EMPTY)
        kinds[header] = kind if known == EMPTY else known if kind in (known, EMPTY) else MIXED
    return replace(one, columns=(*one.columns, *new), kinds=kinds)
