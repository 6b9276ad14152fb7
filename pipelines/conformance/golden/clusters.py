"""Records → groups that are one party or product, from pairs, strictest first, under guard.

Two records with different valid tax ids of one country are never in one group, nor are two that people said are
different; a pair that would do so is contradicted and says why. Not here: finding pairs, giving ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines.conformance.golden.identifiers import tax_key
from pipelines.conformance.golden.records import Pair, Record, RecordKey

REVIEWED = "reviewed"
_ORDER = {REVIEWED: 0, "group_branch": 1, "tax_id": 2, "gtin": 3, "registration_id": 4, "bank_account": 5}
_LAST = 9


@dataclass(frozen=True)
class Clusters:
    """Every record in exactly one cluster, members sorted; and all pairs with what became of them."""

    members: tuple[tuple[RecordKey, ...], ...]
    pairs: tuple[Pair, ...]


def cluster(records: Iterable[Record], pairs: Iterable[Pair]) -> Clusters:
    """Join matched pairs, reviewed ones first, then by strictness and confidence. Order of input does not matter.

    Pairs of records that are not there are left out.
    """
    by_key = {record.key: record for record in records}
    known = sorted(
        {pair for pair in pairs if pair.left in by_key and pair.right in by_key},
        key=lambda pair: (*strictness(pair), pair.left, pair.right, pair.state),
    )
    apart = [(pair.left, pair.right) for pair in known if pair.rule == REVIEWED and pair.state == "rejected"]
    groups = _Groups(by_key, apart)
    judged = []
    for pair in known:
        problem = groups.join(pair.left, pair.right) if pair.state == "match" else ""
        judged.append(replace(pair, state="contradicted", detail=f"{pair.detail}: {problem}") if problem else pair)
    return Clusters(groups.members(), tuple(judged))


class _Groups:
    """Union-find whose groups know the tax ids in them and whom they must not hold."""

    def __init__(self, records: Mapping[RecordKey, Record], apart: Iterable[tuple[RecordKey, RecordKey]]) -> None:
        self._root = {key: key for key in records}
        self._held: dict[RecordKey, set[RecordKey]] = {key: {key} for key in records}
        self._tax: dict[RecordKey, dict[str, str]] = {key: _tax_ids(record) for key, record in records.items()}
        self._apart: defaultdict[RecordKey, set[RecordKey]] = defaultdict(set)
        for left, right in apart:
            self._apart[left].add(right)
            self._apart[right].add(left)

    def join(self, left: RecordKey, right: RecordKey) -> str:
        """Make two groups one; where they must not be, leave them and say why."""
        one, other = self._find(left), self._find(right)
        if one == other:
            return ""
        for kind, number in self._tax[one].items():
            if self._tax[other].get(kind, number) != number:
                return f"two different tax ids, {number} and {self._tax[other][kind]}"
        if any(self._apart[key] & self._held[other] for key in self._held[one]):
            return "people said that records of the two groups are different"
        small, large = sorted((one, other), key=lambda root: (len(self._held[root]), root))
        self._root[small] = large
        self._held[large] |= self._held.pop(small)
        self._tax[large] |= self._tax.pop(small)
        return ""

    def members(self) -> tuple[tuple[RecordKey, ...], ...]:
        return tuple(sorted(tuple(sorted(held)) for held in self._held.values()))

    def _find(self, key: RecordKey) -> RecordKey:
        while self._root[key] != key:
            self._root[key] = self._root[self._root[key]]
            key = self._root[key]
        return key


def strictness(pair: Pair) -> tuple[int, float]:
    """What a pair is sorted by, the strictest and surest first."""
    return _ORDER.get(pair.rule, _LAST), -pair.confidence


def _tax_ids(record: Record) -> dict[str, str]:
    """Country → the record's valid tax id there."""
    key = tax_key(record)
    return {key.split(":", 1)[0]: key} if key else {}
