"""What a night publishes from the small lake, against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Rows = list[tuple[Any, ...]]


def test_balance_sheet_shows_assets_result_unmapped_and_refused(built: Any) -> None:
    found = built.query(
        "select fiscal_period, section, statement_line, amount_functional from finance.rpt_branch_balance_sheet "
        "where branch_id = 'alpha' and amount_functional <> 0"
    )
    assert {row[:3]: row[3] for row in found} == {
        (1, "assets", "cash_and_cash_equivalents"): Decimal("1000"),
        (1, "assets", "inventories"): Decimal("440"),
        (1, "assets", "trade_receivables"): Decimal("119"),
        (1, "liabilities", "output_tax_payable"): Decimal("19"),
        (1, "equity", "share_capital"): Decimal("1500"),
        (1, "equity", "result_for_the_year"): Decimal("40"),
        (2, "assets", "cash_and_cash_equivalents"): Decimal("1109"),
        (2, "assets", "inventories"): Decimal("440"),
        (2, "liabilities", "output_tax_payable"): Decimal("19"),
        (2, "equity", "share_capital"): Decimal("1500"),
        (2, "equity", "result_for_the_year"): Decimal("40"),
        (2, "unmapped", "unmapped"): Decimal("10"),
        (2, "memo", "refused"): Decimal("33.50"),
    }


def test_ledger_without_openings_starts_at_the_branchs_own_trial_balance(built: Any) -> None:
    found = built.query(
        "select account_code, opening_balance_amount_functional, closing_balance_amount_functional, opening_source "
        "from finance.rpt_branch_trial_balance where branch_id = 'beta' order by 1"
    )
    assert found == [
        ("1920", Decimal(200), Decimal(250), "trial_balance"),
        ("2000", Decimal(-200), Decimal(-200), "trial_balance"),
        ("3000", Decimal(0), Decimal(-50), "trial_balance"),
    ]


def test_indicators_are_null_without_sales(built: Any) -> None:
    found = built.query(
        "select fiscal_period, sales_amount_functional, gross_margin_pct, net_margin_pct "
        "from performance.kpi_monthly where branch_id = 'alpha' order by 1"
    )
    assert found == [(1, Decimal(100), Decimal(40), Decimal(40)), (2, Decimal(0), None, None)]


def test_drafts_are_kept_in_the_fact_and_left_out_of_every_report(built: Any) -> None:
    assert built.query("select count(*) from core.fct_gl_entry where document_number = 'D1' and not is_posted") == [
        (2,)
    ]
    assert built.query(
        "select debit_amount_functional from finance.rpt_branch_trial_balance where branch_id = 'alpha' "
        "and account_code = '5000' and fiscal_period = 1"
    ) == [(Decimal(60),)]


def test_members_that_only_documents_name_are_inferred(built: Any) -> None:
    assert built.query(
        "select customer_code, is_inferred from core.dim_customer where branch_id = 'alpha' order by 1"
    ) == [("00017", False), ("00099", True), ("unknown", True)]
    assert built.query("select is_inferred, group_account_code from core.dim_account where account_code = '6845'") == [
        (True, "9999")
    ]
    assert built.query("select branch_id, is_inferred, functional_currency_code from core.dim_branch order by 1") == [
        ("alpha", False, "EUR"),
        ("beta", True, "NOK"),
    ]
    assert built.query("select party_code from core.fct_payment where payment_number = 'Z2'") == [("unknown",)]


def test_codes_that_only_documents_name_are_inferred(built: Any) -> None:
    assert built.query("select product_code, product_name, is_inferred from core.dim_product order by 1, 3") == [
        ("P1", "Pumpe", False),
        ("P9", "Dichtung", True),
        ("unknown", "not named in the document", True),
        ("unknown", "not named in the document", True),  # one a branch, also where nothing is delivered
    ]
    assert built.query(
        "select cost_center_code, cost_center_name from core.dim_cost_center where branch_id = 'alpha' order by 1"
    ) == [("K100", "Lager"), ("K900", "not in the master data"), ("unknown", "not named in the document")]
    assert built.query(
        "select tax_code, rate_pct, valid_from, valid_to from core.dim_tax_code where branch_id = 'alpha' order by 1, 3"
    ) == [
        ("9", Decimal(16), date(2020, 7, 1), date(2020, 12, 31)),
        ("9", Decimal(19), date(2021, 1, 1), date(9999, 12, 31)),
        ("V0", None, date(1900, 1, 1), date(9999, 12, 31)),
        ("unknown", None, date(1900, 1, 1), date(9999, 12, 31)),
    ]
    assert built.query(
        "select supplier_code, is_inferred from core.dim_supplier where branch_id = 'alpha' order by 1"
    ) == [("S1", False), ("S7", True), ("unknown", True)]


def test_calendar_is_inferred_where_none_was_delivered(built: Any) -> None:
    assert built.query(
        "select fiscal_year, fiscal_period, start_date, end_date, is_inferred from core.dim_fiscal_period "
        "where branch_id = 'beta'"
    ) == [(2026, 1, date(2026, 1, 1), date(2026, 1, 31), True)]
    assert built.query("select count(*), min(calendar_date), max(calendar_date) from core.dim_date") == [
        (90, date(2026, 1, 1), date(2026, 3, 31))
    ]


# The small lake has two branches and no group: these have nothing to look at (the groups by hand have).
OF_GROUPS = {
    "capital_balance", "equity_history", "investment", "missing_rate", "nci_share", "ownership", "translation",
}  # fmt: skip


def test_audits_find_exactly_what_is_wrong(built: Any) -> None:
    checks = [
        name
        for (name,) in built.query(
            "select check_name from audit.audit_policy where check_name not like 'plausibility%'"
        )
    ]
    failed: Rows = []
    for check in checks:
        failed += built.query(
            f"select check_name, branch_id, subject, difference_minor from audit.audit_{check} where not passed"
        )
        assert built.query(f"select count(*) > 0 from audit.audit_{check}") == [(check not in OF_GROUPS,)], check
    assert sorted(failed) == [
        ("control_total", "alpha", "alpha/gl_entry/2026-03-10_000001 total_debit", -50),
        ("invoice_lines", "alpha", "purchase_invoice 2026-02 E2", -2),
        ("invoice_lines", "alpha", "sales_invoice 2026-01 R9", -1),
        ("open_item", "alpha", "2026-01-31 payable no control account", -4000),
        ("open_item", "alpha", "2026-02-28 receivable 1200", 500),
        ("unmapped_account", "alpha", "local 6845", 1000),
    ]


def test_delivery_status_tells_late_from_missing(built: Any) -> None:
    assert built.query("select branch_id, dataset, status from operations.rpt_delivery_status order by 1, 2") == [
        ("alpha", "gl_entry", "late"),
        ("beta", "gl_entry", "missing"),
        ("beta", "payment", "missing"),
    ]
    # Due on 5 March; alpha's came on the 10th, the night is the 15th's.
    assert built.query("select branch_id, dataset, days_late from operations.rpt_delivery_status order by 1, 2") == [
        ("alpha", "gl_entry", 5),
        ("beta", "gl_entry", 10),
        ("beta", "payment", 10),
    ]


def test_timeliness_tells_how_it_stood_on_each_night(built: Any) -> None:
    spans = "select status, from_date, to_date from operations.rpt_timeliness where branch_id = ? order by from_date"
    expected = ("expected", date(2026, 2, 1), date(2026, 3, 5))
    assert built.query(spans.replace("?", "'alpha'")) == [
        expected,
        ("missing", date(2026, 3, 6), date(2026, 3, 9)),
        ("late", date(2026, 3, 10), None),
    ]
    assert built.query(spans.replace("?", "'beta' and dataset = 'payment'")) == [
        expected,
        ("missing", date(2026, 3, 6), None),
    ]


def test_every_fact_row_walks_back_to_file_and_row(built: Any) -> None:
    facts = built.query(
        "select table_schema || '.' || table_name from information_schema.tables where table_name in "
        "('fct_gl_entry', 'fct_trial_balance', 'fct_sales_invoice', 'fct_sales_invoice_line', 'fct_payment', "
        "'fct_payment_allocation', 'fct_fx_rate', 'fct_purchase_invoice', 'fct_purchase_invoice_line', 'fct_open_item')"
    )
    assert len(facts) == 10
    for (fact,) in facts:
        assert built.query(
            f"select count(*) from {fact} where delivery_id is null or source_file is null "
            "or source_row is null or file_sha256 is null"
        ) == [(0,)], fact


def test_published_file_opens_in_the_older_storage_version_and_holds_tables_only(built: Any) -> None:
    assert built.query("select tags['storage_version'] from duckdb_databases() where database_name = 'candidate'") == [
        ("v1.0.0+",)
    ]
    assert built.query("select count(*) from duckdb_views() where not internal") == [(0,)]


@pytest.mark.parametrize(
    ("spoil", "check", "branch"),
    [
        ("unbalanced entry", "ledger_balance", "alpha"),
        ("unbalanced entry", "balance_sheet", "alpha"),
        ("wrong print", "trial_balance", "alpha"),
        ("openings that do not add up", "opening_balance", "beta"),
        ("same document twice", "key_uniqueness", "alpha"),
        ("row lost on the way in", "warehouse_conservation", "alpha"),
        ("row not accounted for", "receipt_conservation", "beta"),
    ],
)
def test_each_audit_can_fail(spoiled: Any, spoil: str, check: str, branch: str) -> None:
    assert (branch,) in spoiled.query(f"select distinct branch_id from audit.audit_{check} where not passed"), spoil


def test_balance_sheet_is_not_blamed_for_what_the_branchs_own_openings_lack(spoiled: Any) -> None:
    assert spoiled.query(
        "select actual, difference_minor from audit.audit_opening_balance where branch_id = 'beta'"
    ) == [("10.0000", 1000)]
    assert spoiled.query("select count(*) from audit.audit_balance_sheet where branch_id = 'beta' and not passed") == [
        (0,)
    ]


@pytest.fixture(scope="module")
def spoiled(new_warehouse: Callable[[], Any], small: Callable[[], Any]) -> Any:
    """One lake with every kind of defect that reaches the warehouse; branch findings stop nothing here."""
    lake = small()
    february = lake.slices["gl_entry", "alpha", "2026-02"]
    february.append({**february[0], "debit_amount_functional": Decimal("1000.00"), "source_document": "again"})
    lake.slices["trial_balance", "alpha", "2026-02"][0]["closing_balance_amount_functional"] = Decimal(1)
    for moment in ("opening", "closing"):
        lake.slices["trial_balance", "beta", "2026-01"][0][f"{moment}_balance_amount_functional"] += 10
    lake.state["slice_sum"] = [
        {"dataset": "payment", "branch_id": "alpha", "slice_period": "2026-02", "measure": "amount_functional",
         "currency_code": "EUR", "amount": Decimal("109.01")}
    ]  # fmt: skip
    lake.state["delivery"][1]["rows_read"] = 10
    warehouse = new_warehouse()
    warehouse.build(lake)
    return warehouse
