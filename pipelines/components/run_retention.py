"""Keeps Dagster's run history bounded: old runs go, but none that a page still needs.

Deleting a run deletes its events. What would be lost is which months have come, so a run stays as long as it is the
last that made, or failed to make, some month of some asset. Not here: versions and the lake, which have retention of
their own; ticks of schedules and sensors (`dagster.yaml`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

log = logging.getLogger("tieout")

DAYS, RUNS = "TIEOUT_KEEP_RUN_DAYS", "TIEOUT_KEEP_RUNS"  # environment variables
KEEP_DAYS, KEEP_RUNS = 90, 1000
_AT_ONCE = 500  # records asked for in one query
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_CAME, _PLANNED = dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED


def tidy_runs(instance: dg.DagsterInstance, now: datetime) -> int:
    """Delete runs older than KEEP_DAYS at `now`, and those beyond the newest KEEP_RUNS; return how many.

    The two limits can be set by environment variables. Runs that have not ended stay.
    """
    days, runs = (int(os.environ.get(name) or default) for name, default in ((DAYS, KEEP_DAYS), (RUNS, KEEP_RUNS)))
    doomed = list(_beyond(instance, now - timedelta(days=days), runs))
    if not doomed:
        return 0
    needed = runs_behind_months(instance)
    gone = [run_id for run_id in doomed if run_id not in needed]
    for run_id in gone:
        instance.delete_run(run_id)
    log.info("%s runs older than %s days or beyond the newest %s are deleted.", len(gone), days, runs)
    return len(gone)


def tidy_quietly(instance: dg.DagsterInstance) -> None:
    """`tidy_runs` at the end of a night, which never fails because of it."""
    try:
        tidy_runs(instance, datetime.now(UTC))
    except Exception as error:
        log.warning("Old runs could not be deleted, the next night tries again: %s: %s", type(error).__name__, error)


def runs_behind_months(instance: dg.DagsterInstance) -> set[str]:
    """The runs that hold the last word on some month of some asset: that it came, or that it is missing."""
    found: set[str] = set()
    for key in instance.get_asset_keys():
        came = instance.get_latest_storage_id_by_partition(key, _CAME)
        planned = instance.get_latest_storage_id_by_partition(key, _PLANNED)
        missing = [one for month, one in planned.items() if one > came.get(month, 0)]
        for ids in _portions(list(came.values())):
            made = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids)
            found |= {one.run_id for one in instance.fetch_materializations(made, limit=len(ids)).records}
        for ids in _portions(missing):
            wanted = dg.EventRecordsFilter(event_type=_PLANNED, asset_key=key, storage_ids=ids)
            found |= {one.run_id for one in instance.get_event_records(wanted, limit=len(ids))}
    return found


def _portions(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _beyond(instance: dg.DagsterInstance, before: datetime, keep: int) -> Iterator[str]:
    """Ended runs that are too old or too many."""
    cursor, seen = None, 0
    while records := instance.get_run_records(dg.RunsFilter(statuses=_ENDED), limit=_AT_ONCE, cursor=cursor):
        for record in records:
            seen += 1
            if seen > keep or record.create_timestamp.replace(tzinfo=UTC) < before:
                yield record.dagster_run.run_id
        cursor = records[-1].dagster_run.run_id
