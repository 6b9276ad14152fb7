"""What a night would have to do, decided without writing anything and in a fraction of a second.

Not here: doing it (steps).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pipelines.branches import load_branch
from pipelines.branches.config import BranchConfig
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import WHOLE, Contract
from pipelines.errors import TieoutError
from pipelines.intake.replay import outdated
from pipelines.lake.landing import survey
from pipelines.lake.manifests import all_manifests
from pipelines.lake.places import Lake
from pipelines.lake.received import UNRECOGNISED, ReceivedFile, waiting
from pipelines.night.inputs import inputs_fingerprint, models_fingerprint, standards_fingerprint
from pipelines.night.obligations import Obligation, due_calendar, owed_by
from pipelines.night.records import NightRecord, last_record, manifest_hashes, published_versions
from pipelines.night.site import Site
from pipelines.publishing.versions import is_intact
from pipelines.settings import Workspace


@dataclass(frozen=True)
class PendingFile:
    """A file that a night has to take in. `path` is relative to the landing area's folder of the branch."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class BranchWork:
    """What there is to do for a branch: new files, and files to take in again since the rules changed."""

    files: tuple[PendingFile, ...]
    again: tuple[ReceivedFile, ...]
    datasets: frozenset[str]  # which datasets may change or were owed


@dataclass(frozen=True)
class Plan:
    """What a night on `night_date` has to do. `broken`: branch folders that cannot be read, with the reason."""

    workspace: Workspace
    night_date: date
    nothing_new: bool
    reason: str
    fingerprint: str
    standards: str
    models: str
    work: Mapping[str, BranchWork]
    owed: tuple[Obligation, ...]
    branches: Mapping[str, BranchConfig]
    contracts: Mapping[str, Contract]
    broken: Mapping[str, str]
    last: NightRecord | None


def plan(workspace: Workspace, *, night_date: date | None = None) -> Plan:
    """Look at landing area, lake and rules. Raises `ContractError` where the contracts cannot be read.

    `night_date`: the date of the night; today in the group's time zone where none is given.
    """
    day = night_date or datetime.now(UTC).astimezone(ZoneInfo(workspace.time_zone)).date()
    site = Site.of(workspace)
    contracts = load_contracts(workspace.contracts_dir)
    branches, broken = load_each_branch(workspace, contracts)
    standards, models = standards_fingerprint(workspace), models_fingerprint(workspace)
    last = last_record(site.lake, site.events)
    owed = owed_by(day, branches, contracts, first_months(site.lake))
    work = {}
    for branch_id, branch in branches.items():
        found = _work(site, branch, same_rules=last is not None and last.standards == standards)
        if found:
            work[branch_id] = found
    fingerprint = inputs_fingerprint(site.events, (standards, models), broken, owed, contracts)
    reason = _why(site, last, work, fingerprint)
    return Plan(
        workspace=workspace,
        night_date=day,
        nothing_new=not reason,
        reason=reason or f"Nothing has changed since night {last.night_id if last else '-'}.",
        fingerprint=fingerprint,
        standards=standards,
        models=models,
        work=work,
        owed=owed,
        branches=branches,
        contracts=contracts,
        broken=broken,
        last=last,
    )


def load_each_branch(
    workspace: Workspace, contracts: Mapping[str, Contract]
) -> tuple[dict[str, BranchConfig], dict[str, str]]:
    """Every branch folder on its own: (those that can be read, those that cannot with the reason)."""
    good: dict[str, BranchConfig] = {}
    broken: dict[str, str] = {}
    for file in sorted(workspace.branches_dir.glob("*/defs.yaml")):
        try:
            branch = load_branch(file, dict(contracts), workspace.profiles_dir)
        except TieoutError as error:
            broken[file.parent.name] = str(error)
        else:
            good[branch.branch_id] = branch
    return good, broken


def owed_now(plan: Plan, lake: Lake) -> tuple[Obligation, ...]:
    """What is overdue by the plan's date, after what is in force in the lake now, whether it came or not."""
    return owed_by(plan.night_date, plan.branches, plan.contracts, first_months(lake))


def due_now(plan: Plan, lake: Lake) -> tuple[Obligation, ...]:
    """The same with what is not due yet."""
    return due_calendar(plan.night_date, plan.branches, plan.contracts, first_months(lake))


def first_months(lake: Lake) -> dict[str, str]:
    """Branch -> the first month that it has rows of: from then on it owes deliveries."""
    first: dict[str, str] = {}
    for (_, branch_id), manifest in all_manifests(lake).items():
        months = [period for period in manifest.slices if period != WHOLE]
        if months:
            first[branch_id] = min([*months, first.get(branch_id, months[0])])
    return first


def nothing_changed(site: Site, last: NightRecord | None, fingerprint: str) -> str:
    """Empty where the last published night already is what these inputs give; else why not, as a sentence."""
    if last is None:
        return "No night was published yet."
    if last.inputs != fingerprint:
        return "Deliveries, rules or what is overdue changed."
    if dict(last.manifests) != manifest_hashes(site.lake):
        return "An earlier night was interrupted."
    if not is_intact(site.workspace, published_versions(site.events)[-1]):
        return f"The published file of night {last.night_id} is missing or was changed by someone."
    return ""


def _why(
    site: Site,
    last: NightRecord | None,
    work: Mapping[str, BranchWork],
    fingerprint: str,
) -> str:
    if work:
        new = sum(len(one.files) for one in work.values())
        again = sum(len(one.again) for one in work.values())
        return f"{new} files to take in, {again} to read again, of {len(work)} branches."
    return nothing_changed(site, last, fingerprint)


def _work(site: Site, branch: BranchConfig, same_rules: bool) -> BranchWork | None:
    """What there is to do for one branch; None where there is nothing.

    A file that no pattern matched goes on waiting, but under the same rules it would wait again.
    """
    new = [
        PendingFile(f.path, f.size, f.modified_ns)
        for f in survey(site.lake, site.workspace.landing, branch.branch_id).unknown
    ]
    unmatched = {
        event.data["sequence"]
        for event in site.events.read(UNRECOGNISED)
        if event.data["branch_id"] == branch.branch_id
    }
    left = [
        PendingFile(file.path, file.size, file.modified_ns)
        for file in waiting(site.events, branch.branch_id)
        if not (same_rules and file.sequence in unmatched)
    ]
    again = tuple(outdated(site.events, branch))
    if not (new or left or again):
        return None
    return BranchWork(tuple(new + left), again, frozenset(branch.datasets))
