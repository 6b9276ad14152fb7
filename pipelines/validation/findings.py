"""Words every finding: which row, which rule, which value, what was expected. Works on many rows at once.

Not here: deciding what fails (failures, judging).
"""

from __future__ import annotations

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


def no_findings() -> pl.DataFrame:
    """A findings frame without rows."""
    return pl.DataFrame(schema=FINDINGS)


def document_text(contract: Contract) -> pl.Expr:
    """The document key as people read it: its parts with a slash between, ``?`` for what is missing."""
    parts = [pl.col(name).cast(pl.String).fill_null("?") for name in contract.document_key]
    return pl.concat_str(parts, separator="/").alias("document")


def field_findings(rows: pl.DataFrame, contract: Contract, code: str, column: str) -> pl.DataFrame:
    """`rows` (with place and document) failed `code` in `column`."""
    value = pl.col(column).cast(pl.String)
    expected = describe(code, contract.field(column))
    said = pl.lit(f"{column} is empty; {expected}.") if code == "required" else _said(column, value, expected)
    return _worded(rows, Severity.ERROR, Scope.ROW, code, pl.lit(column), value, said)


def _said(column: str, value: pl.Expr, expected: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{column} is '"), value, pl.lit(f"'; {expected}."))


def rule_findings(rows: pl.DataFrame, rule: Rule, values: pl.Expr) -> pl.DataFrame:
    """`rows` broke a custom rule; `values` says what stood in its columns."""
    said = f"{rule.description} {rule.fix}"
    return _worded(rows, rule.severity, rule.scope, rule.name, pl.lit(", ".join(rule.columns)), values, pl.lit(said))


def other_findings(
    rows: pl.DataFrame, severity: Severity, rule: str, column: str | None, value: pl.Expr, message: pl.Expr
) -> pl.DataFrame:
    """`rows` met one of the codes that no field and no custom rule stands for, such as duplicate_key."""
    scope = Scope.DOCUMENT if rule == "document_refused" else Scope.ROW
    return _worded(rows, severity, scope, rule, pl.lit(column, dtype=pl.String), value, message)


def delivery_finding(severity: Severity, rule: str, column: str | None, value: str | None, message: str) -> pl.DataFrame:
    """One finding on the delivery as a whole: no row, no document."""
    said = {"severity": severity.value, "scope": Scope.DELIVERY.value, "rule": rule, "column": column}
    return pl.DataFrame([{**said, "value": value, "message": message}], schema=FINDINGS)


def row_values(rule: Rule) -> pl.Expr:
    """What stands in a rule's columns on each row: ``column value, column value``."""
    return pl.concat_str([_pair(name, pl.col(name)) for name in rule.columns], separator=", ")


def document_values(rule: Rule, contract: Contract, document: str) -> pl.Expr:
    """What a rule's columns come to over the document: sums of numbers, the first value of anything else."""
    return pl.concat_str([_pair(n, _over(contract, n).over(document)) for n in rule.columns], separator=", ")


def delivery_values(rule: Rule, contract: Contract) -> pl.Expr:
    """What a rule's columns come to over the delivery."""
    return pl.concat_str([_pair(name, _over(contract, name)) for name in rule.columns], separator=", ")


def _over(contract: Contract, name: str) -> pl.Expr:
    numeric = contract.field(name).kind in {Kind.DECIMAL, Kind.INTEGER}
    return pl.col(name).sum() if numeric else pl.col(name).first()


def _pair(name: str, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{name} "), value.cast(pl.String).fill_null("(empty)"))


def _worded(
    rows: pl.DataFrame, severity: Severity, scope: Scope, rule: str, column: pl.Expr, value: pl.Expr, message: pl.Expr
) -> pl.DataFrame:
    return rows.select(
        *PLACE,
        "document",
        pl.lit(severity.value).alias("severity"),
        pl.lit(scope.value).alias("scope"),
        pl.lit(rule).alias("rule"),
        column.alias("column"),
        value.alias("value"),
        message.alias("message"),
    )
