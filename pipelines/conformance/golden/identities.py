"""Ids of golden records that stay from night to night, told from the event log.

A group keeps the id that most of its members had; at a tie the oldest. An id whose members all went to other groups is
superseded by the group that most of them went to. Not here: how groups are found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.conformance.golden.records import Kind, RecordKey

ASSIGNED = "golden_assigned"  # data: kind, members [[branch, role, code, id], …], superseded {id: id}
_LETTER: Mapping[Kind, str] = {"party": "P", "product": "G"}


@dataclass(frozen=True)
class Identities:
    """What is remembered of one kind: every record's last id, and ids given up with what took their place."""

    kind: Kind
    ids: Mapping[RecordKey, str]
    superseded: Mapping[str, str]

    @property
    def last_number(self) -> int:
        return max((int(name[1:]) for name in (*self.ids.values(), *self.superseded)), default=0)


@dataclass(frozen=True)
class Assigned:
    """The ids of all groups, and what of it is new and goes into the log."""

    ids: Mapping[RecordKey, str]
    new: Mapping[RecordKey, str]
    superseded: Mapping[str, str]

    def as_event(self, kind: Kind) -> dict[str, object] | None:
        """The event's data; None where nothing is new."""
        if not self.new and not self.superseded:
            return None
        members = [[*key, name] for key, name in sorted(self.new.items())]
        return {"kind": kind, "members": members, "superseded": dict(sorted(self.superseded.items()))}


def remembered(kind: Kind, events: Iterable[Mapping[str, object]]) -> Identities:
    """Fold the data of `golden_assigned` events, oldest first."""
    ids: dict[RecordKey, str] = {}
    superseded: dict[str, str] = {}
    for data in events:
        if data["kind"] != kind:
            continue
        members, given_up = data["members"], data["superseded"]
        assert isinstance(members, list) and isinstance(given_up, dict)
        for branch, role, code, name in members:
            ids[RecordKey(branch, role, code)] = name
            superseded.pop(name, None)
        superseded |= given_up
    return Identities(kind, ids, superseded)


def assign(before: Identities, groups: Iterable[Sequence[RecordKey]]) -> Assigned:
    """Give every group its id. Records that are gone keep their last id in the log, should they come back."""
    listed = sorted(tuple(sorted(group)) for group in groups)
    claims = []  # (votes, id, group number); most votes first, then the oldest id
    for at, group in enumerate(listed):
        votes = Counter(before.ids[key] for key in group if key in before.ids)
        claims += [(-count, name, at) for name, count in votes.items()]
    taken: dict[str, int] = {}
    of_group: dict[int, str] = {}
    for _, name, at in sorted(claims, key=lambda claim: (claim[0], _age(claim[1]), claim[2])):
        if name not in taken and at not in of_group:
            taken[name], of_group[at] = at, name
    number = before.last_number
    for at in range(len(listed)):
        if at not in of_group:
            number += 1
            of_group[at] = f"{_LETTER[before.kind]}{number:06d}"
    ids = {key: of_group[at] for at, group in enumerate(listed) for key in group}
    given_up: dict[str, str] = {}
    for _, name, at in sorted(claims, key=lambda claim: (claim[0], _age(claim[1]), claim[2])):
        if name not in taken:
            given_up.setdefault(name, of_group[at])
    new = {key: name for key, name in ids.items() if before.ids.get(key) != name or name in before.superseded}
    return Assigned(ids, new, {old: by for old, by in given_up.items() if before.superseded.get(old) != by})


def _age(name: str) -> int:
    return int(name[1:])
