"""The change of a branch's `defs.yaml` that would read a drifted file: a fragment to lay over `attributes`.

Where the file's day is known before it is opened, the change is dated, so that no earlier file is read anew. Not here:
deciding that something drifted.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from pipelines.drift.uses import Use
from pipelines.standardize.mapping import Mapping, Source


@dataclass(frozen=True)
class Place:
    """Where in a branch's file something stands. `day`: from which day on a change may hold; None: on all days."""

    file: str
    dataset: str
    day: date | None


def column_renamed(place: Place, mapping: Mapping, use: Use, new: str) -> str:
    """Take the field from `new` from the day on; where changes cannot be dated, from either."""
    if use.path[0] == "amounts":
        return _amounts(place, mapping, use, new)
    source = mapping.columns[use.field]
    if place.day is not None:
        base = _said(source)
        changed = _renamed(base, use.path[2:], [new])
        own = {key: value for key, value in changed.items() if base.get(key) != value}
        said = {**base, "versions": [{}, {"valid_from": place.day.isoformat(), **own}]}
    else:
        said = _renamed(_said(source), use.path[2:], [*use.names, new])
    return _in_mapping(place, {"columns": {use.field: said}})


def code_added(place: Place, mapping: Mapping, field: str, code: str, meaning: str) -> str:
    """Give a new code the standard value `meaning`."""
    source = mapping.columns[field]
    said = _said(source)
    if place.day is not None:
        said["versions"] = [{}, {"valid_from": place.day.isoformat(), "values": {code: meaning}}]
    else:
        said["values"] = {**(source.values or {}), code: meaning}
    return _in_mapping(place, {"columns": {field: said}})


def left_out(place: Place, mapping: Mapping, columns: list[str]) -> str:
    """Say that columns are known and not wanted."""
    return _in_mapping(place, {"unmapped": [*mapping.unmapped, *columns]})


def numbers_written(place: Place, mapping: Mapping, field: str | None, mark: str, thousands: list[str]) -> str:
    """Read numbers with another decimal mark: those of one field that says its own, else all."""
    numbers = (mapping.columns[field].numbers if field is not None else None) or mapping.numbers
    said = numbers.model_dump(mode="json", exclude_defaults=True)
    said["decimal_mark"] = mark
    said["thousands_marks"] = [*thousands, *(one for one in numbers.thousands_marks if one not in (mark, *thousands))]
    if not said["thousands_marks"]:
        del said["thousands_marks"]
    return _in_mapping(place, _convention(place, mapping, field, {"numbers": said}))


def dates_written(place: Place, mapping: Mapping, field: str | None, fmt: str) -> str:
    """Read dates in another format: those of one field, or all."""
    return _in_mapping(place, _convention(place, mapping, field, {"dates": {"formats": [fmt]}}))


def layout_changed(place: Place, changes: Dictionary[str, str]) -> str:
    """Cut the file otherwise."""
    return _yaml({"files": {place.file: {"layout": _from_day(place, dict(changes))}}})


def part_declared(place: Place, section: str, header: str, path: str) -> str:
    """Read a column of JSON or XML from `path`."""
    changes = {"sections": {section: {"columns": {header: path}}}}
    return _yaml({"files": {place.file: {"layout": _from_day(place, changes)}}})


def _amounts(place: Place, mapping: Mapping, use: Use, new: str) -> str:
    at = 2 if isinstance(use.path[1], int) else 1  # one of several shapes, or the only one
    key = str(use.path[at])
    shape = mapping.amounts[0]
    source = getattr(shape, key)
    names = [new] if place.day is not None else [*use.names, new]
    changed = _short(_renamed(_said(source), use.path[at + 1 :], names))
    if len(mapping.amounts) == 1:
        return _in_mapping(place, {"amounts": _from_day(place, {key: changed})})
    others = [one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in mapping.amounts]
    others[0][key] = _short(_renamed(_said(source), use.path[at + 1 :], [*use.names, new]))
    return _in_mapping(place, {"amounts": others})


def _convention(place: Place, mapping: Mapping, field: str | None, said: dict[str, Any]) -> dict[str, Any]:
    if field is None:
        return _from_day(place, said)
    return {"columns": {field: {**_said(mapping.columns[field]), **_from_day(place, said)}}}


def _from_day(place: Place, changes: dict[str, Any]) -> dict[str, Any]:
    if place.day is None:
        return changes
    return {"versions": [{}, {"valid_from": place.day.isoformat(), **changes}]}


def _said(source: Source) -> dict[str, Any]:
    """A source as it was written, in full."""
    return source.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _renamed(said: Any, path: tuple[str | int, ...], names: list[str]) -> Any:
    """A copy of `said` with other column names at `path`."""
    if not path:
        return names if len(names) > 1 else names[0]
    if isinstance(said, list):
        return [_renamed(one, path[1:], names) if at == path[0] else one for at, one in enumerate(said)]
    return {key: _renamed(one, path[1:], names) if key == path[0] else one for key, one in said.items()}


def _short(said: dict[str, Any]) -> Any:
    return said["column"] if set(said) == {"column"} else said


def _in_mapping(place: Place, changes: dict[str, Any]) -> str:
    return _yaml({"files": {place.file: {"datasets": {place.dataset: {"mapping": changes}}}}})


def _yaml(said: dict[str, Any]) -> str:
    """Written so that every reader of YAML takes texts for texts: what might be a number or a date is in quotes."""
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
