"""One text table becomes one dataset's typed columns, with every value that could not be read set out beside them.

Pure: frame in, frame out, lazily. Not here: judging rows against the contract (validation), and provenance (intake).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from pipelines.contracts.model import Contract, Field, Kind
from pipelines.errors import SourceError
from pipelines.sources.table import ROW, NonData, TextTable
from pipelines.standardize import splitting
from pipelines.standardize.amounts import balance, fitting, sides
from pipelines.standardize.conventions import Booleans, Dates, has_year
from pipelines.standardize.leaving_out import leave_out, without_repeats
from pipelines.standardize.mapping import Mapping, Source, TwoAccounts
from pipelines.standardize.reading import Check, Conventions, DateReader, Reading, fiscal_year_bounds, read_text
from pipelines.standardize.sourcing import VALUE, Origins, derived, file_of, recoded
from pipelines.standardize.unpivoting import CELL, unpivoted

PART = "source_part"
PROBLEMS: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "source_part": pl.Int64(),
    "rule": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
}
_FAILED = "@failed"


@dataclass(frozen=True)
class Standardized:
    """A dataset's rows as the branch sent them, typed.

    `frame`: every contract field, `source_row`, `source_part`. `problems`: one row per value that could not be read
    (its cell in `frame` is null) or that says more than the field holds (`too_precise`; its cell is rounded).
    `non_data` and `out_of_scope`: rows that the mapping's rules left out. `extra_columns`: columns that nobody mapped.
    """

    frame: pl.LazyFrame
    problems: pl.LazyFrame
    non_data: tuple[NonData, ...] = ()
    out_of_scope: tuple[NonData, ...] = ()
    extra_columns: tuple[str, ...] = ()
    _flagged: pl.LazyFrame | None = None

    def collect(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Frame and problems in one pass over the rows; a second one only where something failed."""
        rows = (self.frame if self._flagged is None else self._flagged).collect()
        if _FAILED not in rows.columns or not rows.get_column(_FAILED).any():
            return rows.drop(_FAILED, strict=False), pl.DataFrame(schema=PROBLEMS)
        return rows.drop(_FAILED), self.problems.collect()


def standardize(table: TextTable, mapping: Mapping, contract: Contract) -> Standardized:
    """Carry `mapping` out on `table`; SourceError where the file lacks what the mapping names, or has too much."""
    given = len(table.non_data)
    if mapping.unpivot is not None:
        table = unpivoted(table, mapping.unpivot)
    origins = Origins(table, mapping)
    work = _Work(table, mapping, contract, origins)
    plan = work.plan()
    remaining = leave_out(replace(table, frame=origins.with_carried(table.frame)), mapping, origins)
    extra = tuple(column for column in origins.extra if column not in mapping.unmapped)
    staged = origins.steps.applied(remaining.frame)
    failed = pl.any_horizontal([check.failed for check in plan.checks]) if plan.checks else pl.lit(False)
    staged = staged.with_columns(failed.fill_null(value=False).alias(_FAILED))
    repeated: tuple[NonData, ...] = ()
    if mapping.distinct:
        distinct = without_repeats(staged, [VALUE + name for name in mapping.columns], _FAILED)
        staged, repeated = distinct.frame, distinct.out_of_scope
    typed = _dealt_out(staged, plan, mapping, contract)
    final = [
        (pl.col(VALUE + f.name) if f.name in plan.fields else pl.lit(None)).cast(f.dtype).alias(f.name)
        for f in contract.fields
    ]
    flagged = typed.select(*final, pl.col(ROW).cast(pl.Int64), pl.col(PART), pl.col(_FAILED))
    return Standardized(
        frame=flagged.drop(_FAILED),
        problems=_problems(staged.filter(_FAILED), plan.checks, _part(mapping)),
        non_data=(*table.non_data[given:], *remaining.non_data),
        out_of_scope=(*remaining.out_of_scope, *repeated),
        extra_columns=extra,
        _flagged=flagged,
    )


def _part(mapping: Mapping) -> pl.Expr:
    """Number of a contract row within its source row, before rows that name two accounts are dealt out."""
    return pl.lit(1, dtype=pl.Int64) if mapping.unpivot is None else pl.col(CELL)


def _problems(failed: pl.LazyFrame, checks: tuple[Check, ...], part: pl.Expr) -> pl.LazyFrame:
    found = [
        failed.filter(check.failed).select(
            pl.col(ROW).cast(pl.Int64).alias("source_row"),
            part.alias("source_part"),
            pl.lit(check.rule).alias("rule"),
            pl.lit(check.column).alias("column"),
            check.text.alias("value"),
            pl.format("{} {}", pl.lit("'") + check.text.fill_null("") + pl.lit("'"), pl.lit(check.message)).alias(
                "message"
            ),
        )
        for check in checks
    ]
    if not found:
        return pl.LazyFrame(schema=PROBLEMS)
    return pl.concat(found).sort("source_row", "source_part", "column", "rule", maintain_order=True)


@dataclass(frozen=True)
class _Plan:
    """The fields that have a typed column, everything that could fail, and the field that counts a document's rows."""

    fields: frozenset[str]
    checks: tuple[Check, ...]
    numbered: str | None


class _Work:
    """Turns a mapping into columns of one table; they are kept in the origins' steps."""

    def __init__(self, table: TextTable, mapping: Mapping, contract: Contract, origins: Origins) -> None:
        self._table, self._mapping, self._contract, self._origins = table, mapping, contract, origins

    def plan(self) -> _Plan:
        checks: list[Check] = []
        numbered = None
        for name in _in_order(self._mapping):
            source = self._mapping.columns[name]
            if source.row_number == "document":
                numbered = name
            else:
                checks += self._kept(name, self._reading(self._contract.field(name), source))
        checks += self._amounts()
        filled = {*self._mapping.columns, *self._mapping.filled_by_amounts}
        return _Plan(frozenset(filled), tuple(checks), numbered)

    def _kept(self, name: str, reading: Reading) -> tuple[Check, ...]:
        self._origins.steps.keep(reading.value, VALUE + name)
        return reading.checks

    def _amounts(self) -> tuple[Check, ...]:
        if not self._mapping.amounts:
            return ()
        amounts = fitting(self._mapping.amounts, self._origins)
        if isinstance(amounts, TwoAccounts):
            return splitting.prepare(amounts, self._mapping, self._contract, self._origins)
        names = (self._mapping.debit_field, self._mapping.credit_field)
        debit, credit = (self._contract.field(name) for name in names)
        kept = [self._kept(*pair) for pair in zip(names, sides(amounts, debit, credit, self._origins), strict=True)]
        return (*kept[0], *kept[1])

    def _reading(self, field: Field, source: Source) -> Reading:
        if source.derive is not None and source.derive != "period_of":
            return Reading(derived(source, self._origins.fiscal_start()))
        if source.row_number == "file" and field.kind is Kind.INTEGER:
            return Reading(pl.col(ROW).cast(pl.Int64))
        if source.balance is not None:
            return balance(field, source.balance, source, self._origins)
        text = self._origins.text(source)
        booleans = source.booleans or self._mapping.booleans
        unknown: tuple[Check, ...] = ()
        if source.values is not None:
            known = ", ".join(source.values)
            raw, text = text, self._origins.steps.keep(recoded(text, source))
            message = (
                f"is a code without a standard value; known are {known}. Add it to values, or correct it at source."
            )
            unknown = (Check(field.name, raw.is_not_null() & text.is_null(), "unknown_value", raw, message),)
            booleans = Booleans()
        written = Conventions(source.numbers or self._mapping.numbers, self._dates(field, source), booleans)
        reading = read_text(field, text, written, self._origins.steps)
        value = -reading.value if source.negate else reading.value
        return Reading(value, (*unknown, *reading.checks))

    def _dates(self, field: Field, source: Source) -> DateReader | None:
        dates = source.dates or self._mapping.dates
        if field.kind not in (Kind.DATE, Kind.TIMESTAMP) or dates is None:
            return None
        if all(map(has_year, dates.formats)) or dates.year_from is None:
            return DateReader(dates)
        first, last = self._fiscal_year(dates)
        return DateReader(dates, first, last)

    def _fiscal_year(self, dates: Dates) -> tuple[date, date]:
        said = dates.year_from
        assert said is not None  # the caller asked
        origins = self._origins
        start = origins.day(origins.metadata(said.start) or "", said.format, said.start[0])
        end_text = origins.metadata(said.end, optional=True) if said.end else None
        try:
            return fiscal_year_bounds(
                said, start, origins.day(end_text, said.format, said.start[0]) if end_text else None
            )
        except ValueError as err:
            place = f"metadata {' or '.join(said.start)}"
            raise SourceError(
                file_of(self._table), place, f"{err}.", "Ask the branch for a file that says its year."
            ) from err


def _in_order(mapping: Mapping) -> list[str]:
    """The mapped fields in an order in which each comes after those it is derived from."""
    left = dict(mapping.columns)
    ordered: list[str] = []
    while left:
        ready = [name for name, source in left.items() if not source.needs & left.keys()]
        if not ready:
            raise AssertionError(f"fields derived from each other: {', '.join(left)}; configuration is checked before")
        ordered += ready
        left = {name: source for name, source in left.items() if name not in ready}
    return ordered


def _dealt_out(staged: pl.LazyFrame, plan: _Plan, mapping: Mapping, contract: Contract) -> pl.LazyFrame:
    """One contract row per row, or several where a row names two accounts; then rows of a document are counted."""
    if mapping.two_accounts is None:
        one = staged.with_columns(_part(mapping).alias(PART))
        return one if plan.numbered is None else one.with_columns(_counted(plan, mapping, contract, None))
    staged = staged.with_columns(splitting.part_count().alias(splitting.PART_COUNT))
    if plan.numbered is None:
        return splitting.parts(staged, mapping, contract)
    # Numbers follow the rows as they stand in the file, then the parts of a row.
    count = pl.col(splitting.PART_COUNT)
    name = VALUE + plan.numbered
    staged = staged.with_columns(_counted(plan, mapping, contract, count)).with_columns(pl.col(name) - count)
    return splitting.parts(staged, mapping, contract).with_columns(pl.col(name) + pl.col(PART))


def _counted(plan: _Plan, mapping: Mapping, contract: Contract, step: pl.Expr | None) -> pl.Expr:
    """Running number of a row within its document; each row counts one, or `step`."""
    keys = [
        pl.col(VALUE + name)
        for name in contract.document_key
        if name in plan.fields and not _is_constant(mapping.columns.get(name))
    ]
    running = pl.int_range(1, pl.len() + 1, dtype=pl.Int64) if step is None else step.cum_sum()
    return (running.over(keys) if keys else running).alias(VALUE + (plan.numbered or ""))


def _is_constant(source: Source | None) -> bool:
    return source is not None and (source.value is not None or source.metadata is not None)
