"""Marks months that are overdue and have not come, so that Dagster's partitions show them as failed.

Dagster shows a partition as failed when a run was to make it and failed. There is no such run for a file that nobody
sent, so one is recorded per branch: it failed, and says what is missing and whom to ask. Not here: what is missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import dagster as dg
from dagster._core.events import AssetMaterializationPlannedData
from dagster._core.storage.partition_status_cache import AssetPartitionStatus

from pipelines.night.months import in_words
from pipelines.night.obligations import Obligation

TAG = "tieout/missing"  # on the runs recorded here; its value is the branch

Missing = Mapping[dg.AssetKey, Sequence[str]]  # asset → months that it lacks


def mark(run: dg.DagsterRun, instance: dg.DagsterInstance, branch_id: str, missing: Missing, why: str) -> None:
    """Record a failed run for those of `missing` that are not marked yet; none where all are.

    `run` is the one that found out. `why` is shown as the reason of the failure.
    """
    if not any(missing.values()):
        return
    found = dg.DagsterRun(
        job_name=run.job_name,
        run_id=str(uuid.uuid4()),
        status=dg.DagsterRunStatus.STARTED,
        tags={**{name: text for name, text in run.tags.items() if name.startswith("tieout/")}, TAG: branch_id},
        asset_selection=frozenset(key for key, months in missing.items() if months),
        job_snapshot_id=run.job_snapshot_id,
        execution_plan_snapshot_id=run.execution_plan_snapshot_id,
        remote_job_origin=run.remote_job_origin,
        job_code_origin=run.job_code_origin,
    )
    instance.add_run(found)
    for key, months in missing.items():
        for month in months:
            planned = dg.DagsterEvent.build_asset_materialization_planned_event(
                job_name=run.job_name,
                step_key=f"take_in_{branch_id}",
                asset_materialization_planned_data=AssetMaterializationPlannedData(key, partition=month),
            )
            instance.report_dagster_event(planned, run_id=found.run_id)
    instance.report_run_failed(found, why)


def unmarked(
    instance: dg.DagsterInstance, key: dg.AssetKey, months: Sequence[str], partitions: dg.PartitionsDefinition[str]
) -> list[str]:
    """Those of `months` that are not shown as failed yet."""
    known = [month for month in months if partitions.has_partition_key(month)]
    if not known:
        return []
    statuses = instance.get_status_by_partition(key, known, partitions) or {}
    return [month for month in known if statuses.get(month) is not AssetPartitionStatus.FAILED]


def sentence(branch_name: str, owed: Mapping[dg.AssetKey, Sequence[Obligation]]) -> str:
    """What a branch has not sent, for people: dataset by dataset, with the day and the team."""
    lines = [
        f"{key.path[-1]}: {in_words([one.period for one in lacking])} (the first is due on {lacking[0].due_date}),"
        f" ask {lacking[0].owner_team}."
        for key, lacking in sorted(owed.items())
        if lacking
    ]
    return f"{branch_name} has not sent everything. Nothing failed here; files that come turn these months green.\n" + (
        "\n".join(lines)
    )
