"""A plan of a night → which assets to run. Not here: planning, and launching the run."""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg

from pipelines.components.naming import asset_key
from pipelines.lake.manifests import all_manifests
from pipelines.lake.places import Lake
from pipelines.night.months import months_in_force
from pipelines.night.plan import Plan


def selected_assets(plan: Plan, defined: Collection[dg.AssetKey]) -> list[dg.AssetKey]:
    """The branch datasets that received or owe something, and everything that follows them up to the version.

    `defined`: every executable asset of the job. Datasets that Dagster does not know (their branch folder cannot be
    read) are left to the night, which shows their branch as failed.
    """
    received = {asset_key(branch_id, dataset) for branch_id, work in plan.work.items() for dataset in work.datasets}
    deliverable = {asset_key(name, dataset) for name, branch in plan.branches.items() for dataset in branch.datasets}
    known = set(defined)
    return sorted((known & (received | _overdue(plan))) | (known - deliverable))


def _overdue(plan: Plan) -> set[dg.AssetKey]:
    """Datasets of which a month may be overdue, by the manifests alone; their step finds out."""
    manifests = all_manifests(Lake.of(plan.workspace))
    there = {key: months_in_force(manifest) for key, manifest in manifests.items()}
    return {
        asset_key(one.branch_id, one.dataset)
        for one in plan.owed
        if one.period not in there.get((one.dataset, one.branch_id), ())
    }
