"""Every table that dbt makes of the sample group holds the same rows on Spark as in the published DuckDB version.

Run by `make spark`; two minutes and more. Cells are compared as text, so that 1.0 and 1.00 differ; of the types, what
the engines merely name differently counts as equal.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pipelines.settings import REPOSITORY

pytest.importorskip("pyspark", reason="Spark has an environment of its own: make spark")
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")  # which none of this uses

# DuckDB's name -> Spark's; all others are written alike.
SAME_TYPE = {"varchar": "string", "integer": "int"}
# In the sample night nothing is held, nobody has repaired, closed or reviewed anything, no key stands twice; no map
# changes, no year ends, no branch is sold, no interest changes; every branch books its vouchers in their month.
EMPTY = {
    ("auditing", "test_cut_off"),
    ("intermediate", "int_account_remapping"),
    ("intermediate", "int_capital_disposal"),
    ("intermediate", "int_capital_goodwill"),
    ("intermediate", "int_capital_interest"),
    ("intermediate", "int_printed_movement"),
    ("intermediate", "int_unmarked_closing"),
    ("intermediate", "int_year_roll"),
    ("core", "golden_superseded"),
    ("finance", "fct_reported_balance"),
    ("finance", "rpt_restatement"),
    ("intermediate", "int_closed_month"),
    ("intermediate", "int_late_delivery"),
    ("intermediate", "int_restatement"),
    ("ops", "held_branch"),
    ("ops", "repair"),
    ("ops", "repair_amount"),
    ("ops", "repeated_key"),
    ("reference", "party_match"),
}

# Hashes of rows, each engine's own; only a night upon a night compares them, which Spark never makes.
OF_THE_ENGINE = {
    ("intermediate", "int_book_state"),
    ("intermediate", "int_statement_state"),
    ("ops", "book_state"),
    ("ops", "statement_state"),
}


def as_text(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple("null" if cell is None else f"{cell:f}" if hasattr(cell, "as_tuple") else str(cell) for cell in row)


def test_every_model_and_dbt_test_passes_on_spark(on_spark: Any) -> None:
    kinds = Counter(str(one.node.resource_type) for one in on_spark.results)
    assert kinds["model"] > 50
    assert kinds["seed"] == len(list((REPOSITORY / "seeds" / "reference").glob("*.csv")))
    assert kinds["test"] > 30


def test_both_engines_hold_the_same_tables(on_duckdb: Any, on_spark: Any) -> None:
    assert set(on_duckdb.tables()) == on_spark.tables()


@pytest.mark.parametrize(
    "schema",
    [
        "reference",
        "intermediate",
        "kept",
        "core",
        "finance",
        "performance",
        "reconciliation",
        "operations",
        "auditing",
        "ops",
        "audit",
    ],
)
def test_same_rows(on_duckdb: Any, on_spark: Any, schema: str) -> None:
    differences = []
    tables = sorted(table for table in on_duckdb.tables() if table[0] == schema and table not in OF_THE_ENGINE)
    assert tables
    for table in tables:
        duck, spark = on_duckdb.relation(table), on_spark.relation(table)
        named = tuple((name, SAME_TYPE.get(kind, kind)) for name, kind in duck.columns)
        if named != spark.columns:
            differences.append(f"{table}: columns {set(named) ^ set(spark.columns)}")
        if not duck.rows and table not in EMPTY:
            differences.append(f"{table}: no rows, so nothing is proved")
        ours, theirs = Counter(map(as_text, duck.rows)), Counter(map(as_text, spark.rows))
        only_ours, only_theirs = list((ours - theirs).elements()), list((theirs - ours).elements())
        if only_ours or only_theirs:
            differences.append(
                f"{table}: {len(only_ours)} of {len(duck.rows)} rows only on DuckDB, {len(only_theirs)} of "
                f"{len(spark.rows)} only on Spark, such as\n  {sorted(only_ours)[:2]}\n  {sorted(only_theirs)[:2]}"
            )
    assert not differences, "\n".join(differences)
