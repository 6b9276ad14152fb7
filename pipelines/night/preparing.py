"""Laying out one night for dbt: the candidate on its base, and the build database with schema `lake`.

Not here: running dbt, and judging what comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.branches.config import BranchConfig
from pipelines.closing.records import certificates, closes
from pipelines.lake.manifests import all_manifests
from pipelines.lake.received import confirmations, first_taken_in_at
from pipelines.night.break_memory import break_memory
from pipelines.night.dbt_port import DbtRequest
from pipelines.night.golden_tables import GoldenTables
from pipelines.night.lake_schema import LakeState, fill_lake_schema
from pipelines.night.lake_state import (
    SliceKey,
    differing,
    slices_held_by,
    slices_in_force,
    standing_deliveries,
    told_by,
    told_now,
    waiting_files,
)
from pipelines.night.master_history import WITH_HISTORY
from pipelines.night.plan import Plan, due_now
from pipelines.night.records import HeldBranch, published_versions, read_record
from pipelines.night.site import Site
from pipelines.publishing.candidate import build_path, candidate_path, clear_build, copy_base, new_candidate, writing
from pipelines.publishing.versions import Version, newest_intact, version_path
from pipelines.repair.standing import standing_repairs


@dataclass(frozen=True)
class Prepared:
    """What was laid out. `base` is the version that the candidate is a copy of; None: built from nothing."""

    base: Version | None
    touched: frozenset[SliceKey]
    request: DbtRequest


def prepare(  # noqa: PLR0913 - what a night is, each once
    site: Site, plan: Plan, night_id: str, started_at: datetime, held: Sequence[HeldBranch], *, golden: GoldenTables
) -> Prepared:
    """Make candidate and build database anew from what is in force in the lake now."""
    workspace, lake = site.workspace, site.lake
    clear_build(workspace)
    manifests = all_manifests(lake)
    in_force = slices_in_force(manifests)
    deliveries = standing_deliveries(lake, site.events, manifests)
    base = _copied_base(site, plan.models)
    if base is None:
        new_candidate(workspace)
        touched = frozenset(in_force)
    else:
        # A late list changes nothing that is in force, but what was said when.
        candidate, told = candidate_path(workspace), told_now(deliveries, WITH_HISTORY)
        touched = differing(slices_held_by(candidate), in_force) | differing(told_by(candidate, WITH_HISTORY), told)
    state = LakeState(
        night_id=night_id,
        night_date=plan.night_date,
        started_at=started_at,
        manifests=manifests,
        deliveries=deliveries,
        touched=touched,
        due=due_now(plan, lake),
        held=held,
        confirmed=confirmations(site.events),
        waiting=waiting_files(site.events, _failed(plan, held)),
        time_zones={branch_id: branch.time_zone for branch_id, branch in plan.branches.items()},
        taken_in_at=first_taken_in_at(site.events),
        repairs=standing_repairs(lake, site.events, plan.branches),
        closes=closes(site.events),
        certificates=certificates(site.events),
        breaks=break_memory(site.events),
        golden=golden,
    )
    with writing(build_path(workspace)):
        fill_lake_schema(build_path(workspace), lake, plan.contracts, state)
    request = DbtRequest(workspace, build_path(workspace), candidate_path(workspace), full_refresh=base is None)
    return Prepared(base, touched, request)


def _failed(plan: Plan, held: Sequence[HeldBranch]) -> dict[str, BranchConfig]:
    """The branches that a file may wait of: where nothing failed, everything was taken in."""
    return {one.branch_id: plan.branches[one.branch_id] for one in held if one.branch_id in plan.branches}


def _copied_base(site: Site, models: str) -> Version | None:
    """Copy the newest undamaged version that today's models made; None where there is none."""
    usable = [
        version
        for version in published_versions(site.events)
        if version_path(site.workspace, version.night_id).exists()
        and read_record(site.lake, version.night_id).models == models
    ]
    while base := newest_intact(site.workspace, usable):
        if copy_base(site.workspace, base):
            return base
        usable = usable[: usable.index(base)]
    return None
