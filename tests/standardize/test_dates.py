"""Dates as branches write them, and formats that would let two readings stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.contracts.model import Field, Kind
from pipelines.errors import SourceError
from pipelines.standardize.conventions import Dates
from pipelines.standardize.reading import DateReader
from pipelines.standardize.steps import Steps

FIELD = Field("posting_date", Kind.DATE, "")
LEDGER_COLUMNS: dict[str, Any] = {
    "ledger": {"value": "local"},
    "fiscal_year": {"derive": "year_of", "from": "posting_date"},
    "posting_date": "Datum",
}


def read(
    texts: list[str | None], *formats: str, first: date | None = None, last: date | None = None
) -> list[date | None]:
    said: dict[str, Any] = {"formats": list(formats)}
    if first:
        said["year_from"] = {"start": "start"}
    steps = Steps()
    reading = DateReader(Dates(**said), first, last).read(FIELD, pl.col("text"), steps)
    steps.keep(reading.value, "value")
    frame = steps.applied(pl.LazyFrame({"text": texts}, schema={"text": pl.String}))
    return frame.select("value").collect().get_column("value").to_list()


@pytest.mark.parametrize(
    ("text", "fmt", "expected"),
    [
        ("31.01.2026", "%d.%m.%Y", date(2026, 1, 31)),
        ("1.2.2026", "%d.%m.%Y", date(2026, 2, 1)),
        ("01/31/2026", "%m/%d/%Y", date(2026, 1, 31)),
        ("2026-01-31 00:00:00", "%Y-%m-%d %H:%M:%S", date(2026, 1, 31)),
        ("1/31/2026 11:59:59 PM", "%m/%d/%Y %I:%M:%S %p", date(2026, 1, 31)),
        ("2026-01-31T23:59:59.587Z", "%Y-%m-%dT%H:%M:%S.%fZ", date(2026, 1, 31)),
        ("2026-01-31 23:59:59.5 UTC", "%Y-%m-%d %H:%M:%S.%f UTC", date(2026, 1, 31)),
        ("20260131", "%Y%m%d", date(2026, 1, 31)),
        ("310126", "%d%m%y", date(2026, 1, 31)),
        ("46053", "excel_serial", date(2026, 1, 31)),  # 46,053 days after 30 December 1899
        ("46053.5", "excel_serial", date(2026, 1, 31)),
        ("44591", "excel_serial_1904", date(2026, 1, 31)),
        ("29.02.2024", "%d.%m.%Y", date(2024, 2, 29)),
    ],
)
def test_a_declared_format_is_read(text: str, fmt: str, expected: date) -> None:
    assert read([text], fmt) == [expected]


@pytest.mark.parametrize(
    ("text", "fmt"),
    [
        ("30.02.2026", "%d.%m.%Y"),
        ("29.02.2026", "%d.%m.%Y"),
        ("13/31/2026", "%m/%d/%Y"),
        ("01.02.26", "%d.%m.%Y"),  # would be the year 26
        ("01.02.0226", "%d.%m.%Y"),
        ("60", "excel_serial"),  # the 29 February 1900 that never was
        ("31.01.2026", "%Y-%m-%d"),
    ],
)
def test_what_is_no_date_is_not_read(text: str, fmt: str) -> None:
    assert read([text], fmt) == [None]


def test_several_formats_are_tried() -> None:
    assert read(["01/31/2026", "2026-01-31"], "%m/%d/%Y", "%Y-%m-%d") == [date(2026, 1, 31)] * 2


@pytest.mark.parametrize(
    "formats",
    [("%d/%m/%Y", "%m/%d/%Y"), ("%d.%m.%y", "%y.%m.%d"), ("%d%m", "%m%d"), ("excel_serial", "excel_serial_1904")],
)
def test_formats_that_read_one_text_differently_are_an_error(formats: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match=r"ambiguous: '.*' would be .* or"):
        Dates(formats=list(formats), year_from={"start": "start"})


def test_a_year_comes_from_the_fiscal_year() -> None:
    # July 2025 to June 2026: the same days and months lie in two calendar years.
    texts: list[str | None] = ["0107", "3112", "0101", "101", "3006", "2902"]
    expected = [date(2025, 7, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 1), date(2026, 6, 30), None]
    assert read(texts, "%d%m", first=date(2025, 7, 1), last=date(2026, 6, 30)) == expected


def test_a_day_outside_a_short_fiscal_year_is_not_read() -> None:
    assert read(["1503", "1504"], "%d%m", first=date(2026, 1, 1), last=date(2026, 3, 31)) == [date(2026, 3, 15), None]


def test_a_format_without_a_year_needs_to_know_it() -> None:
    with pytest.raises(ValidationError, match="holds no year"):
        Dates(formats=["%d%m"])


def test_the_fiscal_year_stands_in_the_metadata(run: Any) -> None:
    dates = {"formats": ["%d%m"], "year_from": {"start": ["year_start", "other_start"]}}
    done = run({"Datum": ["2802", "3002"]}, {"columns": LEDGER_COLUMNS, "dates": dates}, other_start="20260101")
    frame, problems = done.collect()
    assert frame.get_column("posting_date").to_list() == [date(2026, 2, 28), None]
    assert problems.select("source_row", "rule", "value").rows() == [(3, "not_a_date", "3002")]
    assert "2026-01-01 to 2026-12-31" in problems.item(0, "message")


def test_a_fiscal_year_of_more_than_twelve_months_is_refused(run: Any) -> None:
    dates = {"formats": ["%d%m"], "year_from": {"start": "from", "end": "to"}}
    with pytest.raises(SourceError, match="twelve months"):
        run({"Datum": ["0101"]}, {"columns": LEDGER_COLUMNS, "dates": dates}, **{"from": "20250101", "to": "20260331"})


@settings(max_examples=60, deadline=None)
@given(
    days=st.lists(st.dates(date(1900, 3, 1), date(2199, 12, 31)), min_size=1),
    fmt=st.sampled_from(["%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y%m%d", "%d%m%Y"]),
)
def test_what_is_written_in_a_format_is_read_back(days: list[date], fmt: str) -> None:
    assert read([day.strftime(fmt) for day in days], fmt) == days


@settings(max_examples=60, deadline=None)
@given(start=st.dates(date(1950, 1, 1), date(2150, 1, 1)), days=st.lists(st.integers(0, 364), min_size=1))
def test_every_day_of_a_fiscal_year_is_found_again(start: date, days: list[int]) -> None:
    start = start.replace(day=1)
    wanted = [start + timedelta(days=days_on) for days_on in days]
    last = start.replace(year=start.year + 1) - timedelta(days=1)
    assert read([f"{day:%d%m}" for day in wanted], "%d%m", first=start, last=last) == wanted
