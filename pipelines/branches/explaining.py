"""Turns a model's complaints about configuration into sentences: where, what was found, what was expected, what to do.

Not here: finding the line (loading), and checks that need contracts (checking).
"""

from __future__ import annotations

import re
import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.branches.checking import Mistake
from pipelines.nearest import did_you_mean

Path = tuple[str | int, ...]
# What people call the kinds of files.
_ALSO_CALLED = {
    **dict.fromkeys(("csv", "tsv", "txt", "text", "flat"), "delimited"),
    **dict.fromkeys(("xls", "xlsx", "xlsm", "ods", "spreadsheet", "workbook"), "excel"),
    **dict.fromkeys(("ndjson", "jsonl", "api"), "json"),
}


def explain(error: ValidationError, model: type[BaseModel], data: Any) -> list[Mistake]:
    """One sentence per complaint, each with the place in `data` that it is about."""
    return [Mistake(_place(detail["loc"], data), _sentence(detail, model, data)) for detail in error.errors()]


def _place(loc: tuple[int | str, ...], data: Any) -> Path:
    """The part of `loc` that stands in the text: models add the names of union members and of short forms."""
    place: list[str | int] = []
    here: Any = data
    for step in loc:
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[int(step)]
        elif isinstance(here, dict) and step == "from_" and "from" in here:
            step, here = "from", here["from"]  # noqa: PLW2901 (the model's name for a word that Python reserves)
        else:
            continue
        place.append(step)
    return tuple(place)


def _sentence(detail: ErrorDetails, model: type[BaseModel], data: Any) -> str:  # noqa: PLR0911 (one per complaint)
    loc, found = detail["loc"], detail.get("input")
    said = ".".join(map(str, _place(loc, data))) or "attributes"
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(str(loc[-1]), said, known_keys(model, loc[:-1]))
    if kind == "missing":
        return f"{'.'.join([said, str(loc[-1])]) if said != 'attributes' else loc[-1]} is missing. Add it."
    if kind in ("string_type", "string_sub_type", "model_type") and not isinstance(found, dict | list):
        return f"{said} is {_shown(found)}; expected text. Write {_quoted(found)}."
    if kind == "value_error":
        return f"{said}: {detail['msg'].removeprefix('Value error, ')}"
    if kind == "literal_error":
        expected = detail["ctx"]["expected"]
        words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
        return f"{said} is {_shown(found)}; expected {expected}.{_nearest(found, words)}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        context = detail["ctx"]
        words = [word.strip("' ") for word in str(context.get("expected_tags", "")).split(",") if word.strip()]
        key = str(context.get("discriminator", "kind")).strip("'")
        given = found.get(key) if isinstance(found, dict) else found
        expected = ", ".join(words) or "the known kinds"
        meant = _ALSO_CALLED.get(str(given).casefold().lstrip("."))
        hint = f" Did you mean {meant!r}?" if meant in words else _nearest(given, words)
        return f"{said}.{key} is {_shown(given)}; expected one of {expected}.{hint}"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        others = [key for key in known_keys(model, loc[:-1]) if key != loc[-1]]
        return f"{said} is {_shown(found)}; expected keys with values.{_nearest(str(loc[-1]), others)}"
    if kind == "string_pattern_mismatch":
        pattern = str(detail["ctx"]["pattern"])
        return f"{said} is {_shown(found)}; expected text like {pattern}.{_rewritten(str(found), pattern)}"
    return f"{said} is {_shown(found)}: {detail['msg'][0].lower()}{detail['msg'][1:]}."


def _unknown_key(key: str, said: str, known: list[str]) -> str:
    place = said.rpartition(".")[0] or "attributes"
    hint = _nearest(key, known) or " Remove it."
    return f"unknown key {key!r} in {place}; expected one of {', '.join(known) or 'none'}.{hint}"


def _nearest(found: Any, words: list[str]) -> str:
    return did_you_mean(found, words) if isinstance(found, str | int | float) else ""


def _rewritten(found: str, pattern: str) -> str:
    """The same word as the pattern wants it: in other capitals, with other signs between its parts."""
    closed = re.fullmatch(r"\^\((.*)\)\$", pattern)
    near = did_you_mean(found, [one for one in closed[1].split("|") if re.fullmatch("[a-z_]+", one)]) if closed else ""
    if near:
        return near
    parts = [part for part in re.split(r"\W+|_+", found) if part]
    forms = ["_".join(parts), "-".join(parts), "".join(parts), *(found.replace(" ", ""),)]
    forms += [f"{head}:{tail}" for head, _, tail in (found.partition(" "), found.partition(":")) if tail]
    tried = [form for one in forms for form in (one, one.lower(), one.upper(), f"sum:{one}")]
    fit = next((form for form in tried if re.search(pattern, form)), None)
    return "" if fit is None else f" Did you mean {fit!r}?"


def _shown(found: Any) -> str:
    if found is None:
        return "empty"
    if isinstance(found, bool):
        return f"the truth value {str(found).lower()}"
    if isinstance(found, int | float):
        return f"the number {found}"
    return repr(found) if len(repr(found)) < 80 else f"{repr(found)[:77]}…"


def _quoted(found: Any) -> str:
    if isinstance(found, bool):
        return f'"{str(found).lower()}" in quotes'
    return f'"{found}" in quotes' if isinstance(found, int | float) else "a word or text in quotes"


def known_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the model at `loc` knows, as a person writes them."""
    here: Any = model
    for step in loc:
        here = _below(here, step)
    models = [part for part in _members(here) if isinstance(part, type) and issubclass(part, BaseModel)]
    return sorted({field.alias or name for part in models for name, field in part.model_fields.items()})


def _below(annotation: Any, step: int | str) -> Any:
    """The annotation one step further in; a step that names a union's member chooses it."""
    found: list[Any] = []
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            if _tagged(member, step):
                return member
            found += [field.annotation for name, field in member.model_fields.items() if step in (name, field.alias)]
        elif get_origin(member) is dict:
            found.append(get_args(member)[1])
        elif get_origin(member) in (tuple, list):
            found.append(get_args(member)[0])
    return Union[tuple(found)] if found else annotation  # noqa: UP007 (built at run time)


def _tagged(model: type[BaseModel], step: int | str) -> bool:
    tags = (field.annotation for name, field in model.model_fields.items() if name in ("kind", "shape"))
    return any(step in get_args(tag) for tag in tags)


def _members(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Union or origin is types.UnionType:
        return [part for member in get_args(annotation) for part in _members(member)]
    if hasattr(annotation, "__metadata__"):
        return _members(get_args(annotation)[0])
    return [annotation]
