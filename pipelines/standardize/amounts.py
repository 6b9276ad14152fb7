"""Debit, credit and signed balances out of the shapes in which branches write them.

Signs are kept: a negative debit stays one (red storno). Not here: one row with two accounts (splitting).
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from pipelines.contracts.model import Field
from pipelines.standardize.mapping import Amounts, Balance, IndicatedAmounts, SignedAmounts, Source, TwoColumns
from pipelines.standardize.reading import Check, Reading, read_decimal
from pipelines.standardize.sourcing import Origins

_ZERO = Decimal(0)


def zero(field: Field) -> pl.Expr:
    """Nothing, as an amount of the field's type."""
    return pl.lit(_ZERO, dtype=field.dtype)


def amount(field: Field, source: Source, origins: Origins) -> Reading:
    """One column's signed amount."""
    reading = read_decimal(field, origins.text(source), source.numbers or origins.numbers, origins.steps)
    return Reading(-reading.value, reading.checks) if source.negate else reading


def fitting(shapes: tuple[Amounts, ...], origins: Origins) -> Amounts:
    """The first shape whose columns the file has; the first of all where none fits, so that its columns are missed."""
    return next((shape for shape in shapes if all(_found(source, origins) for source in _sources(shape))), shapes[0])


def _sources(shape: Amounts) -> list[Source]:
    values = (getattr(shape, name) for name in type(shape).model_fields)
    return [value for value in values if isinstance(value, Source)]


def _found(source: Source, origins: Origins) -> bool:
    if source.column is not None and not source.optional:
        return origins.header(source.column, optional=True) is not None
    return all(_found(inner, origins) for inner in source.inner)


def sides(
    shape: SignedAmounts | TwoColumns | IndicatedAmounts, debit: Field, credit: Field, origins: Origins
) -> tuple[Reading, Reading]:
    """Readings of debit and credit."""
    match shape:
        case TwoColumns():
            return _two_columns(shape, debit, credit, origins)
        case SignedAmounts():
            return _signed(shape, debit, credit, origins)
        case IndicatedAmounts():
            return _indicated(shape, debit, credit, origins)


def _two_columns(shape: TwoColumns, debit: Field, credit: Field, origins: Origins) -> tuple[Reading, Reading]:
    left = amount(debit, shape.debit, origins)
    right = amount(credit, shape.credit, origins)
    no_debit, no_credit = origins.text(shape.debit).is_null(), origins.text(shape.credit).is_null()
    # An empty side is zero only beside a filled one: a row without any amount is not a row of nothing.
    return (
        Reading(pl.when(no_debit & ~no_credit).then(zero(debit)).otherwise(left.value), left.checks),
        Reading(pl.when(no_credit & ~no_debit).then(zero(credit)).otherwise(right.value), right.checks),
    )


def _signed(shape: SignedAmounts, debit: Field, credit: Field, origins: Origins) -> tuple[Reading, Reading]:
    reading = amount(debit, shape.amount, origins)
    value = reading.value if shape.positive == "debit" else -reading.value
    return (
        Reading(pl.when(value >= _ZERO).then(value).when(value < _ZERO).then(zero(debit)), reading.checks),
        Reading(pl.when(value < _ZERO).then(-value).when(value >= _ZERO).then(zero(credit))),
    )


def _indicated(shape: IndicatedAmounts, debit: Field, credit: Field, origins: Origins) -> tuple[Reading, Reading]:
    reading = amount(debit, shape.amount, origins)
    word = origins.text(shape.indicator)
    is_debit, check = side(debit.name, word, shape.debit_words, shape.credit_words, reading.value.is_not_null())
    is_debit = origins.steps.keep(is_debit)
    return (
        Reading(pl.when(is_debit).then(reading.value).when(~is_debit).then(zero(debit)), (*reading.checks, check)),
        Reading(pl.when(~is_debit).then(reading.value).when(is_debit).then(zero(credit))),
    )


def side(
    column: str, word: pl.Expr, debit_words: tuple[str, ...], credit_words: tuple[str, ...], needed: pl.Expr
) -> tuple[pl.Expr, Check]:
    """Whether the word means debit (null: neither), and the check that it means either wherever it is `needed`."""
    is_debit = pl.when(word.is_in(debit_words)).then(pl.lit(True)).when(word.is_in(credit_words)).then(pl.lit(False))
    message = f"says no side; expected {'/'.join(debit_words)} for debit or {'/'.join(credit_words)} for credit."
    return is_debit, Check(column, needed & is_debit.is_null(), "unknown_value", word, message)


def balance(field: Field, said: Balance, source: Source, origins: Origins) -> Reading:
    """A signed amount, debit positive, out of two columns or of amount and indicator."""
    if said.debit is not None and said.credit is not None:
        texts = [origins.text(Source(column=names, optional=source.optional)) for names in (said.debit, said.credit)]
        left, right = (read_decimal(field, text, source.numbers or origins.numbers, origins.steps) for text in texts)
        value = (
            pl.when(texts[0].is_null() & texts[1].is_null())
            .then(None)
            .otherwise(
                pl.when(texts[0].is_null()).then(zero(field)).otherwise(left.value)
                - pl.when(texts[1].is_null()).then(zero(field)).otherwise(right.value)
            )
        )
        checks = (*left.checks, *right.checks)
    else:
        text = origins.text(Source(column=said.amount, optional=source.optional))
        reading = read_decimal(field, text, source.numbers or origins.numbers, origins.steps)
        word = origins.text(Source(column=said.indicator, optional=source.optional))
        is_debit, check = side(field.name, word, said.debit_words, said.credit_words, reading.value != _ZERO)
        # zero needs no side: many systems leave the word out there
        value = pl.when(is_debit | (reading.value == _ZERO)).then(reading.value).when(~is_debit).then(-reading.value)
        checks = (*reading.checks, check)
    value = (-value if source.negate else value).cast(field.dtype)
    if source.when_empty is not None:
        value = value.fill_null(pl.lit(Decimal(source.when_empty), dtype=field.dtype))
    return Reading(value, checks)
