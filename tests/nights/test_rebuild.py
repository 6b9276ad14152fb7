"""Any sequence of deliveries, night by night, gives the tables that one rebuild makes of the same history.

The rebuild has nothing but the branches' folders, the reference tables, the bytes as received and the facts of the
event log (what arrived when, what was withdrawn); it takes everything in at once and builds from nothing. Compared is
every published table with all columns and rows, save those of `two_branches.RUN_TIME`, which say when the program ran.
The rows in force are compared with a model of their own, too (sequences.py): both ways could be wrong alike.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sequences import KINDS, Story, deal
from two_branches import DAY, Group, assert_same_tables

from pipelines.lake.events import EventLog
from pipelines.lake.received import RECEIVED, WITHDRAWN

STORIES = 3
OPERATIONS = 6  # before each night
FACTS = (RECEIVED, WITHDRAWN)


def story(number: int) -> Story:
    return Story(number, deal(STORIES, OPERATIONS)[number])


def rebuilt(group: Group, root: Path) -> Group:
    """A workspace that knows of `group` what it received and what was withdrawn, and nothing else."""
    fresh = Group.create(root)
    shutil.copytree(group.workspace.branches_dir, fresh.workspace.branches_dir, dirs_exist_ok=True)
    shutil.copytree(group.workspace.seeds_dir, fresh.workspace.seeds_dir, dirs_exist_ok=True)
    shutil.copytree(group.lake.root / "received", fresh.lake.root / "received")
    for event in group.log.read(*FACTS):
        EventLog(fresh.lake.events, clock=lambda at=event.at: at).append(event.kind, event.data)
    return fresh


def rows_in_force(group: Group) -> dict[str, set[tuple[str, ...]]]:
    """What is published, in the words of the model."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for branch in ("north", "south"):
        found[f"{branch} chart"] = {
            (code, name)
            for code, name in group.ask(
                "select account_code, account_name from core.dim_account"
                f" where branch_id = '{branch}' and not is_inferred"
            )
        }
        found[f"{branch} ledger"] = {
            (number, str(day), f"{amount:.2f}", debited, credited)
            for number, day, amount, debited, credited in group.ask(
                "select debit.document_number, debit.posting_date, debit.debit_amount_functional,"
                " debit.account_code, credit.account_code"
                " from core.fct_gl_entry as debit inner join core.fct_gl_entry as credit"
                " using (branch_id, slice_period, document_number)"
                f" where debit.line_number = 1 and credit.line_number = 2 and branch_id = '{branch}'"
                " and debit.debit_amount_functional = credit.credit_amount_functional"
            )
        }
        found[f"{branch} invoices"] = {
            (number, str(day), customer, f"{net:.2f}", currency)
            for number, day, customer, net, currency in group.ask(
                "select invoice_number, invoice_date, customer_code, net_amount_transaction, currency_code"
                f" from core.fct_sales_invoice where branch_id = '{branch}'"
            )
        }
    return found


def test_every_kind_of_delivery_occurs() -> None:
    done = {kind for number in range(STORIES) for night in story(number).nights for kind in night.kinds}
    assert done == set(KINDS)


@pytest.mark.parametrize("number", range(STORIES))
def test_nights_equal_one_rebuild(number: int, published: Group, tmp_path: Path) -> None:
    told = story(number)
    for at, night in enumerate(told.nights, start=1):
        for one in night.files:
            published.send(one.branch, one.name, one.text)
        for branch, name in night.withdrawals:
            published.withdraw(branch, name)
        result = published.night(DAY + timedelta(days=at))
        assert result.outcome in ("published", "nothing_new"), result.reason
        assert not result.held
        assert not result.failed
    nightly = published.moved_to(tmp_path / "nightly")

    fresh = rebuilt(nightly, published.root)  # at the same place: dbt need not read its project again
    assert fresh.night(DAY + timedelta(days=len(told.nights))).outcome == "published"
    assert rows_in_force(nightly) == told.in_force()
    assert_same_tables(nightly.tables(), fresh.tables())
