"""Which keys and custom properties of the Open Data Contract Standard a contract here may use, and the checks on them.

The standard's own JSON schema is checked as well; it lets many keys pass that nothing here reads, and a key that is
not read is a promise that is not kept, so it is an error. Not here: turning a contract into the model (loading).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import open_data_contract_standard

from pipelines.contracts.expressions import nearest
from pipelines.contracts.strict_yaml import Place, YamlText

API_VERSION = "v3.2.0"
CLASSIFICATIONS = ("public", "internal", "personal", "confidential")
STATUSES = ("proposed", "draft", "active", "deprecated", "retired")
WHEN_UNKNOWN = ("quarantine", "warn", "infer")

# Custom property -> what it means. The same names may stand only where listed.
OBJECT_PROPERTIES = {
    "documentKey": "fields that make a document; the primary key where it is left out",
    "drift": "kind of drift -> accept, keep or refuse; see docs/drift.md",
}
FIELD_PROPERTIES = {
    "domain": "name of the closed list of values in data_contracts/domains",
    "currencyField": "the field that holds the currency of this measure; the measure is then summed on every receipt",
    "minimum": "least decimal allowed, as quoted text",
    "maximum": "greatest decimal allowed, as quoted text",
    "exclusiveMinimum": "decimal that the value must exceed, as quoted text",
}
REFERENCE_PROPERTIES = {"whenUnknown": "what happens when the record is not there: " + ", ".join(WHEN_UNKNOWN)}
SERVICE_PROPERTIES = {
    "dueAfterMonthEnd": "days after the end of the month that a delivery reports",
    "dueCountedIn": "what those days are: days (the default), or businessDays of the branch's country",
    "refusalThreshold": "share of refused rows above which a delivery is refused whole, as quoted text",
}

_NOTE = {"description": None, "businessName": None, "authoritativeDefinitions": ..., "tags": ...}
_CUSTOM = [{"property": None, "value": ..., "description": None}]
_RELATION = {"to": ..., "customProperties": _CUSTOM}
# A grammar: a dict lists the keys, a one-item list is "a list of", None is a plain value, ... is anything.
_GRAMMAR: dict[str, Any] = {
    "apiVersion": None,
    "kind": None,
    "id": None,
    "name": None,
    "version": None,
    "status": None,
    "domain": None,
    "tags": ...,
    "description": {"purpose": None, "usage": None, "limitations": None},
    "team": {"name": None, "description": None, "members": ...},
    "slaProperties": [{"property": None, "value": None, "unit": None, "description": None}],
    "schema": [
        {
            "name": None,
            "logicalType": None,
            "dataGranularityDescription": None,
            **_NOTE,
            "customProperties": _CUSTOM,
            "relationships": [{"from": ..., **_RELATION}],
            "quality": [
                {
                    "name": None,
                    "description": None,
                    "dimension": None,
                    "severity": None,
                    "type": None,
                    "engine": None,
                    "implementation": {"scope": None, "columns": ..., "expression": None, "fix": None},
                }
            ],
            "properties": [
                {
                    "name": None,
                    **_NOTE,
                    "logicalType": None,
                    "physicalType": None,
                    "required": None,
                    "primaryKey": None,
                    "primaryKeyPosition": None,
                    "partitioned": None,
                    "partitionKeyPosition": None,
                    "semanticType": None,
                    "classification": None,
                    "logicalTypeOptions": {
                        "maxLength": None,
                        "pattern": None,
                        "minimum": None,
                        "maximum": None,
                        "exclusiveMinimum": None,
                    },
                    "enum": [{"value": None, "description": None, "label": None}],
                    "relationships": [_RELATION],
                    "customProperties": _CUSTOM,
                }
            ],
        }
    ],
}


def structure_mistakes(text: YamlText) -> list[str]:
    """Every key that is not read here, and every breach of the standard's JSON schema, each with file and line."""
    unread = list(_unread(text.data, _GRAMMAR, (), text))
    return unread or list(_breaches(text))


def _unread(value: Any, grammar: Any, place: Place, text: YamlText) -> Iterator[str]:
    if isinstance(grammar, list):
        if not isinstance(value, list):
            yield f"{text.at(place)}: {_name(place)} is {value!r}; expected a list. Begin each item with a dash."
            return
        for i, item in enumerate(value):
            yield from _unread(item, grammar[0], (*place, i), text)
    elif isinstance(grammar, dict):
        if not isinstance(value, dict):
            yield f"{text.at(place)}: {_name(place)} is {value!r}; expected keys with values. Correct it."
            return
        for key, item in value.items():
            if key not in grammar:
                yield (
                    f"{text.at((*place, key))}: unknown key {key!r} in {_name(place)}; expected one of "
                    f"{', '.join(sorted(grammar))}. Remove or correct it.{nearest(key, grammar)}"
                )
            else:
                yield from _unread(item, grammar[key], (*place, key), text)


@cache
def _validator() -> Any:
    file = Path(open_data_contract_standard.__file__).with_name("schema.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def _breaches(text: YamlText) -> Iterator[str]:
    errors = list(_validator().iter_errors(text.data))
    # A wrong value inside makes the whole around it "unevaluated" too: where there is another cause, show that.
    causes = [error for error in errors if error.validator != "unevaluatedProperties"]
    for error in causes or errors:
        worst = jsonschema.exceptions.best_match([error]) or error
        place = tuple(worst.absolute_path)
        yield f"{text.at(place)}: {_name(place)}: {worst.message}. Write it as the Open Data Contract Standard says."


def _name(place: Place) -> str:
    words = [str(part) for part in place if isinstance(part, str)]
    return ".".join(words) or "the contract"
