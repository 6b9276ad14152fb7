"""Parts of a branch that hold from a day on: `versions` are laid over what stands beside them, one for each day.

A file kind, a layout, a mapping, its amounts and a column's source may have versions; each day has exactly one. Pure:
configuration in, configuration as of a day out. Not here: which day a file is of (config), and what the keys mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from pipelines.branches.checking import Mistake

Path = tuple[str | int, ...]
Merge = Callable[[Any, Any, str], Any]

VERSIONS, FROM, TO = "versions", "valid_from", "valid_to"
_ANY = "*"
# Where versions may stand, below `attributes`. Everything else is the same on all days.
_PLACES: tuple[tuple[str, ...], ...] = (
    ("files", _ANY),
    ("files", _ANY, "layout"),
    ("files", _ANY, "datasets", _ANY),
    ("files", _ANY, "datasets", _ANY, "mapping"),
    ("files", _ANY, "datasets", _ANY, "mapping", "amounts"),
    ("files", _ANY, "datasets", _ANY, "mapping", "columns", _ANY),
)
# A file is recognised and dated before anybody knows which version it falls under.
_BEFORE = ("pattern", "delivery_date", "dated_by")


@dataclass(frozen=True)
class AsOf:
    """The configuration of one day. `chosen`: path of a part with versions → which of them it was."""

    attributes: dict[str, Any]
    chosen: dict[Path, int] = field(default_factory=dict)

    def spellings(self, path: Path) -> list[Path]:
        """Where the value at `path` may stand in the text: in the versions that were chosen, or beside them."""
        found: list[Path] = [()]
        for depth, step in enumerate(path):
            found = [(*one, step) for one in found]
            if path[: depth + 1] in self.chosen:
                found += [(*one, VERSIONS, self.chosen[path[: depth + 1]]) for one in found]
        return found[::-1]


def first_days(attributes: Dictionary[str, Any]) -> dict[str, list[date | None]]:
    """File kind → the days from which its parts change, in order; None stands for the beginning of time."""
    files = attributes.get("files")
    found: dict[str, list[date | None]] = {}
    for name, said in files.items() if isinstance(files, dict) else ():
        days = {day for _, _, version in _versions(("files", name), said) if (day := _day(version.get(FROM)))}
        found[name] = [None, *sorted(days)]
    return found


def dating_mistakes(attributes: Dictionary[str, Any]) -> list[Mistake]:
    """Days without a version and days with two, and versions of what has to be the same on all days."""
    files = attributes.get("files")
    found: list[Mistake] = []
    for name, said in files.items() if isinstance(files, dict) else ():
        for path, node in _nodes(("files", name), said):
            found += _mistakes(path, node[VERSIONS])
    return found


def as_of(attributes: Dictionary[str, Any], day: date | None, merge: Merge) -> AsOf:
    """The configuration as it is on `day` (None: at the beginning of time), without any versions."""
    chosen: dict[Path, int] = {}
    files = attributes.get("files")
    if not isinstance(files, dict):
        return AsOf(dict(attributes))
    resolved = {name: _resolved(("files", name), said, day, merge, chosen) for name, said in files.items()}
    return AsOf({**attributes, "files": resolved}, chosen)


def _resolved(path: Path, said: Any, day: date | None, merge: Merge, chosen: dict[Path, int]) -> Any:
    if not isinstance(said, dict):
        return said
    if _may_have_versions(path) and VERSIONS in said:
        at, version = _of_day(said[VERSIONS], day)
        chosen[path] = at
        base = {key: value for key, value in said.items() if key != VERSIONS}
        said = merge(base, {key: value for key, value in version.items() if key not in (FROM, TO)}, _within(path))
    return {key: _resolved((*path, key), value, day, merge, chosen) for key, value in said.items()}


def _within(path: Path) -> str:
    """The key that decides how the part is merged; a source with versions is merged key by key."""
    return "amounts" if path[-1] == "amounts" else ""


def _of_day(versions: Any, day: date | None) -> tuple[int, dict[str, Any]]:
    """The last version that has begun; mistakes in their days are told apart from this."""
    found: tuple[int, dict[str, Any]] = (0, {})
    for at, version in enumerate(versions if isinstance(versions, list) else []):
        start = _day(version.get(FROM)) if isinstance(version, dict) else None
        if isinstance(version, dict) and (at == 0 or (day is not None and start is not None and start <= day)):
            found = (at, version)
    return found


def _nodes(path: Path, said: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every part with versions, as the text has it: its path and what stands there."""
    if not isinstance(said, dict):
        return
    dated = _may_have_versions(_plain(path)) and VERSIONS in said
    if dated:
        yield path, said
        for at, version in enumerate(said[VERSIONS] if isinstance(said[VERSIONS], list) else []):
            for key, value in version.items() if isinstance(version, dict) else ():
                yield from _nodes((*path, VERSIONS, at, key), value)
    for key, value in said.items():
        if not (dated and key == VERSIONS):
            yield from _nodes((*path, key), value)


def _versions(path: Path, said: Any) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    for place, node in _nodes(path, said):
        listed = node[VERSIONS] if isinstance(node[VERSIONS], list) else []
        yield from ((place, at, version) for at, version in enumerate(listed) if isinstance(version, dict))


def _plain(path: Path) -> Path:
    """The path without the steps into versions."""
    found: list[str | int] = []
    steps = list(path)
    while steps:
        step = steps.pop(0)
        if step == VERSIONS and steps and isinstance(steps[0], int):
            steps.pop(0)
        else:
            found.append(step)
    return tuple(found)


def _may_have_versions(path: Path) -> bool:
    return any(
        len(place) == len(path) and all(wanted in (_ANY, step) for wanted, step in zip(place, path, strict=True))
        for place in _PLACES
    )


def _mistakes(path: Path, versions: Any) -> Iterator[Mistake]:
    here = (*path, VERSIONS)
    if not isinstance(versions, list) or not versions or not all(isinstance(one, dict) for one in versions):
        yield Mistake(here, f"versions is {versions!r}; expected a list, each with what it changes and its {FROM}.")
        return
    for at, version in enumerate(versions):
        for key in (FROM, TO):
            if key in version and _day(version[key]) is None:
                yield Mistake((*here, at, key), f'{key} is {version[key]!r}; expected a day such as "2026-04-01".')
                return
        for key in (key for key in _BEFORE if key in version and len(path) == 2):
            yield Mistake((*here, at, key), f"{key} is the same on all days, as it finds the version. Move it out.")
    yield from _gaps(here, versions)


def _gaps(here: Path, versions: list[dict[str, Any]]) -> Iterator[Mistake]:
    first, last = versions[0], versions[-1]
    if FROM in first:
        sentence = f"no version holds before {first[FROM]}; leave {FROM} out of the first one, which is for all before."
        yield Mistake((*here, 0, FROM), sentence)
    for at, (one, other) in enumerate(pairwise(versions), start=1):
        start = _day(other.get(FROM))
        if start is None:
            yield Mistake((*here, at), f"{FROM} is missing: from which day on does this version hold?")
            return
        previous, end = _day(one.get(FROM)), _day(one.get(TO))
        if previous is not None and start <= previous:
            yield Mistake((*here, at, FROM), f"{FROM} is {start}, not after {previous}. Put the versions in order.")
        elif end is not None and end >= start:
            sentence = f"{start} to {end} have two versions: one ends on {end}, the next begins on {start}."
            yield Mistake((*here, at, FROM), f"{sentence} Let the first end on {start - timedelta(days=1)}.")
        elif end is not None and end != start - timedelta(days=1):
            gap = f"{end + timedelta(days=1)} to {start - timedelta(days=1)}"
            yield Mistake((*here, at, FROM), f"{gap} have no version. Let this one begin, or the other end, beside it.")
    if TO in last:
        yield Mistake((*here, len(versions) - 1, TO), f"no version holds after {last[TO]}. Leave {TO} out of the last.")


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(said) if isinstance(said, str) and len(said) == 10 else None
    except ValueError:
        return None
