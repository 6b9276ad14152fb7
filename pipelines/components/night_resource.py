"""The resource that holds a night, and with it the workspace's run lock, from the first step of a run to the last.

Not here: what a night does. One process runs all steps (the job's executor is in-process), so one object serves them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.night.steps import Night, open_night
from pipelines.settings import Workspace


class NightResource(dg.ConfigurableResourceFactory[Night]):
    """Opens the night when a run starts and ends it when the run ends.

    Raises `NightInProgressError` where another process holds the lock: the run fails with a sentence that says who.
    """

    night_date: str = ""  # ISO date the night is for; empty: today in the group's time zone

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Night]:
        date = dt.date.fromisoformat(self.night_date) if self.night_date else None
        with open_night(Workspace.load(), night_date=date, by=_launched_by(context)) as night:
            yield night


def _launched_by(context: dg.InitResourceContext) -> str:
    tags = context.run.tags if context.run else {}
    return tags.get("dagster/schedule_name") or tags.get("dagster/sensor_name") or "dagster"
