"""`tieout run`: a night from the command line, and the tables it ends with.

Not here: the night's steps (`pipelines.night`). Dagster is imported only when there is something to do, since that
alone takes longer than finding out that there is nothing.
"""

from __future__ import annotations

import datetime as dt
import gc

from pipelines.console.progress import progress
from pipelines.console.summary import print_night
from pipelines.console.terminal import err, out
from pipelines.night.results import NightResult
from pipelines.night.steps import Night, open_night
from pipelines.settings import Workspace


def run_night(date: dt.date | None) -> int:
    """Run the night for `date` (None: today in the group's time zone), print what it did, return the exit status.

    0: a version was published, or nothing was new and the published version is current. 1: neither, or the disk was
    full for some branch.
    """
    gc.set_threshold(100_000, 20, 100)  # a night makes millions of objects that stay; looking at them is a tenth of it
    workspace = Workspace.load()
    remarks = err()
    with progress(remarks), open_night(workspace, night_date=date, by="tieout run") as night:
        result = _through(night)
    print_night(out(), workspace, result)
    return result.exit_status


def _through(night: Night) -> NightResult:
    if not night.plan.nothing_new:
        from pipelines.console.launching import run_job  # noqa: PLC0415 (costs seconds)

        run_job(night)
    return night.finish()
