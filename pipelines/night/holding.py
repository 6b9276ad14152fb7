"""Putting one branch back on its last good night, and telling since when.

Not here: deciding that it must be (audit, taking in), and building without it (steps).
"""

from __future__ import annotations

from pipelines.lake.manifests import all_manifests, roll_back
from pipelines.lake.places import Lake
from pipelines.night.records import HELD, RELEASED, HeldBranch, NightRecord


def roll_back_branch(lake: Lake, branch_id: str, last: NightRecord | None) -> None:
    """Put the branch's manifests back to those of the last published night; before the first one, to none.

    Doing it again changes nothing. Raises `LakeError` where a manifest or slice of that night is gone.
    """
    before = dict(last.manifests) if last else {}
    wanted = {tuple(name.split("/", 1)): found for name, found in before.items()}
    for dataset, branch in {*all_manifests(lake), *wanted}:
        if branch == branch_id:
            roll_back(lake, dataset, branch, wanted.get((dataset, branch)))


def held(branch_id: str, status: str, reason: str, night_id: str, last: NightRecord | None) -> HeldBranch:
    """The branch as held in night `night_id`: since when, and which night its data is of."""
    earlier = last.held_branch(branch_id) if last else None
    return HeldBranch(
        branch_id=branch_id,
        status=status,
        since_night=earlier.since_night if earlier else night_id,
        reason=reason,
        data_night=last.data_nights.get(branch_id) if last else None,
    )


def changes_of_hold(
    night_id: str, now: dict[str, HeldBranch], last: NightRecord | None
) -> list[tuple[str, dict[str, str]]]:
    """The events for branches newly held and for those released by this night."""
    before = {one.branch_id for one in last.held} if last else set()
    newly = [
        (HELD, {"night_id": night_id, "branch_id": branch, "status": now[branch].status, "reason": now[branch].reason})
        for branch in sorted(now.keys() - before)
    ]
    return newly + [(RELEASED, {"night_id": night_id, "branch_id": branch}) for branch in sorted(before - now.keys())]
