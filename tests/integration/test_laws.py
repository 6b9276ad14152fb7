"""The laws of the warehouse, recomputed from the lake's own files by queries that the product does not use."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from pipelines.settings import REPOSITORY

MEASURES = {
    "gl_entry": ("debit_amount_functional", "credit_amount_functional"),
    "trial_balance": ("opening_balance_amount_functional", "closing_balance_amount_functional"),
    "sales_invoice": ("gross_amount_functional", "gross_amount_transaction"),
    "sales_invoice_line": ("net_amount_transaction",),
    "payment": ("amount_functional", "amount_transaction"),
    "payment_allocation": ("allocated_amount_transaction",),
    "fx_rate": (),
}


def receipts(published: Any) -> list[dict[str, Any]]:
    """Every receipt of the lake; the sample night makes one revision of each delivery."""
    return [
        {**json.loads(path.read_text(encoding="utf-8")), "folder": path.parent}
        for path in sorted(published.workspace.lake.glob("deliveries/**/receipt.json"))
    ]


def manifests(published: Any) -> list[dict[str, Any]]:
    return [
        json.loads(path.read_text(encoding="utf-8"))["content"]
        for path in sorted(published.workspace.lake.glob("manifests/*/*.json"))
        if path.parent.name != "history"
    ]


def parquet(query: str, files: list[Path]) -> tuple[Any, ...]:
    with duckdb.connect() as connection:
        found = connection.execute(query, [[str(file) for file in files]]).fetchone()
    assert found is not None
    return found


# -- 1. Conservation -------------------------------------------------------------------------------------------------


def test_rows_read_are_accepted_quarantined_duplicate_out_of_scope_or_no_data(published: Any) -> None:
    found = receipts(published)
    assert len(found) == len(published.rows("select delivery_id from ops.delivery")) == 254
    for receipt in found:
        rows = dict(receipt["rows"])
        assert rows.pop("read") == sum(rows.values()), receipt["folder"]


def test_quarantine_holds_a_row_for_each_row_that_a_receipt_counts_as_quarantined(published: Any) -> None:
    in_warehouse = dict(published.rows("select delivery_id, count(*) from ops.quarantine group by 1"))
    for receipt in receipts(published):
        file = receipt["folder"] / "quarantine.parquet"
        held = parquet("select count(*) from read_parquet($1)", [file])[0] if file.is_file() else 0
        assert held == receipt["rows"]["quarantined"] == in_warehouse.get(receipt["delivery_id"], 0), receipt["folder"]


def test_accepted_rows_lie_in_parquet_and_are_in_force_or_superseded(published: Any) -> None:
    standing = {
        delivery: (accepted, in_force, superseded)
        for delivery, accepted, in_force, superseded in published.rows(
            "select delivery_id, contract_rows_accepted, contract_rows_in_force, contract_rows_superseded "
            "from ops.delivery"
        )
    }
    for receipt in receipts(published):
        files = sorted((receipt["folder"] / "accepted").glob("*.parquet"))
        held = parquet("select count(*) from read_parquet($1)", files)[0] if files else 0
        accepted, in_force, superseded = standing[receipt["delivery_id"]]
        assert held == accepted == in_force + superseded, receipt["folder"]


@pytest.mark.parametrize("dataset", sorted(MEASURES))
def test_facts_hold_the_rows_and_sums_of_the_slices_in_force(published: Any, dataset: str) -> None:
    """Parquet of the manifests ↔ fact table, per branch and month: number of rows and every measure."""
    files = [
        published.workspace.lake / one["file"]
        for manifest in manifests(published)
        if manifest["dataset"] == dataset
        for one in manifest["slices"].values()
    ]
    assert files
    sums = "".join(f", sum({measure})" for measure in MEASURES[dataset])
    shape = f"select branch_id, slice_period, count(*){sums} from {{}} group by 1, 2 order by 1, 2"
    with duckdb.connect() as connection:
        lake = connection.execute(
            shape.format("read_parquet($1, hive_partitioning = false)"), [[str(file) for file in files]]
        ).fetchall()
    assert published.rows(shape.format(f"core.fct_{dataset}")) == lake


def test_accepted_and_quarantined_debits_are_what_the_norwegian_files_hold(published: Any) -> None:
    """Sums too are conserved. The files' own text is added up here, refused journals included."""
    for receipt in receipts(published):
        if receipt["branch_id"] != "norway" or receipt["dataset"] != "gl_entry":
            continue
        root = ElementTree.fromstring(published.archived(receipt["file_sha256"]).read_bytes())
        for side in ("Debit", "Credit"):
            path = f".//{{*}}Line/{{*}}{side}Amount/{{*}}Amount"
            held = sum(Decimal(amount.text or "0") for amount in root.findall(path))
            rows = published.rows(
                "select sum(amount) from ops.receipt_total where delivery_id = ? and measure = ? "
                "and row_class in ('accepted', 'quarantined', 'duplicate')",
                [receipt["delivery_id"], f"{side.lower()}_amount_functional"],
            )
            assert rows == [(held,)]


def test_conservation_is_one_query_and_it_loses_nothing(published: Any) -> None:
    assert published.rows(
        "select count(*), sum(rows_lost), sum(contract_rows_lost), sum(rows_read) > 10000 from ops.conservation"
    ) == [(254, 0, 0, True)]


# -- 4 and 5 of the domain: what always holds of a ledger -----------------------------------------------------------


def test_every_journal_balances(published: Any) -> None:
    unbalanced = published.rows(
        "select branch_id, ledger, fiscal_year, journal_code, document_number, functional_currency_code "
        "from core.fct_gl_entry group by all having sum(debit_amount_functional) <> sum(credit_amount_functional)"
    )
    assert unbalanced == []


def test_every_trial_balance_row_rolls_forward_and_opens_where_it_closed(published: Any) -> None:
    assert (
        published.rows(
            "select * from finance.rpt_branch_trial_balance where opening_balance_amount_functional "
            "+ debit_amount_functional - credit_amount_functional <> closing_balance_amount_functional"
        )
        == []
    )
    assert (
        published.rows(
            "with r as (select *, lag(closing_balance_amount_functional) over (partition by branch_id, ledger, "
            "account_code order by fiscal_year, fiscal_period) as before from finance.rpt_branch_trial_balance) "
            "select * from r where before is not null and before <> opening_balance_amount_functional"
        )
        == []
    )


def test_statements_tie_to_the_facts(published: Any) -> None:
    """Result, sales and cash straight from the ledger lines, with the account map read here as text."""
    with (published.workspace.seeds_dir / "account_map.csv").open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))

    def group(branch: str, account: str) -> str:
        hits = [
            (int(rule["account_to"]) - int(rule["account_from"]), rule["group_account_code"])
            for rule in rules
            if rule["branch_id"] == branch
            and len(rule["account_from"]) == len(account)
            and rule["account_from"] <= account <= rule["account_to"]
        ]
        return min(hits)[1] if hits else "9999"

    result: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    sales: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    cash: dict[str, Decimal] = defaultdict(Decimal)
    for branch, period, account, kind, debit, credit in published.rows(
        "select branch_id, fiscal_period, account_code, entry_kind, debit_amount_functional, "
        "credit_amount_functional from core.fct_gl_entry where is_posted"
    ):
        code = group(branch, account)
        if "4" <= code[0] <= "8":
            assert kind == "normal"
            result[branch, period] += credit - debit
        if code in ("4000", "4010"):
            sales[branch, period] += credit - debit
        if code == "1600":
            cash[branch] += debit - credit
    kpi = published.rows(
        "select branch_id, fiscal_period, net_profit_amount_functional, sales_amount_functional "
        "from performance.kpi_monthly"
    )
    assert {(row[0], row[1]): row[2] for row in kpi} == result
    assert {(row[0], row[1]): row[3] for row in kpi} == sales
    sheet = published.rows(
        "select branch_id, amount_functional from finance.rpt_branch_balance_sheet "
        "where statement_line = 'cash_and_cash_equivalents' and group_period = '2026-03'"
    )
    assert dict(sheet) == cash


def test_invoices_are_their_lines(published: Any) -> None:
    """Net of the header is the net of its lines, where both are in force."""
    assert (
        published.rows(
            "with line as (select branch_id, invoice_number, sum(net_amount_transaction) as net "
            "from core.fct_sales_invoice_line group by all) "
            "select branch_id, invoice_number, net, net_amount_transaction from line "
            "join core.fct_sales_invoice using (branch_id, invoice_number) where net <> net_amount_transaction"
        )
        == []
    )


# -- 6. Money is decimal ---------------------------------------------------------------------------------------------


def test_no_published_column_is_binary_floating_point(published: Any) -> None:
    columns = published.rows(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_schema not in ('information_schema', 'pg_catalog')"
    )
    assert len(columns) > 300
    assert [column for column in columns if any(word in column[3] for word in ("DOUBLE", "FLOAT", "REAL"))] == []


def test_money_has_four_decimals_and_a_currency_beside_it(published: Any) -> None:
    amounts = published.rows(
        "select table_schema || '.' || table_name, column_name, data_type from information_schema.columns "
        "where contains(column_name, '_amount_') and table_schema in ('core', 'finance', 'performance', "
        "'reconciliation', 'operations')"
    )
    assert amounts
    for table, column, kind in amounts:
        assert kind == "DECIMAL(20,4)", (table, column, kind)
        currencies = {name for (name,) in published.rows(f"select column_name from (describe {table})")}
        basis = column.rpartition("_")[2]
        assert currencies & {"currency_code", f"{basis}_currency_code"}, (table, column)


def test_no_float_in_the_lake_either(published: Any) -> None:
    files = sorted(published.workspace.lake.glob("current/**/*.parquet"))
    assert files
    kinds = parquet(
        "select list(distinct type) filter (where type in ('FLOAT', 'DOUBLE')) from parquet_schema($1)", files
    )
    assert kinds[0] in (None, [])


# -- What readers see ------------------------------------------------------------------------------------------------


def test_every_published_table_and_column_is_explained_in_the_file_itself(published: Any) -> None:
    """An analyst with the file alone can ask it what a row of each table is."""
    tables = published.rows("select schema_name || '.' || table_name, comment from duckdb_tables() where not internal")
    assert len(tables) > 30
    assert [name for name, comment in tables if not comment or "grain" not in comment.casefold()] == []
    columns = published.rows(
        "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() "
        "where not internal and coalesce(comment, '') = ''"
    )
    assert columns == []


def test_published_version_is_read_only_and_the_link_points_at_it(published: Any) -> None:
    link = published.workspace.warehouse / "tieout.duckdb"
    assert link.resolve() == published.file.resolve()
    assert not published.file.stat().st_mode & 0o222
    assert not list(published.file.parent.glob("*.wal"))


# -- 8. Files are hostile --------------------------------------------------------------------------------------------


def test_a_formula_in_a_text_reaches_a_spreadsheet_as_text(published: Any, tmp_path: Path) -> None:
    """The planted text stays as it was sent in the warehouse, and is made inert in what is written for spreadsheets."""
    planted = published.rows(
        "select delivery_id, line_text from core.fct_gl_entry where line_text like '=HYPERLINK(%' limit 1"
    )
    assert planted, "the simulation plants a text that begins with =HYPERLINK("
    output = tmp_path / "out.csv"
    sql = (
        "select line_text, credit_amount_functional - debit_amount_functional as amount from core.fct_gl_entry "
        "where line_text like '=HYPERLINK(%' union all select '+1', -1 union all select '-2', -2 union all "
        "select '@SUM(A1)', -3 union all select chr(9) || '=1', -4 union all select chr(10) || '=1', -5"
    )
    command = [sys.executable, "-c", "from pipelines.cli import app; app()", "query", sql, "--format", "csv"]
    environment = {**os.environ, "TIEOUT_WORKSPACE": str(published.workspace.root)}
    subprocess.run([*command, "--output", str(output)], cwd=REPOSITORY, env=environment, check=True)
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert any("HYPERLINK" in row["line_text"] for row in rows)
    assert [row["line_text"] for row in rows if row["line_text"].lstrip()[:1] in tuple("=+-@")] == []
    assert {Decimal(row["amount"]) for row in rows} >= {Decimal(-1), Decimal(-2)}, "numbers stay numbers"


# -- 2 and 7. The same again -----------------------------------------------------------------------------------------


def test_the_next_night_finds_nothing_new(own_copy: Any, run_again: Callable[..., Any]) -> None:
    """Neither the version nor any of its bytes changes, and the landing area is as the branches left it."""
    before = own_copy.file.read_bytes()
    again = run_again(own_copy.workspace.root)
    assert "nothing_new" in again.said
    assert again.file.name == own_copy.file.name
    assert again.file.read_bytes() == before
