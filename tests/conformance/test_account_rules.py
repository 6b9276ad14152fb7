"""Rules of the account map: which holds, which wins, and which contradict; expectations by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.conformance.rules import AccountRule, conflicts, winning_rule


def rule(first: str, last: str, group: str, since: str = "1900-01", until: str = "9999-12") -> AccountRule:
    return AccountRule("b", first, last, group, since, until, "", "ann", "bob")


# The same ladder as the warehouse's unit test: each rule is more specific than the one before it.
LADDER = [
    rule("type:expense", "", "6200"),
    rule("4*", "", "6000", "2026-02"),
    rule("4?12", "", "6100", "2026-03"),
    rule("4000", "4999", "5000", "2026-04"),
    rule("4700", "4799", "5100", "2026-05"),
    rule("4712", "", "7100", "2026-06", "2026-06"),
]


@pytest.mark.parametrize(
    ("period", "group"),
    [
        ("2026-01", "6200"),
        ("2026-02", "6000"),
        ("2026-03", "6100"),
        ("2026-04", "5000"),
        ("2026-05", "5100"),
        ("2026-06", "7100"),
        ("2026-07", "5100"),
    ],
)
def test_the_more_specific_rule_wins_in_whatever_order_they_stand(period: str, group: str) -> None:
    for rules in (LADDER, LADDER[::-1]):
        won = winning_rule(rules, "4712", "expense", period)
        assert won is not None and won.group_account_code == group


@pytest.mark.parametrize(
    ("one", "code", "kind", "holds"),
    [
        (rule("4400", "4499", "4000"), "4450", None, True),
        (rule("4400", "4499", "4000"), "44500", None, False),  # a longer code is another account
        (rule("0400", "0499", "1100"), "0450", None, True),
        (rule("47*", "", "4000"), "47", None, True),
        (rule("47*", "", "4000"), "4712AB", None, True),
        (rule("4?00", "", "4000"), "4100", None, True),
        (rule("4?00", "", "4000"), "400", None, False),
        (rule("4.00", "", "4000"), "4100", None, False),  # a dot is a dot
        (rule("type:revenue", "", "4000"), "4100", "revenue", True),
        (rule("type:revenue", "", "4000"), "4100", None, False),
    ],
)
def test_a_rule_holds_for_its_own_accounts(one: AccountRule, code: str, kind: str | None, holds: bool) -> None:
    assert one.holds_for(code, kind) is holds


@pytest.mark.parametrize(
    ("one", "other", "example"),
    [
        (rule("4400", "", "4000"), rule("4400", "4400", "4010"), "4400"),
        (rule("4400", "4450", "4000"), rule("4440", "4499", "4010"), "4440"),  # neither lies in the other
        (rule("4400", "4499", "4000"), rule("4400", "4499", "4010"), "4400"),
        (rule("4?00", "", "4000"), rule("44?0", "", "4010"), "4400"),
        (rule("47*", "", "4000"), rule("*70", "", "4010"), "470"),  # the 7 may be both
        (rule("type:asset", "", "1500"), rule("type:asset", "", "1100"), "type:asset"),
    ],
)
def test_two_rules_of_equal_specificity_contradict(one: AccountRule, other: AccountRule, example: str) -> None:
    [found] = conflicts([one, other])
    assert found.example == example


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule("4400", "4499", "4000"), rule("4450", "4459", "4010")),  # nested: the narrower wins
        (rule("4400", "4450", "4000"), rule("4440", "4499", "4000")),  # the same group account
        (rule("4400", "", "4000", until="2026-06"), rule("4400", "", "4010", since="2026-07")),
        (rule("440", "499", "4000"), rule("4400", "4999", "4010")),  # codes of other lengths
        (rule("47*", "", "4000"), rule("4?12", "", "4010")),  # the longer pattern wins
        (rule("47*", "", "4000"), rule("48*", "", "4010")),
        (rule("4400", "", "4000"), replace(rule("4400", "", "4010"), approved_by="")),  # waits
        (rule("4400", "", "4000"), replace(rule("4400", "", "4010"), branch_id="c")),
    ],
)
def test_these_do_not_contradict(one: AccountRule, other: AccountRule) -> None:
    assert conflicts([one, other]) == []
