"""A whole night in one call, without Dagster: what tests, benchmarks and notebooks use.

Not here: the steps themselves.
"""

from __future__ import annotations

from datetime import date

from pipelines.night.dbt_port import Dbt
from pipelines.night.results import NightResult
from pipelines.night.steps import open_night
from pipelines.settings import Workspace


def run_night(workspace: Workspace, *, dbt: Dbt, night_date: date | None = None, by: str = "command") -> NightResult:
    """Run one night from the landing area to a published version.

    Raises `NightInProgressError` where another night runs, `PublishError` where the warehouse cannot be built. A night
    that the audit stops is returned with outcome 'stopped'.
    """
    with open_night(workspace, night_date=night_date, by=by) as night:
        if night.plan.nothing_new:
            return night.finish()
        for branch_id in sorted({*night.plan.branches, *night.plan.broken}):
            night.take_in(branch_id)
        if night.nothing_new_now:
            return night.finish()
        night.build(dbt)
        if not night.audit(dbt).stopped:
            night.publish()
        return night.finish()
