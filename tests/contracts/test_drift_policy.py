"""What a contract says about drift: what may be said, that a branch is only stricter, and what breaks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.contracts.compatibility import compare, fingerprint
from pipelines.contracts.loading import load_contract, load_contracts
from pipelines.contracts.model import DriftPolicy
from pipelines.contracts.tightening import apply_tightening
from pipelines.errors import ContractError
from pipelines.settings import REPOSITORY

CONTRACTS = REPOSITORY / "data_contracts"
CUSTOMER = load_contracts(CONTRACTS)["customer"]


def test_every_contract_says_what_happens_to_each_kind_of_drift() -> None:
    for file in CONTRACTS.glob("*.odcs.yaml"):
        text = file.read_text(encoding="utf-8")
        assert 'number_format_changed: "refuse"' in text, file.name
        assert 'column_added: "keep"' in text, file.name


def written(tmp_path: Path, old: str, new: str) -> Path:
    text = (CONTRACTS / "customer.odcs.yaml").read_text(encoding="utf-8")
    assert old in text
    domains = tmp_path / "domains"
    domains.symlink_to(CONTRACTS / "domains")
    file = tmp_path / "customer.odcs.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_a_contract_may_say_another_policy(tmp_path: Path) -> None:
    contract = load_contract(written(tmp_path, 'column_added: "keep"', 'column_added: "refuse"'))
    assert contract.drift == replace(DriftPolicy(), column_added="refuse")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("column_added:", "colum_added:", "unknown kind 'colum_added'.*Did you mean 'column_added'"),
        (
            'column_added: "keep"',
            'column_added: "ignore"',
            "column_added is 'ignore'; expected one of accept, keep, refuse",
        ),
        ('new_code: "accept"', 'new_code: "keep"', "only column_added and column_renamed bring something to keep"),
    ],
)
def test_a_wrong_policy_is_a_mistake_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ContractError, match=said) as caught:
        load_contract(written(tmp_path, old, new))
    assert "customer.odcs.yaml:" in str(caught.value)


def test_a_branch_may_be_stricter_and_not_more_lenient() -> None:
    assert apply_tightening(CUSTOMER, {"drift": {"column_added": "refuse"}}).drift.column_added == "refuse"
    with pytest.raises(ContractError, match="column_added is 'accept', which is more lenient than 'keep'"):
        apply_tightening(CUSTOMER, {"drift": {"column_added": "accept"}})
    with pytest.raises(ContractError, match="unknown kind 'columns_added'"):
        apply_tightening(CUSTOMER, {"drift": {"columns_added": "refuse"}})


def test_a_stricter_policy_breaks_and_a_more_lenient_one_does_not() -> None:
    stricter = replace(CUSTOMER, drift=replace(CUSTOMER.drift, column_removed="refuse"))
    assert [change.breaking for change in compare(CUSTOMER, stricter)] == [True]
    assert [change.breaking for change in compare(stricter, CUSTOMER)] == [False]
    assert fingerprint(stricter) != fingerprint(CUSTOMER)
