"""Compares two versions of a contract: what changed, and whether it breaks a promise to those who deliver or read.

A change breaks where a delivery that passed would now be refused, or where readers may find a column gone, of another
type, or empty where it never was. Not here: what a branch may tighten for itself (tightening).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.contracts.drifting import looser_drift
from pipelines.contracts.model import Contract, DriftPolicy, Field, Rule, Severity
from pipelines.contracts.strict_yaml import read_yaml
from pipelines.errors import ContractError

RELEASES = "releases.yaml"  # in the folder of the contracts: dataset -> version -> fingerprint of what it said


@dataclass(frozen=True)
class Change:
    """One difference between two versions; `breaking` asks for a new major version."""

    breaking: bool
    subject: str
    sentence: str


def compare(old: Contract, new: Contract) -> list[Change]:
    """Every difference in what the contract promises, part by part; words for people count as compatible."""
    return [
        *_fields(old, new),
        *_frame(old, new),
        *_rules(old, new),
        *_service(old, new),
        *_drift(old, new),
        *_words(old, new),
    ]


def version_mistakes(old: Contract, new: Contract) -> list[str]:
    """Sentences on a version that does not say what changed; empty when it does.

    Any change needs a higher version; a breaking one a higher major version.
    """
    changes = compare(old, new)
    if not changes:
        return []
    before, after = _number(old.version), _number(new.version)
    breaking = [change.sentence for change in changes if change.breaking]
    if after <= before:
        what = "; ".join(change.sentence for change in changes)
        return [
            f"contract {new.dataset} changed, its version went from {old.version} to {new.version}: {what}. Raise it."
        ]
    if breaking and after[0] == before[0]:
        return [
            f"contract {new.dataset} goes from {old.version} to {new.version} but breaks a promise: "
            f'{"; ".join(breaking)}. Make it version "{before[0] + 1}.0.0".'
        ]
    return []


def fingerprint(contract: Contract) -> str:
    """A short hash of everything the contract says except its version; equal contracts have equal ones."""
    said = {key: value for key, value in asdict(contract).items() if key != "version"}
    if contract.drift == DriftPolicy():
        del said["drift"]  # the rule as well
    if not contract.service_level.in_business_days:
        del said["service_level"]["in_business_days"]  # the rule: older releases stay what they were
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def read_releases(directory: Path) -> dict[str, dict[str, str]]:
    """What was released: dataset -> version -> fingerprint; empty without a record. Raises `ContractError`."""
    file = directory / RELEASES
    if not file.is_file():
        return {}
    read = read_yaml(file)
    if read.mistakes:
        raise ContractError("\n".join(read.mistakes))
    return dict(read.data or {})


def release_mistakes(contracts: Mapping[str, Contract], releases: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Contracts that say something else than what was released under their version: each needs a new version."""
    return [
        f"contract {contract.dataset} says something else than what was released as version {contract.version}. "
        "Raise its version, then record it with `python -m pipelines.contracts.dictionary`."
        for contract in contracts.values()
        if releases.get(contract.dataset, {}).get(contract.version, fingerprint(contract)) != fingerprint(contract)
    ]


def releases_text(contracts: Mapping[str, Contract], releases: Mapping[str, Mapping[str, str]]) -> str:
    """The record with the contracts' present versions added; a released version is never rewritten."""
    lines = ["# Generated: a fingerprint of what each version said. A contract that changes needs a new version."]
    for dataset in sorted({*contracts, *releases}):
        known = dict(releases.get(dataset, {}))
        if dataset in contracts:
            known.setdefault(contracts[dataset].version, fingerprint(contracts[dataset]))
        lines.append(f"{dataset}:")
        lines += [f'  "{version}": "{known[version]}"' for version in sorted(known, key=_number)]
    return "\n".join(lines) + "\n"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _fields(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = {f.name: f for f in old.fields}, {f.name: f for f in new.fields}
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield Change(True, name, f"{name} is gone")
        elif name not in before:
            word = "required" if after[name].required else "optional"
            yield Change(after[name].required, name, f"{name} is new and {word}")
        else:
            yield from _field(before[name], after[name])


def _field(old: Field, new: Field) -> Iterator[Change]:
    name = old.name
    if old.dtype != new.dtype:
        yield Change(True, name, f"{name} is {new.dtype} and was {old.dtype}")
    if old.required != new.required:
        # Either way breaks: a new demand refuses deliveries, a dropped one surprises readers.
        yield Change(True, name, f"{name} is {'required' if new.required else 'optional'} now")
    if old.allowed != new.allowed:
        gone = new.allowed is not None and not set(old.allowed or []) <= set(new.allowed)
        yield Change(gone or old.allowed is None, name, f"{name} has another list of values")
    if old.pattern != new.pattern:
        yield Change(new.pattern is not None, name, f"{name} has pattern {new.pattern!r} and had {old.pattern!r}")
    yield from _limits(old, new)
    if old.classification != new.classification:
        yield Change(False, name, f"{name} is classified {new.classification} and was {old.classification}")
    if old.description != new.description:
        yield Change(False, name, f"{name} is described in other words")


def _limits(old: Field, new: Field) -> Iterator[Change]:
    for what, upper in (("minimum", False), ("exclusive_minimum", False), ("maximum", True), ("max_length", True)):
        before, after = getattr(old, what), getattr(new, what)
        if before != after:
            tighter = after is not None and (before is None or (after < before if upper else after > before))
            yield Change(tighter, old.name, f"{what} of {old.name} is {after} and was {before}")


def _frame(old: Contract, new: Contract) -> Iterator[Change]:
    for what in ("dataset", "primary_key", "document_key", "slice_date", "sums"):
        if getattr(old, what) != getattr(new, what):
            said = f"{what} is {getattr(new, what)!r} and was {getattr(old, what)!r}"
            yield Change(True, what, said)
    if old.references != new.references:
        yield Change(False, "references", "references to other datasets changed")


def _rules(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = {r.name: r for r in old.rules}, {r.name: r for r in new.rules}
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield Change(False, name, f"rule {name} is gone")
        elif name not in before:
            yield Change(after[name].severity is Severity.ERROR, name, f"rule {name} is new")
        elif before[name] != after[name]:
            judges = _judges(before[name]) != _judges(after[name])
            breaks = judges and after[name].severity is Severity.ERROR
            yield Change(breaks, name, f"rule {name} {'judges otherwise' if judges else 'is described in other words'}")


def _judges(rule: Rule) -> tuple[object, ...]:
    return rule.scope, rule.expression, rule.severity


def _service(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = old.service_level, new.service_level
    if before.due_days_after_month_end != after.due_days_after_month_end:
        sooner = after.due_days_after_month_end < before.due_days_after_month_end
        said = f"due {after.due_days_after_month_end} days after month end, was {before.due_days_after_month_end}"
        yield Change(sooner, "service_level", said)
    if before.in_business_days != after.in_business_days:
        said = f"due days counted in {'business' if after.in_business_days else 'calendar'} days"
        yield Change(before.in_business_days, "service_level", said)
    if before.refusal_threshold != after.refusal_threshold:
        lower = after.refusal_threshold < before.refusal_threshold
        said = f"refusal threshold {after.refusal_threshold}, was {before.refusal_threshold}"
        yield Change(lower, "service_level", said)


def _drift(old: Contract, new: Contract) -> Iterator[Change]:
    if old.drift != new.drift:
        yield Change(any(looser_drift(old.drift, new.drift)), "drift", "another policy on drift")


def _words(old: Contract, new: Contract) -> Iterator[Change]:
    for what in ("status", "title", "description", "grain", "owner_team"):
        if getattr(old, what) != getattr(new, what):
            yield Change(False, what, f"{what} changed")
