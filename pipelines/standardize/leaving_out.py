"""Rows that a mapping leaves out by rule: counted and listed, never silently dropped.

Not here: rows that a reader already knows as titles or totals (sources), and refusing bad rows (validation).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.sources.table import ROW, NonData, TextTable
from pipelines.standardize.mapping import Mapping, RowRule
from pipelines.standardize.sourcing import Origins

_LISTED = 1000  # rows of one rule that a receipt lists one by one
_SHOWN = 160  # characters of a left-out row that people get to see
_ZERO_TEXT = r"^[-+]?[0.,\s]*$"


@dataclass(frozen=True)
class Remaining:
    """The rows that stay, and those that were left out."""

    frame: pl.LazyFrame
    non_data: tuple[NonData, ...]
    out_of_scope: tuple[NonData, ...]


def leave_out(table: TextTable, mapping: Mapping, origins: Origins) -> Remaining:
    """Apply the mapping's `non_data` rules, then `out_of_scope`. Reads the rows only where there are rules."""
    rules = (*mapping.non_data, *mapping.out_of_scope)
    conditions = [_condition(rule, origins) for rule in rules]
    origins.complain()
    if not rules:
        return Remaining(table.frame, (), ())
    hit = pl.lit(None, dtype=pl.Int32)
    for number, condition in reversed(list(enumerate(conditions))):
        hit = pl.when(condition).then(pl.lit(number, dtype=pl.Int32)).otherwise(hit)
    marked = table.frame.with_columns(hit.alias("@rule"))
    shown = pl.concat_str([pl.col(name) for name in table.columns], separator="; ", ignore_nulls=True)
    gone = (
        marked.filter(pl.col("@rule").is_not_null())
        .select(ROW, "@rule", shown.str.head(_SHOWN).alias("text"))
        .collect()
    )
    left_out = [(number, row) for number, rule in enumerate(rules) for row in _listed(gone, number, rule.name)]
    left_out.sort(key=lambda one: one[1].row)
    return Remaining(
        marked.filter(pl.col("@rule").is_null()).drop("@rule"),
        tuple(row for number, row in left_out if number < len(mapping.non_data)),
        tuple(row for number, row in left_out if number >= len(mapping.non_data)),
    )


def _listed(gone: pl.DataFrame, number: int, name: str) -> list[NonData]:
    """The rows that one rule left out; of very many the first by themselves, the others as one entry with a count."""
    own = gone.filter(pl.col("@rule") == number)
    listed = [NonData(row, name, text or "") for row, text in own.head(_LISTED).select(ROW, "text").iter_rows()]
    more = own.height - len(listed)
    return listed if not more else [*listed, NonData(own[ROW][_LISTED], name, f"and {more:,} rows alike", more)]


def without_repeats(staged: pl.LazyFrame, fields: list[str], failed: str) -> Remaining:
    """Rows that say something new in `fields`; those that only repeat an earlier row are out of scope, as one entry.

    A row of which something could not be read (`failed`) repeats nothing: it has to be shown.
    """
    readable = staged.filter(~pl.col(failed))
    first = readable.group_by(fields).agg(pl.col(ROW).min()).select(ROW).collect()[ROW]
    repeats = readable.filter(~pl.col(ROW).is_in(first.implode())).select(pl.col(ROW).min().alias("row"), pl.len())
    row, count = repeats.collect().row(0)
    if not count:
        return Remaining(staged, (), ())
    said = NonData(row, "repeated", f"{count:,} rows repeat what an earlier row says", count)
    return Remaining(staged.filter(pl.col(failed) | pl.col(ROW).is_in(first.implode())), (), (said,))


def _condition(rule: RowRule, origins: Origins) -> pl.Expr:
    def text(name: str) -> pl.Expr:
        header = origins.header((name,))
        found = pl.col(header).str.strip_chars() if header else pl.lit(None, dtype=pl.String)
        return pl.when(found != "").then(found)

    held = [text(name).is_in(words) for name, words in rule.values.items()]
    held += [text(name).is_null() for name in rule.empty]
    held += [text(name).is_not_null() for name in rule.filled]
    held += [text(name).is_null() | text(name).str.contains(_ZERO_TEXT) for name in rule.zero]
    held += [text(name).str.contains(pattern) for name, pattern in rule.matches.items()]
    if rule.repeats:
        held.append(~pl.struct([text(name).alias(str(i)) for i, name in enumerate(rule.repeats)]).is_first_distinct())
    return pl.all_horizontal([condition.fill_null(value=False) for condition in held])
