"""The statements of a branch and of its group over a year's end, worked out on paper.

Omega (EUR) opens December 2025 with 1,000 in the bank. Month m (December 2025 is 0, December 2026 is 12): sales on
credit 100 + m, customers pay 60, cost of 30 is paid. January 2026: 900 into the new company sigma; February: equipment
for 200; March: depreciation of 10. Sigma (USD) has its capital of 1,000 USD, paid in at 0.90, and does nothing;
January's average is 0.92, every closing rate 0.95. The budget of 2026 is sales of 120 a month.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

MONTHS = [date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 13))]


def end(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def omega(entry: Callable[..., list[dict[str, Any]]], number: int, first: date) -> list[dict[str, Any]]:
    """One month of omega's ledger."""
    day = first.replace(day=15)
    rows = [
        *entry("sale", day, ("1200", str(100 + number), "0"), ("4000", "0", str(100 + number))),
        *entry("paid", day, ("1000", "60", "0"), ("1200", "0", "60")),
        *entry("cost", day, ("5000", "30", "0"), ("1000", "0", "30")),
    ]
    if number == 0:
        rows += entry("open", first, ("1000", "1000", "0"), ("2000", "0", "1000"), kind="opening")
    if number == 1:
        rows += entry("shares", day, ("1800", "900", "0"), ("1000", "0", "900"), partner_branch_id="sigma")
    if number == 2:
        rows += entry("machine", day, ("1500", "200", "0"), ("1000", "0", "200"), movement_type="addition")
    if number == 3:
        rows += entry("wear", day, ("6100", "10", "0"), ("1590", "0", "10"), movement_type="depreciation")
    return rows


def fill(lake: Any, entry: Callable[..., list[dict[str, Any]]]) -> None:
    lake.slices.clear()
    lake.put(
        "branch",
        "group",
        "all",
        [
            {"branch_code": code, "branch_name": code, "country_code": country, "functional_currency_code": currency,
             "time_zone": "Europe/Berlin"}
            for code, country, currency in (("omega", "DE", "EUR"), ("sigma", "US", "USD"))
        ],
    )  # fmt: skip
    lake.put(
        "ownership",
        "group",
        "all",
        [{"owner_branch_code": "omega", "owned_branch_code": "sigma", "valid_from": date(2026, 1, 1),
          "ownership_pct": Decimal(100), "voting_pct": Decimal(100), "method": "full"}],
    )  # fmt: skip
    lake.put(
        "equity_event",
        "group",
        "all",
        [{"branch_code": "sigma", "event_code": "paid_in", "group_currency_code": "EUR",
          "event_date": date(2026, 1, 15), "event_kind": "capital", "group_account_code": "2000",
          "amount_functional": Decimal(1000), "rate": Decimal("0.9")}],
    )  # fmt: skip
    lake.put(
        "budget",
        "group",
        "all",
        [
            {"version_code": "v1", "branch_code": "omega", "group_account_code": "4000", "cost_center_code": "",
             "group_period": f"2026-{month:02d}", "amount": Decimal(-120), "currency_code": "EUR"}
            for month in range(1, 13)
        ],
    )  # fmt: skip
    for number, first in enumerate(MONTHS):
        period = f"{first:%Y-%m}"
        lake.put("gl_entry", "omega", period, omega(entry, number, first))
        average = "0.92" if number == 1 else "0.95"
        lake.put(
            "fx_rate",
            "group",
            period,
            [
                {"from_currency_code": "USD", "to_currency_code": "EUR", "rate_date": end(first), "rate_type": kind,
                 "rate": Decimal(rate)}
                for kind, rate in (("average", average), ("closing", "0.95"))
            ],
        )  # fmt: skip
    capital = entry(
        "capital", date(2026, 1, 15), ("1000", "1000", "0"), ("2000", "0", "1000"),
        functional_currency_code="USD", movement_type="capital",
    )  # fmt: skip
    lake.put("gl_entry", "sigma", "2026-01", capital)


@pytest.fixture(scope="module")
def group(
    new_warehouse: Callable[[], Any], small: Callable[[], Any], entry: Callable[..., list[dict[str, Any]]]
) -> Any:
    warehouse, lake = new_warehouse(), small()
    fill(lake, entry)
    warehouse.build(lake)
    return warehouse


def shown(group: Any, statement: str, unit: str, period: str, kind: str, **more: str) -> dict[str, tuple[Any, ...]]:
    """line -> amount, prior period, prior year, budget; as whole numbers where they are."""
    where = " ".join(f"and {column} = '{value}'" for column, value in ({"scenario": "actual"} | more).items())
    rows = group.query(
        "select line_code, amount, prior_period_amount, prior_year_amount, budget_amount "
        f"from finance.{statement} where unit_id = '{unit}' and group_period = '{period}' "
        f"and period_kind = '{kind}' {where}"
    )
    return {line: tuple(figures) for line, *figures in rows}


@pytest.mark.parametrize(
    ("kind", "sales"),
    [
        ("month", (112, 111, 100, 120)),  # a year before: December 2025
        ("quarter", (333, 324, 100, 360)),  # 110 + 111 + 112 after 107 + 108 + 109; of 2025 December alone is known
        ("year_to_date", (1278, 100, 100, 1440)),  # 12 × 100 + 1 + … + 12
    ],
)
def test_sales_stand_beside_the_period_and_the_year_before_and_the_budget(
    group: Any, kind: str, sales: tuple[int, ...]
) -> None:
    lines = shown(group, "rpt_income_statement", "omega", "2026-12", kind, currency_view="functional")
    assert lines["sales"] == sales


def test_the_years_profit_goes_through_every_subtotal(group: Any) -> None:
    """1,278 - 12 × 30 - 10 = 908; nothing invested, financed or taxed."""
    lines = shown(group, "rpt_income_statement", "omega", "2026-12", "year_to_date", currency_view="functional")
    assert {line: lines[line][0] for line in ("gross_profit", "operating_profit", "profit")} == {
        "gross_profit": 918,
        "operating_profit": 908,
        "profit": 908,
    }


def test_the_balance_sheet_rolls_the_year_and_balances(group: Any) -> None:
    """Receivables 13 × 40 + 78 = 598; bank 1,000 + 13 × 30 - 200 - 900 = 290; the year before earned 70."""
    lines = shown(group, "rpt_balance_sheet", "omega", "2026-12", "year_to_date", currency_view="functional")
    assert {line: lines[line][0] for line in lines if lines[line][0]} == {
        "assets": 1978,
        "non_current_assets": 1090,
        "property_plant_and_equipment": 200,
        "accumulated_depreciation": -10,
        "investments_in_subsidiaries": 900,
        "current_assets": 888,
        "trade_receivables": 598,
        "cash_and_cash_equivalents": 290,
        "equity_and_liabilities": 1978,
        "equity": 1978,
        "equity_of_owners": 1978,
        "share_capital": 1000,
        "retained_earnings": 70,
        "result_for_the_year": 908,
    }
    assert lines["assets"][1] == 1070  # at the end of 2025: 1,030 in the bank and 40 receivable
    first = shown(group, "rpt_balance_sheet", "omega", "2025-12", "month", currency_view="functional")
    assert first["assets"][:2] == (1070, 1000)  # what the books began with is the month before


def test_both_methods_lead_from_the_profit_to_the_movement_of_cash(group: Any) -> None:
    """January to March: profit 306 - 90 - 10 = 206, 41 + 42 + 43 = 126 not yet paid; customers paid 180."""
    indirect = shown(
        group, "rpt_cash_flow", "omega", "2026-03", "quarter", method="indirect", currency_view="functional"
    )
    assert {line: indirect[line][0] for line in indirect} == {
        "operating_profit": 206,
        "depreciation_and_amortisation": 10,
        "change_in_trade_receivables": -126,
        "net_cash_from_operating_activities": 90,
        "capital_expenditure": -200,
        "changes_of_scope": -900,
        "net_cash_from_investing_activities": -1100,
        "net_change_in_cash": -1010,
        "cash_at_beginning": 1030,
        "cash_at_end": 20,
    }
    direct = shown(group, "rpt_cash_flow", "omega", "2026-03", "quarter", method="direct", currency_view="functional")
    assert [direct[line][0] for line in ("receipts_from_customers", "payments_to_suppliers")] == [180, -90]
    assert direct["net_cash_from_operating_activities"][0] == 90


def test_exchange_rates_move_the_groups_cash_apart_from_its_flows(group: Any) -> None:
    """Sigma's 1,000 USD came in at 0.90 and lie there at 0.95: 50. Omega has 1,030 + 30 - 900 = 160."""
    lines = shown(group, "rpt_cash_flow", "omega:group", "2026-01", "month", method="indirect")
    assert {
        line: lines[line][0]
        for line in ("net_cash_from_operating_activities", "exchange_effect", "cash_at_beginning", "cash_at_end")
    } == {
        "net_cash_from_operating_activities": 30,  # 101 - 30 less 41 not yet paid
        "exchange_effect": 50,
        "cash_at_beginning": 1030,
        "cash_at_end": 1110,
    }
    income = shown(group, "rpt_income_statement", "omega:group", "2026-01", "month")
    assert (income["profit"][0], income["currency_translation"][0]) == (71, 50)
    assert income["total_comprehensive_income"][0] == 121


def test_a_branch_is_shown_in_its_own_and_in_the_groups_currency(group: Any) -> None:
    own = shown(group, "rpt_balance_sheet", "sigma", "2026-12", "month", currency_view="functional")
    translated = shown(group, "rpt_balance_sheet", "sigma", "2026-12", "month", currency_view="group")
    lines = ("assets", "share_capital", "currency_translation")
    assert own["assets"][0] == 1000
    assert [translated[line][0] for line in lines] == [950, 900, 50]


def test_equity_moves_from_its_opening_to_its_closing(group: Any) -> None:
    rows = group.query(
        "select section, line_code, amount from finance.rpt_changes_in_equity where unit_id = 'omega' "
        "and currency_view = 'functional' and period_kind = 'year_to_date' and group_period = '2026-12' "
        "and section in ('retained_earnings', 'equity') and scenario = 'actual' and amount <> 0"
    )
    assert set(rows) == {
        ("retained_earnings", "opening_balance", 70),
        ("retained_earnings", "result", 908),
        ("retained_earnings", "closing_balance", 978),
        ("equity", "opening_balance", 1070),
        ("equity", "result", 908),
        ("equity", "closing_balance", 1978),
    }


def test_every_account_of_every_span_rolls_forward(group: Any) -> None:
    rows = group.query(
        "select period_kind, opening_amount, movement_amount, amount from finance.rpt_trial_balance "
        "where unit_id = 'omega' and currency_view = 'functional' and group_period = '2026-12' "
        "and line_code = '4000' and scenario = 'actual'"
    )
    assert set(rows) == {
        ("month", -1166, -112, -1278),
        ("quarter", -945, -333, -1278),
        ("year_to_date", 0, -1278, -1278),
    }
    assert group.query("select sum(amount) from finance.rpt_trial_balance where scenario = 'actual'") == [(0,)]


def test_fixed_assets_are_followed_by_kind_of_movement(group: Any) -> None:
    rows = group.query(
        "select line_code, movement_type, amount from finance.rpt_roll_forward where unit_id = 'omega' and amount <> 0 "
        "and currency_view = 'functional' and period_kind = 'year_to_date' and group_period = '2026-12' "
        "and section = 'fixed_assets' and movement_type not like '%balance'"
    )
    assert set(rows) == {
        ("property_plant_and_equipment", "addition", 200),
        ("accumulated_depreciation", "depreciation", -10),
    }


def test_a_group_statement_says_which_branches_it_was_made_from(group: Any) -> None:
    rows = group.query(
        "select branch_id, status, data_date from finance.rpt_statement_source "
        "where unit_id = 'omega:group' and group_period = '2026-02' order by 1"
    )
    assert rows == [("omega", "delivered", date(2026, 3, 10)), ("sigma", "missing", None)]


def test_all_statements_tie(group: Any) -> None:
    assert group.query("select subject, expected, actual from audit.audit_statement where not passed") == []
    assert group.query("select count(*) > 40 from audit.audit_statement") == [(True,)]
