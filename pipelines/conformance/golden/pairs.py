"""Pairs that identifiers make: the same branch of the group, valid tax id, register number, bank account or GTIN.

Not here: likeness, people's decisions, and what becomes of a pair (clusters).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher

from pipelines.conformance.golden.identifiers import bank_key, gtin_key, registration_key, tax_key
from pipelines.conformance.golden.naming import company_name
from pipelines.conformance.golden.records import Pair, Record

# A collecting bank or a factor has one account for many companies: the names must be alike too.
_NAMES_ALIKE = 0.6

# From the strictest on; a cluster is made in this order.
_RULES: tuple[tuple[str, float, Callable[[Record], str | None]], ...] = (
    ("group_branch", 1.0, lambda record: record.partner_branch_id or None),
    ("tax_id", 1.0, tax_key),
    ("gtin", 1.0, gtin_key),
    ("registration_id", 0.99, registration_key),
    ("bank_account", 0.98, bank_key),
)


def certain_pairs(records: Iterable[Record]) -> list[Pair]:
    """Pairs of records with one identifier in common, strictest rule first, each pair by one rule only.

    Of n records with the same identifier each is paired with the first by key, so that pairs grow with n, not n²;
    bank accounts pair each with every other, since their names decide.
    """
    listed = sorted(records, key=lambda one: one.key)
    found: dict[tuple[object, object], Pair] = {}
    for rule, confidence, key_of in _RULES:
        groups: defaultdict[str, list[Record]] = defaultdict(list)
        for record in listed:
            key = key_of(record)
            if key is not None:
                groups[f"{record.kind} {key}"].append(record)
        for key, group in groups.items():
            for left, right in _paired(group, rule):
                detail = key.split(" ", 1)[1]
                found.setdefault(
                    (left.key, right.key), Pair(left.key, right.key, rule, confidence, "match", f"{rule} {detail}")
                )
    return list(found.values())


def _paired(group: list[Record], rule: str) -> Iterator[tuple[Record, Record]]:
    if rule != "bank_account":
        for other in group[1:]:
            yield group[0], other
        return
    for at, left in enumerate(group):
        for right in group[at + 1 :]:
            if names_alike(left, right):
                yield left, right


def names_alike(left: Record, right: Record) -> bool:
    """Whether two names without legal forms share most of their letters, in order."""
    return SequenceMatcher(None, company_name(left.name), company_name(right.name)).ratio() >= _NAMES_ALIKE
