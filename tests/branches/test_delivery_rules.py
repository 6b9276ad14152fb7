"""Delivery dates and replaced periods, and patterns that could match one name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.branches import DateRule, PeriodRule
from pipelines.branches.overlap import common_name
from pipelines.errors import SourceError

ARRIVED = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


def delivered(said: Any, path: str = "in/x.csv", zone: str = "Europe/Oslo", **metadata: str) -> date:
    return DateRule.model_validate(said).resolve(path, metadata, ARRIVED, zone)


def test_a_file_without_a_date_is_of_the_day_on_which_it_arrived_at_the_branch() -> None:
    assert delivered("arrival", zone="Europe/Oslo") == date(2026, 2, 1)  # half past midnight there
    assert delivered("arrival", zone="America/New_York") == date(2026, 1, 31)


def test_the_date_stands_in_the_name_or_in_the_file() -> None:
    rule = {"file_name": r"_(\d{8})\.csv$", "format": ["%Y%m%d", "%d%m%Y"]}
    assert delivered(rule, "a/b_20260203.csv") == date(2026, 2, 3)
    assert delivered(rule, "a/b_03022026.csv") == date(2026, 2, 3)
    rule = {"metadata": ["absent", "created"], "pattern": r"^(\d{8})", "format": "%Y%m%d"}
    assert delivered(rule, created="20260203063000000") == date(2026, 2, 3)


@pytest.mark.parametrize("path", ["b.csv", "b_20260230.csv"])
def test_a_name_without_a_date_is_refused_with_what_was_expected(path: str) -> None:
    with pytest.raises(SourceError, match=rf"{path}, its name: holds no delivery date.*written as %Y%m%d"):
        delivered({"file_name": r"_(\d{8})\.csv$", "format": "%Y%m%d"}, path)


def test_a_rule_without_format_or_group_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="format is missing"):
        DateRule.model_validate({"file_name": r"(\d{8})"})
    with pytest.raises(ValidationError, match="exactly one group"):
        DateRule.model_validate({"file_name": r"\d{8}", "format": "%Y%m%d"})


def periods(said: Any, path: str = "x", **metadata: str) -> tuple[str, ...] | None:
    return PeriodRule.model_validate(said).resolve(path, metadata)


def test_periods_come_from_the_name_the_metadata_or_the_rows() -> None:
    assert periods({"file_name": r"_(\d{6})_", "format": "%Y%m"}, "SuSa_202602_20260303.csv") == ("2026-02",)
    assert periods("content") is None
    spans = {
        "metadata": [
            {"from": ["y1", "p1"], "to": ["y2", "p2"], "format": "%Y-%m"},
            {"from": "first", "to": "last", "format": "%Y-%m-%d"},
        ]
    }
    assert periods(spans, y1="2025", p1="11", y2="2026", p2="1") == ("2025-11", "2025-12", "2026-01")
    assert periods(spans, first="2026-02-01", last="2026-02-28") == ("2026-02",)


@pytest.mark.parametrize("metadata", [{}, {"first": "2026-02-01", "last": "2026-01-31"}, {"first": "x", "last": "y"}])
def test_a_file_that_says_no_period_is_refused(metadata: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="does not say which months it replaces"):
        periods({"metadata": {"from": "first", "to": "last", "format": "%Y-%m-%d"}}, **metadata)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (r"a.*", r".*b", True),
        (r"a\d+\.csv", r"a2026.*", True),
        (r"(?i)a\d+\.csv", r"A[0-4]{2}\.CSV", True),
        (r"[^x]{3}", r"\w\d\d", True),
        (r"faktura_\d{6}\.csv", r"fakturalinjer_\d{6}\.csv", False),
        (r"a\d{4}", r"a\d{5}", False),
        (r"a\d+\.csv", r"A\d+\.csv", False),
        (r"x|y", r"z?", False),
        (r"(?:EXTF|DTVF)_a[^/]*\.csv", r"EXTF_b[^/]*\.csv", False),
    ],
)
def test_two_patterns_overlap_where_some_name_matches_both(one: str, other: str, common: bool) -> None:
    name = common_name(one, other)
    assert (name is not None) is common
    if name is not None:
        assert re.fullmatch(one, name) and re.fullmatch(other, name)
