"""Turns the text of a custom rule into a polars expression, and refuses what is not exact or means something else.

Not here: running rules (compiling builds the Pandera checks, validation runs them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from pipelines.contracts.model import Rule, Scope
from pipelines.nearest import did_you_mean

_QUOTED = re.compile(r"'(?:[^']|'')*'")
# A bare 0.1 passes through a binary fraction before it meets a Decimal; CAST('0.1' AS DECIMAL(20,4)) does not.
_FRACTION = re.compile(r"(?<![\w.])(?:\d+\.\d*|\.\d+|\d+[eE][+-]?\d+)")
_CALL = re.compile(r"([A-Za-z_]+)\s*\(")
# Words that may stand before a parenthesis. AVG, SQRT and the like leave Decimal; OVER mixes rows and documents.
_WORDS = {"AND", "OR", "NOT", "IN", "WHEN", "THEN", "ELSE", "BETWEEN", "AS", "DECIMAL", "VARCHAR"}
_ROW_FUNCTIONS = {"ABS", "CAST", "COALESCE", "LENGTH", "LOWER", "UPPER", "NULLIF", "STARTS_WITH", "ENDS_WITH", "SUBSTR"}
_AGGREGATES = {"SUM", "COUNT", "MIN", "MAX"}
_SAMPLES: dict[type[pl.DataType], object] = {
    pl.String: "",
    pl.Date: date(2000, 1, 1),
    pl.Datetime: datetime(2000, 1, 1),  # noqa: DTZ001 (contracts' timestamps have no zone)
    pl.Int64: 0,
    pl.Boolean: False,
    pl.Decimal: Decimal(0),
}
_MEANING = {
    Scope.ROW: "one verdict for each row, without SUM, COUNT or OVER",
    Scope.DOCUMENT: "one verdict for a whole document, so every column inside SUM, COUNT, MIN or MAX",
    Scope.DELIVERY: "one verdict for the whole delivery, so every column inside SUM, COUNT, MIN or MAX",
}


def nearest(word: str, known: Mapping[str, object] | list[str] | tuple[str, ...] | set[str]) -> str:
    """`` Did you mean 'x'?`` where a known word is close, else nothing; to be put at the end of a sentence."""
    return did_you_mean(word, known)


def rule_expression(rule: Rule) -> pl.Expr:
    """The rule as a polars expression that is true where it holds; null (nothing to judge) counts as held."""
    return pl.sql_expr(rule.expression).fill_null(value=True)


def rule_mistakes(rule: Rule, schema: Mapping[str, pl.DataType]) -> list[str]:
    """Sentences on all that is wrong with a rule for rows of `schema`; empty when it can be run exactly."""
    unknown = [
        f"column {name!r} of rule {rule.name!r} is not a field of the dataset. Correct it.{nearest(name, schema)}"
        for name in rule.columns
        if name not in schema
    ]
    return unknown or _expression_mistakes(rule, schema)


def _expression_mistakes(rule: Rule, schema: Mapping[str, pl.DataType]) -> list[str]:
    says = f"rule {rule.name!r} says {rule.expression!r}"
    if mistake := _wording_mistake(rule):
        return [f"{says}{mistake}"]
    try:
        expression = pl.sql_expr(rule.expression)
    except (pl.exceptions.PolarsError, TypeError) as error:
        return [f"{says}: {_first_line(error)}. Expected polars SQL over the fields. Correct the expression."]
    roots = list(dict.fromkeys(expression.meta.root_names()))
    if strangers := [name for name in roots if name not in schema]:
        return [f"{says}: {name!r} is no field of it. Correct the name.{nearest(name, schema)}" for name in strangers]
    if left_out := [name for name in roots if name not in rule.columns]:
        return [f"{says} but its columns leave out {', '.join(left_out)}. Add them, the column to blame first."]
    return _result_mistakes(rule, expression, schema, says)


def _wording_mistake(rule: Rule) -> str | None:
    """What the words alone show: fractions that are not exact, and functions of another scope or another type."""
    bare = _QUOTED.sub("''", rule.expression)
    if fraction := _FRACTION.search(bare):
        text = fraction.group()
        return f": {text} is a binary fraction there. Write CAST('{text}' AS DECIMAL(20,4))."
    if "/" in bare:
        return ": a quotient is not exact. Multiply the other side instead."
    functions = _ROW_FUNCTIONS if rule.scope is Scope.ROW else _ROW_FUNCTIONS | _AGGREGATES
    strange = [word for word in _CALL.findall(bare) if word.upper() not in _WORDS | functions]
    if strange:
        expected = f"scope {rule.scope.value} expects {_MEANING[rule.scope]}, with {', '.join(sorted(functions))}"
        return f", which calls {strange[0]}; {expected}. Correct scope or expression."
    return None


def _result_mistakes(rule: Rule, expression: pl.Expr, schema: Mapping[str, pl.DataType], says: str) -> list[str]:
    # A row of values and a row of nulls: types meet for real, and the height of the answer tells rows from whole.
    rows = {name: [_SAMPLES[kind.base_type()], None] for name, kind in schema.items()}
    probe = pl.DataFrame(rows, schema=dict(schema))
    try:
        result = probe.select(expression.alias("verdict"))["verdict"]
    except pl.exceptions.PolarsError as error:
        return [f"{says}: {_first_line(error)}. Compare fields of one type."]
    if result.dtype != pl.Boolean:
        return [f"{says}, which gives {result.dtype}; expected true or false. Make it a comparison."]
    if (result.len() == 1) == (rule.scope is Scope.ROW):
        return [f"{says}; scope {rule.scope.value} expects {_MEANING[rule.scope]}. Correct scope or expression."]
    return []


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
