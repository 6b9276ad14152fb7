"""Sums by currency: exact, nothing lost to a missing currency, nothing invented where nothing stood."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from pipelines.lake.tallies import Tally, tally

SCHEMA = {"code": pl.String(), "amount": pl.Decimal(20, 4)}


@pytest.mark.parametrize(
    ("codes", "amounts", "expected"),
    [
        ([], [], {}),
        (["EUR", "EUR"], ["0.10", "0.20"], {"EUR": "0.30"}),
        (["EUR", "NOK", "EUR"], ["1", "2", "-4"], {"EUR": "-3", "NOK": "2"}),
        (["EUR", None], ["1", "2"], {"EUR": "1", "": "2"}),
        ([None, None], ["1", None], {"": "1"}),
        (["EUR", "EUR"], [None, None], {}),
        (["EUR", "EUR"], ["9999999999999999.9999", "9999999999999999.9999"], {"EUR": "19999999999999999.9998"}),
    ],
)
def test_sums_by_currency(codes: list[str | None], amounts: list[str | None], expected: dict[str, str]) -> None:
    exact = [None if amount is None else Decimal(amount) for amount in amounts]
    found = tally(pl.DataFrame({"code": codes, "amount": exact}, schema=SCHEMA), [("amount", "code")])
    assert found == Tally(len(codes), {("amount", code): Decimal(amount) for code, amount in expected.items()})
    assert Tally.from_json(found.as_json()) == found
