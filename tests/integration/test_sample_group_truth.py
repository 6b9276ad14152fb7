"""What the night publishes of the sample group equals the simulation's own books, to the cent and in both directions.

The truth is seeds/truth, written from books that share no code with the pipeline; docs/sample-group.md says what each
file means.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Truth = Callable[[str], list[dict[str, str]]]
Key = tuple[str, ...]
CLASSES = ("read", "accepted", "quarantined", "duplicate", "out_of_scope", "non_data")
AMOUNTS = ("opening", "debit", "credit", "closing")
CURRENCIES = {"germany": "EUR", "norway": "NOK", "united_states": "USD", "france": "EUR", "china": "CNY",
              "united_kingdom": "GBP"}  # fmt: skip
MASTERS = ("gl_account", "customer", "supplier", "product", "cost_center", "tax_code")
OFFICE_LISTS = (
    "ownership", "equity_event", "acquisition_event", "fair_value_step", "adjustment_entry", "ic_stock", "budget",
)  # fmt: skip


def by_key(rows: list[tuple[Any, ...]], width: int) -> dict[Key, tuple[Decimal | None, ...]]:
    """The first `width` columns as text → the others; the same key twice is an error."""
    found = {tuple(str(cell) for cell in row[:width]): tuple(row[width:]) for row in rows}
    assert len(found) == len(rows), "the same key twice"
    return found


def expected(rows: list[dict[str, str]], key: str, amounts: tuple[str, ...]) -> dict[Key, tuple[Decimal | None, ...]]:
    keys = ("branch_id", "fiscal_year", "fiscal_period", *([key] if key else []))
    return {
        tuple(row[name] for name in keys): tuple(Decimal(row[name]) if row[name] else None for name in amounts)
        for row in rows
    }


def same(found: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    """Equal in both directions; the message shows only what differs.

    A row of nothing but zeros says nothing: the warehouse shows an account from its branch's first period on, the truth
    from the period that first books on it.
    """
    found, wanted = (
        {key: value for key, value in rows.items() if not (isinstance(value, tuple) and set(value) == {Decimal(0)})}
        for rows in (found, wanted)
    )
    differs = {key: (found.get(key), wanted.get(key)) for key in {*found, *wanted} if found.get(key) != wanted.get(key)}
    assert not differs, f"key: (published, truth) of {len(differs)}: {dict(sorted(differs.items())[:20])}"


def test_trial_balance_by_group_account(published: Any, truth: Truth) -> None:
    rows = published.rows(
        "select branch_id, fiscal_year, fiscal_period, group_account_code, sum(opening_balance_amount_functional), "
        "sum(debit_amount_functional), sum(credit_amount_functional), sum(closing_balance_amount_functional) "
        "from finance.rpt_branch_trial_balance group by 1, 2, 3, 4"
    )
    same(by_key(rows, 4), expected(truth("trial_balance"), "group_account_code", AMOUNTS))


def test_income_statement(published: Any, truth: Truth) -> None:
    rows = published.rows(
        "select branch_id, fiscal_year, fiscal_period, statement_line, amount_functional "
        "from finance.rpt_branch_income_statement"
    )
    same(by_key(rows, 4), expected(truth("income_statement"), "statement_line", ("amount",)))


def test_income_statement_year_to_date_is_the_sum_of_its_months(published: Any, truth: Truth) -> None:
    wanted: dict[Key, tuple[Decimal]] = {}
    running: dict[Key, Decimal] = {}
    for row in sorted(truth("income_statement"), key=lambda row: int(row["fiscal_period"])):
        line = (row["branch_id"], row["statement_line"])
        running[line] = running.get(line, Decimal(0)) + Decimal(row["amount"])
        wanted[row["branch_id"], row["fiscal_year"], row["fiscal_period"], row["statement_line"]] = (running[line],)
    rows = published.rows(
        "select branch_id, fiscal_year, fiscal_period, statement_line, year_to_date_amount_functional "
        "from finance.rpt_branch_income_statement"
    )
    same(by_key(rows, 4), wanted)


def test_balance_sheet_and_nothing_else_but_the_memo_line(published: Any, truth: Truth) -> None:
    rows = published.rows(
        "select branch_id, fiscal_year, fiscal_period, statement_line, amount_functional "
        "from finance.rpt_branch_balance_sheet where section <> 'memo'"
    )
    same(by_key(rows, 4), expected(truth("balance_sheet"), "statement_line", ("amount",)))
    memo = published.rows("select distinct statement_line from finance.rpt_branch_balance_sheet where section = 'memo'")
    assert memo == [("refused",)]


def test_refused_journals_stand_on_the_balance_sheet_with_their_amount(published: Any) -> None:
    """Added up by hand from the rows that truth/refusals.csv names: the greater side, as far as it can be read."""
    rows = published.rows(
        "select branch_id, fiscal_period, amount_functional from finance.rpt_branch_balance_sheet "
        "where section = 'memo'"
    )
    assert by_key(rows, 2) == {
        ("germany", "1"): (Decimal("110.19"),),  # row 107; row 106 says no side
        # February was refused in part and then corrected.
        ("germany", "3"): (Decimal("5484.63") + Decimal("2777.19") + Decimal("787.28") + Decimal("5511.02")
                           + Decimal("2051.76"),),  # rows 20 to 23 and 180; 179 and 240 cannot be read
        ("norway", "1"): (Decimal("24194.31") + 10_000,),  # one side is 10,000.00 too high
        ("norway", "2"): (Decimal("2451.48") + Decimal("1477.63"),),
        ("norway", "3"): (Decimal("44911.50"),),
        # The debit of the invoice itself is #REF!; its credits can be read.
        ("united_states", "1"): (Decimal("4691.83") + Decimal("75.61") + Decimal("128.72") + Decimal("3219.47"),),
        ("united_states", "2"): (Decimal("1879.04"),),
        ("united_states", "3"): (Decimal("2943.86"),),
        # The invoice's debit is written in words, its credits can be read.
        ("china", "1"): (Decimal("15351.21") + Decimal("10508.75") + Decimal("16743.98"),),
        ("china", "2"): (Decimal("18146.72"),),
        ("china", "3"): (Decimal("6922.83"),),
        ("france", "1"): (Decimal("4249.49") + Decimal("2294.58"),),
        ("france", "2"): (Decimal("3195.78"),),
        ("france", "3"): (Decimal("100000005434.94") + Decimal("3615.48"),),
        ("united_kingdom", "10"): (Decimal("3509.40") + Decimal("1637.70"),),  # the sales line says TBC
        ("united_kingdom", "11"): (Decimal("5461.24") + Decimal("2657.74"),),  # period 0 in the file: by its day
        ("united_kingdom", "12"): (Decimal("2032.38") + Decimal("573.87"),),
    }  # fmt: skip


def test_balance_sheet_balances(published: Any) -> None:
    assert (
        published.rows(
            "select branch_id, fiscal_period, sum(case section when 'assets' then amount_functional "
            "when 'unmapped' then amount_functional when 'memo' then 0 else -amount_functional end) as left_over "
            "from finance.rpt_branch_balance_sheet group by all having left_over <> 0"
        )
        == []
    )


def test_indicators(published: Any, truth: Truth) -> None:
    columns = ("sales", "cost_of_sales", "gross_profit", "gross_margin_pct", "net_profit", "net_margin_pct")
    rows = published.rows(
        "select branch_id, fiscal_year, fiscal_period, sales_amount_functional, cost_of_sales_amount_functional, "
        "gross_profit_amount_functional, gross_margin_pct, net_profit_amount_functional, net_margin_pct "
        "from performance.kpi_monthly"
    )
    same(by_key(rows, 3), expected(truth("kpi_monthly"), "", columns))


def test_ledger_differs_from_the_branchs_own_balance_by_what_was_refused(published: Any, truth: Truth) -> None:
    """The branch's system books the refused documents; the difference has the sign of ledger less trial balance."""
    wanted = {
        key: (-opening, credit - debit, -closing)
        for key, (opening, debit, credit, closing) in expected(
            truth("trial_balance_differences"), "account_code", AMOUNTS
        ).items()
        if (opening, debit - credit, closing) != (0, 0, 0)
    }
    rows = published.rows(
        "select branch_id, fiscal_year, fiscal_period, account_code, opening_difference_amount_functional, "
        "movement_difference_amount_functional, closing_difference_amount_functional "
        "from reconciliation.recon_ledger_to_trial_balance where opening_difference_amount_functional <> 0 "
        "or movement_difference_amount_functional <> 0 or closing_difference_amount_functional <> 0"
    )
    same(by_key(rows, 4), wanted)
    assert published.rows(
        "select count(*) from reconciliation.recon_ledger_to_trial_balance where not is_in_trial_balance"
    ) == [(0,)]


def test_every_branch_period_and_currency_is_there(published: Any) -> None:
    """Six branches, three periods each: tables that could agree with an empty truth by being empty."""
    wanted = sorted(
        (branch, period, code)
        for branch, code in CURRENCIES.items()
        for period in ((10, 11, 12) if branch == "united_kingdom" else (1, 2, 3))
    )
    for table in (
        "finance.rpt_branch_trial_balance",
        "finance.rpt_branch_income_statement",
        "finance.rpt_branch_balance_sheet",
        "performance.kpi_monthly",
        "reconciliation.recon_ledger_to_trial_balance",
    ):
        found = published.rows(
            f"select distinct branch_id, fiscal_period, functional_currency_code from {table} order by all"
        )
        assert found == wanted, table


def test_exactly_the_planted_rows_are_quarantined_each_with_its_rule(published: Any, truth: Truth) -> None:
    wanted = {
        (row["branch_id"], row["dataset"], row["source_file"], row["source_sheet"], row["source_row"]): row["rule"]
        for row in truth("refusals")
    }
    rows = published.rows(
        "select branch_id, dataset, source_file, source_sheet, source_row, reasons from ops.quarantine"
    )
    found = {key: reasons[0] for key, reasons in by_key(rows, 5).items()}
    assert sorted(found) == sorted(wanted)
    rules = {key: {part.split("(")[0].split(":")[0] for part in str(text).split("; ")} for key, text in found.items()}
    assert {key: rule for key, rule in wanted.items() if rule not in rules[key]} == {}


def test_rows_refused_only_with_their_document_name_the_row_at_fault(published: Any, truth: Truth) -> None:
    """`refused with line N`: N is a row of the same file that is refused for a reason of its own."""
    refusals = truth("refusals")
    at_fault: dict[str, set[str]] = {}
    for row in refusals:
        if row["rule"] != "document_refused":
            at_fault.setdefault(row["source_file"], set()).add(row["source_row"])
    followers = published.rows(
        "select source_file, source_row, reasons from ops.quarantine where starts_with(reasons, 'document_refused')"
    )
    assert len(followers) == sum(row["rule"] == "document_refused" for row in refusals)
    for file, row, reasons in followers:
        named = reasons.rsplit(" ", 1)[1]
        assert named in at_fault[file], (file, row, reasons)


def test_quarantined_rows_name_their_owner_and_keep_their_text(published: Any) -> None:
    assert published.rows(
        "select count(*) from ops.quarantine where coalesce(owner, '') = '' or coalesce(raw, '') = '' "
        "or coalesce(reasons, '') = '' or length(file_sha256) <> 64"
    ) == [(0,)]
    owners = published.rows("select distinct branch_id, owner from ops.quarantine order by all")
    assert owners == [
        ("china", "finance-china"),
        ("france", "finance-france"),
        ("germany", "finance-germany"),
        ("group", "group-finance"),
        ("norway", "finance-norway"),
        ("united_kingdom", "finance-uk"),
        ("united_states", "finance-us"),
    ]


def test_exactly_the_planted_warnings_are_found(published: Any, truth: Truth) -> None:
    wanted = sorted(
        (row["branch_id"], row["dataset"], row["source_file"], int(row["source_row"] or 0), row["rule"])
        for row in truth("findings")
    )
    found = published.rows(
        "select branch_id, dataset, source_file, coalesce(source_row, 0), rule from ops.finding "
        "where severity = 'warning' order by all"
    )
    assert found == wanted


def test_every_error_that_was_found_refused_its_row(published: Any) -> None:
    """No finding of severity error is about a row that was let in, and no row is out without an error."""
    places = "delivery_id, source_sheet, source_row"
    errors = f"select {places} from ops.finding where severity = 'error' and source_row is not null"
    out = f"select {places} from ops.quarantine"
    assert published.rows(f"{errors} except {out}") == []
    assert published.rows(f"{out} except {errors}") == []


def test_receipts_count_every_row_of_every_file(published: Any, truth: Truth) -> None:
    wanted: dict[Key, list[int]] = {}
    for row in truth("counts"):
        counted = wanted.setdefault((row["branch_id"], row["dataset"], row["source_file"]), [0] * len(CLASSES))
        for at, name in enumerate(CLASSES):
            counted[at] += int(row[f"rows_{name}"])
    rows = published.rows(
        "select branch_id, dataset, source_file, "
        + ", ".join(f"rows_{name}" for name in CLASSES)
        + " from ops.delivery"
    )
    same(by_key(rows, 3), {key: tuple(counts) for key, counts in wanted.items()})


@pytest.mark.parametrize("fate", ["taken", "superseded", "repeated"])
def test_every_file_met_its_fate(published: Any, truth: Truth, fate: str) -> None:
    """Taken: all accepted rows count. Superseded: kept and shown, none counts. Repeated: no delivery of its own."""
    files = {
        (row["branch_id"], row["source_file"]): row["delivery_date"] for row in truth("files") if row["fate"] == fate
    }
    assert files
    found = {
        (branch, file): (day, status, accepted, in_force, superseded)
        for branch, file, day, status, accepted, in_force, superseded in published.rows(
            "select branch_id, source_file, any_value(cast(delivery_date as varchar)), string_agg(distinct status), "
            "sum(contract_rows_accepted), sum(contract_rows_in_force), sum(contract_rows_superseded) "
            f"from ops.delivery where dataset not in {(*MASTERS, *OFFICE_LISTS)} group by 1, 2"
        )
    }
    masters = {(branch, file) for branch, file in published.rows("select branch_id, source_file from ops.delivery")}
    for file, day in files.items():
        if fate == "repeated":
            assert file not in masters
            continue
        assert file in masters, file
        if file not in found:  # master data alone: each `full` delivery replaces the one before
            continue
        said_day, status, accepted, in_force, superseded = found[file]
        assert (said_day, status) == (day, "accepted"), file
        assert (in_force, superseded) == ((accepted, 0) if fate == "taken" else (0, accepted)), file


def test_master_data_in_force_is_the_newest_delivery(published: Any) -> None:
    rows = published.rows(
        "select branch_id, dataset, delivery_date, contract_rows_accepted, contract_rows_in_force from ops.delivery "
        f"where dataset in {(*MASTERS, *OFFICE_LISTS)}"
    )
    newest: dict[tuple[str, str], Any] = {}
    for branch, dataset, day, *_ in rows:
        newest[branch, dataset] = max(day, newest.get((branch, dataset), day))
    assert len(newest) == len(CURRENCIES) * len(MASTERS) + len(OFFICE_LISTS)
    for branch, dataset, day, accepted, in_force in rows:
        assert in_force == (accepted if day == newest[branch, dataset] else 0), (branch, dataset, day)


def test_every_record_of_a_list_in_force_has_a_history_that_goes_on(published: Any) -> None:
    for table, key in (
        ("customer", "customer_code"), ("supplier", "supplier_code"), ("product", "product_code"),
        ("cost_center", "cost_center_code"), ("account", "account_code"),
    ):  # fmt: skip
        in_force = published.rows(
            f"select distinct branch_id, {key} from core.dim_{table} where not is_inferred order by all"
        )
        going_on = published.rows(
            f"select branch_id, {key} from core.dim_{table}_history where known_until is null order by all"
        )
        assert len(in_force) > 10, table
        assert going_on == in_force, table


def test_no_branch_is_held_late_or_missing(published: Any) -> None:
    """Every file of the sample came within its contract's days after month end."""
    assert published.rows("select * from ops.held_branch") == []
    found = published.rows(
        "select branch_id, status, count(distinct dataset), count(*), bool_or(is_held) "
        "from operations.rpt_delivery_status where branch_id <> 'group' and period < '2026-04' "
        "group by all order by all"
    )
    assert found == [(branch, "accepted", 15, 45, False) for branch in sorted(CURRENCIES)]
    # The month of the night is expected, and not due yet.
    assert published.rows(
        "select distinct period, status from operations.rpt_delivery_status where period >= '2026-04'"
    ) == [("2026-04", "expected")]


def test_the_same_bytes_again_are_on_time(published: Any) -> None:
    """The office sends its lists anew each month, unchanged: nothing new, and in time."""
    found = published.rows(
        "select dataset, status, count(*) from operations.rpt_delivery_status where branch_id = 'group' "
        "and period < '2026-04' group by all order by all"
    )
    lists = sorted((*OFFICE_LISTS, "branch", "fiscal_calendar", "fx_rate"))
    # The year began with the rates of December: the calendar that was due with them came on New Year's Day.
    expected = [(dataset, "accepted", 3 if dataset == "fiscal_calendar" else 4) for dataset in lists]
    assert found == sorted([*expected, ("fiscal_calendar", "late", 1)])


def test_unmapped_accounts_stand_on_a_line_of_their_own(published: Any) -> None:
    """docs/sample-group.md names the accounts; each month books one more of the same bill."""
    found = published.rows(
        "select branch_id, account_code, closing_balance_amount_functional from finance.rpt_branch_trial_balance "
        "where group_account_code = '9999' and group_period = '2026-03' order by 1"
    )
    assert found == [
        ("china", "671101", Decimal(4320)),
        ("france", "658000", Decimal(540)),
        ("germany", "6845", Decimal(540)),
        ("norway", "7795", Decimal(5400)),
        ("united_kingdom", "9997", Decimal(540)),
        ("united_states", "69900", Decimal(540)),
    ]


def test_warnings_of_the_audit_are_the_planted_ones(published: Any) -> None:
    """A checker that never fires proves nothing: two control totals that do not agree, six unmapped accounts."""
    found = published.rows(
        "select check_name, branch_id, difference_minor from (select * from audit.audit_control_total union all "
        "select * from audit.audit_unmapped_account union all select * from audit.audit_ledger_balance union all "
        "select * from audit.audit_balance_sheet union all select * from audit.audit_receipt_conservation union all "
        "select * from audit.audit_warehouse_conservation union all select * from audit.audit_key_uniqueness) "
        "where not passed order by all"
    )
    assert found == [
        ("control_total", "norway", -100_000),  # March declares 1,000.00 more than its lines hold
        ("control_total", "norway", 1_000_000),  # January's unbalanced journal has 10,000.00 too much on its lines
        ("unmapped_account", "china", 432_000),
        ("unmapped_account", "france", 54_000),
        ("unmapped_account", "germany", 54_000),
        ("unmapped_account", "norway", 540_000),
        ("unmapped_account", "united_kingdom", 54_000),
        ("unmapped_account", "united_states", 54_000),
    ]
