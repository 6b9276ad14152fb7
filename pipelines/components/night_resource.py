"""The resource that holds a night, and with it the workspace's run lock, from the first step of a run to the last.

Not here: what a night does. One process runs all steps (the job's executor is in-process), so one object serves them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.components.run_retention import tidy_quietly
from pipelines.errors import TieoutError
from pipelines.night.steps import Night, open_night
from pipelines.settings import Workspace

NIGHT = "night"  # the resource's name


@dg.resource(
    config_schema={
        "night_date": dg.Field(
            str, default_value="", description="ISO date the night is for; empty: today in the group's time zone."
        )
    },
    description="The night, and with it the workspace's run lock, for as long as the run lasts.",
)
def night_resource(context: dg.InitResourceContext) -> Iterator[Night]:
    """Opens the night when a run starts and ends it when the run ends.

    Raises `NightInProgressError` where another process holds the lock: the run fails with a sentence that says who.
    """
    said = context.resource_config["night_date"]
    date = dt.date.fromisoformat(said) if said else None
    with open_night(Workspace.load(), night_date=date, by=_launched_by(context)) as night:
        yield night
        if len(night.steps) > 1:  # Dagster also opens resources only to read a run's results; that is no night
            night.finish()
            if context.instance:
                tidy_quietly(context.instance)


@contextmanager
def step_of(night: Night) -> Iterator[None]:
    """Around a Dagster step: errors go into the night's record, and those for people fail the run as a sentence.

    Dagster ends the run's resources as if nothing had happened, so the night has to hear of the error here.
    """
    try:
        yield
    except Exception as error:
        night.record("failed", f"{type(error).__name__}: {error}")
        if isinstance(error, TieoutError):
            raise dg.Failure(description=str(error), allow_retries=False) from error
        raise


def night_of(context: dg.AssetExecutionContext) -> Night:
    """The night that the run holds."""
    night = getattr(context.resources, NIGHT)
    assert isinstance(night, Night)
    return night


def unchanged(night: Night) -> dict[str, str]:
    """What an asset shows where nothing was new: it is as the night says that made it."""
    return {"unchanged since night": night.plan.last.night_id if night.plan.last else ""}


def has_done(night: Night, step: str) -> bool:
    """Whether this night has come through `step`: a run that begins further down has to catch up on it first."""
    return any(one.name == step for one in night.steps)


def _launched_by(context: dg.InitResourceContext) -> str:
    tags = context.run.tags if context.run else {}
    return tags.get("dagster/schedule_name") or tags.get("dagster/sensor_name") or "dagster"
