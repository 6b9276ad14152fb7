"""Runs dbt in this process for a night, and tells what came of it in the night's own words.

Not here: which models exist (the dbt project), what a failure means for the night.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.night.dbt_port import DbtNode, DbtOutcome, DbtRequest
from pipelines.settings import Workspace

# The night's own log tells what happened; dbt's log keeps its errors and warnings. Both cost time, and so do files that
# nobody reads: the manifest is there from when the project was read.
_QUIET = ("--log-level", "none", "--log-level-file", "info", "--no-use-colors", "--no-write-json")


def dbt_folders(workspace: Workspace) -> dict[str, Path]:
    """Where dbt keeps what it compiles and logs: one place per workspace, since its reference tables differ."""
    home = workspace.warehouse / "dbt"
    return {"target": home / "target", "logs": home / "logs"}


def dbt_environment(request: DbtRequest) -> dict[str, str]:
    """The environment that the dbt project reads: databases, reference tables, and dbt's own folders."""
    folders = dbt_folders(request.workspace)
    return {
        "TIEOUT_BUILD_DB": str(request.build_db),
        "TIEOUT_CANDIDATE_DB": str(request.candidate_db),
        "TIEOUT_SEEDS": str(request.workspace.seeds_dir),
        "DBT_TARGET_PATH": str(folders["target"]),
        "DBT_LOG_PATH": str(folders["logs"]),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def build_warehouse(request: DbtRequest) -> DbtOutcome:
    """`dbt build` of everything but unit tests, which test models and not a night's data. Never raises for models."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (seconds: only nights that build pay them)

    project = str(request.workspace.dbt_project)
    arguments = ["build", "--exclude-resource-type", "unit_test", "--project-dir", project, "--profiles-dir", project]
    arguments += ["--full-refresh"] if request.full_refresh else []
    # Held open, since dbt closes its databases after every model and opens them for the next: a fifth of the build.
    with environment(dbt_environment(request)), duckdb.connect(str(request.build_db)):
        answer = dbtRunner().invoke([*_QUIET, *arguments])
    return outcome_of(answer)


def outcome_of(answer: Any) -> DbtOutcome:
    """dbt's answer as nodes; `problem` where it failed before running any."""
    nodes = tuple(
        DbtNode(
            unique_id=one.node.unique_id,
            status=str(one.status),
            message=one.message or "",
            seconds=float(one.execution_time),
        )
        for one in getattr(answer.result, "results", ())
    )
    outcome = DbtOutcome(nodes)
    if answer.success or outcome.failed:
        return outcome
    return DbtOutcome(nodes, problem=f"dbt: {answer.exception or 'failed without saying why; see its log'}")


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the duration of a run; dbt reads its project's settings from nowhere else."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
