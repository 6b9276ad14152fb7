"""The Dagster code location: assembles the workspace's definitions. Nothing else belongs here."""

from __future__ import annotations

import dagster as dg

from pipelines.components.assembly import branch_definitions, warehouse_definitions
from pipelines.components.night_resource import NIGHT, night_resource
from pipelines.defs.night import automation
from pipelines.settings import Workspace


@dg.definitions
def tieout() -> dg.Definitions:
    """The workspace that TIEOUT_WORKSPACE names, else the sample group."""
    return assembled(Workspace.load(), night_resource)


def assembled(workspace: Workspace, night: dg.ResourceDefinition) -> dg.Definitions:
    """Branches, warehouse, audit, published version; job, schedule and sensor; `night` holds the run lock."""
    branches = branch_definitions(workspace)
    return dg.Definitions.merge(
        branches,
        warehouse_definitions(workspace, branches),
        automation(workspace),
        # Also what somebody selects and materializes runs in one process: it holds the run lock from start to end.
        dg.Definitions(resources={NIGHT: night}, executor=dg.in_process_executor),
    )
