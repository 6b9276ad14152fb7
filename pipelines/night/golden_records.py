"""Golden records of one night: matched anew where a list or a reviewed pair changed, else as they were.

Matching never stops a night: where it fails the last result is used, and the night says so. Ids are told from the event
log and become part of it with the night's publication. Not here: how records are found to be the same
(`pipelines.conformance.golden`), golden values (dbt).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.conformance.golden.clusters import REVIEWED, cluster, strictness
from pipelines.conformance.golden.identifiers import wrong_identifiers
from pipelines.conformance.golden.identities import ASSIGNED, assign, remembered
from pipelines.conformance.golden.likeness import alike_pairs
from pipelines.conformance.golden.pairs import certain_pairs
from pipelines.conformance.golden.records import Kind, Pair, RecordKey
from pipelines.conformance.golden.reviewed import FILE, read_reviewed, reviewed_pairs
from pipelines.errors import TieoutError
from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write, ensure_folder
from pipelines.lake.manifests import all_manifests
from pipelines.lake.places import Lake
from pipelines.night.golden_lists import Manifests, list_hashes, listed
from pipelines.night.golden_tables import GoldenTables
from pipelines.night.inputs import matching_fingerprint
from pipelines.night.plan import Plan
from pipelines.night.site import Site

log = logging.getLogger("tieout")

KINDS: Mapping[Kind, tuple[str, str]] = {
    "party": ("customers and suppliers", "parties"),
    "product": ("product records", "products"),
}
_DECISION = {"match": "matched", "suggested": "suggested", "rejected": "rejected", "contradicted": "rejected"}
_CERTAIN = Decimal("1.0000")


@dataclass(frozen=True)
class Matched:
    """What matching gives for one kind: groups of records, pairs with what became of them, what cannot be right."""

    groups: tuple[tuple[RecordKey, ...], ...] = ()
    pairs: tuple[Pair, ...] = ()
    problems: Mapping[RecordKey, str] | None = None

    @property
    def record_count(self) -> int:
        return sum(len(group) for group in self.groups)

    def settled(self) -> tuple[Pair, ...]:
        """All pairs; a suggestion waits for nobody once another rule has joined the two or people said of them no."""
        group_of = {key: at for at, group in enumerate(self.groups) for key in group}
        apart = {(one.left, one.right) for one in self.pairs if one.rule == REVIEWED and one.state == "rejected"}
        found = []
        for one in self.pairs:
            if one.state == "suggested" and group_of.get(one.left) == group_of.get(one.right):
                found.append(replace(one, state="match", detail="joined by another rule"))
            elif one.state == "suggested" and (one.left, one.right) in apart:
                found.append(replace(one, state="rejected", detail="people said that the two are different"))
            else:
                found.append(one)
        return tuple(found)


@dataclass(frozen=True)
class Golden:
    """Golden records as dbt reads them, the events that make their ids stay, and what the night says of them."""

    tables: GoldenTables
    events: tuple[tuple[str, Mapping[str, object]], ...]
    sentence: str


def golden_records(site: Site, plan: Plan) -> Golden:
    """Match what is in force now. Never raises for what the lists hold or for matching itself."""
    manifests = all_manifests(site.lake)
    tables, events, said, waiting = GoldenTables(), [], [], 0
    for kind, (records, golden) in KINDS.items():
        matched = _matched(site, plan, manifests, kind)
        found, event = _identified(kind, matched, site.events, plan.night_date)
        tables = GoldenTables(
            [*tables.members, *found.members], [*tables.pairs, *found.pairs], [*tables.superseded, *found.superseded]
        )
        events += [(ASSIGNED, event)] if event else []
        if matched.groups:
            said.append(f"{matched.record_count} {records} are {len(matched.groups)} {golden}")
        waiting += sum(decision == "suggested" for *_, decision, _ in found.pairs)
    if waiting:
        said.append(f"{waiting} pair{'s wait' if waiting > 1 else ' waits'} for somebody to look")
    return Golden(tables, tuple(events), f"{', '.join(said)}." if said else "")


def _matched(site: Site, plan: Plan, manifests: Manifests, kind: Kind) -> Matched:
    file = _kept_file(site.lake, kind)
    fingerprint = matching_fingerprint(list_hashes(manifests, kind), site.workspace.seeds_dir / FILE)
    kept = _read(file)
    if kept and kept[0] == fingerprint:
        return kept[1]
    try:
        found = _match(site, plan, manifests, kind)
        ensure_folder(file.parent)
        _write(file, fingerprint, found)
    except Exception as error:  # whatever it is, the books are worth more than who is who
        log.debug("Matching of %s failed.", KINDS[kind][0], exc_info=True)
        what = str(error) if isinstance(error, TieoutError) else f"{type(error).__name__}: {error}"
        last = "they stay as they were" if kept else "every record stands alone"
        log.warning("Golden records of %s could not be matched, %s: %s", KINDS[kind][0], last, what)
        return kept[1] if kept else Matched()
    return found


def _match(site: Site, plan: Plan, manifests: Manifests, kind: Kind) -> Matched:
    reviewed = reviewed_pairs(read_reviewed(site.workspace.seeds_dir / FILE), kind)
    countries = {branch_id: branch.country_code for branch_id, branch in plan.branches.items()}
    records = listed(site.lake, manifests, kind, countries)
    found = cluster(records, [*reviewed, *certain_pairs(records), *alike_pairs(records, kind)])
    problems = {
        record.key: "; ".join(f"{wrong.field} {wrong.value}: {wrong.problem}" for wrong in wrongs)
        for record in records
        if (wrongs := list(wrong_identifiers(record)))
    }
    return Matched(found.members, found.pairs, problems)


def _identified(
    kind: Kind, matched: Matched, events: EventLog, night_date: date
) -> tuple[GoldenTables, Mapping[str, object] | None]:
    """Rows of the three tables, and the event to append where an id is new."""
    history = [event.data for event in events.read(ASSIGNED)]
    before = remembered(kind, history)
    assigned = assign(before, matched.groups)
    event = assigned.as_event(kind)
    since = _since(kind, history)
    given_up = {**before.superseded, **assigned.superseded}
    tables = GoldenTables(
        members=_members(kind, matched, assigned.ids),
        pairs=[_pair(kind, pair) for pair in matched.settled()],
        superseded=[
            (kind, name, by, since.get(name, night_date))
            for name, by in sorted(given_up.items())
            if name not in set(assigned.ids.values())
        ],
    )
    return tables, {**event, "night_date": night_date.isoformat()} if event else None


def _members(
    kind: Kind, matched: Matched, ids: Mapping[RecordKey, str]
) -> list[tuple[str, str, str, str, str, str, Decimal, str | None]]:
    best: dict[RecordKey, Pair] = {}
    for pair in sorted((one for one in matched.pairs if one.state == "match"), key=strictness):
        for end in (pair.left, pair.right):
            best.setdefault(end, pair)
    problems = matched.problems or {}
    rows: list[tuple[str, str, str, str, str, str, Decimal, str | None]] = []
    for group in matched.groups:
        for key in group:
            by = best.get(key) if len(group) > 1 else None
            rule, confidence = (by.rule, _share(by.confidence)) if by else ("alone", _CERTAIN)
            rows.append((kind, *key, ids[key], rule, confidence, problems.get(key)))
    return rows


def _pair(kind: Kind, pair: Pair) -> tuple[str, str, str, str, str, str, str, str, Decimal, str, str]:
    return (kind, *pair.left, *pair.right, pair.rule, _share(pair.confidence), _DECISION[pair.state], pair.detail)


def _share(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_CERTAIN)


def _since(kind: Kind, history: Iterable[Mapping[str, Any]]) -> dict[str, date]:
    """Id given up → the date of the night that gave it up last."""
    return {
        name: date.fromisoformat(data["night_date"])
        for data in history
        if data["kind"] == kind
        for name in data["superseded"]
    }


def _kept_file(lake: Lake, kind: Kind) -> Path:
    """The last result. A cache: it may be deleted while no night runs."""
    return lake.root / "index" / f"golden_{kind}.json"


def _read(file: Path) -> tuple[str, Matched] | None:
    try:
        said = json.loads(file.read_bytes())
        groups = tuple(tuple(RecordKey(*key) for key in group) for group in said["groups"])
        pairs = tuple(Pair(RecordKey(*left), RecordKey(*right), *rest) for left, right, *rest in said["pairs"])
        return said["fingerprint"], Matched(groups, pairs, {RecordKey(*key): text for *key, text in said["problems"]})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, fingerprint: str, found: Matched) -> None:
    pairs: Sequence[object] = [
        [one.left, one.right, one.rule, one.confidence, one.state, one.detail] for one in found.pairs
    ]
    problems = [[*key, text] for key, text in sorted((found.problems or {}).items())]
    said = {"fingerprint": fingerprint, "groups": found.groups, "pairs": pairs, "problems": problems}
    atomic_write(file, json.dumps(said, ensure_ascii=False).encode())
