"""Collecting what nothing names any more: old slice files, old manifests, leftovers of killed runs.

Deliveries and received bytes are never collected: they are what everything is rebuilt from.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.lake.manifests import Slice, all_manifests, read_history
from pipelines.lake.places import Lake

_LEFTOVER_AGE = timedelta(days=1)
_WRITTEN_ASIDE = {"deliveries", "received"}


@dataclass(frozen=True)
class Collected:
    """What was removed."""

    files: int
    size: int


def collect(lake: Lake, keep_manifests: Iterable[str], retention: timedelta, now: datetime) -> Collected:
    """Remove slice files and earlier manifests that nobody may need: not in force, not in `keep_manifests` (hashes that
    published nights name), and out of use for longer than `retention`. Run it under the run lock.
    """
    oldest = (now - retention).timestamp()
    kept_hashes = {*keep_manifests, *(manifest.hash for manifest in all_manifests(lake).values())}
    old_manifests = []
    for path in sorted(lake.manifest_history.glob("*.json")):
        if path.stem in kept_hashes:
            continue
        if path.stat().st_mtime < oldest:
            old_manifests.append(path)
        else:
            kept_hashes.add(path.stem)
    named = {one.file for one in _slices(lake, kept_hashes)}
    # The time of the last change of a file's names counts, as a linked slice is as old as its delivery.
    old_slices = [
        path
        for path in (lake.root / "current").rglob("*.parquet")
        if path.relative_to(lake.root).as_posix() not in named and path.stat().st_ctime < oldest
    ]
    return _remove([*old_slices, *old_manifests, *_leftovers(lake, (now - _LEFTOVER_AGE).timestamp())])


def _slices(lake: Lake, hashes: Iterable[str]) -> Iterator[Slice]:
    for manifest_hash in sorted(hashes):
        if (lake.manifest_history / f"{manifest_hash}.json").exists():
            yield from read_history(lake, manifest_hash).slices.values()
    for manifest in all_manifests(lake).values():
        yield from manifest.slices.values()


def _leftovers(lake: Lake, oldest: float) -> list[Path]:
    """Half-written things of runs that were killed."""
    scratch = list(lake.scratch.iterdir()) if lake.scratch.is_dir() else []
    # Deliveries and received bytes are written in `scratch`, and are too many to look through every night.
    folders = [path for path in lake.root.glob("*") if path.is_dir() and path.name not in _WRITTEN_ASIDE]
    hidden = [path for folder in folders for path in folder.rglob(".*.tmp") if path.is_file()]
    return [path for path in (*scratch, *hidden) if path.stat().st_ctime < oldest]


def _remove(paths: list[Path]) -> Collected:
    size = 0
    for path in paths:
        if path.is_dir():
            size += sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
            shutil.rmtree(path)
        else:
            size += path.stat().st_size
            path.unlink()
    return Collected(len(paths), size)
