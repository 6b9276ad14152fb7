"""Sending the candidate through the gate, beside the last published night.

Not here: what follows for a branch (steps), what is checked (dbt, audit).
"""

from __future__ import annotations

from pathlib import Path

from pipelines.audit.gate import GateResult, run_gate
from pipelines.audit.plausibility import compare_with_base
from pipelines.audit.policy import load_policy
from pipelines.audit.rows import read_audit_tables
from pipelines.night.preparing import Prepared
from pipelines.night.records import published_versions
from pipelines.night.site import Site
from pipelines.publishing.candidate import close_candidate
from pipelines.publishing.versions import newest_intact, version_path
from pipelines.settings import Workspace

PLAUSIBILITY = "plausibility"  # the one table of checks that compares two nights, and so is no dbt model


def docs_dir(workspace: Workspace) -> Path:
    """Where every night's Data Docs lie, with `latest` naming the newest."""
    return workspace.warehouse / "data_docs"


def gate(site: Site, prepared: Prepared, night_id: str) -> GateResult:
    """Checkpoint the candidate, read its audit tables and judge them by the workspace's policy."""
    workspace = site.workspace
    candidate = close_candidate(workspace)
    tables = read_audit_tables(candidate)
    last = newest_intact(workspace, published_versions(site.events))
    tables[PLAUSIBILITY] = compare_with_base(
        candidate,
        version_path(workspace, last.night_id) if last else None,
        explained={(branch, period) for _, branch, period in prepared.touched},
        all_explained=prepared.base is None,
    )
    return run_gate(tables, load_policy(workspace.seeds_dir), docs_dir(workspace), night_id)
