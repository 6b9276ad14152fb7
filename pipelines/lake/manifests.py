"""Manifests: one file per dataset and branch that says which slices are in force; replacing it is the commit.

Readers take their file lists from here only. Not here: how slices come about (slices, resolving).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipelines.errors import LakeError
from pipelines.lake.deliveries import in_effect
from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.tallies import Tally, total

HISTORY = "history"


@dataclass(frozen=True)
class Slice:
    """One slice: its file (relative to the lake), what it holds, and how much of that is each delivery's."""

    file: str
    content_hash: str
    tally: Tally
    parts: Mapping[str, Tally]

    @property
    def rows(self) -> int:
        return self.tally.rows


@dataclass(frozen=True)
class Standing:
    """What became of a delivery's accepted rows since."""

    in_force: Tally
    superseded: Tally


@dataclass(frozen=True)
class Manifest:
    """What is in force of one dataset and branch. `generation` counts commits; all else is hashed content."""

    dataset: str
    branch_id: str
    contract_version: str
    deliveries: tuple[tuple[str, str], ...]  # (delivery_id, fingerprint) in the order applied
    slices: Mapping[str, Slice]  # period → slice
    superseded: Mapping[str, Tally]  # delivery → what later deliveries took over, counted when they did
    data_date: str | None  # ISO date of the last delivery applied
    generation: int = 0
    hash: str = field(default="", compare=False)

    @property
    def standing(self) -> dict[str, Standing]:
        """For every delivery applied, what is in force and what superseded."""
        in_force: dict[str, list[Tally]] = {}
        for one in self.slices.values():
            for delivery, amount in one.parts.items():
                in_force.setdefault(delivery, []).append(amount)
        return {
            delivery: Standing(total(in_force.get(delivery, [])), self.superseded.get(delivery, Tally()))
            for delivery, _ in self.deliveries
        }


def read_manifest(lake: Lake, dataset: str, branch_id: str) -> Manifest | None:
    """The manifest in force, or None where nothing was ever applied."""
    path = lake.manifest(dataset, branch_id)
    try:
        return _from_json(path.read_bytes(), str(path))
    except FileNotFoundError:
        return None


def all_manifests(lake: Lake) -> dict[tuple[str, str], Manifest]:
    """(dataset, branch) → manifest in force, in that order."""
    found = {}
    for path in sorted(lake.manifests.glob("*/*.json")):
        if path.parent.name != HISTORY and not path.name.startswith("."):
            manifest = _from_json(path.read_bytes(), str(path))
            found[manifest.dataset, manifest.branch_id] = manifest
    return found


def commit(lake: Lake, manifest: Manifest) -> Manifest:
    """Put `manifest` in force in one step; the one before stays in the history. Returns it with generation, hash."""
    before = read_manifest(lake, manifest.dataset, manifest.branch_id)
    content = _content(manifest)
    found = _hash(content)
    generation = before.generation + 1 if before else 1
    kept = lake.manifest_history / f"{found}.json"
    if not kept.exists():
        atomic_write(kept, _dump({"content": content, "hash": found, "generation": generation}))
    if before:
        _stop_of_force(lake, before.hash)
    text = _dump({"content": content, "hash": found, "generation": generation})
    atomic_write(lake.manifest(manifest.dataset, manifest.branch_id), text)
    return _from_json(text, "the manifest just written")


def read_history(lake: Lake, manifest_hash: str) -> Manifest:
    """An earlier manifest by its hash; `LakeError` when it was collected or never was."""
    path = lake.manifest_history / f"{manifest_hash}.json"
    try:
        return _from_json(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise LakeError(
            f"{path}: this manifest is not in the history (any more). Keep manifests longer (retention), or let the"
            " next night build it anew."
        ) from error


def roll_back(lake: Lake, dataset: str, branch_id: str, to_hash: str | None) -> Manifest | None:
    """Put an earlier manifest in force again (None: none at all, as before the first delivery). Idempotent.

    Raises `LakeError` when the history or a slice that it names is gone; then nothing is changed.
    """
    if to_hash is None:
        lake.manifest(dataset, branch_id).unlink(missing_ok=True)
        return None
    now = read_manifest(lake, dataset, branch_id)
    if now and now.hash == to_hash:
        return now
    manifest = read_history(lake, to_hash)
    if (manifest.dataset, manifest.branch_id) != (dataset, branch_id):
        raise LakeError(
            f"Manifest {to_hash} is of {manifest.branch_id}/{manifest.dataset}, not of {branch_id}/{dataset}."
        )
    missing = [one.file for one in manifest.slices.values() if not (lake.root / one.file).is_file()]
    if missing:
        raise LakeError(f"Manifest {to_hash} cannot be restored: {lake.root / missing[0]} is missing.")
    return commit(lake, manifest)


def pending(lake: Lake, log: EventLog, dataset: str, branch_id: str) -> list[Receipt]:
    """Deliveries that lie in the lake, accepted and not withdrawn, but are not in the manifest in force."""
    manifest = read_manifest(lake, dataset, branch_id)
    applied = set(manifest.deliveries) if manifest else set()
    found = in_effect(lake, log, branch_id, dataset)
    return [receipt for receipt in found if (receipt.delivery_id, receipt.fingerprint) not in applied]


def _stop_of_force(lake: Lake, manifest_hash: str) -> None:
    """Retention of an earlier manifest counts from when it ceased to be in force: that is its file's time."""
    kept = lake.manifest_history / f"{manifest_hash}.json"
    if kept.exists():
        os.utime(kept)


def _content(manifest: Manifest) -> dict[str, Any]:
    return {
        "dataset": manifest.dataset,
        "branch_id": manifest.branch_id,
        "contract_version": manifest.contract_version,
        "data_date": manifest.data_date,
        "deliveries": [list(one) for one in manifest.deliveries],
        "slices": {
            period: {
                "file": one.file,
                "content_hash": one.content_hash,
                **one.tally.as_json(),
                "parts": {delivery: amount.as_json() for delivery, amount in one.parts.items()},
            }
            for period, one in manifest.slices.items()
        },
        "superseded": {delivery: amount.as_json() for delivery, amount in manifest.superseded.items()},
    }


@lru_cache(maxsize=4096)  # a night looks at all manifests several times, and few of them change in between
def _from_json(text: bytes, source: str) -> Manifest:
    try:
        said = json.loads(text)
        content, found = said["content"], said["hash"]
        if _hash(content) != found:
            raise LakeError(
                f"{source}: the manifest was altered. Restore the lake from a backup, or remove the file:"
                " the next night builds it anew from the deliveries."
            )
        return Manifest(
            dataset=content["dataset"],
            branch_id=content["branch_id"],
            contract_version=content["contract_version"],
            deliveries=tuple((delivery, fingerprint) for delivery, fingerprint in content["deliveries"]),
            slices={
                period: Slice(
                    one["file"],
                    one["content_hash"],
                    Tally.from_json(one),
                    {delivery: Tally.from_json(amount) for delivery, amount in one["parts"].items()},
                )
                for period, one in content["slices"].items()
            },
            superseded={delivery: Tally.from_json(one) for delivery, one in content["superseded"].items()},
            data_date=content["data_date"],
            generation=said["generation"],
            hash=found,
        )
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise LakeError(
            f"{source}: not a manifest ({error!r}). Restore it from a backup, or remove it: the next night builds it"
            " anew from the deliveries."
        ) from error


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_dump(content)).hexdigest()


def _dump(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode() + b"\n"
