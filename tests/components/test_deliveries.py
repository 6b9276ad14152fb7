"""What receipts become in Dagster: counts, and one verdict that says what failed and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import dagster as dg
import pytest

from pipelines.components.deliveries import Standing, metadata, verdict
from pipelines.lake.receipts import Control, Receipt, RowCounts
from pipelines.lake.tallies import Tally
from pipelines.night.obligations import Obligation

KEY = dg.AssetKey(["germany", "gl_entry"])


def receipt(
    rows: RowCounts,
    *,
    refused: str | None = None,
    reasons: Mapping[str, int] | None = None,
    controls: tuple[Control, ...] = (),
    periods: tuple[str, ...] = ("2026-01",),
) -> Receipt:
    return Receipt(
        delivery_id="germany/gl_entry/2026-02-03_000001",
        branch_id="germany",
        dataset="gl_entry",
        delivery_date=dt.date(2026, 2, 3),
        received_sequence=1,
        received_at=dt.datetime(2026, 2, 3, 20, tzinfo=dt.UTC),
        status="refused" if refused else "accepted",
        refused_reason=refused,
        source_file="EXTF_Buchungsstapel_202601.csv",
        file_sha256="0" * 64,
        file_bytes=10,
        contract_version="1.0.0",
        mapping_version="m",
        reader_version="1",
        fingerprint="f",
        rule="period",
        periods=periods,
        owner="finance_germany",
        rows=rows,
        standardized=Tally(),
        reasons=reasons or {},
        controls=controls,
    )


def standing(*receipts: Receipt, owed: tuple[Obligation, ...] = (), failure: str | None = None) -> Standing:
    return Standing("germany", "gl_entry", receipts, owed=owed, failure=failure, rows_in_force=7)


def test_a_clean_delivery_passes() -> None:
    found = verdict(KEY, standing(receipt(RowCounts(read=5, accepted=4, non_data=1))))
    assert found.passed
    assert "5 rows read" in (found.description or "")


def test_quarantined_rows_warn_with_reasons_what_to_do_and_the_command_that_shows_them() -> None:
    held = receipt(RowCounts(read=5, accepted=3, quarantined=2), reasons={"not_a_number": 1, "balanced": 1})
    found = verdict(KEY, standing(held))
    assert not found.passed
    assert found.severity is dg.AssetCheckSeverity.WARN
    text = found.description or ""
    assert "2 of 5 rows" in text
    assert "- not_a_number (1): The cell is no number as the branch writes them" in text
    assert "tieout quarantine list --branch germany --dataset gl_entry" in text


def test_a_refused_delivery_is_an_error_and_says_that_the_last_good_one_stays() -> None:
    found = verdict(KEY, standing(receipt(RowCounts(read=5, quarantined=5), refused="5 of 5 rows were refused.")))
    assert not found.passed
    assert found.severity is dg.AssetCheckSeverity.ERROR
    assert "keeps its last good data" in (found.description or "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (standing(failure="germany: the disk is full. Free some space."), "the disk is full"),
        (
            standing(owed=(Obligation("germany", "gl_entry", "finance_germany", dt.date(2026, 3, 10), "2026-02"),)),
            "Has not arrived: 2026-02 (the first was due on 2026-03-10). Ask finance_germany for it.",
        ),
        (
            standing(
                receipt(
                    RowCounts(read=2, accepted=2),
                    controls=(Control("TotalDebit", "10.00", "9.00", Decimal("-1.00"), agrees=False),),
                )
            ),
            "declares TotalDebit 10.00, its rows make 9.00",
        ),
    ],
)
def test_what_went_wrong_is_said(said: Standing, words: str) -> None:
    found = verdict(KEY, said)
    assert not found.passed
    assert words in (found.description or "")


def test_metadata_adds_up_over_deliveries() -> None:
    first = receipt(RowCounts(read=5, accepted=3, quarantined=1, non_data=1), reasons={"required": 1})
    second = receipt(RowCounts(read=4, accepted=2, duplicate=1, quarantined=1), reasons={"required": 1, "pattern": 1})
    said = metadata(standing(first, second))
    assert said["dagster/row_count"] == 7
    assert (said["rows read"], said["rows accepted"], said["rows quarantined"]) == (9, 5, 2)
    assert (said["rows duplicate"], said["rows that are no data"]) == (1, 1)


def owed(period: str) -> Obligation:
    return Obligation("germany", "gl_entry", "finance_germany", dt.date(2026, 5, 5), period)


def test_the_page_says_which_months_are_missing_and_which_is_due_next() -> None:
    months = Standing(
        "germany", "gl_entry", (), owed=(owed("2026-01"), owed("2026-02"), owed("2026-04")), due=(owed("2026-05"),)
    )
    said = metadata(months)
    assert said["missing"] == "2026-01 to 2026-02, 2026-04"
    assert said["due next"] == "2026-05 on 2026-05-05"
