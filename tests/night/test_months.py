"""Months that lists settle by coming again unchanged."""

from __future__ import annotations

from datetime import date

from pipelines.night.months import Arrival, confirmed


def test_a_list_that_comes_again_brings_the_month_that_had_ended_once() -> None:
    """On 3 and 9 March February had ended, on 8 April March had; March was due by the 5th, so that it is late."""
    found = confirmed({date(2026, 3, 9), date(2026, 3, 3), date(2026, 4, 8)}, {"2026-03": date(2026, 4, 5)}, 12)
    assert found == [
        Arrival("2026-02", date(2026, 3, 3), None, 12, ()),
        Arrival("2026-03", date(2026, 4, 8), date(2026, 4, 5), 12, ()),
    ]
    assert [one.status for one in found] == ["arrived", "late"]
