"""Receipts: back from JSON unchanged, and refusing to exist when rows or sums do not add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lake_builder import Line, deliver, lake_in

from pipelines.drift.shape import Drift, Shape
from pipelines.errors import LakeError
from pipelines.lake.receipts import Control, Receipt, Unused
from pipelines.lake.tallies import Tally


@pytest.fixture
def receipt(tmp_path: Path) -> Receipt:
    lake, log = lake_in(tmp_path)
    lines = [Line("A", 1, date(2026, 1, 9), Decimal("10.25")), Line("A", 2, date(2026, 1, 9), None, currency="NOK")]
    return deliver(lake, log, sequence=1, day=date(2026, 2, 1), rule="append", lines=lines)


def test_json_gives_the_receipt_back(receipt: Receipt) -> None:
    rich = replace(
        receipt,
        controls=(
            Control("TotalDebit", "10", "10.25", Decimal("0.25"), agrees=False),
            Control("NumberOfEntries", "?", "1", None, agrees=False),
        ),
        unused=(Unused("Sheet1", 1, "title", "Ledger «2026»"),),
        reasons={"required": 2},
    )
    assert Receipt.from_json(rich.as_json(), "x") == rich
    with pytest.raises(LakeError, match=r"x: not a receipt"):
        Receipt.from_json(b"{}", "x")


def test_sums_are_exact_and_by_currency(receipt: Receipt) -> None:
    assert receipt.total("accepted") == Tally(2, {("debit_amount_functional", "EUR"): Decimal("10.25")})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"read": 3}, "3 rows were read but 2 are accounted for"),
        ({"accepted": 3, "non_data": -1}, "a count of rows is negative"),
    ],
)
def test_lost_row_is_an_error(receipt: Receipt, change: dict[str, int], message: str) -> None:
    with pytest.raises(LakeError, match=message):
        replace(receipt, rows=replace(receipt.rows, **change)).assert_conserved()


def test_lost_cent_is_an_error(receipt: Receipt) -> None:
    cent = Tally(0, {("debit_amount_functional", "EUR"): Decimal("0.01")})
    with pytest.raises(LakeError, match="differ from accepted"):
        replace(receipt, standardized=receipt.standardized + cent).assert_conserved()
    with pytest.raises(LakeError, match="its slices hold"):
        replace(receipt, standardized=cent, totals={"accepted": cent}).assert_conserved()


def test_refused_delivery_has_no_slices(receipt: Receipt) -> None:
    with pytest.raises(LakeError, match="was refused and yet has slices"):
        replace(receipt, status="refused").assert_conserved()


def test_a_receipt_without_a_shape_is_as_readable_as_one_with_drift(receipt: Receipt) -> None:
    text = receipt.as_json()
    assert b"shape" not in text and b"drift" not in text  # as older receipts are
    assert Receipt.from_json(text, "test") == receipt
    shape = Shape(("A", "B"), ";", "utf-8", {"A": "integer"}, ",", ("99.99.9999",), ("B",), ("c/d",))
    drifted = replace(receipt, shape=shape, drift=(Drift("column_added", "B", "", "B", "keep", "B came.", "a: b\n"),))
    assert Receipt.from_json(drifted.as_json(), "test") == drifted
