"""A month closed, restated, taken back and closed again through real nights; every figure by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from two_branches import DAY, Group, balances_text, ledger_text, sale

from pipelines.closing.closing import Outcome, certify_branch, close_period, look_at
from pipelines.closing.records import reopen
from pipelines.errors import CloseError
from pipelines.night.records import pinned_nights

JANUARY = "2026-01"
LATE = "delivered by the branch since (2), the last: gl_entry from ledger_202601_20260420.csv"


def lacking(outcome: Outcome) -> set[tuple[str, str]]:
    return {(one.branch_id, one.item) for one in outcome.open_items}


def cash(group: Group, branch: str, scenario: str = "actual") -> dict[str, Decimal]:
    """Month → what the month moved on a branch's cash, restatements included."""
    rows = group.ask(
        "select group_period, sum(amount_group) from finance.fct_group_balance where group_account_code = '1600'"
        f" and scenario = '{scenario}' and unit_id = '{branch}' group by all order by 1"
    )
    return dict(rows)


def test_a_month_is_closed_restated_reopened_and_closed_again(published: Group) -> None:
    group = published
    workspace, log = group.workspace, group.log
    days = iter(DAY + timedelta(days=number) for number in range(1, 10))

    # What is due for January and never came; the chart of March is newer than January's and serves for it, too.
    january = look_at(workspace, log, JANUARY)
    assert {one.detail for one in january.open_items if one.item == "delivered"} == {
        "1 open, first: trial_balance is missing"
    }
    wanted = {(branch, item) for branch in ("north", "south") for item in ("delivered", "certified")}
    assert lacking(january) == wanted
    for branch, sold in (("north", "100.00"), ("south", "200.00")):
        balances = balances_text("2026-01-31", [("1000", "0", sold), ("4000", "0", f"-{sold}")])
        group.send(branch, "balances_202601_20260419.csv", balances)
    assert group.night(next(days)).outcome == "published"

    # A certificate counts at once. Nobody can close what one branch has not answered for.
    certify_branch(workspace, log, "north", JANUARY, by="Ann")
    refused = close_period(workspace, log, JANUARY, by="Carl")
    assert refused.close is None
    assert lacking(refused) == {("south", "certified")}
    certify_branch(workspace, log, "south", JANUARY, by="Sue")
    first = close_period(workspace, log, JANUARY, by="Carl").close
    assert first is not None
    assert first.night_id in pinned_nights(log)

    # North sends January anew: 130.00 in place of 100.00. What was reported stays; the difference stands in February.
    # Files are received by name: its trial balance first, its ledger last.
    group.send("north", "ledger_202601_20260420.csv", ledger_text([sale(1, "2026-01-10", "130.00")]))
    balances = balances_text("2026-01-31", [("1000", "0", "130.00"), ("4000", "0", "-130.00")])
    group.send("north", "balances_202601_20260420.csv", balances)
    assert group.night(next(days)).outcome == "published"
    assert cash(group, "north") == {"2026-01": Decimal(100), "2026-02": Decimal("100.50") + 30}
    assert cash(group, "north", "restated") == {"2026-01": Decimal(130), "2026-02": Decimal("100.50")}
    assert cash(group, "south") == cash(group, "south", "restated") == {"2026-01": 200, "2026-02": Decimal("200.50")}
    assert group.ask(
        "select group_account_code, as_reported_amount_group, restated_amount_group, difference_amount_group, reason"
        f" from finance.rpt_restatement where group_period = '{JANUARY}' and difference_amount_group <> 0 order by 1"
    ) == [
        ("1600", 100, 130, 30, LATE),
        ("4000", -100, -130, -30, LATE),
    ]
    assert group.ask(
        "select sum(amount_group) from finance.fct_group_balance where scenario = 'actual'"
        " and movement_type = 'restatement'"
    ) == [(0,)]

    # Two people take the close back; north has to certify what it sent since.
    with pytest.raises(CloseError, match="Reopening needs two people"):
        reopen(log, JANUARY, reason="late bill", by="Carl", approved_by="carl")
    reopen(log, JANUARY, reason="late bill", by="Carl", approved_by="Dora")
    assert lacking(look_at(workspace, log, JANUARY)) == {("north", "certified")}
    assert group.night(next(days)).outcome == "published"
    assert cash(group, "north") == {"2026-01": Decimal(130), "2026-02": Decimal("100.50")}
    certify_branch(workspace, log, "north", JANUARY, by="Ann")
    second = close_period(workspace, log, JANUARY, by="Carl").close
    assert second is not None
    assert second.close_id != first.close_id

    # As known on the day of the first close: what was reported then, though it was taken back.
    assert group.ask(
        "select close_id, is_in_force, sum(amount_group) from finance.fct_reported_balance"
        " where branch_id = 'north' and group_account_code = '1600' group by all"
    ) == [(first.close_id, False, 100)]
