"""Compiles a contract into Pandera schemas (polars): what the contract says is what Pandera checks, said once.

`row_schema` judges rows one by one; `rules_schema` judges rules of one scope and severity. They only check: nothing is
coerced, sorted or filled. Not here: running them and telling good rows from bad (validation).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.contracts.expressions import rule_expression
from pipelines.contracts.model import Contract, Field, Kind, Rule, Scope, Severity

DOCUMENT = "document_id"  # integer column that a frame needs for document rules: equal for the rows of one document

# Pandera renders the rows that failed a check; the verdict of every row is in the check's output, so one is enough.
_RENDERED = 1


@lru_cache(maxsize=64)
def row_schema(contract: Contract) -> pa.DataFrameSchema:
    """Types, nulls, closed lists, patterns, lengths, bounds and the row rules that refuse.

    The frame must have exactly the contract's columns. A check's name is the code that findings carry
    (``unknown_value``, ``pattern``, ``too_long``, ``out_of_range``, or the rule's name).
    """
    columns = {
        field.name: pa.Column(field.dtype, nullable=not field.required, checks=list(_checks(field)))
        for field in contract.fields
    }
    rules = [_row_check(rule) for rule in _rules(contract, Scope.ROW, Severity.ERROR)]
    return pa.DataFrameSchema(columns, checks=rules, coerce=False, strict=True, name=contract.dataset)


@lru_cache(maxsize=256)
def rules_schema(contract: Contract, scope: Scope, severity: Severity) -> pa.DataFrameSchema:
    """The contract's rules of one scope and severity; a check's name is the rule's name.

    Rules of scope document need the column `DOCUMENT`; each row gets its document's verdict. Rules of scope delivery
    give one verdict.
    """
    make = {Scope.ROW: _row_check, Scope.DOCUMENT: _document_check, Scope.DELIVERY: _delivery_check}[scope]
    checks = [make(rule) for rule in _rules(contract, scope, severity)]
    return pa.DataFrameSchema({}, checks=checks, coerce=False, strict=False, name=contract.dataset)


def empty_frame(contract: Contract) -> pl.DataFrame:
    """No rows, the contract's columns and the provenance: the schema of every Parquet file of the dataset."""
    return pl.DataFrame(schema=contract.lake_schema)


def _rules(contract: Contract, scope: Scope, severity: Severity) -> list[Rule]:
    return [rule for rule in contract.rules if rule.scope is scope and rule.severity is severity]


def _row_check(rule: Rule) -> pa.Check:
    return _check(rule.name, rule_expression(rule), rule.description)


def _document_check(rule: Rule) -> pa.Check:
    return _check(rule.name, rule_expression(rule).over(DOCUMENT), rule.description)


def _delivery_check(rule: Rule) -> pa.Check:
    expression = rule_expression(rule)
    # A plain bool: Pandera would blame row 0 for an aggregate.
    return pa.Check(lambda data: bool(data.lazyframe.select(expression).collect().item()), name=rule.name)


def _checks(field: Field) -> Iterator[pa.Check]:
    for code, holds in _conditions(field):
        yield _check(code, holds.fill_null(value=True), describe(code, field))


def _conditions(field: Field) -> Iterator[tuple[str, pl.Expr]]:
    column = pl.col(field.name)
    if field.allowed is not None:
        yield "unknown_value", column.is_in(list(field.allowed))
    if field.pattern is not None:
        yield "pattern", column.str.contains(f"^(?:{field.pattern})$")
    if field.max_length is not None:
        yield "too_long", column.str.len_chars() <= field.max_length
    bounds = []
    if field.minimum is not None:
        bounds.append(column >= _literal(field, field.minimum))
    if field.maximum is not None:
        bounds.append(column <= _literal(field, field.maximum))
    if field.exclusive_minimum is not None:
        bounds.append(column > _literal(field, field.exclusive_minimum))
    if bounds:
        yield "out_of_range", pl.all_horizontal(bounds)


def _literal(field: Field, bound: object) -> pl.Expr:
    return pl.lit(int(str(bound)) if field.kind is Kind.INTEGER else bound, dtype=field.dtype)


def _check(name: str, holds: pl.Expr, meaning: str) -> pa.Check:
    """A check whose verdict on each row is `holds`."""

    def verdict(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(holds)

    return pa.Check(verdict, name=name, error=meaning, n_failure_cases=_RENDERED)


def describe(code: str, field: Field) -> str:
    """What the contract expects where a value of `field` failed with `code`; the end of a finding's message."""
    match code:
        case "required":
            return "a value is required"
        case "unknown_value":
            allowed = field.allowed or ()
            return f"expected one of {', '.join(allowed[:12])}{' …' if len(allowed) > 12 else ''}"
        case "pattern":
            return f"expected text of the form {field.pattern}"
        case "too_long":
            return f"expected at most {field.max_length} characters"
        case "out_of_range":
            return f"expected {_range(field)}"
    return field.description


def _range(field: Field) -> str:
    parts = [
        f"{word} {bound}"
        for word, bound in (
            ("at least", field.minimum),
            ("at most", field.maximum),
            ("more than", field.exclusive_minimum),
        )
        if bound is not None
    ]
    return " and ".join(parts)
