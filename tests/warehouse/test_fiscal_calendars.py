"""A branch whose year begins in April and runs in periods of 4, 4 and 5 weeks: whatever says "period" means its own.

Gamma's first period ends on 1 May and its second on 29 May, so that two periods end in one calendar month, one calendar
month is posted to in two periods, and a period draws on two slices of the lake.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

CALENDAR = (
    (1, date(2026, 4, 4), date(2026, 5, 1), "2026-04"),
    (2, date(2026, 5, 2), date(2026, 5, 29), "2026-05"),
    (3, date(2026, 5, 30), date(2026, 7, 3), "2026-06"),
)


def sale(entry: Callable[..., Any], number: str, day: date, period: int, amount: str) -> Any:
    lines = (("1200", amount, "0"), ("4000", "0", amount))
    return entry(number, day, *lines, fiscal_year=2027, fiscal_period=period)


@pytest.fixture(scope="module")
def gamma(
    new_warehouse: Callable[[], Any],
    small: Callable[[], Any],
    entry: Callable[..., Any],
    printout: Callable[..., Any],
) -> Any:
    """Alpha and beta as ever, and gamma: openings 200.00, sales of 150.00, 30.00 and 25.00 in its three periods."""
    lake = small()
    lake.slices["fiscal_calendar", "group", "all"] += [
        {"branch_code": "gamma", "fiscal_year": 2027, "fiscal_period": number, "start_date": first, "end_date": last,
         "period_kind": "normal", "group_period": month}
        for number, first, last, month in CALENDAR
    ]  # fmt: skip
    opening = entry(
        "0", date(2026, 4, 4), ("1000", "200", "0"), ("2000", "0", "200"),
        kind="opening", fiscal_year=2027, fiscal_period=1,
    )  # fmt: skip
    lake.put("gl_entry", "gamma", "2026-04", opening + sale(entry, "1", date(2026, 4, 10), 1, "100"))
    lake.put(
        "gl_entry",
        "gamma",
        "2026-05",
        sale(entry, "2", date(2026, 5, 1), 1, "50") + sale(entry, "3", date(2026, 5, 2), 2, "30"),
    )
    lake.put("gl_entry", "gamma", "2026-06", sale(entry, "4", date(2026, 6, 30), 3, "20"))
    lake.put("gl_entry", "gamma", "2026-07", sale(entry, "5", date(2026, 7, 3), 3, "5"))
    own = {"fiscal_year": 2027}
    lake.put(
        "trial_balance",
        "gamma",
        "2026-05",
        printout(1, date(2026, 5, 1), ("1000", "200", "0", "0", "200"), ("1200", "0", "150", "0", "150"),
                 ("2000", "-200", "0", "0", "-200"), ("4000", "0", "0", "150", "-150"), **own)
        + printout(2, date(2026, 5, 29), ("1000", "200", "0", "0", "200"), ("1200", "150", "30", "0", "180"),
                   ("2000", "-200", "0", "0", "-200"), ("4000", "-150", "0", "30", "-180"), **own),
    )  # fmt: skip
    item = {
        "side": "receivable", "party_code": "7", "instalment": 1, "due_date": date(2026, 6, 1), "currency_code": "EUR",
        "functional_currency_code": "EUR", "control_account_code": "1200",
    }  # fmt: skip
    amounts = {"open_amount_transaction": Decimal(150), "open_amount_functional": Decimal(150)}
    on_days = (date(2026, 5, 1), date(2026, 5, 31))  # the period's end, and the month's
    lake.put(
        "open_item",
        "gamma",
        "2026-05",
        [{**item, **amounts, "document_number": "1", "as_of_date": day} for day in on_days],
    )
    for dataset, period in (("gl_entry", "2026-06"), ("trial_balance", "2026-05")):
        delivery = f"gamma/{dataset}/2026-03-10_000001"
        lake.state["delivery"].append(
            {
                **lake.state["delivery"][0],
                "delivery_id": delivery,
                "branch_id": "gamma",
                "dataset": dataset,
                "received_at": datetime(2026, 7, 4, 8, tzinfo=UTC),
                "delivery_date": date(2026, 7, 4),
            }
        )
        lake.state["obligation"].append(
            {
                "branch_id": "gamma",
                "dataset": dataset,
                "owner_team": "f",
                "due_date": date(2026, 7, 5),
                "period": period,
            }
        )
    lake.state["delivery_total"].append(
        {"delivery_id": "gamma/gl_entry/2026-03-10_000001", "row_class": "quarantined",
         "measure": "debit_amount_functional", "currency_code": "EUR", "amount": Decimal(12)}
    )  # fmt: skip
    warehouse = new_warehouse()
    warehouse.build(lake)
    return warehouse


def test_figures_stand_in_the_branchs_own_periods_and_know_the_groups(gamma: Any) -> None:
    assert gamma.query(
        "select fiscal_year, fiscal_period, period_end_date, group_period, sales_amount_functional "
        "from performance.kpi_monthly where branch_id = 'gamma' order by all"
    ) == [
        (2027, 1, date(2026, 5, 1), "2026-04", Decimal(150)),
        (2027, 2, date(2026, 5, 29), "2026-05", Decimal(30)),
        (2027, 3, date(2026, 7, 3), "2026-06", Decimal(25)),
    ]
    assert gamma.query(
        "select fiscal_period, group_period, year_to_date_amount_functional from finance.rpt_branch_income_statement "
        "where branch_id = 'gamma' order by all"
    ) == [(1, "2026-04", Decimal(150)), (2, "2026-05", Decimal(180)), (3, "2026-06", Decimal(205))]
    assert gamma.query(
        "select fiscal_period, group_period, opening_balance_amount_functional, debit_amount_functional, "
        "closing_balance_amount_functional from finance.rpt_branch_trial_balance "
        "where branch_id = 'gamma' and account_code = '1200' order by all"
    ) == [
        (1, "2026-04", Decimal(0), Decimal(150), Decimal(150)),
        (2, "2026-05", Decimal(150), Decimal(30), Decimal(180)),
        (3, "2026-06", Decimal(180), Decimal(25), Decimal(205)),
    ]


def test_what_is_refused_stands_once_in_the_period_that_its_delivery_reports(gamma: Any) -> None:
    """The delivery's last posting is of 3 July, which is June's to the group."""
    assert gamma.query(
        "select fiscal_period, group_period, amount_functional from finance.rpt_branch_balance_sheet "
        "where branch_id = 'gamma' and statement_line = 'refused'"
    ) == [(3, "2026-06", Decimal(12))]


def test_the_ledger_ties_to_prints_of_periods_that_end_within_a_month(gamma: Any) -> None:
    assert gamma.query(
        "select fiscal_period, group_period, explained_by, count(*) from reconciliation.recon_ledger_to_trial_balance "
        "where branch_id = 'gamma' group by all order by all"
    ) == [(1, "2026-04", "ties", 4), (2, "2026-05", "ties", 4)]
    for check in ("ledger_balance", "balance_sheet", "trial_balance", "opening_balance"):
        wrong = f"select count(*) from audit.audit_{check} where branch_id = 'gamma' and not passed"
        assert gamma.query(wrong) == [(0,)], check


def test_a_delivery_that_ends_with_a_period_reports_the_groups_month_of_it(gamma: Any) -> None:
    assert gamma.query(
        "select dataset, period, status from operations.rpt_delivery_status where branch_id = 'gamma' order by all"
    ) == [("gl_entry", "2026-06", "accepted"), ("trial_balance", "2026-05", "accepted")]


def test_open_items_are_compared_on_days_that_end_a_period(gamma: Any) -> None:
    assert gamma.query(
        "select subject, actual, passed from audit.audit_open_item where branch_id = 'gamma' order by all"
    ) == [
        ("2026-05-01 receivable 1200", "150.0000", True),
        ("2026-05-31 receivable", "a day on which none does", False),
    ]


def test_days_know_the_groups_calendar(gamma: Any) -> None:
    """The office has no calendar of its own here: its months are calendar months, also for days of gamma's periods."""
    assert gamma.query(
        "select calendar_date, group_period from core.dim_date where calendar_date in ('2026-05-01', '2026-07-03') "
        "order by all"
    ) == [(date(2026, 5, 1), "2026-05"), (date(2026, 7, 3), "2026-07")]
