"""Receipts gathered in one file: each is opened once, and a gathered file that is not whole is not believed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.errors import LakeError
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Control, Receipt, RowCounts
from pipelines.lake.tallies import Tally
from pipelines.night.gathered_receipts import gathered_receipts


def lay(lake: Lake, sequence: int, amount: str, fingerprint: str = "a" * 64) -> Receipt:
    """Write the receipt of one delivery of three rows as it lies in the lake."""
    tally = Tally(3, {("debit", "EUR"): Decimal(amount)})
    receipt = Receipt(
        delivery_id=f"north/gl_entry/2026-02-03_{sequence:06d}",
        branch_id="north",
        dataset="gl_entry",
        delivery_date=date(2026, 2, 3),
        received_sequence=sequence,
        received_at=datetime(2026, 2, 3, 12, tzinfo=UTC),
        status="accepted",
        refused_reason=None,
        source_file="a\u2028b.csv",
        file_sha256="c" * 64,
        file_bytes=7,
        contract_version="1.0.0",
        mapping_version="m",
        reader_version="r",
        fingerprint=fingerprint,
        rule="append",
        periods=("2026-01",),
        owner="finance",
        rows=RowCounts(read=3, accepted=3),
        standardized=tally,
        totals={"accepted": tally},
        controls=(Control("sum", "1.10", "1.10", Decimal("0.00"), agrees=True),),
    )
    folder = lake.delivery(receipt.delivery_id, fingerprint)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "receipt.json").write_bytes(receipt.as_json())
    return receipt


def key(receipt: Receipt) -> tuple[str, str]:
    return receipt.delivery_id, receipt.fingerprint


def index_of(lake: Lake) -> Path:
    return lake.root / "index" / "receipts.ndjson"


def test_what_is_gathered_is_what_the_receipts_say_and_each_is_opened_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    one = lay(lake, 1, "10.10")
    assert gathered_receipts(lake, [key(one)]) == {key(one): one}
    (lake.delivery(*key(one)) / "receipt.json").unlink()
    two = lay(lake, 2, "0.30")
    assert gathered_receipts(lake, [key(one), key(two)]) == {key(one): one, key(two): two}
    assert gathered_receipts(lake, [key(two)]) == {key(two): two}


def test_another_revision_is_not_taken_for_the_one_gathered(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    before = lay(lake, 1, "10.10")
    gathered_receipts(lake, [key(before)])
    after = lay(lake, 1, "99.00", fingerprint="b" * 64)
    found = gathered_receipts(lake, [key(after)])
    assert found[key(after)].total("accepted").sums == {("debit", "EUR"): Decimal("99.00")}


@pytest.mark.parametrize("harm", ["torn", "altered", "empty", "line lost"])
def test_a_harmed_file_is_not_believed(tmp_path: Path, harm: str) -> None:
    lake = Lake(tmp_path)
    given = [lay(lake, 1, "10.10"), lay(lake, 2, "20.20")]
    expected = {key(one): one for one in given}
    gathered_receipts(lake, expected)
    file = index_of(lake)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    harmed = {
        "torn": whole[:-40],
        "altered": whole.replace(b"20.20", b"99.99"),
        "empty": b"",
        "line lost": b"".join(lines[:2]),
    }
    assert harmed[harm] != whole
    file.write_bytes(harmed[harm])
    assert gathered_receipts(lake, expected) == expected
    assert file.read_bytes() == whole


def test_a_receipt_that_was_never_gathered_and_is_missing_is_said(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    one = lay(lake, 1, "10.10")
    (lake.delivery(*key(one)) / "receipt.json").unlink()
    with pytest.raises(LakeError, match=r"the receipt of delivery north/gl_entry/2026-02-03_000001 is missing"):
        gathered_receipts(lake, [key(one)])
