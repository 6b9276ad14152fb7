"""Fingerprints: what a night depends on, in a few hashes. The same inputs give the same night, so it need not run.

Hashes contents, never times. Not here: deciding what to do with them (plan).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.closing.records import state_of_closes
from pipelines.contracts.model import Contract
from pipelines.lake.events import EventLog
from pipelines.lake.received import confirmations, taken_in, withdrawn
from pipelines.night.obligations import Obligation, month_reported_on
from pipelines.publishing.candidate import STORAGE_VERSION
from pipelines.reconciling.decisions import state_of_decisions
from pipelines.repair.records import proposals
from pipelines.settings import REPOSITORY, WORKSPACE_FILE, Workspace

_GOLDEN = "conformance/golden"
# Code that decides what a night gives; the command, Dagster's wiring and the simulator do not.
_CODE = (
    "contracts",
    "sources",
    "standardize",
    "drift",
    "branches",
    "validation",
    "lake",
    "intake",
    "repair",
    "audit",
    "publishing",
    "closing",
    "reconciling",
    _GOLDEN,
    "night",
)
_LIBRARIES = (
    "polars",
    "pandera",
    "duckdb",
    "dbt-core",
    "dbt-duckdb",
    "great-expectations",
    "splink",
    "python-stdnum",
)
_MATCHING_LIBRARIES = ("splink", "python-stdnum", "duckdb")
# What lays the lake out for dbt.
_LAID_OUT_BY = ("break_memory", "closed_months", "gathered", "golden_tables", "lake_schema", "master_history")
_NOT_SOURCE = {"target", "logs", "dbt_packages", "__pycache__"}


def standards_fingerprint(workspace: Workspace) -> str:
    """What decides how a file is read, standardized and judged: branch folders, profiles, contracts, code."""
    return _digest(
        [
            _folder(workspace.branches_dir),
            _folder(workspace.profiles_dir),
            _folder(workspace.contracts_dir),
            _file(workspace.root / WORKSPACE_FILE),
            *(_folder(REPOSITORY / "pipelines" / package) for package in _CODE),
            *_versions(_LIBRARIES),
        ]
    )


def models_fingerprint(workspace: Workspace) -> str:
    """What decides what dbt makes of the slices: models, macros, reference tables, contracts, how the lake is laid out.

    A version built under another fingerprint is no base for an incremental night.
    """
    return _digest(
        [
            _folder(workspace.dbt_project),
            _folder(workspace.seeds_dir),
            _folder(workspace.contracts_dir),
            *(_file(REPOSITORY / "pipelines" / "night" / f"{module}.py") for module in _LAID_OUT_BY),
            STORAGE_VERSION,
            *_versions(_LIBRARIES),
        ]
    )


def inputs_fingerprint(
    log: EventLog,
    rules: tuple[str, str],
    failed: Mapping[str, str],
    owed: Iterable[Obligation],
    contracts: Mapping[str, Contract],
) -> str:
    """Everything that decides what the night gives: deliveries that stand, withdrawals, repairs,
    closes and certificates, decisions on breaks, rules, models, dues.

    `rules`: the fingerprints of standards and of models. `failed`: branch -> why it could not be processed; a branch
    that begins or ceases to fail changes the night.
    """
    deliveries = {
        f"{branch}/{sequence}": [(one.delivery_id, one.fingerprint) for one in given]
        for (branch, sequence), given in taken_in(log).items()
    }
    return _digest(
        [
            *rules,
            json.dumps(deliveries, sort_keys=True),
            json.dumps(sorted(withdrawn(log))),
            json.dumps(dict(failed), sort_keys=True),
            *(f"{one.branch_id}/{one.dataset}/{one.period}/{one.due_date}" for one in owed),
            *sorted(_confirmed_months(log, contracts)),
            *(f"repair {one.repair_id} {one.decision}" for one in proposals(log)),
            *state_of_closes(log),
            *state_of_decisions(log),
        ]
    )


def matching_fingerprint(lists: Iterable[str], reviewed: Path) -> str:
    """What decides which records are the same: `lists`, a line for every slice of them, reviewed pairs, the code."""
    code = _folder(REPOSITORY / "pipelines" / _GOLDEN)
    return _digest([*lists, _file(reviewed), code, *_versions(_MATCHING_LIBRARIES)])


def _confirmed_months(log: EventLog, contracts: Mapping[str, Contract]) -> set[str]:
    """Months of a list that came in time only because the same list was sent again: nothing new, but not missing.

    Rows that lie in months stay those months', so a copy of them settles nothing that is owed.
    """
    said = {
        (one.branch_id, one.dataset, month_reported_on(one.delivery_date))
        for one in confirmations(log)
        if one.dataset in contracts and contracts[one.dataset].slice_date is None
    }
    if not said:
        return set()
    brought = {
        (branch, delivery.dataset, month_reported_on(date.fromisoformat(delivery.delivery_id.split("/")[2][:10])))
        for (branch, _), given in taken_in(log).items()
        for delivery in given
    }
    return {"/".join(one) for one in said - brought}


def _versions(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} absent"


def _folder(folder: Path) -> str:
    """Hash of names and contents of all files below; an absent folder is empty."""
    if not folder.is_dir():
        return "absent"
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not _NOT_SOURCE & set(path.relative_to(folder).parts) and path.suffix != ".pyc"
    )
    return _digest(part for path in paths for part in (path.relative_to(folder).as_posix(), _file(path)))


def _file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()
