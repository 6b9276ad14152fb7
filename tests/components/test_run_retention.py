"""Old runs go; what the pages still need of them stays: which months came, and which are missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.events import StepMaterializationData

from pipelines.components.overdue import mark
from pipelines.components.run_retention import DAYS, RUNS, tidy_runs

KEY = dg.AssetKey(["north", "gl_entry"])
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2026-01", fmt="%Y-%m", end_date="2026-07")
NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=100)  # the runs of a test are of today: a day beyond their retention


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(instance: dg.DagsterInstance, *months: str) -> str:
    """An ended run in which these months came."""
    made = dg.DagsterRun(job_name="night", run_id=str(uuid.uuid4()), status=dg.DagsterRunStatus.SUCCESS)
    instance.add_run(made)
    for month in months:
        came = StepMaterializationData(dg.AssetMaterialization(KEY, partition=month))
        event = dg.DagsterEvent(dg.DagsterEventType.ASSET_MATERIALIZATION.value, "night", event_specific_data=came)
        instance.report_dagster_event(event, run_id=made.run_id)
    return made.run_id


def left(instance: dg.DagsterInstance) -> set[str]:
    return {one.run_id for one in instance.get_runs()}


def statuses(instance: dg.DagsterInstance) -> dict[str, str]:
    """Month → what the partition bar shows, worked out from the events alone (as after a change of the calendar)."""
    instance.wipe_asset_cached_status([KEY])
    found = instance.get_status_by_partition(KEY, MONTHS.get_partition_keys(), MONTHS) or {}
    return {month: status.value for month, status in found.items() if status}


def test_of_two_hundred_old_runs_those_stay_that_a_month_was_last_made_in(instance: dg.DagsterInstance) -> None:
    runs = [run(instance, f"2026-0{1 + number // 50}") for number in range(200)]  # 50 for each of four months
    last_of_each = {runs[49], runs[99], runs[149], runs[199]}
    before = statuses(instance)
    assert tidy_runs(instance, LATER) == 196
    assert left(instance) == last_of_each
    assert statuses(instance) == before == dict.fromkeys(("2026-01", "2026-02", "2026-03", "2026-04"), "MATERIALIZED")
    assert tidy_runs(instance, LATER) == 0


def test_runs_of_today_stay_unless_there_are_too_many(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [run(instance) for _ in range(12)]
    assert tidy_runs(instance, NOW) == 0
    monkeypatch.setenv(RUNS, "5")
    assert tidy_runs(instance, NOW) == 7
    assert left(instance) == set(runs[7:])
    monkeypatch.setenv(DAYS, "120")
    assert tidy_runs(instance, LATER) == 0


def test_a_run_that_is_still_going_is_never_deleted(instance: dg.DagsterInstance) -> None:
    going = dg.DagsterRun(job_name="night", run_id=str(uuid.uuid4()), status=dg.DagsterRunStatus.STARTED)
    instance.add_run(going)
    assert tidy_runs(instance, LATER) == 0
    assert left(instance) == {going.run_id}


def test_a_missing_month_stays_marked_until_it_comes(instance: dg.DagsterInstance) -> None:
    night = run(instance, "2026-01")
    found = instance.get_run_by_id(night)
    assert found is not None
    mark(found, instance, "north", {KEY: ["2026-02", "2026-03"]}, "North has not sent what was due.")
    assert statuses(instance) == {"2026-01": "MATERIALIZED", "2026-02": "FAILED", "2026-03": "FAILED"}
    assert tidy_runs(instance, LATER) == 0, "the night made January, the other run says what is missing"
    later = run(instance, "2026-02", "2026-03")
    assert tidy_runs(instance, LATER) == 1
    assert left(instance) == {night, later}
    assert statuses(instance) == dict.fromkeys(("2026-01", "2026-02", "2026-03"), "MATERIALIZED")
