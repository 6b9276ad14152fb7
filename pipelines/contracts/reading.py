"""Turns the checked YAML of one contract into the model, blaming what does not fit together.

Not here: files and folders (loading), which keys exist (grammar), one field (fields), what rules may say (expressions).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.contracts.drifting import drift_mistakes
from pipelines.contracts.expressions import nearest, rule_mistakes
from pipelines.contracts.fields import custom_properties, exact, read_field
from pipelines.contracts.grammar import (
    API_VERSION,
    OBJECT_PROPERTIES,
    REFERENCE_PROPERTIES,
    SERVICE_PROPERTIES,
    STATUSES,
    WHEN_UNKNOWN,
    structure_mistakes,
)
from pipelines.contracts.model import Contract, DriftPolicy, Field, Kind, Reference, Rule, Scope, ServiceLevel, Severity
from pipelines.contracts.strict_yaml import Place, YamlText

SUFFIX = ".odcs.yaml"
_SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_TABLE: Place = ("schema", 0)
_FIELDS: Place = (*_TABLE, "properties")


def read_contract(text: YamlText, domains: Mapping[str, tuple[str, ...]]) -> Contract | None:
    """The contract that `text` holds; None where there are mistakes, which then stand in ``text.mistakes``."""
    if not text.mistakes:
        text.mistakes += structure_mistakes(text)
    if not text.mistakes:
        _check_essentials(text)
    if text.mistakes:
        return None
    read = [read_field(text, (*_FIELDS, i), domains) for i in range(len(text.get(_FIELDS)))]
    fields = {field.name: field for field in read if field is not None}
    if len(fields) < len(read) and not text.mistakes:
        text.blame(_FIELDS, "two fields have the same name. Rename one.")
    if text.mistakes:
        return None
    primary_key = _primary_key(text, fields)
    contract = Contract(
        dataset=text.get(("id",)),
        version=text.get(("version",)),
        status=text.get(("status",)),
        title=text.get(("name",)),
        description=text.get((*_TABLE, "description")),
        grain=text.get((*_TABLE, "dataGranularityDescription")),
        owner_team=text.get(("team", "name")),
        fields=tuple(fields.values()),
        primary_key=primary_key,
        document_key=_document_key(text, primary_key),
        slice_date=_slice_date(text, fields),
        sums=_sums(text, fields),
        rules=_rules(text, fields),
        references=_references(text, fields),
        service_level=_service_level(text),
        drift=_drift(text),
    )
    return None if text.mistakes else contract


def _check_essentials(text: YamlText) -> None:
    tables = text.get(("schema",)) or []
    if len(tables) != 1:
        text.blame(("schema",), f"found {len(tables)} objects; expected one, the dataset. Split the contract.")
        return
    dataset = Path(text.file).name.removesuffix(SUFFIX)
    named = f"{dataset!r}, as the file is named"
    for place, expected, allowed in (
        (("apiVersion",), repr(API_VERSION), (API_VERSION,)),
        (("id",), named, (dataset,)),
        ((*_TABLE, "name"), named, (dataset,)),
        (("status",), "one of " + ", ".join(STATUSES), STATUSES),
    ):
        if text.get(place) not in allowed:
            hint = nearest(str(text.get(place)), allowed)
            text.blame(place, f"{place[-1]} is {text.get(place)!r}; expected {expected}. Correct it.{hint}")
    if not _SEMVER.fullmatch(str(text.get(("version",)))):
        text.blame(("version",), f'version is {text.get(("version",))!r}; expected for example "1.0.0". Correct it.')
    for place, expected in (
        (("name",), "a title for people"),
        (("team", "name"), "the team that owns the contract"),
        (("slaProperties",), "when it is due and how complete it must be"),
        ((*_TABLE, "description"), "what the dataset holds"),
        ((*_TABLE, "dataGranularityDescription"), "what one row is"),
        (_FIELDS, "the fields"),
    ):
        if not text.get(place):
            text.blame(place, f"{place[-1]} is missing; expected {expected}. Add it.")


def _primary_key(text: YamlText, fields: Mapping[str, Field]) -> tuple[str, ...]:
    keyed = [said for said in text.get(_FIELDS) if said.get("primaryKey")]
    keyed.sort(key=lambda said: int(said.get("primaryKeyPosition") or 0))
    if not keyed or [said.get("primaryKeyPosition") for said in keyed] != list(range(1, len(keyed) + 1)):
        text.blame(_FIELDS, "the fields of the primary key need primaryKeyPosition 1, 2, 3 … in order. Number them.")
    names = tuple(str(said["name"]) for said in keyed)
    for name in names:
        if not fields[name].required:
            text.blame(_FIELDS, f"{name} is part of the primary key but not required. Add `required: true`.")
    return names


def _document_key(text: YamlText, primary_key: tuple[str, ...]) -> tuple[str, ...]:
    place = (*_TABLE, "customProperties")
    said = custom_properties(text, place, OBJECT_PROPERTIES).get("documentKey")
    if said is None:
        return primary_key
    if not isinstance(said, list) or not said or not set(map(str, said)) <= set(primary_key):
        expected = f"expected fields of the primary key ({', '.join(primary_key)}): no record is in two documents"
        text.blame(place, f"documentKey is {said!r}; {expected}. Correct it.")
        return primary_key
    return tuple(map(str, said))


def _drift(text: YamlText) -> DriftPolicy:
    place = (*_TABLE, "customProperties")
    said = custom_properties(text, place, OBJECT_PROPERTIES).get("drift")
    if said is None:
        return DriftPolicy()
    mistakes = list(drift_mistakes(said))
    for mistake in mistakes:
        text.blame(place, mistake)
    return DriftPolicy() if mistakes else DriftPolicy(**said)


def _slice_date(text: YamlText, fields: Mapping[str, Field]) -> str | None:
    names = [str(said["name"]) for said in text.get(_FIELDS) if said.get("partitioned")]
    if not names:
        return None
    if len(names) > 1 or fields[names[0]].kind is not Kind.DATE or not fields[names[0]].required:
        expected = "expected one required date, whose month is the slice"
        text.blame(_FIELDS, f"partitioned stands on {', '.join(names)}; {expected}. Correct it.")
    return names[0]


def _sums(text: YamlText, fields: Mapping[str, Field]) -> tuple[tuple[str, str], ...]:
    sums: list[tuple[str, str]] = []
    for i, said in enumerate(text.get(_FIELDS)):
        for custom in said.get("customProperties") or []:
            if custom["property"] != "currencyField":
                continue
            name, currency = str(said["name"]), str(custom["value"])
            sums.append((name, currency))
            if currency not in fields or fields[currency].kind is not Kind.STRING:
                expected = f"expected a text field of this dataset. Correct it.{nearest(currency, dict(fields))}"
                text.blame((*_FIELDS, i, "customProperties"), f"currencyField of {name} is {currency!r}; {expected}")
            if fields[name].kind is not Kind.DECIMAL:
                text.blame((*_FIELDS, i), f"{name} has a currencyField but is no decimal. Correct its type.")
    return tuple(sums)


def _rules(text: YamlText, fields: Mapping[str, Field]) -> tuple[Rule, ...]:
    schema = {name: field.dtype for name, field in fields.items()}
    rules: list[Rule] = []
    for i, said in enumerate(text.get((*_TABLE, "quality")) or []):
        place = (*_TABLE, "quality", i)
        rule = _rule(text, place, said)
        if rule is None:
            continue
        if rule.name in {other.name for other in rules}:
            text.blame(place, f"two rules are named {rule.name!r}. Rename one.")
        for mistake in rule_mistakes(rule, schema):
            text.blame((*place, "implementation", "expression"), mistake)
        rules.append(rule)
    return tuple(rules)


def _rule(text: YamlText, place: Place, said: Mapping[str, Any]) -> Rule | None:
    if said.get("type") != "custom" or said.get("engine") != "pandera":
        found = f"type {said.get('type')!r}, engine {said.get('engine')!r}"
        text.blame(place, f"found a rule of {found}; expected `type: custom`, `engine: pandera`. Correct it.")
        return None
    try:
        how = said["implementation"]
        rule = Rule(
            name=said["name"],
            scope=Scope(how["scope"]),
            expression=" ".join(how["expression"].split()),
            columns=tuple(map(str, how["columns"])),
            severity=Severity(said["severity"]),
            description=said["description"],
            fix=how["fix"],
        )
    except KeyError as error:
        text.blame(place, f"the rule lacks {error.args[0]!r}. Add it.")
        return None
    except ValueError as error:
        scopes, severities = ", ".join(Scope), ", ".join(Severity)
        text.blame(place, f"{error}; expected scope {scopes} and severity {severities}. Correct it.")
        return None
    if not rule.columns:
        text.blame(place, f"rule {rule.name!r} names no columns; expected those it judges. Add them.")
    return rule


def _references(text: YamlText, fields: Mapping[str, Field]) -> tuple[Reference, ...]:
    dataset = text.get(("id",))
    found: list[tuple[Place, list[str], Mapping[str, Any]]] = []
    for i, said in enumerate(text.get(_FIELDS)):
        for n, relation in enumerate(said.get("relationships") or []):
            found.append(((*_FIELDS, i, "relationships", n), [f"{dataset}.{said['name']}"], relation))
    for n, relation in enumerate(text.get((*_TABLE, "relationships")) or []):
        found.append(((*_TABLE, "relationships", n), _listed(relation["from"]), relation))
    return tuple(_reference(text, place, sources, relation, fields) for place, sources, relation in found)


def _reference(
    text: YamlText, place: Place, sources: list[str], said: Mapping[str, Any], fields: Mapping[str, Field]
) -> Reference:
    when = custom_properties(text, (*place, "customProperties"), REFERENCE_PROPERTIES).get("whenUnknown")
    if when not in WHEN_UNKNOWN:
        text.blame(
            place,
            f"whenUnknown is {when!r}; expected one of {', '.join(WHEN_UNKNOWN)}. Set it."
            + nearest(str(when), WHEN_UNKNOWN),
        )
    targets = [target.split(".") for target in _listed(said["to"])]
    one_dataset = len({target[0] for target in targets}) == 1
    if not one_dataset or len(targets) != len(sources) or any(len(target) != 2 for target in targets):
        text.blame(place, "a reference goes from fields to as many fields, written <dataset>.<field>. Correct it.")
    names = tuple(source.split(".")[-1] for source in sources)
    for name in names:
        if name not in fields:
            text.blame(place, f"{name!r} is no field of this dataset. Correct it.{nearest(name, dict(fields))}")
    return Reference(names, targets[0][0], tuple(target[-1] for target in targets), str(when))


def _listed(said: object) -> list[str]:
    return [str(item) for item in said] if isinstance(said, list) else [str(said)]


def _service_level(text: YamlText) -> ServiceLevel:
    place: Place = ("slaProperties",)
    said = custom_properties(text, place, SERVICE_PROPERTIES)
    due, share = said.get("dueAfterMonthEnd"), exact(said.get("refusalThreshold"))
    if not isinstance(due, int) or isinstance(due, bool) or not 0 <= due <= 366:
        text.blame(place, f"dueAfterMonthEnd is {due!r}; expected whole days from 0 to 366. Set it.")
        due = 0
    if share is None or not 0 <= share <= 1:
        found = said.get("refusalThreshold")
        text.blame(place, f'refusalThreshold is {found!r}; expected a share from "0" to "1" in quotes. Set it.')
    counted = said.get("dueCountedIn", "days")
    if counted not in ("days", "businessDays"):
        text.blame(place, f'dueCountedIn is {counted!r}; expected "days" or "businessDays". Correct it.')
    return ServiceLevel(due, share or Decimal(0), in_business_days=counted == "businessDays")
