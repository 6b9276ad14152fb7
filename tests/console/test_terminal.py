"""Numbers as people read them; amounts are never rounded away."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.console.terminal import count, money, percent


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234567.8900"), "1,234,567.89"),
        (Decimal("-5.0000"), "-5.00"),
        (Decimal("0.0025"), "0.0025"),
        (Decimal("100000"), "100,000.00"),
        (None, "–"),
    ],
)
def test_money(amount: Decimal | None, text: str) -> None:
    assert money(amount) == text


def test_percent_rounds_half_away_from_zero() -> None:
    assert percent(Decimal("42.25")) == "42.3 %"
    assert percent(Decimal("-42.25")) == "-42.3 %"
    assert percent(None) == "–"


def test_count() -> None:
    assert count(1234567) == "1,234,567"
