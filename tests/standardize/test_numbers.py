"""Numbers as branches write them, against values worked out by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts.model import Field, Kind
from pipelines.standardize.conventions import Numbers
from pipelines.standardize.reading import read_decimal
from pipelines.standardize.steps import Steps

GERMAN = {"decimal_mark": ",", "thousands_marks": ["."]}
AMERICAN = {"thousands_marks": [","], "negative": ["parentheses"]}
NORWEGIAN = {"decimal_mark": ",", "thousands_marks": [" "], "negative": ["typographic_minus"]}
SWISS = {"thousands_marks": ["'"]}


def read(texts: list[str | None], said: dict[str, Any], scale: int = 4) -> tuple[list[Decimal | None], list[list[str]]]:
    """Values, and the rules that each text breaks."""
    steps = Steps()
    reading = read_decimal(Field("amount", Kind.DECIMAL, "", scale=scale), pl.col("text"), Numbers(**said), steps)
    steps.keep(reading.value, "value")
    frame = steps.applied(pl.LazyFrame({"text": texts}, schema={"text": pl.String}))
    flags = [check.failed.fill_null(value=False).alias(check.rule) for check in reading.checks]
    read_frame = frame.select("value", *flags).collect()
    rules = [[rule for rule, hit in row.items() if hit] for row in read_frame.drop("value").iter_rows(named=True)]
    return read_frame.get_column("value").to_list(), rules


def value(text: str, scale: int = 4, **said: Any) -> Decimal | None:
    return read([text], said, scale)[0][0]


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("1.234,56", GERMAN, "1234.56"),
        ("1234,5", GERMAN, "1234.5"),
        ("-1.234.567,89", GERMAN, "-1234567.89"),
        ("+7", GERMAN, "7"),
        ("1,234.50", AMERICAN, "1234.5"),
        ("(1,234.50)", AMERICAN, "-1234.5"),
        ("( 5.00 )", AMERICAN, "-5"),
        ("1 234,50", NORWEGIAN, "1234.5"),
        ("1\u00a0234,50", NORWEGIAN, "1234.5"),
        ("\u22121\u202f234,50", NORWEGIAN, "-1234.5"),
        ("1'234.50", SWISS, "1234.5"),
        ("1\u2019234.50", SWISS, "1234.5"),
        ("12,34,567.00", AMERICAN, "1234567"),  # groups of two, as in India
        ("5-", {"negative": "trailing_minus"}, "-5"),
        ("100.00 CR", {"negative": "cr_dr"}, "-100"),
        ("100.00DR", {"negative": "cr_dr"}, "100"),
        ("100.00 Cr.", {"negative": "cr_dr"}, "-100"),
        ("100.00C", {"negative": "cr_dr"}, "-100"),
        ("100.00 d", {"negative": "cr_dr"}, "100"),
        ("'USD 9.126,07", {**GERMAN, "strip": ["USD", "'"]}, "9126.07"),
        ("-USD 5", {"strip": "USD"}, "-5"),
        ("($1,000.00)", {**AMERICAN, "strip": "$"}, "-1000"),
        ("000000000001437,12", GERMAN, "1437.12"),
        (",5", GERMAN, "0.5"),
        ("5,", GERMAN, "5"),
        ("12345", {"implied_decimals": 2}, "123.45"),
        ("-7", {"implied_decimals": 2}, "-0.07"),
    ],
)
def test_a_declared_way_to_write_numbers_is_read_exactly(text: str, said: dict[str, Any], expected: str) -> None:
    assert value(text, **said) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.5", GERMAN),  # would silently become 15
        ("1.2345", GERMAN),
        ("12.34.567", GERMAN),
        ("1,234", {}),  # no thousands mark was declared
        ("(5)", {}),
        ("5-", {}),
        ("1e5", {}),
        ("12O4", {}),  # the letter O
        ("#REF!", {}),
        ("n/a", AMERICAN),
        ("-(5)", AMERICAN),
        ("--5", {}),
        ("", {"strip": "USD"}),
        ("USD", {"strip": "USD"}),
        ("12345678901234567", {}),  # 17 digits before the mark; the field holds 16
    ],
)
def test_anything_else_is_no_number(text: str, said: dict[str, Any]) -> None:
    values, rules = read([text], said)
    assert values == [None]
    assert rules == [["not_a_number"]]


def test_halves_round_away_from_zero_beyond_the_scale() -> None:
    # A bare cast gives 1.0000 for the first.
    texts: list[str | None] = ["1.00005", "-1.00005", "1.00004999", "0.00005", "2.00015"]
    assert read(texts, {})[0] == [Decimal(x) for x in ("1.0001", "-1.0001", "1.0000", "0.0001", "2.0002")]


def test_more_decimals_than_the_field_holds_are_said_unless_a_spreadsheet_made_them() -> None:
    texts: list[str | None] = ["1,204.567891", "-7003.69999999999982", "0.30000000000000004", "1.00000", None]
    values, rules = read(texts, {"thousands_marks": ","})
    assert values == [Decimal("1204.5679"), Decimal("-7003.7"), Decimal("0.3"), Decimal(1), None]
    assert rules == [["too_precise"], [], [], [], []]


def test_a_rate_keeps_ten_decimals() -> None:
    assert value("1.08531234565", scale=10) == Decimal("1.0853123457")


def written(number: Decimal, decimal: str, thousands: str, negative: str) -> str:
    """A number in a convention, by Python's own formatting."""
    plain = f"{abs(number):,f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    if number >= 0:
        return plain
    return {"parentheses": f"({plain})", "trailing_minus": f"{plain}-"}.get(negative, f"-{plain}")


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.decimals(min_value="-9999999999999999", max_value="9999999999999999", places=4), min_size=1),
    decimal=st.sampled_from([".", ","]),
    thousands=st.sampled_from(["", ".", ",", " ", "'"]),
    negative=st.sampled_from(["leading", "parentheses", "trailing_minus"]),
)
def test_what_is_written_in_a_convention_is_read_back(
    numbers: list[Decimal], decimal: str, thousands: str, negative: str
) -> None:
    thousands = "" if thousands == decimal else thousands
    said: dict[str, Any] = {"decimal_mark": decimal, "thousands_marks": list(thousands)}
    said["negative"] = [] if negative == "leading" else [negative]
    assert read([written(number, decimal, thousands, negative) for number in numbers], said)[0] == numbers


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(st.decimals(min_value="-999999", max_value="999999", places=9), min_size=1))
def test_rounding_is_that_of_the_decimal_module(numbers: list[Decimal]) -> None:
    expected = [number.quantize(Decimal("0.0001"), ROUND_HALF_UP) for number in numbers]
    assert read([f"{number:f}" for number in numbers], {})[0] == expected
