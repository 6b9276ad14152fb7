"""The shapes of amounts: two columns, signed, amount and side, two accounts on one row. Truth by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standardize.splitting import included_tax


def sides(run: Any, amounts: dict[str, Any], **columns: list[str | None]) -> tuple[list[tuple[Any, Any]], list[str]]:
    frame, problems = run(columns, {"columns": {"line_text": next(iter(columns))}, "amounts": amounts}).collect()
    pairs = frame.select("debit_amount_functional", "credit_amount_functional").rows()
    return [tuple(None if x is None else f"{x.normalize():f}" for x in pair) for pair in pairs], problems.get_column(
        "rule"
    ).to_list()


def test_an_empty_side_is_zero_only_beside_a_filled_one(run: Any) -> None:
    shape = {"shape": "two_columns", "debit": "S", "credit": "H"}
    found = sides(run, shape, S=["5", None, "-3", None, "x"], H=[None, "7", "0", None, None])
    assert found == ([("5", "0"), ("0", "7"), ("-3", "0"), (None, None), (None, "0")], ["not_a_number"])


def test_credit_printed_negative_is_declared(run: Any) -> None:
    shape = {"shape": "two_columns", "debit": "S", "credit": {"column": "H", "negate": True}}
    assert sides(run, shape, S=["0", "0"], H=["-12500.0", "3"])[0] == [("0", "12500"), ("0", "-3")]


def test_a_signed_amount_has_its_side_in_the_sign(run: Any) -> None:
    columns: dict[str, list[str | None]] = {"A": ["5", "-7", "0", None]}
    debit_positive = sides(run, {"shape": "signed", "amount": "A"}, **columns)[0]
    assert debit_positive == [("5", "0"), ("0", "7"), ("0", "0"), (None, None)]
    credit_positive = sides(run, {"shape": "signed", "amount": "A", "positive": "credit"}, **columns)[0]
    assert credit_positive[:2] == [("0", "5"), ("7", "0")]


def test_a_word_says_the_side_and_red_storno_stays_negative(run: Any) -> None:
    shape = {"shape": "indicator", "amount": "A", "indicator": "K", "debit_words": ["S"], "credit_words": ["H"]}
    found = sides(run, shape, A=["5", "7", "-3", "9"], K=["S", "H", "S", "X"])
    assert found == ([("5", "0"), ("0", "7"), ("-3", "0"), (None, None)], ["unknown_value"])


def test_a_balance_is_debit_less_credit(run: Any) -> None:
    source = {"balance": {"debit": "D", "credit": "C"}}
    columns: dict[str, list[str | None]] = {"D": ["10", None, None], "C": [None, "4", None]}
    frame, _ = run(columns, {"columns": {"transaction_amount": source}}).collect()
    assert frame.get_column("transaction_amount").to_list() == [Decimal(10), Decimal(-4), None]


def test_a_balance_of_zero_needs_no_side(run: Any) -> None:
    source = {"balance": {"amount": "A", "indicator": "K"}}
    columns: dict[str, list[str | None]] = {"A": ["10", "4", "0", "3"], "K": ["S", "H", None, None]}
    frame, problems = run(columns, {"columns": {"transaction_amount": source}}).collect()
    assert frame.get_column("transaction_amount").to_list() == [Decimal(10), Decimal(-4), Decimal(0), None]
    assert problems.get_column("source_row").to_list() == [5]


# --- one row with two accounts ---------------------------------------------------------------------------------------

COLUMNS: dict[str, Any] = {
    "ledger": {"value": "local"},
    "document_number": "Beleg",
    "line_number": {"row_number": "document"},
    "functional_currency_code": {"value": "EUR"},
    "transaction_currency_code": {"first_of": ["WKZ", {"value": "EUR"}]},
}
AMOUNTS: dict[str, Any] = {
    "shape": "two_accounts",
    "account": "Konto",
    "contra_account": "Gegenkonto",
    "amount": "Umsatz",
    "base_amount": "Basis",
    "indicator": "SH",
    "tax_key": "BU",
    "reversal": "GU",
    "tax_keys": {
        "3": {"rate": 19, "account": "3806"},
        "9": {"rate": 19, "account": "1406"},
        "40": {"cancels_automatic": True},
        "23": {"rate": 19, "account": "3806", "reversal": True},
    },
    "automatic_accounts": [{"first": "4400", "last": "4409", "key": "3"}],
    "personal_accounts": [{"first": "10000", "last": "69999", "party_type": "customer"}],
}
NAMES = ("Umsatz", "Basis", "SH", "WKZ", "Konto", "Gegenkonto", "BU", "GU", "Beleg")


def deal(run: Any, *rows: tuple[str | None, ...]) -> tuple[list[tuple[Any, ...]], pl.DataFrame]:
    """(row, part, account, debit, credit, transaction amount, tax code) of every contract row."""
    columns = {name: [row[at] for row in rows] for at, name in enumerate(NAMES)}
    frame, problems = run(columns, {"columns": COLUMNS, "amounts": AMOUNTS}).collect()
    amounts = ("debit_amount_functional", "credit_amount_functional", "transaction_amount")
    picked = frame.sort("source_row", "source_part").select(
        "source_row", "source_part", "account_code", *(pl.col(name).cast(pl.Float64) for name in amounts), "tax_code"
    )
    return picked.rows(), problems


def test_a_row_without_tax_becomes_two_that_balance(run: Any) -> None:
    rows, _ = deal(run, ("100", None, "S", None, "1800", "1460", None, None, "R1"))
    assert rows == [(2, 1, "1800", 100, 0, 100, None), (2, 2, "1460", 0, 100, -100, None)]


def test_tax_is_taken_out_of_the_contra_side(run: Any) -> None:
    # 119.00 gross at 19 %: 100.00 net, 19.00 tax; key 9 on an expense, paid by the supplier's account
    rows, _ = deal(run, ("119", None, "H", None, "70001", "6815", "9", None, "E1"))
    assert rows == [
        (2, 1, "70001", 0, 119, -119, None),
        (2, 2, "6815", 100, 0, 100, "9"),
        (2, 3, "1406", 19, 0, 19, "9"),
    ]


def test_an_automatic_account_needs_no_key_on_either_side(run: Any) -> None:
    rows, _ = deal(
        run,
        ("119", None, "S", None, "10001", "4400", None, None, "A"),
        ("119", None, "H", None, "4409", "10001", None, None, "B"),
        ("119", None, "S", None, "10001", "4410", None, None, "C"),
    )
    assert rows[0:3] == [
        (2, 1, "10001", 119, 0, 119, None),
        (2, 2, "4400", 0, 100, -100, "3"),
        (2, 3, "3806", 0, 19, -19, "3"),
    ]
    assert rows[3:6] == [
        (3, 1, "4409", 0, 100, -100, "3"),
        (3, 2, "10001", 119, 0, 119, None),
        (3, 3, "3806", 0, 19, -19, "3"),
    ]
    assert len(rows) == 8  # 4410 lies outside the range


def test_a_key_cancels_what_an_account_does_by_itself(run: Any) -> None:
    rows, _ = deal(run, ("119", None, "S", None, "10001", "4400", "40", None, "A"))
    assert [(row[2], row[3], row[4]) for row in rows] == [("10001", 119, 0), ("4400", 0, 119)]


@pytest.mark.parametrize(("key", "flag"), [("23", None), ("3", "1"), ("03", "G")])
def test_a_reversal_keeps_the_sides_and_turns_the_sign(run: Any, key: str, flag: str | None) -> None:
    rows, _ = deal(run, ("119", None, "S", None, "10001", "8400", key, flag, "A"))
    assert [(row[2], row[3], row[4]) for row in rows] == [("10001", -119, 0), ("8400", 0, -100), ("3806", 0, -19)]


def test_a_foreign_amount_is_split_in_both_currencies(run: Any) -> None:
    # 238.00 USD = 200.00 EUR: tax 38.00 USD and 31.93 EUR (200 × 19 / 119 = 31.9327…)
    rows, problems = deal(run, ("238", "200", "S", "USD", "10001", "8400", "3", None, "A"))
    assert rows == [
        (2, 1, "10001", 200, 0, 238, None),
        (2, 2, "8400", 0, 168.07, -200, "3"),
        (2, 3, "3806", 0, 31.93, -38, "3"),
    ]
    assert problems.height == 0


def test_what_cannot_be_read_stays_one_row_and_says_why(run: Any) -> None:
    rows, problems = deal(
        run,
        ("100", None, "X", None, "1800", "1460", None, None, "A"),
        ("1OO", None, "S", None, "1800", "1460", None, None, "B"),
        ("100", None, "S", None, "1800", "1460", "77", None, "C"),
        ("100", None, "S", "USD", "1800", "1460", None, None, "D"),
    )
    assert [row[:2] for row in rows] == [(2, 1), (3, 1), (4, 1), (5, 1)]
    assert problems.select("source_row", "rule", "value").rows() == [
        (2, "unknown_value", "X"),
        (3, "not_a_number", "1OO"),
        (4, "unknown_value", "77"),
        (5, "required", "USD"),
    ]


def test_lines_are_counted_over_rows_and_parts_of_a_document(run: Any) -> None:
    columns = {name: [None] * 3 for name in NAMES} | {
        "Umsatz": ["119", "50", "10"],
        "SH": ["S"] * 3,
        "Konto": ["10001"] * 3,
        "Gegenkonto": ["4400", "1800", "1800"],
        "Beleg": ["A", "B", "A"],
    }
    frame, _ = run(columns, {"columns": COLUMNS, "amounts": AMOUNTS}).collect()
    lines = frame.sort("source_row", "source_part").select("source_row", "source_part", "line_number").rows()
    assert lines == [(2, 1, 1), (2, 2, 2), (2, 3, 3), (3, 1, 1), (3, 2, 2), (4, 1, 4), (4, 2, 5)]


def test_a_personal_account_names_its_party(run: Any) -> None:
    said = {"Umsatz": ["5"], "SH": ["S"], "Konto": ["10001"], "Gegenkonto": ["1800"], "Beleg": ["A"]}
    frame, _ = run({name: said.get(name, [None]) for name in NAMES}, {"columns": COLUMNS, "amounts": AMOUNTS}).collect()
    parties = frame.sort("source_part").select("party_type", "party_code").rows()
    assert parties == [("customer", "10001"), (None, None)]


@settings(max_examples=100, deadline=None)
@given(gross=st.decimals("-99999999", "99999999", places=2), rate=st.decimals("0.1", "99.9", places=1))
def test_included_tax_is_that_of_the_decimal_module(gross: Decimal, rate: Decimal) -> None:
    frame = pl.DataFrame({"g": [gross]}, schema={"g": pl.Decimal(20, 4)})
    tax = frame.select(included_tax(pl.col("g"), pl.lit(int(rate * 10_000), dtype=pl.Int64))).item()
    exact = gross * rate / (100 + rate)
    assert tax == exact.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
