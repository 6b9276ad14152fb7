"""A plan of a night → which assets to run. Not here: planning, and launching the run."""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg

from pipelines.components.branch import asset_key
from pipelines.components.deliveries import missing
from pipelines.lake.manifests import all_manifests
from pipelines.lake.places import Lake
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
    manifests = all_manifests(Lake.of(plan.workspace))
    return {
        asset_key(one.branch_id, one.dataset)
        for one in plan.owed
        if missing([one], manifests.get((one.dataset, one.branch_id)))
    }
