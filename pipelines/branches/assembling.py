"""What a branch says, as the kinds of file that every other part reads: defaults, tightening, versions of each day.

Not here: reading YAML (loading), and checking it (checking, dating).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipelines.branches.checking import Mistake
from pipelines.branches.config import DatasetConfig, FileConfig
from pipelines.branches.document import BranchSaid, FileSaid
from pipelines.contracts.model import Contract
from pipelines.contracts.tightening import apply_tightening
from pipelines.errors import ContractError
from pipelines.standardize.mapping import Mapping


@dataclass(frozen=True)
class Told:
    """A branch as it is from one day on: what it says, and the contracts as it tightened them."""

    said: BranchSaid
    contracts: Dictionary[str, Contract]


def file_versions(name: str, order: int, days: list[date | None], known: Dictionary[date | None, Told]) -> FileConfig:
    """The newest version of a kind of file, with the earlier ones."""
    versions = [_version(name, order, day, known) for day in days]
    return replace(versions[-1], earlier=tuple(versions[:-1]))


def _version(name: str, order: int, day: date | None, known: Dictionary[date | None, Told]) -> FileConfig:
    said, contracts = known[day].said, known[day].contracts
    file = said.files[name]
    return FileConfig(
        name=name,
        order=order,
        pattern=file.pattern,
        layout=file.layout,
        delivery_date=file.delivery_date,
        datasets={
            dataset: _dataset(dataset, file, said, known[None].said, contracts[dataset]) for dataset in file.datasets
        },
        dated_by=file.dated_by,
        valid_from=day,
    )


def _dataset(dataset: str, file: FileSaid, branch: BranchSaid, first: BranchSaid, contract: Contract) -> DatasetConfig:
    """`first` is the branch before any version began: what a looked-up file became since is part of its content."""
    said, tighter = file.datasets[dataset], branch.tighten.get(dataset, {})
    leaves_open = contract.drift.column_added != "refuse"  # then `unmapped` decides nothing about rows
    deciding_nothing: dict[str, Any] = {} if said.may_be_empty else {"may_be_empty": True}
    if leaves_open:
        deciding_nothing["mapping"] = {"unmapped"}
    effective = {
        "layout": file.layout.model_dump(mode="json"),
        "delivery_date": file.delivery_date.model_dump(mode="json"),
        "dataset": said.model_dump(mode="json", exclude=deciding_nothing),
        "tighten": tighter,
        # what another table's columns are depends on how its file is read
        "looked_up": {
            name: first.files[one.file].layout.model_dump(mode="json") for name, one in said.lookups.items() if one.file
        },
    }
    text = json.dumps(effective, sort_keys=True, ensure_ascii=True, default=str)
    return DatasetConfig(
        dataset=dataset,
        rule=said.rule,
        period=said.period,
        mapping=said.mapping,
        may_be_empty=said.may_be_empty,
        controls=said.controls,
        contract=contract,
        lookups=said.lookups,
        mapping_version=hashlib.sha256(text.encode()).hexdigest()[:12],
    )


def tightened(said: BranchSaid, contracts: Dictionary[str, Contract], mistakes: list[Mistake]) -> dict[str, Contract]:
    """The contracts as the branch tightened them; what would loosen one is added to `mistakes`."""
    found = dict(contracts)
    for dataset, wishes in said.tighten.items():
        if dataset not in contracts:
            continue  # the check has already said so
        try:
            found[dataset] = apply_tightening(contracts[dataset], wishes)
        except ContractError as error:
            mistakes += [Mistake(("tighten", dataset), sentence) for sentence in str(error).splitlines()]
    return found


def with_defaults(said: BranchSaid) -> BranchSaid:
    """Conventions reach every mapping that does not say its own: first the file's, then the branch's."""
    return said.model_copy(
        update={"files": {name: _file_with_defaults(said, file) for name, file in said.files.items()}}
    )


def _file_with_defaults(branch: BranchSaid, file: FileSaid) -> FileSaid:
    said = {key: getattr(file, key) or getattr(branch, key) for key in ("numbers", "dates", "booleans")}

    def filled(mapping: Mapping) -> Mapping:
        missing = {
            key: value for key, value in said.items() if value is not None and key not in mapping.model_fields_set
        }
        return mapping.model_copy(update=missing)

    datasets = {name: its.model_copy(update={"mapping": filled(its.mapping)}) for name, its in file.datasets.items()}
    return file.model_copy(update={"datasets": datasets})
