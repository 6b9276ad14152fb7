"""The night's job, its nightly schedule, and the sensor for files that arrive late or corrected.

Not here: what is new (`pipelines.night.steps.plan`), and what a selected asset does (`pipelines.components`).
"""

from __future__ import annotations

import dagster as dg

from pipelines.components.selecting import selected_assets
from pipelines.components.waiting import look
from pipelines.errors import NightInProgressError
from pipelines.night.steps import Plan, open_night, plan
from pipelines.settings import Workspace

JOB = "night"
AT_TWO = "0 2 * * *"  # after the branches' own end-of-day runs, before anybody reads
SENSOR_SECONDS = 300  # files are copied over slow lines; a file must look the same on two looks before it is taken in

job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,  # one process holds the run lock, and trivial steps cost nothing in it
    description="Take in what arrived, build what it touches, audit it, publish a version.",
)


def automation(workspace: Workspace) -> dg.Definitions:
    """Job, schedule and sensor of a workspace; all three run under the same lock as `tieout run`."""

    @dg.schedule(
        job=job,
        cron_schedule=AT_TWO,
        execution_timezone=workspace.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every night at two, in the group's time zone. Skips when nothing is new.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        found = plan(workspace)
        if found.nothing_new:
            return dg.SkipReason(_recorded(workspace))
        return dg.RunRequest(run_key=None, asset_selection=_selection(context.repository_def, found))

    @dg.sensor(
        job=job,
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Files that arrive after the night, or replace earlier ones, are taken in once they are complete.",
    )
    def late_and_corrected_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        found = plan(workspace)
        if found.nothing_new:
            return dg.SensorResult(skip_reason=found.reason, cursor="")
        seen = look(found, context.cursor)
        if not seen.complete:
            return dg.SensorResult(skip_reason=seen.sentence, cursor=seen.cursor)
        request = dg.RunRequest(run_key=seen.cursor, asset_selection=_selection(context.repository_def, found))
        return dg.SensorResult(run_requests=[request], cursor=seen.cursor)

    return dg.Definitions(jobs=[job], schedules=[nightly], sensors=[late_and_corrected_files])


def _recorded(workspace: Workspace) -> str:
    """Record a night with nothing new; why, as a sentence."""
    try:
        with open_night(workspace, by="nightly") as night:
            return night.finish().reason
    except NightInProgressError as error:
        return str(error)


def _selection(repository: dg.RepositoryDefinition | None, found: Plan) -> list[dg.AssetKey]:
    if repository is None:
        raise dg.DagsterInvariantViolationError("A schedule or sensor of Tieout runs only inside its code location.")
    return selected_assets(found, repository.asset_graph.executable_asset_keys)
