"""`tieout close`, `reopen`, `certify`, `closes`: the close on the terminal. Not here: the rules (closing, dbt)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipelines.closing.checklist import Item
from pipelines.closing.closing import Outcome, certify_branch, close_period, look_at
from pipelines.closing.records import Close, closes, reopen
from pipelines.console.known import branch_ids, require
from pipelines.console.terminal import NOTHING, out
from pipelines.errors import CloseError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.settings import Workspace

_IN_WORDS = {
    "delivered": "everything due came",
    "ledger_ties": "ledger = trial balance",
    "intercompany": "intercompany settled",
    "rates": "rates are final",
    "breaks": "breaks under the limit",
    "certified": "branch has certified",
}


def run_close(period: str, *, by: str | None, check: bool) -> int:
    """Close a month, or (`check`) only show its checklist. The exit code: 0, or 1 where something stands in the way."""
    workspace = Workspace.load()
    log = _log(workspace)
    if check:
        outcome = look_at(workspace, log, period)
        _print_items(outcome.items)
        return 1 if outcome.open_items else 0
    if by is None:
        raise CloseError("A close needs a person who answers for it. Say --by NAME, or --check to look only.")
    outcome = close_period(workspace, log, period, by=by)
    if outcome.close is None:
        _print_items(outcome.open_items)
        out().print(_not_closed(period, outcome), style="bold red", soft_wrap=True)
        return 1
    close = outcome.close
    out().print(
        f"{close.period} is closed ({close.close_id}) by {close.closed_by}: {', '.join(close.months)} as night"
        f" {close.night_id} reported them. What changes now is shown as a restatement.",
        soft_wrap=True,
    )
    return 0


def run_reopen(period: str, *, reason: str, by: str, approved_by: str) -> None:
    """Take the last close back."""
    workspace = Workspace.load()
    close = reopen(_log(workspace), period, reason=reason, by=by, approved_by=approved_by)
    out().print(
        f"{close.close_id} is taken back by {by}, approved by {approved_by}: {', '.join(close.months)} are open again"
        " with the next `tieout run`. What was reported stays on record.",
        soft_wrap=True,
    )


def run_certify(branch: str, period: str, *, by: str) -> None:
    """Record a branch's certificate."""
    workspace = Workspace.load()
    require("branch", branch, sorted(branch_ids(workspace)))
    certify_branch(workspace, _log(workspace), branch, period, by=by)
    out().print(
        f"{by} certifies the books of {branch} for {period}, as the published version holds them."
        " A later delivery for that month asks for a new certificate.",
        soft_wrap=True,
    )


def print_closes() -> None:
    """Every close ever made and what became of it."""
    found = closes(_log(Workspace.load()))
    if not found:
        out().print("No month was closed yet.")
        return
    table = _table("Close", "Month", "Covers", "Night", "Closed by", "On", "State")
    for one in found:
        covers = one.months[0] if len(one.months) == 1 else f"{one.months[0]} to {one.months[-1]}"
        closed = (one.close_id, one.period, covers, one.night_id, Text(one.closed_by), f"{one.closed_at:%Y-%m-%d}")
        table.add_row(*closed, Text(_state(one)))
    out().print(table)


def _state(close: Close) -> str:
    if close.reopened_at is None:
        return "in force"
    who = f"{close.reopened_by}, approved by {close.reopening_approved_by}"
    return f"reopened {close.reopened_at:%Y-%m-%d} by {who}: {close.reopening_reason}"


def _not_closed(period: str, outcome: Outcome) -> str:
    number = len(outcome.open_items)
    return (
        f"{period} is NOT closed: {number} point{'s' if number > 1 else ''} above {'are' if number > 1 else 'is'} open."
    )


def _print_items(items: Sequence[Item]) -> None:
    table = _table("Branch", "Point", "Met?", "What it says", "Owner")
    for one in items:
        met = Text("yes") if one.passed else Text("no" if one.is_required else "no, not required")
        met.stylize("red" if one.stands_in_the_way else "")
        words = _IN_WORDS.get(one.item, one.item)
        table.add_row(one.branch_id, words, met, Text(one.detail or NOTHING), one.owner_department)
    out().print(table)


def _table(*columns: str) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=0)
    for column in columns:
        table.add_column(column)
    return table


def _log(workspace: Workspace) -> EventLog:
    return EventLog(Lake.of(workspace).events)
