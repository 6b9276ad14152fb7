"""From a file in the landing area to a receipt: every row and cent accounted for, by hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from door import Door, ledger_file

from pipelines.lake.deliveries import accepted_rows

HEADER = "Journal;Document;Line;Date;Account;Debit;Credit\n"
GOOD = HEADER + (
    "GL;1;1;2026-01-05;1000;10.00;0.00\n"
    "GL;1;2;2026-01-05;4000;0.00;10.00\n"
    "GL;2;1;2026-01-06;1000;5.50;0.00\n"
    "GL;2;2;2026-01-06;4000;0.00;5.50\n"
)
DoorMaker = Callable[[str], Door]


def only(taken: list[Any]) -> Any:
    (one,) = taken
    (receipt,) = one.receipts
    return receipt


def test_good_file_gives_one_accepted_delivery(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", GOOD)
    receipt = only(at.night())
    assert (receipt.delivery_id, receipt.status) == ("testing/gl_entry/2026-02-03_000001", "accepted")
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.non_data) == (5, 4, 1)
    assert receipt.total("accepted").sums["debit_amount_functional", "EUR"] == Decimal("15.5")
    assert receipt.periods == ("2026-01",)
    rows = accepted_rows(at.lake, receipt).collect()
    assert rows["source_row"].to_list() == [2, 3, 4, 5]
    assert set(rows["source_file"]) == {"ledger_202601_20260203.csv"}
    assert rows["slice_period"].unique().to_list() == ["2026-01"]
