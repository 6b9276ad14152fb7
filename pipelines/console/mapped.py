"""Where each contract field of a dataset comes from in a file, with values as they were sent and as they were taken.

Read from the mapping and the standardized rows. Not here: judging the rows, and printing (trying).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pipelines.branches.config import DatasetConfig
from pipelines.console.terminal import money
from pipelines.sources.table import ROW, TextTable
from pipelines.standardize.mapping import Mapping, Source, TwoAccounts
from pipelines.standardize.sourcing import FILE_NAME, Origins
from pipelines.standardize.standardizing import standardize

_LOOKED_AT = 500  # rows among which samples are looked for
_PART = "source_part"


@dataclass(frozen=True)
class Origin:
    """Whence a field's value comes: in words, and the columns of the file that it is read from."""

    words: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class MappedField:
    """One contract field: its origin, and pairs of what was sent and what was taken."""

    name: str
    required: bool
    origin: Origin
    samples: tuple[tuple[str, str], ...]
    filled: int  # rows in which it has a value


@dataclass(frozen=True)
class Mapped:
    """A dataset's fields in the contract's order, those without a value, and columns that this dataset does not use."""

    fields: tuple[MappedField, ...]
    unmapped: tuple[str, ...]
    extra: tuple[str, ...]
    rows: int  # contract rows
    accounts: tuple[str, ...] = ()  # distinct account codes, where the dataset is a ledger


def mapped(tables: Sequence[TextTable], dataset: DatasetConfig, samples: int) -> Mapped:
    """Standardize the dataset's tables and tell of each field whence it came. Raises `SourceError` as standardizing."""
    mapping, contract = dataset.mapping, dataset.contract
    frames, extra = [], None
    for table in tables:
        done = standardize(table, mapping, contract)
        frames.append(done.frame.collect())
        matched = {own for lookup in dataset.lookups.values() for own in lookup.match}
        here = unnamed(table, mapping) - matched
        extra = here if extra is None else extra & here
    frame = pl.concat(frames)
    origins = _origins(tables[0], mapping)
    raw = _raw(tables[0], frames[0])
    fields = [
        MappedField(
            field.name,
            field.required,
            origins[field.name],
            _samples(frames[0].head(_LOOKED_AT), raw, field.name, origins[field.name], samples),
            frame.height - frame[field.name].null_count(),
        )
        for field in contract.fields
        if field.name in origins
    ]
    unmapped = tuple(field.name for field in contract.fields if field.name not in origins)
    used_order = tuple(column for column in tables[0].columns if column in (extra or set()))
    accounts = tuple(frame["account_code"].drop_nulls().unique().sort()) if dataset.dataset == "gl_entry" else ()
    return Mapped(tuple(fields), unmapped, used_order, frame.height, accounts)


def _origins(table: TextTable, mapping: Mapping) -> dict[str, Origin]:
    """Contract field → whence its value comes in this table."""
    said = {name: origin_of(source, table, mapping) for name, source in mapping.columns.items()}
    return {**said, **_of_amounts(table, mapping)}


def _of_amounts(table: TextTable, mapping: Mapping) -> dict[str, Origin]:
    """The fields that `amounts` fills, and the columns that it reads for them."""
    shape = next((one for one in mapping.amounts if _has_columns(one, table, mapping)), None)
    if shape is None:
        return {}
    parts = {
        key: origin_of(value, table, mapping)
        for key in type(shape).model_fields
        if isinstance(value := getattr(shape, key), Source)
    }

    def from_parts(*keys: str) -> Origin:
        there = [parts[key] for key in keys if key in parts]
        return Origin(", ".join(one.words for one in there), tuple(c for one in there for c in one.columns))

    debit, credit = mapping.debit_field, mapping.credit_field
    if isinstance(shape, TwoAccounts):
        amount = from_parts("amount", "base_amount", "indicator")
        accounts, key = from_parts("account", "contra_account"), from_parts("tax_key")
        own = {debit: amount, credit: amount, "account_code": accounts, "transaction_amount": amount}
        own |= {"tax_code": key, "party_type": accounts, "party_code": accounts}
        return {name: own[name] for name in mapping.filled_by_amounts}
    if shape.shape == "two_columns":
        return {debit: parts["debit"], credit: parts["credit"]}
    both = from_parts("amount", "indicator")
    return {debit: both, credit: both}


def _has_columns(shape: object, table: TextTable, mapping: Mapping) -> bool:
    sources = [value for value in vars(shape).values() if isinstance(value, Source)]
    known = Origins(table, mapping)
    return all(one.column is None or one.optional or known.header(one.column, optional=True) for one in sources)


def origin_of(source: Source, table: TextTable, mapping: Mapping) -> Origin:  # noqa: PLR0911 (one for each origin)
    """A source in words, with the columns that `table` has for it."""
    known = Origins(table, mapping)

    def headers(*names: tuple[str, ...] | None) -> tuple[str, ...]:
        found = (known.header(one, optional=True) for one in names if one)
        return tuple(one for one in found if one is not None)

    if source.column is not None:
        found = headers(source.column)
        return Origin(found[0] if found else f"{' or '.join(source.column)} (not in the file)", found)
    if source.metadata is not None:
        word = " or ".join("the file's name" if key == FILE_NAME else f"the file's {key}" for key in source.metadata)
        return Origin(word)
    if source.value is not None:
        return Origin(f'always "{source.value}"')
    if source.derive is not None:
        return Origin(f"{source.derive.removesuffix('_of').replace('_', ' ')} of {', '.join(source.from_)}")
    if source.row_number is not None:
        return Origin(f"number of the row in the {source.row_number}")
    if source.balance is not None:
        two = source.balance
        columns = headers(two.debit, two.credit, two.amount, two.indicator)
        return Origin((" − " if two.debit else " by ").join(columns), columns)
    inner = [origin_of(one, table, mapping) for one in source.inner]
    word = ", else " if source.first_of else " + "
    return Origin(word.join(one.words for one in inner), tuple(c for one in inner for c in one.columns))


def unnamed(table: TextTable, mapping: Mapping) -> set[str]:
    """The columns of a table that no part of the mapping names."""
    used: set[str] = set()
    for one in _origins(table, mapping).values():
        used |= set(one.columns)
    for shape in mapping.amounts:
        for value in vars(shape).values():
            if isinstance(value, Source):
                used |= set(origin_of(value, table, mapping).columns)
    known = Origins(table, mapping)
    for rule in (*mapping.non_data, *mapping.out_of_scope):
        used |= {found for name in rule.columns if (found := known.header((name,), optional=True))}
    return set(table.columns) - used


def _raw(table: TextTable, frame: pl.DataFrame) -> dict[int, dict[str, str | None]]:
    """source_row → the row's cells as they were sent, for the rows among which samples are looked for."""
    rows = frame.head(_LOOKED_AT)[ROW].unique()
    cells = table.frame.filter(pl.col(ROW).is_in(rows.implode())).collect()
    return {int(row[ROW]): row for row in cells.iter_rows(named=True)}


def _samples(
    frame: pl.DataFrame, raw: dict[int, dict[str, str | None]], name: str, origin: Origin, count: int
) -> tuple[tuple[str, str], ...]:
    """The first differing pairs of sent and taken; those that were taken stand before those that were not."""
    pairs: dict[tuple[str, str], None] = {}
    for row, value in frame.select(ROW, name).iter_rows():
        cells = raw.get(row, {})
        sent = " | ".join(str(cells[one]) for one in origin.columns if cells.get(one))
        pairs.setdefault((sent, shown(value)), None)
    best = sorted(pairs, key=lambda pair: (not pair[1], not pair[0]))
    told = [pair for pair in best if any(pair)] or best
    return tuple(told[:count])


def shown(value: object) -> str:
    """A standardized value as people read it; empty where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return money(value)
        case _:
            return str(value)
