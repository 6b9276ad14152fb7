"""The models' SQL is read by DuckDB and by Spark: every compiled model parses in both dialects, and uses only functions
that both engines have. The few that differ live in macros, whose Spark halves are checked for existence here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

sqlglot = pytest.importorskip("sqlglot")

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"

# Same name, same meaning in DuckDB 2 and Spark 4 (ANSI mode), nulls included. Add here only after reading both manuals.
COMMON = {
    "abs", "case", "cast", "ceil", "coalesce", "count", "date_trunc", "extract", "floor", "greatest", "instr", "lag",
    "last_day", "lead", "least", "length", "lpad", "max", "max_by", "min", "min_by", "mod", "month", "nullif",
    "quarter", "rank", "regexp_extract", "replace", "round", "row_number", "sign", "substring", "sum", "upper", "year",
}  # fmt: skip
# Words that stand before a parenthesis without being functions.
KEYWORDS = {
    "and", "as", "between", "by", "decimal", "else", "exists", "filter", "from", "in", "join", "not", "on", "or",
    "over", "select", "then", "using", "when", "where",
}  # fmt: skip
# Written by a macro that says it otherwise on Spark.
DISPATCHED = {"generate_series", "unnest", "interval", "hash", "isodow", "regexp_replace"}


def compiled_models(warehouse: Any) -> dict[str, str]:
    folder = warehouse.bench / "target" / "compiled" / "tieout" / "models"
    return {
        path.stem: path.read_text(encoding="utf-8") for path in folder.rglob("*.sql") if "unit_tests" not in path.parts
    }


def test_compiled_models_parse_in_both_dialects(built: Any) -> None:
    models = compiled_models(built)
    assert len(models) > 50
    for name, sql in models.items():
        tree = sqlglot.parse_one(sql, dialect="duckdb")
        assert sqlglot.parse_one(tree.sql(dialect="spark"), dialect="spark") is not None, name


def test_models_call_only_functions_of_both_engines(built: Any) -> None:
    foreign = {}
    for name, sql in compiled_models(built).items():
        text = re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", sql).lower()
        calls = set(re.findall(r"\b([a-z_]+)\s*\(", text)) - KEYWORDS - COMMON - DISPATCHED
        calls -= set(re.findall(r"\b([a-z_]+) as \(", text))
        if calls:
            foreign[name] = calls
    assert foreign == {}


def test_every_engine_specific_macro_has_a_half_for_the_other_engine() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "macros").glob("*.sql"))
    duckdb_only = set(re.findall(r"macro duckdb__(\w+)", text))
    assert duckdb_only
    duckdb_only -= {"persist_docs"}  # dbt's own macro: its half for Spark is dbt-spark's
    assert duckdb_only <= set(re.findall(r"macro (?:default|spark)__(\w+)", text))
