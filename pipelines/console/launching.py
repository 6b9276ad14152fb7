"""Running the night's Dagster job in this process, against the instance that the web pages show.

Not here: the job (`pipelines.defs.night`), the lock and the steps (`pipelines.night`). Importing this costs seconds.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.components.run_retention import tidy_quietly
from pipelines.components.selecting import selected_assets
from pipelines.console.dagster_home import made
from pipelines.definitions import assembled
from pipelines.defs.night import JOB
from pipelines.errors import TieoutError
from pipelines.night.steps import Night
from pipelines.settings import REPOSITORY, Workspace

log = logging.getLogger("tieout")

# The command has its own progress lines; Dagster's go to the event log only.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_job(night: Night) -> None:
    """Run the assets that `night` has work for, in this process and under the lock that `night` already holds.

    Raises what the failing step raised; the run is then marked as failed in Dagster. An audit that stops the night is
    no error here: `night.finish` tells it.
    """
    log.info("Loading the assets.")
    with dagster_instance(night.workspace) as instance:
        definitions = assembled(night.workspace, dg.ResourceDefinition.hardcoded_resource(night))
        job = definitions.resolve_job_def(JOB)
        defined = definitions.resolve_asset_graph().executable_asset_keys
        try:
            job.execute_in_process(
                instance=instance,
                run_config=_QUIET,
                asset_selection=selected_assets(night.plan, defined),
                tags={"tieout/night": night.night_id, "tieout/launched_by": "tieout run"},
            )
        except dg.Failure as failure:
            if isinstance(failure.__cause__, TieoutError):
                raise failure.__cause__ from None
        finally:
            tidy_quietly(instance)


@contextmanager
def dagster_instance(workspace: Workspace) -> Iterator[dg.DagsterInstance]:
    """The workspace's own Dagster instance, after the `dagster.yaml` in DAGSTER_HOME, else that of this repository."""
    os.environ["TIEOUT_DAGSTER"] = str(made(workspace))
    home = os.environ.setdefault("DAGSTER_HOME", str(REPOSITORY))
    with dg.DagsterInstance.from_config(home) as instance:
        yield instance
