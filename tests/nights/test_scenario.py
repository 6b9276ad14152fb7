"""What full, period and append deliveries do, read off the published tables: a story, its rows worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
from two_branches import DAY, Group, chart_text, invoices_text, ledger_text, sale

from pipelines.lake.manifests import read_manifest
from pipelines.lake.resolving import resolve
from pipelines.night.steps import open_night


def chart(group: Group) -> list[tuple[Any, ...]]:
    """Accounts of north as its own chart names them."""
    return group.ask(
        "select account_code, account_name from core.dim_account"
        " where branch_id = 'north' and not is_inferred order by all"
    )


def ledger(group: Group, branch: str) -> list[tuple[str, ...]]:
    """Month, document, amount of every debit line of a branch."""
    rows = group.ask(
        "select slice_period, document_number, debit_amount_functional from core.fct_gl_entry"
        f" where branch_id = '{branch}' and line_number = 1 order by all"
    )
    return [(month, document, f"{amount:.2f}") for month, document, amount in rows]


def test_deliveries_do_what_their_rule_says(published: Group) -> None:
    group = published
    nights = iter(range(1, 20))

    def night() -> str:
        return group.night(DAY + timedelta(days=next(nights))).outcome

    # full: the newer list replaces the older one, an account that it lacks is gone …
    group.send("north", "chart_20260410.csv", chart_text([("1000", "Bank"), ("4000", "Sales")]))
    # … period: the month of March is new, January is replaced as a whole …
    march = [sale(3, "2026-03-05", "30.00"), sale(4, "2026-03-06", "40.00")]
    group.send("north", "ledger_202603_20260410.csv", ledger_text(march))
    group.send("north", "ledger_202601_20260410.csv", ledger_text([sale(5, "2026-01-31", "50.00")]))
    # … append: document 2 comes again, in another month; document 1 stays.
    group.send("south", "ledger_202603_20260410.csv", ledger_text([sale(2, "2026-03-31", "222.00")]))
    assert night() == "published"
    assert chart(group) == [("1000", "Bank"), ("4000", "Sales")]
    north = [
        ("2026-01", "5", "50.00"),
        ("2026-02", "2", "100.50"),
        ("2026-03", "3", "30.00"),
        ("2026-03", "4", "40.00"),
    ]
    assert ledger(group, "north") == north
    south = [("2026-01", "1", "200.00"), ("2026-03", "2", "222.00")]
    assert ledger(group, "south") == south

    # Late: of an earlier day than what stands. None of them replaces anything newer; south's document 6 is new.
    group.send("north", "chart_20260405.csv", chart_text([("1000", "Old bank"), ("9000", "Old")]))
    group.send("north", "ledger_202603_20260405.csv", ledger_text([sale(9, "2026-03-01", "90.00")]))
    late = [sale(2, "2026-02-01", "2.00"), sale(6, "2026-02-02", "60.00")]
    group.send("south", "ledger_202602_20260405.csv", ledger_text(late))
    assert night() == "published"
    assert chart(group) == [("1000", "Bank"), ("4000", "Sales")]
    assert ledger(group, "north") == north
    assert ledger(group, "south") == [("2026-01", "1", "200.00"), ("2026-02", "6", "60.00"), ("2026-03", "2", "222.00")]
    late_ones = group.ask(
        "select source_file, contract_rows_in_force, contract_rows_superseded from ops.delivery"
        " where delivery_date = date '2026-04-05' order by all"
    )
    assert late_ones == [
        ("chart_20260405.csv", 0, 2),
        ("ledger_202602_20260405.csv", 2, 2),
        ("ledger_202603_20260405.csv", 0, 2),
    ]

    # Repeated: put there again, and under another name. Nothing new, nothing is built.
    again = ledger_text(march)
    group.send("north", "ledger_202603_20260410.csv", again)
    group.send("north", "ledger_202603_20260411.csv", again)
    assert night() == "nothing_new"

    # Corrected: the same name with other bytes, and a month that is emptied; an invoice moves and changes hands.
    group.send("north", "ledger_202603_20260410.csv", ledger_text([sale(3, "2026-03-05", "31.00")]))
    group.send("north", "ledger_202602_20260411.csv", ledger_text([]))
    group.send("north", "invoices_20260411.csv", invoices_text([("R1", "2026-03-15", "C7", "100.00", "EUR")]))
    assert night() == "published"
    assert ledger(group, "north") == [("2026-01", "5", "50.00"), ("2026-03", "3", "31.00")]
    assert group.sales("north") == {"2026-01": "50.00", "2026-03": "31.00"}
    invoices = (
        "select slice_period, invoice_number, customer_code from core.fct_sales_invoice where branch_id = 'north'"
    )
    assert group.ask(invoices) == [("2026-03", "R1", "C7")]

    # Withdrawn: as if they had never come. What they replaced is in force again.
    group.withdraw("north", "chart_20260410.csv")
    group.withdraw("north", "ledger_202603_20260410.csv")
    group.withdraw("north", "ledger_202602_20260411.csv")
    group.withdraw("south", "ledger_202603_20260410.csv")
    assert night() == "published"
    assert chart(group) == [("1000", "Old bank"), ("9000", "Old")]
    assert ledger(group, "north") == [
        ("2026-01", "5", "50.00"),
        ("2026-02", "2", "100.50"),
        ("2026-03", "3", "30.00"),
        ("2026-03", "4", "40.00"),
    ]
    assert ledger(group, "south") == [("2026-01", "1", "200.00"), ("2026-02", "2", "2.00"), ("2026-02", "6", "60.00")]
    assert group.ask("select count(*) from ops.delivery where status = 'withdrawn'") == [(4,)]


def documents_in_force(group: Group, branch: str) -> set[str]:
    """The ledger's documents in the slices in force, after taking in and resolving what is new; nothing is built."""
    with open_night(group.workspace, night_date=DAY) as night:
        night.take_in(branch)
        resolve(group.lake, group.log, night.plan.contracts["gl_entry"], branch)
        night.record("stopped", "only what is in force was asked for")
    manifest = read_manifest(group.lake, "gl_entry", branch)
    assert manifest is not None
    files = [group.lake.root / one.file for one in manifest.slices.values()]
    return {number for file in files for number in pl.read_parquet(file)["document_number"]}


def test_copy_of_a_withdrawn_file_counts(group: Group) -> None:
    """A withdrawn file is as if it had never come: its copy then is the first to bring these documents."""
    text = ledger_text([sale(3, "2026-03-05", "30.00")])
    group.send("south", "ledger_202602_20260409.csv", ledger_text([sale(2, "2026-02-05", "20.00")]))
    group.send("south", "ledger_202603_20260410.csv", text)
    group.send("south", "ledger_202603_20260410_copy.csv", text)
    group.send("south", "ledger_202603_20260410_other_copy.csv", text)
    assert documents_in_force(group, "south") == {"2", "3"}
    repeated = [event["path"] for event in group.events("file_repeated")]
    assert repeated == ["ledger_202603_20260410_copy.csv", "ledger_202603_20260410_other_copy.csv"]
    for name in ("ledger_202603_20260410.csv", "ledger_202603_20260410_copy.csv"):
        group.withdraw("south", name)
        assert documents_in_force(group, "south") == {"2", "3"}
    group.withdraw("south", "ledger_202603_20260410_other_copy.csv")
    assert documents_in_force(group, "south") == {"2"}


def test_copy_says_something_where_another_file_came_between(group: Group) -> None:
    """Whether a copy is news is decided by what came before it, also where that is withdrawn since."""
    first, second = chart_text([("1000", "Bank")]), chart_text([("1000", "Cash")])
    group.send("north", "ledger_202602_20260409.csv", ledger_text([sale(2, "2026-02-05", "20.00")]))
    group.send("north", "chart_20260410.csv", first)
    group.send("north", "chart_20260411.csv", second)
    documents_in_force(group, "north")
    group.withdraw("north", "chart_20260411.csv")
    group.send("north", "chart_20260412.csv", first)
    documents_in_force(group, "north")
    assert group.events("file_repeated") == []
