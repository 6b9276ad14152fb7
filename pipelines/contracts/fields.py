"""Reads one field of a contract, and custom properties, strictly. Not here: what spans several fields (reading)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
# How the standard calls a bound -> how the model does.
_BOUNDS = {"minimum": "minimum", "maximum": "maximum", "exclusiveMinimum": "exclusive_minimum"}


def exact(said: object) -> Decimal | None:
    """Quoted text as an exact decimal; None where it is not one. A YAML number is refused: it may be a fraction."""
    if not isinstance(said, str):
        return None
    try:
        number = Decimal(said)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def fits_scale(number: Decimal | None, scale: int) -> bool:
    """Whether `number` is there and has no more than `scale` decimal places."""
    return number is not None and number == number.quantize(Decimal(1).scaleb(-scale))


def pattern_mistake(pattern: str) -> str | None:
    """Why `pattern` is no regular expression, or None where it is one."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        return str(error).splitlines()[0]
    return None


def custom_properties(text: YamlText, place: Place, known: Mapping[str, str]) -> dict[str, Any]:
    """The custom properties that stand at `place`; unknown or repeated ones are blamed."""
    found: dict[str, Any] = {}
    for i, item in enumerate(text.get(place) or []):
        name, here = item["property"], (*place, i)
        if name not in known:
            expected = f"expected one of {', '.join(known)}. Correct or remove it.{nearest(name, known)}"
            text.blame(here, f"unknown custom property {name!r}; {expected}")
        elif name in found:
            text.blame(here, f"{name} is written twice. Remove one.")
        else:
            found[name] = item["value"]
    return found


@dataclass(frozen=True)
class _Said:
    """What the YAML says about one field, and where."""

    text: YamlText
    place: Place
    said: dict[str, Any]
    custom: dict[str, Any]
    kind: Kind

    def blame(self, sentence: str) -> None:
        self.text.blame(self.place, f"field {self.said['name']!r}: {sentence}")


def read_field(text: YamlText, place: Place, domains: Mapping[str, tuple[str, ...]]) -> Field | None:
    """The field at `place`; None where it is not valid, which is then blamed."""
    before = len(text.mistakes)
    said: dict[str, Any] = text.get(place)
    kind = _KINDS.get(said.get("logicalType", ""))
    if kind is None:
        found, kinds = said.get("logicalType"), ", ".join(_KINDS)
        text.blame(place, f"field {said['name']!r}: logicalType is {found!r}; expected one of {kinds}. Set it.")
        return None
    custom = custom_properties(text, (*place, "customProperties"), FIELD_PROPERTIES)
    it = _Said(text, place, said, custom, kind)
    _check_words(it)
    precision, scale = _decimal_type(it)
    options = said.get("logicalTypeOptions") or {}
    field = Field(
        name=said["name"],
        kind=kind,
        description=said.get("description") or "",
        required=bool(said.get("required", False)),
        precision=precision,
        scale=scale,
        allowed=_allowed(it, domains),
        pattern=_pattern(it),
        max_length=options.get("maxLength"),
        classification=said.get("classification") or "",
        **_bounds(it, scale),
    )
    return field if len(text.mistakes) == before else None


def _check_words(it: _Said) -> None:
    if not _NAME.fullmatch(it.said["name"]):
        it.blame("expected a name in lower case with underscores. Rename it.")
    if not it.said.get("description"):
        it.blame("there is no description; expected its meaning and sign rule. Add it.")
    if it.said.get("classification") not in CLASSIFICATIONS:
        found = it.said.get("classification")
        it.blame(
            f"classification is {found!r}; expected one of {', '.join(CLASSIFICATIONS)}. Set it."
            + nearest(str(found), CLASSIFICATIONS)
        )


def _decimal_type(it: _Said) -> tuple[int, int]:
    physical = it.said.get("physicalType")
    if it.kind is not Kind.DECIMAL:
        if physical is not None:
            it.blame(f"physicalType {physical!r} stands on a {it.kind.value}; only numbers have one. Remove it.")
        return 20, 4
    match = _DECIMAL.fullmatch(str(physical))
    if match is None or not 0 <= int(match[2]) < int(match[1]) <= 38:
        it.blame(f'physicalType is {physical!r}; expected for example "DECIMAL(20,4)", never a float. Set it.')
        return 20, 4
    return int(match[1]), int(match[2])


def _allowed(it: _Said, domains: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    listed, domain = it.said.get("enum"), it.custom.get("domain")
    if listed is None and domain is None:
        return None
    if it.kind is not Kind.STRING or (listed is not None and domain is not None):
        it.blame("a closed list stands on text, as enum or as domain, not both. Correct it.")
        return None
    if listed is not None:
        return tuple(str(item["value"]) for item in listed)
    if domain not in domains:
        expected = f"expected one of {', '.join(domains)}. Correct it.{nearest(str(domain), dict(domains))}"
        it.blame(f"domain is {domain!r}; {expected}")
        return None
    return domains[str(domain)]


def _pattern(it: _Said) -> str | None:
    pattern: str | None = (it.said.get("logicalTypeOptions") or {}).get("pattern")
    if pattern is not None and (why := pattern_mistake(pattern)):
        it.blame(f"pattern {pattern!r} is no regular expression ({why}). Correct it.")
    return pattern


def _bounds(it: _Said, scale: int) -> dict[str, Any]:
    options = it.said.get("logicalTypeOptions") or {}
    bounds: dict[str, Any] = {}
    for name, attribute in _BOUNDS.items():
        whole, quoted = options.get(name), it.custom.get(name)
        if whole is not None and it.kind is Kind.INTEGER and isinstance(whole, int):
            bounds[attribute] = Decimal(whole)
        elif whole is not None:
            it.blame(
                f"{name} {whole} stands in logicalTypeOptions, where only integers have bounds: a fraction is not read "
                f'exactly there. Write it under customProperties as "{whole}".'
            )
        elif quoted is not None:
            bounds[attribute] = exact(quoted)
            if it.kind is not Kind.DECIMAL or not fits_scale(bounds[attribute], scale):
                it.blame(f"{name} is {quoted!r}; expected a quoted decimal of at most {scale} places. Correct it.")
    return bounds
