"""Reads one field of a contract, and custom properties, strictly. Not here: what spans several fields (loading)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from pipelines.contracts.expressions import nearest
from pipelines.contracts.grammar import CLASSIFICATIONS, FIELD_PROPERTIES
from pipelines.contracts.model import Field, Kind
from pipelines.contracts.strict_yaml import Place, YamlText

_KINDS = {
    "string": Kind.STRING,
    "date": Kind.DATE,
    "timestamp": Kind.TIMESTAMP,
    "integer": Kind.INTEGER,
    "boolean": Kind.BOOLEAN,
    "number": Kind.DECIMAL,
}
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+), ?([0-9]+)\)")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def exact(said: object) -> Decimal | None:
    """Quoted text as an exact decimal; None where it is not one. A YAML number is refused: it may be a fraction."""
    if not isinstance(said, str):
        return None
    try:
        number = Decimal(said)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def custom_properties(text: YamlText, place: Place, known: Mapping[str, str], mistakes: list[str]) -> dict[str, Any]:
    """The custom properties that stand at `place`; unknown or repeated ones are added to `mistakes`."""
    said: Any = text.data
    for step in place:
        said = said.get(step) if isinstance(said, dict) else said[step]
    found: dict[str, Any] = {}
    for i, item in enumerate(said or []):
        name = item["property"]
        where = text.at((*place, i))
        if name not in known:
            mistakes.append(
                f"{where}: unknown custom property {name!r}; expected one of {', '.join(known)}. Correct or remove it."
                f"{nearest(name, known)}"
            )
        elif name in found:
            mistakes.append(f"{where}: {name} is written twice. Remove one.")
        else:
            found[name] = item["value"]
    return found


def read_field(text: YamlText, place: Place, domains: Mapping[str, tuple[str, ...]], mistakes: list[str]) -> Field | None:
    """The field at `place`; None, with the reasons added to `mistakes`, where it is not valid."""
    said: dict[str, Any] = text.data
    for step in place:
        said = said[step]
    before = len(mistakes)
    custom = custom_properties(text, (*place, "customProperties"), FIELD_PROPERTIES, mistakes)
    name = said["name"]
    here = f"{text.at(place)}: field {name!r}"
    kind = _KINDS.get(said.get("logicalType", ""))
    if not _NAME.fullmatch(name):
        mistakes.append(f"{here}; expected a name in lower case with underscores. Rename it.")
    if not said.get("description"):
        mistakes.append(f"{here} has no description; expected its meaning and sign rule. Add it.")
    if said.get("classification") not in CLASSIFICATIONS:
        mistakes.append(
            f"{here}: classification is {said.get('classification')!r}; expected one of {', '.join(CLASSIFICATIONS)}. Set it."
        )
    if kind is None:
        mistakes.append(f"{here}: logicalType is {said.get('logicalType')!r}; expected one of {', '.join(_KINDS)}. Set it.")
        return None
    precision, scale = _decimal_type(said, kind, here, mistakes)
    options = said.get("logicalTypeOptions") or {}
    field = Field(
        name=name,
        kind=kind,
        description=said.get("description", ""),
        required=bool(said.get("required", False)),
        precision=precision,
        scale=scale,
        allowed=_allowed(said, custom, kind, domains, here, mistakes),
        pattern=_pattern(options.get("pattern"), here, mistakes),
        max_length=options.get("maxLength"),
        classification=said.get("classification", ""),
        **_bounds(options, custom, kind, scale, here, mistakes),
    )
    return field if len(mistakes) == before else None


def _decimal_type(said: dict[str, Any], kind: Kind, here: str, mistakes: list[str]) -> tuple[int, int]:
    physical = said.get("physicalType")
    if kind is not Kind.DECIMAL:
        if physical is not None:
            mistakes.append(f"{here}: physicalType {physical!r} stands on a {kind.value}; only numbers have one. Remove it.")
        return 20, 4
    match = _DECIMAL.fullmatch(str(physical))
    if match is None or not 0 <= int(match[2]) < int(match[1]) <= 38:
        mistakes.append(f'{here}: physicalType is {physical!r}; expected for example "DECIMAL(20,4)". Money is never float.')
        return 20, 4
    return int(match[1]), int(match[2])


def _allowed(
    said: dict[str, Any],
    custom: dict[str, Any],
    kind: Kind,
    domains: Mapping[str, tuple[str, ...]],
    here: str,
    mistakes: list[str],
) -> tuple[str, ...] | None:
    listed, domain = said.get("enum"), custom.get("domain")
    if listed is None and domain is None:
        return None
    if kind is not Kind.STRING or (listed is not None and domain is not None):
        mistakes.append(f"{here}: a closed list stands on text, as enum or as domain, not both. Correct it.")
        return None
    if listed is not None:
        return tuple(str(item["value"]) for item in listed)
    if domain not in domains:
        mistakes.append(
            f"{here}: domain is {domain!r}; expected one of {', '.join(domains)}. Correct it.{nearest(str(domain), dict(domains))}"
        )
        return None
    return domains[domain]


def _pattern(pattern: str | None, here: str, mistakes: list[str]) -> str | None:
    if pattern is not None:
        try:
            pl.Series([""]).str.contains(pattern)
        except pl.exceptions.PolarsError as error:
            mistakes.append(f"{here}: pattern {pattern!r} is no regular expression ({str(error).splitlines()[0]}). Correct it.")
    return pattern


def _bounds(
    options: dict[str, Any], custom: dict[str, Any], kind: Kind, scale: int, here: str, mistakes: list[str]
) -> dict[str, Decimal | None]:
    names = {"minimum": "minimum", "maximum": "maximum", "exclusiveMinimum": "exclusive_minimum"}
    bounds: dict[str, Decimal | None] = {}
    for name, attribute in names.items():
        whole, decimal = options.get(name), custom.get(name)
        bounds[attribute] = exact(decimal) if decimal is not None else None
        if whole is not None:
            if kind is not Kind.INTEGER or not isinstance(whole, int):
                mistakes.append(
                    f'{here}: {name} {whole} stands in logicalTypeOptions, which reads fractions inexactly; expected a custom '
                    f'property {name} with quoted text. Move it to customProperties as "{whole}".'
                )
            else:
                bounds[attribute] = Decimal(whole)
        elif decimal is not None and (kind is not Kind.DECIMAL or not _fits(bounds[attribute], scale)):
            mistakes.append(f"{here}: {name} is {decimal!r}; expected quoted decimal text with at most {scale} places. Correct it.")
    return bounds


def _fits(bound: Decimal | None, scale: int) -> bool:
    return bound is not None and bound == bound.quantize(Decimal(1).scaleb(-scale))
