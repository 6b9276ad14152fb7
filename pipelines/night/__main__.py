"""`python -m pipelines.night --workspace FOLDER --date 2026-04-03`: a night without Dagster, for tests and benchmarks.

People use `tieout run`. Not here: tables for people.
"""

from __future__ import annotations

import argparse
import gc
import logging
import pkgutil
import sys
from datetime import date
from pathlib import Path

from pipelines.errors import TieoutError
from pipelines.night.driver import run_night
from pipelines.settings import Workspace

# A name, not an import: whatever runs dbt stands above this layer.
DBT = "pipelines.components.dbt_runner:build_warehouse"


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 where a version was published or nothing was new; 1 otherwise, and where the disk was full."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.night", description=__doc__)
    parser.add_argument("--workspace", type=Path, help="folder of the workspace (default: TIEOUT_WORKSPACE)")
    parser.add_argument("--date", type=date.fromisoformat, help="date of the night (default: today)")
    parser.add_argument("--dbt", default=DBT, help="what runs dbt, as module:function")
    said = parser.parse_args(arguments)
    _show_progress()
    gc.set_threshold(100_000, 20, 100)  # as `tieout run`: a tenth of a night went into looking at what stays
    try:
        dbt = pkgutil.resolve_name(said.dbt)
        result = run_night(
            Workspace.load(said.workspace), dbt=dbt, night_date=said.date, by="python -m pipelines.night"
        )
    except TieoutError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{result.night_id} {result.outcome}: {result.reason}")
    for branch, reason in sorted({**result.held, **result.failed}.items()):
        print(f"  {branch} shows its last good night: {reason}")
    for step in result.steps:
        print(f"  {step.seconds:7.2f} s  {step.name}")
    print(f"  {result.version}")
    return result.exit_status


def _show_progress() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(relativeCreated)8d ms  %(message)s"))
    log = logging.getLogger("tieout")
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    log.propagate = False  # libraries put handlers of their own on the root


if __name__ == "__main__":
    raise SystemExit(main())
