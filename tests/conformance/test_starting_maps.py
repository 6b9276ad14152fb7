"""Starting maps against well-known accounts, listed by what each chart publishes about them (known_accounts.csv)."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.conformance.charts import chart_named, charts, charts_of
from pipelines.conformance.rules import conflicts, shape_mistakes, winning_rule
from pipelines.errors import AccountMapError
from pipelines.settings import REPOSITORY

with Path(__file__).with_name("known_accounts.csv").open(encoding="utf-8", newline="") as stream:
    KNOWN = list(csv.DictReader(stream))


def test_every_chart_is_known_by_at_least_25_accounts() -> None:
    counted = Counter(row["chart"] for row in KNOWN)
    assert set(counted) == set(charts()) and min(counted.values()) >= 25


@pytest.mark.parametrize("chart", sorted(charts()))
def test_well_known_accounts_go_where_they_belong(chart: str) -> None:
    own = [row for row in KNOWN if row["chart"] == chart]
    rules = chart_named(chart).rules("b", [row["account"] for row in own], "ann")
    wrong = []
    for row in own:
        rule = winning_rule(rules, row["account"], None)
        if rule is None or rule.group_account_code != row["group_account"]:
            wrong.append((row["account"], row["meaning"], row["group_account"], rule and rule.group_account_code))
    assert wrong == []


@pytest.mark.parametrize("chart", sorted(charts()))
def test_a_chart_is_a_sound_map_of_the_group_chart(chart: str) -> None:
    with (REPOSITORY / "seeds/reference/group_account.csv").open(encoding="utf-8", newline="") as file:
        group = {row["code"] for row in csv.DictReader(file)}
    rules = chart_named(chart).rules("b", (), "ann")
    assert {rule.group_account_code for rule in rules} <= group - {"9999"}
    assert conflicts([replace(rule, approved_by="bob") for rule in rules]) == []
    assert not any(rule.is_applied for rule in rules), "a chart alone decides nothing"
    for rule in rules:
        cells = {"account_from": rule.account_from, "account_to": rule.account_to, "group_account_code": ""}
        rest = dict.fromkeys(("branch_id", "valid_from", "valid_to", "note", "proposed_by", "approved_by"), "")
        assert list(shape_mistakes(cells | rest)) == []


def test_ranges_are_as_long_as_the_branch_s_codes() -> None:
    rules = chart_named("PCG").rules("b", ["607000", "6071"], "ann")
    assert {(rule.account_from, rule.account_to) for rule in rules if rule.account_from.startswith("607")} == {
        ("6070", "6079"),
        ("607000", "607999"),
    }
    # German customers have one digit more than the ledger: 12000 is a customer, no trade receivable 1200.
    won = winning_rule(chart_named("skr04").rules("b", ["1200", "12000"], "ann"), "12000", None)
    assert won is not None and won.note == "skr04: customers"


def test_an_unknown_chart_is_answered_with_those_there_are() -> None:
    with pytest.raises(AccountMapError, match=r"There is no chart 'skr4'; there are asbe, bas, .*Did you mean 'skr0"):
        chart_named("skr4")
    assert [one.name for one in charts_of("DE")] == ["skr03", "skr04"]
