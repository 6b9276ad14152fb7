"""Comparing versions of a contract, and branches that tighten one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pipelines.contracts.compatibility import compare, release_mistakes, releases_text, version_mistakes
from pipelines.contracts.compatibility import fingerprint as fingerprint_of
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract, Field, Kind, Severity
from pipelines.contracts.tightening import apply_tightening, narrower
from pipelines.errors import ContractError
from pipelines.settings import REPOSITORY

CUSTOMER = load_contracts(REPOSITORY / "data_contracts")["customer"]
LEDGER = load_contracts(REPOSITORY / "data_contracts")["gl_entry"]
NOTE = Field("note", Kind.STRING, "A remark.")


def with_field(contract: Contract, name: str, **changes: Any) -> Contract:
    fields = tuple(replace(field, **changes) if field.name == name else field for field in contract.fields)
    return replace(contract, fields=fields)


def without_field(contract: Contract, name: str) -> Contract:
    return replace(contract, fields=tuple(field for field in contract.fields if field.name != name))


@pytest.mark.parametrize(
    ("old", "new", "breaking"),
    [
        (CUSTOMER, replace(CUSTOMER, fields=(*CUSTOMER.fields, NOTE)), False),
        (CUSTOMER, replace(CUSTOMER, fields=(*CUSTOMER.fields, replace(NOTE, required=True))), True),
        (CUSTOMER, without_field(CUSTOMER, "city"), True),
        (CUSTOMER, with_field(CUSTOMER, "city", required=True), True),
        (CUSTOMER, with_field(CUSTOMER, "customer_name", required=False), True),
        (CUSTOMER, with_field(CUSTOMER, "city", max_length=300), False),
        (CUSTOMER, with_field(CUSTOMER, "city", max_length=200), True),
        (CUSTOMER, with_field(CUSTOMER, "payment_terms_days", minimum=Decimal(1)), True),
        (CUSTOMER, with_field(CUSTOMER, "payment_terms_days", minimum=Decimal(-1)), False),
        (LEDGER, with_field(LEDGER, "party_type", allowed=("customer", "supplier", "employee")), False),
        (LEDGER, with_field(LEDGER, "party_type", allowed=("customer",)), True),
        (LEDGER, with_field(LEDGER, "quantity", scale=4), True),
        (LEDGER, replace(LEDGER, document_key=LEDGER.primary_key), True),
        (LEDGER, replace(LEDGER, rules=LEDGER.rules[:1]), False),
        (LEDGER, replace(LEDGER, rules=(LEDGER.rules[0], replace(LEDGER.rules[1], severity=Severity.ERROR))), True),
        (CUSTOMER, replace(CUSTOMER, description="In other words."), False),
    ],
)
def test_compare_tells_breaking_from_compatible(old: Contract, new: Contract, breaking: bool) -> None:
    changes = compare(old, new)
    assert len(changes) == 1
    assert changes[0].breaking is breaking


def test_equal_contracts_have_no_changes() -> None:
    assert compare(LEDGER, replace(LEDGER, version="1.0.1")) == []
    assert version_mistakes(LEDGER, LEDGER) == []


def test_a_changed_contract_needs_a_new_version() -> None:
    changed = with_field(CUSTOMER, "city", max_length=300)
    assert "Raise it" in version_mistakes(CUSTOMER, changed)[0]
    assert version_mistakes(CUSTOMER, replace(changed, version="1.1.0")) == []


def test_a_breaking_change_needs_a_new_major_version() -> None:
    broken = without_field(CUSTOMER, "city")
    assert '"2.0.0"' in version_mistakes(CUSTOMER, replace(broken, version="1.9.0"))[0]
    assert version_mistakes(CUSTOMER, replace(broken, version="2.0.0")) == []


def test_versions_are_numbers_and_not_text() -> None:
    old = replace(CUSTOMER, version="1.9.0")
    assert version_mistakes(old, with_field(replace(old, version="1.10.0"), "city", max_length=300)) == []


def test_what_was_released_under_a_version_cannot_change() -> None:
    released = {"customer": {"1.0.0": fingerprint_of(CUSTOMER)}}
    changed = with_field(CUSTOMER, "city", max_length=300)
    assert release_mistakes({"customer": CUSTOMER}, released) == []
    assert "Raise its version" in release_mistakes({"customer": changed}, released)[0]
    newer = replace(changed, version="1.1.0")
    assert release_mistakes({"customer": newer}, released) == []
    text = releases_text({"customer": newer}, released)
    assert f'"1.0.0": "{fingerprint_of(CUSTOMER)}"' in text
    assert f'"1.1.0": "{fingerprint_of(newer)}"' in text


def test_a_branch_may_tighten() -> None:
    said = {
        "refusal_threshold": "0.05",
        "fields": {
            "customer_code": {"pattern": "[0-9]{5}", "max_length": 5},
            "payment_terms_days": {"required": True, "maximum": "90"},
            "currency_code": {"allowed": ["EUR", "CHF"]},
        },
    }
    tight = apply_tightening(CUSTOMER, said)
    assert tight.service_level.refusal_threshold == Decimal("0.05")
    assert tight.field("customer_code").pattern == "[0-9]{5}"
    assert tight.field("payment_terms_days").required
    assert tight.field("payment_terms_days").maximum == Decimal(90)
    assert tight.field("currency_code").allowed == ("EUR", "CHF")
    assert narrower(tight, CUSTOMER) == []
    assert narrower(CUSTOMER, tight) != []


def test_no_tightening_leaves_the_contract_as_it_is() -> None:
    assert apply_tightening(CUSTOMER, {}) == CUSTOMER


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"refusal_threshold": "0.9"}, "at most 0.50"),
        ({"refusal_threshold": 0.1}, "in quotes"),
        ({"fields": {"customer_name": {"required": False}}}, "no longer required"),
        ({"fields": {"customer_code": {"max_length": 100}}}, "at most 64"),
        ({"fields": {"payment_terms_days": {"minimum": "-1"}}}, "at least 0"),
        ({"fields": {"payment_terms_days": {"maximum": "9999"}}}, "at most 3650"),
        ({"fields": {"country_code": {"allowed": ["NO", "XX"]}}}, "allows XX"),
        ({"fields": {"custommer_code": {"required": True}}}, "Did you mean 'customer_code'?"),
        ({"fields": {"customer_code": {"maxlength": 5}}}, "Did you mean 'max_length'?"),
        ({"fields": {"customer_code": {"pattern": "("}}}, "regular expression"),
        ({"fields": {"payment_terms_days": {"pattern": "1"}}}, "does not apply to a integer"),
        ({"field": {}}, "Did you mean 'fields'?"),
    ],
)
def test_a_branch_cannot_loosen(said: dict[str, Any], expected: str) -> None:
    with pytest.raises(ContractError) as error:
        apply_tightening(CUSTOMER, said)
    assert expected in str(error.value)


def test_a_pattern_cannot_replace_another() -> None:
    calendar = load_contracts(REPOSITORY / "data_contracts")["fiscal_calendar"]
    with pytest.raises(ContractError, match="cannot be proven"):
        apply_tightening(calendar, {"fields": {"group_period": {"pattern": ".*"}}})


def test_a_contract_without_a_rule_is_not_narrower() -> None:
    assert "balanced" in narrower(replace(LEDGER, rules=()), LEDGER)[0]
