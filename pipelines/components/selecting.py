"""A plan of a night → which assets to run. Not here: planning, and launching the run."""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg

from pipelines.components.branch import asset_key
from pipelines.components.publication import AUDIT, VERSION
from pipelines.night.steps import Plan


def selected_assets(plan: Plan, defined: Collection[dg.AssetKey]) -> list[dg.AssetKey]:
    """The branch datasets that received or owe something, and everything that follows them up to the version.

    `defined` holds every executable asset of the job. Datasets that Dagster does not know (their branch folder cannot
    be read) are left to the night, which shows their branch as failed.
    """
    planned = {asset_key(branch_id, dataset) for branch_id, work in plan.work.items() for dataset in work.datasets}
    sources = {asset_key(branch_id, dataset) for branch_id in plan.branches for dataset in _datasets(plan, branch_id)}
    known = set(defined)
    return sorted((planned & known) | (known - sources) | {AUDIT, VERSION})


def _datasets(plan: Plan, branch_id: str) -> set[str]:
    return {dataset for file in plan.branches[branch_id].files for dataset in file.datasets}
