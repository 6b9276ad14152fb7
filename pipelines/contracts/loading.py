"""Loads contracts from a folder of YAML: read, check, model. Every mistake is named with file, line and fix.

Not here: which keys exist (grammar), one field (fields), what a rule's expression may say (expressions).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.contracts.expressions import nearest, rule_mistakes
from pipelines.contracts.fields import custom_properties, exact, read_field
from pipelines.contracts.grammar import (
    API_VERSION,
    OBJECT_PROPERTIES,
    REFERENCE_PROPERTIES,
    SERVICE_PROPERTIES,
    WHEN_UNKNOWN,
    structure_mistakes,
)
from pipelines.contracts.model import Contract, Field, Kind, Reference, Rule, Scope, ServiceLevel, Severity
from pipelines.contracts.strict_yaml import Place, YamlText, parse_yaml
from pipelines.errors import ContractError

SUFFIX = ".odcs.yaml"
DOMAINS = "domains"
_STATUSES = ("proposed", "draft", "active", "deprecated", "retired")
_SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_OBJECT: Place = ("schema", 0)

Domains = tuple[tuple[str, tuple[str, ...]], ...]  # hashable, as the cache by content needs it


def load_contracts(directory: Path) -> dict[str, Contract]:
    """All contracts of a folder by dataset, in order of name.

    Raises `ContractError` with every mistake of every file, also where one contract refers to a field of another that
    does not exist.
    """
    mistakes: list[str] = []
    found: dict[str, Contract] = {}
    files = sorted(directory.glob(f"*{SUFFIX}"))
    if not files:
        raise ContractError(f"{directory}: no contract here; expected files named <dataset>{SUFFIX}. Set the folder.")
    for file in files:
        try:
            contract = load_contract(file)
            found[contract.dataset] = contract
        except ContractError as error:
            mistakes.append(str(error))
    if not mistakes:
        mistakes = [mistake for contract in found.values() for mistake in _dangling(contract, found, directory)]
    if mistakes:
        raise ContractError("\n".join(mistakes))
    return found


def load_contract(path: Path) -> Contract:
    """One contract; its domains are read from the folder ``domains`` beside it. Raises `ContractError`."""
    if not path.is_file():
        raise ContractError(f"{path}: there is no such contract. Correct the name or add the file.")
    domains = load_domains(path.parent / DOMAINS)
    return _parsed(path.read_text(encoding="utf-8-sig"), str(path), tuple(sorted(domains.items())))


def load_domains(directory: Path) -> dict[str, tuple[str, ...]]:
    """Closed lists of values that several contracts share, by name. Raises `ContractError`."""
    files = tuple((str(f), f.read_text(encoding="utf-8-sig")) for f in sorted(directory.glob("*.yaml")))
    return dict(_domains(files))


@lru_cache(maxsize=64)
def _domains(files: tuple[tuple[str, str], ...]) -> Domains:
    mistakes: list[str] = []
    found: list[tuple[str, tuple[str, ...]]] = []
    for file, content in files:
        read = parse_yaml(content, file)
        mistakes += read.mistakes
        said = read.data if isinstance(read.data, dict) else {}
        values = said.get("values")
        if set(said) != {"domain", "description", "values"} or not isinstance(values, list):
            mistakes.append(f"{file}:1: found {sorted(said)}; expected domain, description and values. Correct the keys.")
        elif said["domain"] != Path(file).stem or len(set(map(str, values))) != len(values):
            mistakes.append(f"{file}:1: the domain must be named as its file, its values differ. Correct it.")
        else:
            found.append((said["domain"], tuple(map(str, values))))
    if mistakes:
        raise ContractError("\n".join(mistakes))
    return tuple(found)


@lru_cache(maxsize=1024)
def _parsed(content: str, file: str, domains: Domains) -> Contract:
    text = parse_yaml(content, file)
    mistakes = list(text.mistakes)
    if not mistakes:
        mistakes = structure_mistakes(text) or _essentials(text)
    if mistakes:
        raise ContractError("\n".join(mistakes))
    contract = _contract(text, dict(domains), mistakes)
    if mistakes or contract is None:
        raise ContractError("\n".join(mistakes))
    return contract


def _essentials(text: YamlText) -> list[str]:
    said: dict[str, Any] = text.data
    mistakes: list[str] = []
    objects = said.get("schema") or []
    dataset = Path(text.file).name.removesuffix(SUFFIX)
    if len(objects) != 1:
        return [f"{text.at(('schema',))}: found {len(objects)} objects; expected one, the dataset. Split the contract."]
    expected: list[tuple[Place, object, bool, str]] = [
        (("apiVersion",), said.get("apiVersion"), said.get("apiVersion") == API_VERSION, repr(API_VERSION)),
        (("id",), said.get("id"), said.get("id") == dataset, f"{dataset!r} as in the file's name"),
        ((*_OBJECT, "name"), objects[0].get("name"), objects[0].get("name") == dataset, f"{dataset!r}"),
        (("name",), said.get("name"), bool(said.get("name")), "a title for people"),
        (("version",), said.get("version"), _is_version(said.get("version")), 'a version such as "1.0.0"'),
        (("status",), said.get("status"), said.get("status") in _STATUSES, "one of " + ", ".join(_STATUSES)),
        (("team", "name"), (said.get("team") or {}).get("name"), bool((said.get("team") or {}).get("name")), "the owner"),
        (("slaProperties",), said.get("slaProperties"), bool(said.get("slaProperties")), "when due, how complete"),
    ]
    for key, what in (("description", "what a record is"), ("dataGranularityDescription", "what one row is")):
        expected.append(((*_OBJECT, key), objects[0].get(key), bool(objects[0].get(key)), what))
    if not objects[0].get("properties"):
        mistakes.append(f"{text.at(_OBJECT)}: the dataset has no properties; expected its fields. Add them.")
    for place, found, fits, wanted in expected:
        if not fits:
            mistakes.append(f"{text.at(place)}: {'.'.join(map(str, place))} is {found!r}; expected {wanted}. Correct it.")
    return mistakes


def _is_version(found: object) -> bool:
    return isinstance(found, str) and _SEMVER.fullmatch(found) is not None


def _contract(text: YamlText, domains: dict[str, tuple[str, ...]], mistakes: list[str]) -> Contract | None:
    said = text.data
    table = said["schema"][0]
    fields: list[Field] = []
    for i in range(len(table["properties"])):
        field = read_field(text, (*_OBJECT, "properties", i), domains, mistakes)
        if field is not None:
            fields.append(field)
    if mistakes:
        return None
    by_name = {field.name: field for field in fields}
    if len(by_name) != len(fields):
        mistakes.append(f"{text.at((*_OBJECT, 'properties'))}: two fields have one name; expected each once. Rename one.")
        return None
    primary_key = _primary_key(text, by_name, mistakes)
    contract = Contract(
        dataset=said["id"],
        version=said["version"],
        status=said["status"],
        title=said["name"],
        description=table["description"],
        grain=table["dataGranularityDescription"],
        owner_team=said["team"]["name"],
        fields=tuple(fields),
        primary_key=primary_key,
        document_key=_document_key(text, primary_key, mistakes),
        slice_date=_slice_date(text, by_name, mistakes),
        sums=_sums(text, by_name, mistakes),
        rules=_rules(text, by_name, mistakes),
        references=_references(text, by_name, mistakes),
        service_level=_service_level(text, mistakes),
    )
    return None if mistakes else contract


def _primary_key(text: YamlText, fields: dict[str, Field], mistakes: list[str]) -> tuple[str, ...]:
    place = (*_OBJECT, "properties")
    keyed = [p for p in text.data["schema"][0]["properties"] if p.get("primaryKey")]
    ordered = sorted(keyed, key=lambda p: int(p.get("primaryKeyPosition") or 0))
    if not keyed or [p.get("primaryKeyPosition") for p in ordered] != list(range(1, len(keyed) + 1)):
        mistakes.append(f"{text.at(place)}: the primary key needs primaryKeyPosition 1, 2, 3 … on its fields. Number them.")
    names = tuple(p["name"] for p in ordered)
    mistakes += [
        f"{text.at(place)}: {name} is part of the primary key but not required. Add `required: true`."
        for name in names
        if not fields[name].required
    ]
    return names


def _document_key(text: YamlText, primary_key: tuple[str, ...], mistakes: list[str]) -> tuple[str, ...]:
    place = (*_OBJECT, "customProperties")
    said = custom_properties(text, place, OBJECT_PROPERTIES, mistakes).get("documentKey")
    if said is None:
        return primary_key
    if not isinstance(said, list) or not said or not set(map(str, said)) <= set(primary_key):
        mistakes.append(
            f"{text.at(place)}: documentKey is {said!r}; expected a list of fields of the primary key "
            f"({', '.join(primary_key)}), so that no record belongs to two documents. Correct it."
        )
        return primary_key
    return tuple(map(str, said))


def _slice_date(text: YamlText, fields: dict[str, Field], mistakes: list[str]) -> str | None:
    place = (*_OBJECT, "properties")
    names = [p["name"] for p in text.data["schema"][0]["properties"] if p.get("partitioned")]
    if not names:
        return None
    if len(names) > 1 or fields[names[0]].kind is not Kind.DATE or not fields[names[0]].required:
        mistakes.append(
            f"{text.at(place)}: partitioned stands on {', '.join(names)}; expected one required date, whose month is the "
            "slice. Correct it."
        )
    return str(names[0])


def _sums(text: YamlText, fields: dict[str, Field], mistakes: list[str]) -> tuple[tuple[str, str], ...]:
    sums: list[tuple[str, str]] = []
    for i, said in enumerate(text.data["schema"][0]["properties"]):
        for custom in said.get("customProperties") or []:
            if custom["property"] != "currencyField":
                continue
            currency = str(custom["value"])
            sums.append((said["name"], currency))
            if currency not in fields or fields[currency].kind is not Kind.STRING:
                place = (*_OBJECT, "properties", i, "customProperties")
                mistakes.append(
                    f"{text.at(place)}: currencyField of {said['name']} is {currency!r}; expected a text field of this "
                    f"dataset. Correct it.{nearest(currency, fields)}"
                )
    return tuple(sums)


def _rules(text: YamlText, fields: dict[str, Field], mistakes: list[str]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    schema = {name: field.dtype for name, field in fields.items()}
    for i, said in enumerate(text.data["schema"][0].get("quality") or []):
        place = (*_OBJECT, "quality", i)
        try:
            how = said["implementation"]
            rule = Rule(
                name=said["name"],
                scope=Scope(how["scope"]),
                expression=" ".join(how["expression"].split()),
                columns=tuple(how["columns"]),
                severity=Severity(said["severity"]),
                description=said["description"],
                fix=how["fix"],
            )
        except (KeyError, ValueError, AttributeError) as error:
            mistakes.append(
                f"{text.at(place)}: the rule is incomplete or wrong ({error}); expected name, description, severity (error, "
                "warning) and an implementation with scope (row, document, delivery), columns, expression, fix. Complete it."
            )
            continue
        if said.get("type") != "custom" or said.get("engine") != "pandera" or not rule.columns:
            mistakes.append(
                f"{text.at(place)}: rule {rule.name!r} is not `type: custom`, `engine: pandera` with columns. Correct it."
            )
        if rule.name in {other.name for other in rules}:
            mistakes.append(f"{text.at(place)}: two rules are named {rule.name!r}; expected each once. Rename one.")
        where = text.at((*place, "implementation", "expression"))
        mistakes += [f"{where}: {mistake}" for mistake in rule_mistakes(rule, schema)]
        rules.append(rule)
    return tuple(rules)


def _references(text: YamlText, fields: dict[str, Field], mistakes: list[str]) -> tuple[Reference, ...]:
    table = text.data["schema"][0]
    found: list[tuple[Place, list[str], dict[str, Any]]] = []
    for i, said in enumerate(table["properties"]):
        for n, relation in enumerate(said.get("relationships") or []):
            found.append(((*_OBJECT, "properties", i, "relationships", n), [f"{table['name']}.{said['name']}"], relation))
    for n, relation in enumerate(table.get("relationships") or []):
        found.append(((*_OBJECT, "relationships", n), _listed(relation["from"]), relation))
    references = [_reference(text, place, sources, relation, mistakes) for place, sources, relation in found]
    for (place, _, _), reference in zip(found, references, strict=True):
        mistakes += [
            f"{text.at(place)}: {name!r} is not a field of this dataset. Correct it.{nearest(name, fields)}"
            for name in reference.fields
            if name not in fields
        ]
    return tuple(references)


def _reference(text: YamlText, place: Place, sources: list[str], said: dict[str, Any], mistakes: list[str]) -> Reference:
    when = custom_properties(text, (*place, "customProperties"), REFERENCE_PROPERTIES, mistakes).get("whenUnknown")
    if when not in WHEN_UNKNOWN:
        mistakes.append(f"{text.at(place)}: whenUnknown is {when!r}; expected one of {', '.join(WHEN_UNKNOWN)}. Set it.")
    targets = [target.split(".") for target in _listed(said["to"])]
    datasets = {target[0] for target in targets}
    if len(datasets) != 1 or any(len(target) != 2 for target in targets) or len(targets) != len(sources):
        mistakes.append(f"{text.at(place)}: a reference goes from fields to as many fields <dataset>.<field>. Correct it.")
    return Reference(
        fields=tuple(source.split(".")[-1] for source in sources),
        dataset=targets[0][0],
        to_fields=tuple(target[-1] for target in targets),
        when_unknown=str(when),
    )


def _listed(said: object) -> list[str]:
    return [str(item) for item in said] if isinstance(said, list) else [str(said)]


def _service_level(text: YamlText, mistakes: list[str]) -> ServiceLevel:
    place: Place = ("slaProperties",)
    said = custom_properties(text, place, SERVICE_PROPERTIES, mistakes)
    due, share = said.get("dueAfterMonthEnd"), exact(said.get("refusalThreshold"))
    if not isinstance(due, int) or isinstance(due, bool) or not 0 <= due <= 366:
        mistakes.append(f"{text.at(place)}: dueAfterMonthEnd is {due!r}; expected whole days from 0 to 366. Set it.")
        due = 0
    if share is None or not 0 <= share <= 1:
        mistakes.append(
            f"{text.at(place)}: refusalThreshold is {said.get('refusalThreshold')!r}; expected a share from \"0\" to \"1\" in "
            "quotes. Set it."
        )
    return ServiceLevel(due_days_after_month_end=due, refusal_threshold=share if share is not None else exact("0"))  # type: ignore[arg-type]


def _dangling(contract: Contract, contracts: dict[str, Contract], directory: Path) -> list[str]:
    file = directory / f"{contract.dataset}{SUFFIX}"
    mistakes: list[str] = []
    for reference in contract.references:
        if reference.dataset not in contracts:
            mistakes.append(
                f"{file}: {', '.join(reference.fields)} refers to dataset {reference.dataset!r}, which has no contract. "
                f"Correct it.{nearest(reference.dataset, contracts)}"
            )
            continue
        known = contracts[reference.dataset].names
        mistakes += [
            f"{file}: {', '.join(reference.fields)} refers to {reference.dataset}.{name}, which is no field. Correct it."
            f"{nearest(name, known)}"
            for name in reference.to_fields
            if name not in known
        ]
    return mistakes
