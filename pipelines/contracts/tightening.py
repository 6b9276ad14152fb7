"""A branch may demand more of its records than the contract, never less: apply what it says, and prove it narrower.

The shape, under a dataset of the branch: ``refusal_threshold: "0.05"`` and ``fields: {customer_code: {required: true,
max_length: 10, pattern: "[0-9]+", allowed: ["A", "B"], minimum: "0", maximum: "99"}}`` and ``drift: {column_added:
refuse}``; each part may be left out.
Not here: comparing versions of a contract (compatibility).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipelines.contracts.drifting import drift_mistakes, looser_drift
from pipelines.contracts.expressions import nearest
from pipelines.contracts.fields import exact, fits_scale, pattern_mistake
from pipelines.contracts.model import Contract, Field, Kind
from pipelines.errors import ContractError

_TOP = ("fields", "refusal_threshold", "drift")
_FIELD = ("required", "allowed", "pattern", "minimum", "maximum", "max_length")
# The same under a branch as in a contract: patterns, lengths and lists are for text, bounds for numbers.
_FOR_KIND = {
    "allowed": {Kind.STRING},
    "pattern": {Kind.STRING},
    "max_length": {Kind.STRING},
    "minimum": {Kind.INTEGER, Kind.DECIMAL},
    "maximum": {Kind.INTEGER, Kind.DECIMAL},
}


def apply_tightening(contract: Contract, tightening: Mapping[str, Any]) -> Contract:
    """The contract as one branch must meet it.

    Raises `ContractError` with every mistake (unknown field or key, a value of the wrong type) and with everything that
    would loosen the contract.
    """
    mistakes = list(_mistakes(contract, tightening))
    if mistakes:
        raise ContractError("\n".join(mistakes))
    said = tightening.get("fields") or {}
    threshold = exact(tightening.get("refusal_threshold"))
    level = contract.service_level
    tightened = replace(
        contract,
        fields=tuple(_tightened(field, said.get(field.name) or {}) for field in contract.fields),
        service_level=level if threshold is None else replace(level, refusal_threshold=threshold),
        drift=replace(contract.drift, **(tightening.get("drift") or {})),
    )
    looser = narrower(tightened, contract)
    if looser:
        raise ContractError("\n".join(looser))
    return tightened


def narrower(branch_contract: Contract, contract: Contract) -> list[str]:
    """Sentences on all that `branch_contract` would let pass and `contract` would not; empty proves it narrower."""
    said = f"the tightened contract of {contract.dataset}"
    loose: list[str] = []
    for what in ("dataset", "version", "names", "primary_key", "document_key", "slice_date", "sums"):
        if getattr(branch_contract, what) != getattr(contract, what):
            loose.append(f"{said} changes {what}; expected {getattr(contract, what)!r}. Change the contract instead.")
    if branch_contract.service_level.refusal_threshold > contract.service_level.refusal_threshold:
        loose.append(
            f"{said}: refusal_threshold is {branch_contract.service_level.refusal_threshold}; expected at most "
            f"{contract.service_level.refusal_threshold}. Lower it."
        )
    if missing := [rule.name for rule in contract.rules if rule not in branch_contract.rules]:
        loose.append(f"{said} lacks or changes rules {', '.join(missing)}; expected all of them. Restore them.")
    loose += [f"{said}: {why}" for why in looser_drift(branch_contract.drift, contract.drift)]
    by_name = {field.name: field for field in branch_contract.fields}
    for field in contract.fields:
        if field.name in by_name:
            loose += [f"{said}, field {field.name!r}: {why}" for why in _looser(by_name[field.name], field)]
    return loose


def _looser(new: Field, old: Field) -> Iterator[str]:
    if new.dtype != old.dtype:
        yield f"its type is {new.dtype}; expected {old.dtype}. Leave it."
    if old.required and not new.required:
        yield "it is no longer required. Leave it required."
    if old.allowed is not None and (new.allowed is None or not set(new.allowed) <= set(old.allowed)):
        extra = sorted(set(new.allowed or []) - set(old.allowed))
        yield f"it allows {', '.join(extra) or 'anything'}, which the contract does not. Remove it."
    if old.pattern is not None and new.pattern != old.pattern:
        yield f"its pattern replaces {old.pattern!r}; that one pattern is narrower cannot be proven. Leave it."
    for what in ("minimum", "exclusive_minimum"):
        if _above(getattr(old, what), getattr(new, what)):
            yield f"its {what} is {getattr(new, what)}; expected at least {getattr(old, what)}. Raise it."
    if _above(new.maximum, old.maximum) or (old.maximum is not None and new.maximum is None):
        yield f"its maximum is {new.maximum}; expected at most {old.maximum}. Lower it."
    if old.max_length is not None and (new.max_length is None or new.max_length > old.max_length):
        yield f"its max_length is {new.max_length}; expected at most {old.max_length}. Lower it."


def _above(bound: Decimal | None, other: Decimal | None) -> bool:
    """Whether `bound` is there and lies above `other`, or `other` is not there at all."""
    return bound is not None and (other is None or bound > other)


def _tightened(field: Field, said: Mapping[str, Any]) -> Field:
    changes: dict[str, Any] = {key: said[key] for key in ("required", "pattern", "max_length") if key in said}
    changes |= {key: exact(said[key]) for key in ("minimum", "maximum") if key in said}
    if "allowed" in said:
        changes["allowed"] = tuple(said["allowed"])
    return replace(field, **changes)


def _mistakes(contract: Contract, said: Mapping[str, Any]) -> Iterator[str]:
    here = f"tighten {contract.dataset}"
    for key in said:
        if key not in _TOP:
            yield f"{here}: unknown key {key!r}; expected {' or '.join(_TOP)}. Correct it.{nearest(key, _TOP)}"
    threshold = said.get("refusal_threshold")
    if threshold is not None and not _is_share(threshold):
        yield f'{here}: refusal_threshold is {threshold!r}; expected a share from "0" to "1" in quotes. Correct it.'
    if "drift" in said:
        yield from (f"{here}: {mistake}" for mistake in drift_mistakes(said["drift"]))
    fields = said.get("fields") or {}
    if not isinstance(fields, Mapping):
        yield f"{here}: fields is {fields!r}; expected a mapping of field names. Correct it."
        return
    for name, changes in fields.items():
        if name not in contract.names:
            yield f"{here}: {name!r} is not a field of the contract. Correct it.{nearest(name, contract.names)}"
        elif not isinstance(changes, Mapping):
            yield f"{here}: {name} is {changes!r}; expected some of {', '.join(_FIELD)}. Correct it."
        else:
            for key, value in changes.items():
                yield from _field_mistakes(f"{here}: {name}", contract.field(name), key, value)


def _field_mistakes(here: str, field: Field, key: str, value: object) -> Iterator[str]:
    if key not in _FIELD:
        yield f"{here}: unknown key {key!r}; expected one of {', '.join(_FIELD)}. Correct it.{nearest(key, _FIELD)}"
    elif field.kind not in _FOR_KIND.get(key, {field.kind}):
        yield f"{here}: {key} does not apply to a {field.kind.value}. Remove it."
    elif not _fits(key, value, field):
        wanted = {
            "required": "true or false",
            "allowed": "a list of texts, each in quotes",
            "pattern": "a regular expression in quotes",
            "minimum": "a number in quotes, with no more decimal places than the field",
            "maximum": "a number in quotes, with no more decimal places than the field",
            "max_length": "a whole number above 0",
        }[key]
        yield f"{here}: {key} is {value!r}; expected {wanted}. Correct it."


def _fits(key: str, value: object, field: Field) -> bool:
    match key:
        case "required":
            return isinstance(value, bool)
        case "max_length":
            return isinstance(value, int) and not isinstance(value, bool) and value > 0
        case "allowed":
            return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, str) for item in value)
        case "pattern":
            return isinstance(value, str) and pattern_mistake(value) is None
    return fits_scale(exact(value), 0 if field.kind is Kind.INTEGER else field.scale)


def _is_share(said: object) -> bool:
    share = exact(said)
    return share is not None and 0 <= share <= 1
