"""The Dagster code location: assembles the workspace's definitions. Nothing else belongs here."""

from __future__ import annotations

import dagster as dg

from pipelines.components.assembly import branch_definitions, warehouse_definitions
from pipelines.defs.night import automation
from pipelines.settings import Workspace


@dg.definitions
def tieout() -> dg.Definitions:
    """Branches, warehouse, audit, published version; the job, its schedule and its sensor."""
    workspace = Workspace.load()
    branches = branch_definitions(workspace)
    return dg.Definitions.merge(branches, warehouse_definitions(workspace, branches), automation(workspace))
