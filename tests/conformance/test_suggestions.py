"""Suggestions, measured by leaving a branch of the sample group out: its accounts as the other five suggest them.

sample_accounts.csv holds the sample group's ledger accounts with the group account that people gave each.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.conformance.naming import words_in
from pipelines.conformance.published import group_accounts
from pipelines.conformance.suggesting import OwnAccount, Suggestions
from pipelines.settings import REPOSITORY

with (REPOSITORY / "seeds/reference/group_account.csv").open(encoding="utf-8", newline="") as stream:
    CHART = group_accounts(list(csv.DictReader(stream)))
with Path(__file__).with_name("sample_accounts.csv").open(encoding="utf-8", newline="") as stream:
    SAMPLE = [
        (
            OwnAccount(
                row["branch_id"],
                row["account_code"],
                row["name"],
                row["account_type"] or None,
                row["country_code"],
                "",
                Decimal(row["balance"]) if row["balance"] else None,
                Decimal(row["debit"]),
                Decimal(row["credit"]),
                int(row["entries"]),
            ),
            row["group_account_code"],
        )
        for row in csv.DictReader(stream)
    ]
BRANCHES = sorted({account.branch_id for account, _ in SAMPLE})


def right_at(left_out: str, rank: int, *, with_chart: bool) -> tuple[int, int]:
    """How many accounts of the branch have the right group account among the first `rank` suggestions, of how many."""
    suggestions = Suggestions(CHART, [pair for pair in SAMPLE if pair[0].branch_id != left_out])
    own = [pair for pair in SAMPLE if pair[0].branch_id == left_out]
    chart = suggestions.recognised_chart([account for account, _ in own]) if with_chart else None
    said = [[one.group_account_code for one in suggestions.suggest(account, chart, rank)] for account, _ in own]
    return sum(code in found for (_, code), found in zip(own, said, strict=True)), len(own)


def test_nineteen_of_twenty_accounts_of_a_branch_that_is_left_out_are_suggested_right() -> None:
    first = [right_at(branch, 1, with_chart=False) for branch in BRANCHES]
    assert sum(hits for hits, _ in first) / sum(count for _, count in first) >= 0.95
    assert all(hits / count >= 0.9 for hits, count in first)
    third = [right_at(branch, 3, with_chart=True) for branch in BRANCHES]
    assert sum(hits for hits, _ in third) / sum(count for _, count in third) >= 0.97


@pytest.mark.parametrize(("branch", "chart"), [("germany", "skr04"), ("france", "pcg"), ("norway", "ns4102")])
def test_the_chart_of_a_branch_is_recognised_by_its_names(branch: str, chart: str) -> None:
    found = Suggestions(CHART, []).recognised_chart([one for one, _ in SAMPLE if one.branch_id == branch])
    assert found is not None and found.name == chart


def test_names_learn_from_other_branches_whatever_the_words_are() -> None:
    """A word that no list knows: only the mapped branch can tell, and the reason says so."""
    learned = Suggestions(CHART, [(OwnAccount("a", "77", "Zwrotka paliwowa"), "6200")])
    [found] = learned.suggest(OwnAccount("b", "12345", "Zwrotki paliwowe"))
    assert found.group_account_code == "6200"
    assert "like 'Zwrotka paliwowa' (a 77)" in found.why
    assert Suggestions(CHART, []).suggest(OwnAccount("b", "12345", "Zwrotki paliwowe")) == []


def test_an_account_s_type_speaks_against_the_wrong_statement() -> None:
    """`Bank charges` has the word bank, but an expense is no bank account."""
    said = Suggestions(CHART, []).suggest(OwnAccount("b", "7901", "Bank charges", "expense"))
    assert said[0].group_account_code == "6200"
    bank = next(one for one in said if one.group_account_code == "1600")
    assert bank.score < Decimal("0.1") and "its type is expense, not asset" in bank.why


def test_without_a_type_the_balance_s_side_and_movement_count() -> None:
    def score(balance: str, debit: str, credit: str) -> Decimal:
        account = OwnAccount(
            "b", "1", "Interest income", None, None, "EUR", Decimal(balance), Decimal(debit), Decimal(credit), 9
        )
        return next(one.score for one in Suggestions(CHART, []).suggest(account) if one.group_account_code == "7000")

    assert score("-50", "0", "50") > score("50", "50", "0") > score("50", "100", "60")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kundenforderungen Inland", "1300"),  # German writes words together
        ("Frais de télécommunications", "6200"),
        ("管理费用-工资", "6000"),  # the last part says what it is
        ("Parent company", None),  # `rent` stands within it, and English does not write words together
    ],
)
def test_words_are_found_as_their_language_writes_them(name: str, code: str | None) -> None:
    found = words_in(name)
    assert (found[0].group_account_code if found else None) == code


def test_neighbours_in_the_same_country_count_and_a_mapped_account_never_proves_itself() -> None:
    mapped = [(OwnAccount("a", "4711", "X", None, "DE"), "6100")]
    near = Suggestions(CHART, mapped).suggest(OwnAccount("b", "4712", "", None, "DE"))
    assert [(one.group_account_code, one.score) for one in near] == [("6100", Decimal("0.38"))]  # ½ × 3 digits of 4
    assert Suggestions(CHART, mapped).suggest(OwnAccount("b", "4712", "", None, "FR")) == []
    assert Suggestions(CHART, mapped).suggest(mapped[0][0]) == []
