"""The one division of money is exact: against whole fractions, at the half, with signs, at sizes that floats lose."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

MONEY = Path(__file__).resolve().parents[2] / "dbt_project" / "macros" / "money.sql"


def _prorated(*arguments: str) -> str:
    """The macro's SQL as dbt would render it for DuckDB."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    module: Any = None

    class Adapter:
        def dispatch(self, name: str, _package: str) -> Any:
            return getattr(module, f"duckdb__{name}")

    environment.globals["adapter"] = Adapter()
    module = environment.from_string(MONEY.read_text(encoding="utf-8")).module
    return str(module.prorated(*arguments))


def prorated(amount: str, part: str, whole: str, factor: int) -> Decimal | None:
    sql = _prorated("a", "p", "w", "f")
    row = duckdb.execute(
        f"select {sql} from (select cast('{amount}' as decimal(34, 14)) as a, cast('{part}' as decimal(20, 4)) as p, "
        f"cast('{whole}' as decimal(20, 4)) as w, {factor} as f)"
    ).fetchone()
    assert row is not None
    value: Decimal | None = row[0]
    return value


@pytest.mark.parametrize(
    ("amount", "part", "whole", "factor", "expected"),
    [
        # A third of 0.015 is exactly half a cent: away from zero, on both sides. Rounding the third first gives 0.00.
        ("0.015", "1", "3", 100, "0.01"),
        ("-0.015", "1", "3", 100, "-0.01"),
        ("100", "-1", "-3", 100, "33.33"),
        ("200", "1", "3", 1, "67"),
        ("1", "2", "3", 1000, "0.667"),
        ("999999999999999.9999", "999999999999999.9999", "999999999999999.9999", 10000, "999999999999999.9999"),
        ("0", "5", "3", 100, "0"),
    ],
)
def test_a_part_of_money_is_rounded_once_away_from_zero(
    amount: str, part: str, whole: str, factor: int, expected: str
) -> None:
    assert prorated(amount, part, whole, factor) == Decimal(expected)


def test_a_part_of_nothing_is_unknown() -> None:
    assert prorated("5", "1", "0", 100) is None


def test_any_part_equals_the_whole_fraction() -> None:
    chance = random.Random(7)
    for _ in range(200):
        amount = Decimal(chance.randint(-(10**24), 10**24)).scaleb(-14)
        part = Decimal(chance.randint(-(10**12), 10**12)).scaleb(-4)
        whole = Decimal(chance.randint(10**8, 10**13)).scaleb(-4)
        factor = chance.choice((1, 100, 1000, 10000))
        exact = Fraction(amount) * Fraction(part) / Fraction(whole)
        units = int(abs(exact) * factor + Fraction(1, 2))
        expected = Decimal(units) / factor * (1 if exact >= 0 else -1)
        assert prorated(str(amount), str(part), str(whole), factor) == expected, (amount, part, whole, factor)
