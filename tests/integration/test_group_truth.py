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
LINE = ("unit_id", "group_period", "statement_line")
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


def spans(months: dict[Key, Decimal], at: int = 1) -> dict[str, dict[Key, Decimal]]:
    """Monthly movements as statements of months, quarters and years to date; `at` is the month's place in the key."""
    found: dict[str, dict[Key, Decimal]] = {kind: defaultdict(Decimal) for kind in ("month", "quarter", "year_to_date")}
    known = sorted({place[at] for place in months})
    for place, amount in months.items():
        for until in known:
            moved, shown_in = place[at], until
            if moved > shown_in or moved[:4] != shown_in[:4]:
                continue
            key = (*place[:at], shown_in, *place[at + 1 :])
            found["year_to_date"][key] += amount
            if (int(moved[5:]) - 1) // 3 == (int(shown_in[5:]) - 1) // 3:
                found["quarter"][key] += amount
            if moved == shown_in:
                found["month"][key] += amount
    return {kind: {place: amount for place, amount in rows.items() if amount} for kind, rows in found.items()}


def test_income_statement_and_balance_sheet_of_quarters_and_years(published: Any, truth: Truth) -> None:
    rows = [row for row in truth("group_statements") if row["statement_line"] != "result_of_non_controlling_interests"]
    income = figures([row for row in rows if row["statement"] == "income_statement"], *LINE)
    balance = figures([row for row in rows if row["statement"] == "balance_sheet"], *LINE)
    wanted = {
        "income_statement": spans(income),
        "balance_sheet": dict.fromkeys(("month", "quarter", "year_to_date"), balance),
    }
    for statement, by_kind in wanted.items():
        for kind, lines in by_kind.items():
            names = {place[2] for place in lines}
            found = shown(
                published,
                f"select unit_id, group_period, line_code, amount from finance.rpt_{statement} "
                f"where {GROUPS} and period_kind = '{kind}' and (not is_total or section = 'unmapped')",
            )
            assert len(lines) > 50
            assert {place: amount for place, amount in found.items() if place[2] in names} == lines, (statement, kind)


def test_cash_flow_line_by_line_by_both_methods(published: Any, truth: Truth) -> None:
    rows = [row for row in truth("group_flows") if row["statement"] == "cash_flow"]
    for kind, wanted in spans(figures(rows, "unit_id", "group_period", "section", "line")).items():
        found = shown(
            published,
            "select unit_id, group_period, method, line_code, amount from finance.rpt_cash_flow "
            f"where {GROUPS} and period_kind = '{kind}' and not is_total and line_code <> 'cash_at_beginning'",
        )
        assert len(wanted) > 50
        assert found == wanted, kind


def with_balances(months: dict[Key, Decimal]) -> dict[str, dict[Key, Decimal]]:
    """Movements by span with opening and closing balance; what the first month opens with is no movement."""
    opened = {place: amount for place, amount in months.items() if place[3] == "opening_balance"}
    moved = {place: amount for place, amount in months.items() if place[3] != "opening_balance"}
    found = spans(moved)
    known = sorted({place[1] for place in months})
    for kind, rows in found.items():
        for unit, component in sorted({(place[0], place[2]) for place in months}):
            for month in known:
                closing = sum(
                    amount for place, amount in months.items()
                    if (place[0], place[2]) == (unit, component) and place[1] <= month
                )  # fmt: skip
                change = sum(
                    amount for place, amount in rows.items() if place[:3] == (unit, month, component)
                )  # fmt: skip
                rows[unit, month, component, "closing_balance"] = Decimal(closing)
                rows[unit, month, component, "opening_balance"] = Decimal(closing - change)
        found[kind] = {place: amount for place, amount in rows.items() if amount}
    assert opened
    return found


def test_changes_in_equity_component_by_component(published: Any, truth: Truth) -> None:
    rows = [row for row in truth("group_flows") if row["statement"] == "changes_in_equity"]
    for kind, wanted in with_balances(figures(rows, "unit_id", "group_period", "section", "line")).items():
        found = shown(
            published,
            "select unit_id, group_period, section, line_code, amount from finance.rpt_changes_in_equity "
            f"where {GROUPS} and period_kind = '{kind}' and section not in ('equity', 'equity_of_owners')",
        )
        assert len(wanted) > 40
        assert found == wanted, kind
        owners: dict[Key, Decimal] = defaultdict(Decimal)
        for (unit, month, component, line), amount in wanted.items():
            if component != "non_controlling_interests":
                owners[unit, month, line] += amount
        summed = shown(
            published,
            "select unit_id, group_period, line_code, amount from finance.rpt_changes_in_equity "
            f"where {GROUPS} and period_kind = '{kind}' and section = 'equity_of_owners'",
        )
        assert summed == {place: amount for place, amount in owners.items() if amount}, kind


def test_roll_forwards_of_debt_and_fixed_assets(published: Any, truth: Truth) -> None:
    rows = [row for row in truth("group_flows") if row["statement"] == "roll_forward"]
    for kind, wanted in with_balances(figures(rows, "unit_id", "group_period", "section", "line")).items():
        found = shown(
            published,
            "select unit_id, group_period, section || '/' || line_code, movement_type, amount "
            f"from finance.rpt_roll_forward where {GROUPS} and period_kind = '{kind}' and section <> 'equity'",
        )
        assert len(wanted) > 30
        assert found == wanted, kind


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
