"""The sample group's books against the simulation's own consolidation: every unit, month and account, to the cent.

The truth was worked out from the branches' books and the office's events, by code that shares nothing with the
warehouse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Truth = Callable[[str], list[dict[str, str]]]
Key = tuple[str, ...]
GROUPS = "scenario = 'actual' and ends_with(unit_id, ':group')"


def figures(rows: list[dict[str, str]], *key: str, amount: str = "amount") -> dict[Key, Decimal]:
    """The truth's amounts by key; what is nothing is left out."""
    found: dict[Key, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[tuple(row[name] for name in key)] += Decimal(row[amount])
    return {place: value for place, value in found.items() if value}


def shown(published: Any, query: str) -> dict[Key, Decimal]:
    """The warehouse's amounts: all columns but the last are the key."""
    return {tuple(row[:-1]): row[-1] for row in published.rows(query) if row[-1]}


def test_movement_of_every_account(published: Any, truth: Truth) -> None:
    wanted = figures(truth("group_balance"), "unit_id", "group_period", "group_account_code")
    assert len(wanted) > 150
    found = shown(
        published,
        "select unit_id, group_period, group_account_code, sum(amount_group) from finance.fct_group_balance "
        f"where {GROUPS} and movement_type <> 'result_brought_forward' group by all",
    )
    assert found == wanted


def test_closing_balance_of_every_account(published: Any, truth: Truth) -> None:
    wanted = figures(truth("group_balance"), "unit_id", "group_period", "group_account_code", amount="closing")
    found = shown(
        published,
        "select unit_id, group_period, line_code, amount from finance.rpt_trial_balance "
        f"where {GROUPS} and period_kind = 'month' and not is_total",
    )
    assert found == wanted


def test_statements_line_by_line(published: Any, truth: Truth) -> None:
    rows = truth("group_statements")
    for statement in ("income_statement", "balance_sheet"):
        # The warehouse shows the others' share of the result in the owners' result of the year: tested below.
        lines = [
            row
            for row in rows
            if row["statement"] == statement and row["statement_line"] != "result_of_non_controlling_interests"
        ]
        wanted = figures(lines, "unit_id", "group_period", "statement_line")
        names = {line for _, _, line in wanted} - {"unmapped"}
        found = shown(
            published,
            f"select unit_id, group_period, line_code, amount from finance.rpt_{statement} "
            f"where {GROUPS} and period_kind = 'month' and (not is_total or section = 'unmapped')",
        )
        assert {place: amount for place, amount in found.items() if place[2] in {*names, "unmapped"}} == wanted


def test_profit_and_its_owners(published: Any, truth: Truth) -> None:
    profit: dict[Key, Decimal] = defaultdict(Decimal)
    for row in truth("group_statements"):
        if row["statement"] == "income_statement":
            profit[row["unit_id"], row["group_period"]] += Decimal(row["amount"])
    others: dict[Key, Decimal] = defaultdict(Decimal)
    for row in truth("nci"):
        if row["rule"] == "nci_result":
            others[row["unit_id"], row["group_period"]] += -Decimal(row["amount"])
    query = "select unit_id, group_period, line_code, amount from finance.rpt_income_statement where "
    found = shown(published, f"{query} {GROUPS} and period_kind = 'month' and starts_with(line_code, 'profit')")
    assert {place[:2]: amount for place, amount in found.items() if place[2] == "profit"} == profit
    of_others = {
        place[:2]: amount
        for place, amount in found.items()
        if place[2] == "profit_attributable_to_non_controlling_interests"
    }
    assert {place: abs(amount) for place, amount in of_others.items()} == {
        place: abs(amount) for place, amount in others.items()
    }
    owners = {place[:2]: amount for place, amount in found.items() if place[2] == "profit_attributable_to_owners"}
    assert owners == {place: profit[place] - of_others[place] for place in profit}


def test_non_controlling_interests_rule_by_rule(published: Any, truth: Truth) -> None:
    wanted = figures(truth("nci"), "unit_id", "group_period", "branch_id")
    found = shown(
        published,
        "select unit_id, group_period, branch_id, -sum(amount_group) from finance.fct_group_balance "
        f"where {GROUPS} and group_account_code = '2900' group by all",
    )
    assert found == wanted


def test_goodwill_of_the_purchase(published: Any, truth: Truth) -> None:
    (row,) = truth("goodwill")
    found = published.rows(
        "select price_amount_group, nci_amount_group, net_assets_amount_group + fair_value_step_amount_group, "
        "goodwill_at_acquisition_amount_group from finance.rpt_goodwill "
        "where unit_id = ? and branch_id = ? and group_period = ?",
        [row["unit_id"], row["branch_id"], row["group_period"]],
    )
    wanted = [Decimal(row[name]) for name in ("price", "non_controlling_interests", "net_assets", "goodwill")]
    assert [list(one) for one in found] == [wanted]


def test_exchange_differences_and_what_they_are_made_of(published: Any, truth: Truth) -> None:
    columns = {
        "opening_net_assets": "cta_opening_net_assets_amount_group",
        "result": "cta_result_amount_group",
        "equity_movements": "cta_equity_movement_amount_group",
        "rounding": "cta_rounding_amount_group",
    }
    members = {(row["unit_id"], row["group_period"], row["branch_id"]) for row in truth("translation")}
    for name, column in columns.items():
        wanted = figures(truth("translation"), "unit_id", "group_period", "branch_id", amount=name)
        found = shown(
            published, f"select unit_id, group_period, branch_id, {column} from finance.rpt_translation_proof"
        )
        # The proof also has the months of a branch before it was bought.
        assert {place: amount for place, amount in found.items() if place in members} == wanted, name


def test_every_statement_comes_to_its_facts(published: Any) -> None:
    assert published.rows("select count(*) > 20 from audit.audit_statement") == [(True,)]
    for check in ("statement", "group_balance", "translation", "capital_balance", "nci_share", "roll_forward"):
        assert published.rows(f"select subject, expected, actual from audit.audit_{check} where not passed") == []


def test_cash_is_what_the_balance_sheet_says(published: Any) -> None:
    found = shown(
        published,
        "select unit_id, group_period, method, amount from finance.rpt_cash_flow "
        f"where {GROUPS} and period_kind = 'month' and line_code = 'cash_at_end'",
    )
    cash = shown(
        published,
        "select unit_id, group_period, amount from finance.rpt_balance_sheet "
        f"where {GROUPS} and period_kind = 'month' and line_code = 'cash_and_cash_equivalents'",
    )
    assert cash
    assert found == {(*place, method): amount for place, amount in cash.items() for method in ("direct", "indirect")}
