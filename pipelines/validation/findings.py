"""Words every finding: which row, which rule, which value, what was expected. Works on many rows at once.

Not here: deciding what fails (failures, judging).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.contracts.compiling import describe
from pipelines.contracts.model import Contract, Kind, Rule, Scope, Severity

FINDINGS: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "source_part": pl.Int64(),
    "document": pl.String(),
    "severity": pl.String(),
    "scope": pl.String(),
    "rule": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
}
PLACE = ("source_row", "source_part")


@dataclass(frozen=True)
class Code:
    """What a finding is filed under: rule or reason code, what it judges, whether it refuses, the columns it blames."""

    rule: str
    scope: Scope
    severity: Severity
    column: str | None


def no_findings() -> pl.DataFrame:
    """A findings frame without rows."""
    return pl.DataFrame(schema=FINDINGS)


def findings(rows: pl.DataFrame, code: Code, value: pl.Expr, message: pl.Expr) -> pl.DataFrame:
    """One finding for each of `rows`, which have place and document; `value` and `message` are texts over the rows."""
    return rows.select(
        *PLACE,
        "document",
        pl.lit(code.severity.value).alias("severity"),
        pl.lit(code.scope.value).alias("scope"),
        pl.lit(code.rule).alias("rule"),
        pl.lit(code.column, dtype=pl.String).alias("column"),
        value.alias("value"),
        message.alias("message"),
    )


def field_findings(rows: pl.DataFrame, contract: Contract, rule: str, column: str) -> pl.DataFrame:
    """`rows` failed `rule` in `column`."""
    value = pl.col(column).cast(pl.String)
    expected = describe(rule, contract.field(column))
    said = pl.concat_str(pl.lit(f"{column} is '"), value, pl.lit(f"'; {expected}."))
    if rule == "required":
        said = pl.lit(f"{column} is empty; {expected}.")
    return findings(rows, Code(rule, Scope.ROW, Severity.ERROR, column), value, said)


def rule_findings(rows: pl.DataFrame, rule: Rule, value: pl.Expr) -> pl.DataFrame:
    """`rows` broke a custom rule; `value` says what stood in its columns."""
    code = Code(rule.name, rule.scope, rule.severity, ", ".join(rule.columns))
    return findings(rows, code, value, pl.lit(rule_message(rule)))


def delivery_finding(code: Code, value: str, message: str) -> pl.DataFrame:
    """One finding on the delivery as a whole: no row, no document."""
    said = {"severity": code.severity.value, "scope": code.scope.value, "rule": code.rule, "column": code.column}
    return pl.DataFrame([{**said, "value": value, "message": message}], schema=FINDINGS)


def rule_message(rule: Rule) -> str:
    """What a broken custom rule expects, and what to do."""
    return f"{rule.description} {rule.fix}"


def document_text(contract: Contract) -> pl.Expr:
    """The document key as people read it: its parts with a slash between, ``?`` for what is missing."""
    return _key_text(contract.document_key).alias("document")


def primary_key_text(contract: Contract) -> pl.Expr:
    """The primary key, written alike."""
    return _key_text(contract.primary_key)


def _key_text(key: tuple[str, ...]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("?") for name in key], separator="/")


def row_values(rule: Rule) -> pl.Expr:
    """What stands in a rule's columns on each row: ``column value, column value``."""
    return pl.concat_str([_pair(name, pl.col(name)) for name in rule.columns], separator=", ")


def document_values(rule: Rule, contract: Contract, document: str) -> pl.Expr:
    """What a rule's columns come to over the document: sums of numbers, the first value of anything else."""
    return pl.concat_str([_pair(n, _total(contract, n).over(document)) for n in rule.columns], separator=", ")


def delivery_values(rule: Rule, contract: Contract) -> pl.Expr:
    """What a rule's columns come to over the delivery."""
    return pl.concat_str([_pair(name, _total(contract, name)) for name in rule.columns], separator=", ")


def _total(contract: Contract, name: str) -> pl.Expr:
    numeric = contract.field(name).kind in {Kind.DECIMAL, Kind.INTEGER}
    return pl.col(name).sum() if numeric else pl.col(name).first()


def _pair(name: str, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{name} "), value.cast(pl.String).fill_null("(empty)"))
