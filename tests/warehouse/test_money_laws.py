"""Money is decimal from end to end: no binary float in what is published, no division outside the one macro."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
AMOUNT = re.compile(r"amount|^unit_price$")


def code_only(sql: str) -> str:
    """SQL without comments and text literals."""
    sql = re.sub(r"/\*.*?\*/|\{#.*?#\}", " ", sql, flags=re.DOTALL)
    sql = re.sub(r"--[^\n]*", " ", sql)
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def compiled(warehouse: Any) -> dict[str, str]:
    folder = warehouse.bench / "target" / "compiled" / "tieout" / "models"
    return {
        path.stem: path.read_text(encoding="utf-8") for path in folder.rglob("*.sql") if "unit_tests" not in path.parts
    }


def test_no_published_column_is_a_binary_float(built: Any) -> None:
    assert (
        built.query(
            "select table_name, column_name from information_schema.columns "
            "where data_type in ('DOUBLE', 'FLOAT', 'REAL')"
        )
        == []
    )


def test_amounts_are_decimal_with_four_places(built: Any) -> None:
    types = built.query("select table_name, column_name, data_type from information_schema.columns")
    amounts = [row for row in types if AMOUNT.search(row[1])]
    assert len(amounts) > 40
    assert [row for row in amounts if not re.fullmatch(r"DECIMAL\((20|38),4\)", row[2])] == []


def test_models_do_not_divide_average_or_round_by_themselves() -> None:
    offenders = {
        str(path.relative_to(PROJECT)): sorted(set(found))
        for path in [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("tests/**/*.sql")]
        if (
            found := re.findall(
                r"/|\bavg\s*\(|\bround\s*\(|\bdouble\b|\bfloat\b", code_only(path.read_text(encoding="utf-8")).lower()
            )
        )
    }
    assert offenders == {}


# The macros that divide (the last two in terms of prorated); a model that calls none of them has no division.
DIVISIONS = re.compile(r"\b(?:ratio_pct|prorated|inverse_rate|translated_back|interest_step)\(")


def test_compiled_sql_divides_only_in_whole_numbers(built: Any) -> None:
    sql = compiled(built)
    assert len(sql) > 50
    dividing = {name for name, text in sql.items() if re.search(r"/|\bavg\s*\(", code_only(text).lower())}
    calling = {path.stem for path in PROJECT.glob("models/**/*.sql") if DIVISIONS.search(path.read_text("utf-8"))}
    assert dividing == calling
    division = {name for name in dividing if re.search(r"(?<!/)/(?!/)|\bavg\s*\(", code_only(sql[name]).lower())}
    assert division == set(), "whole numbers are divided with //, which never gives a float"
