"""How a night ends on the terminal: what it did, two tables by branch, and where things lie.

Not here: the figures (`pipelines.night.summary` reads them from the published version).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.console.terminal import NOTHING, count, money, percent
from pipelines.night.results import NightResult
from pipelines.night.summary import BranchSummary, night_summary
from pipelines.publishing.versions import LINK, resolve_published
from pipelines.settings import Workspace

_FIRST_LINE = {
    "published": "Night {night_id} is published.",
    "nothing_new": "Nothing new: the published version is current.",
    "stopped": "Night {night_id} is NOT published: readers keep the version before it.",
}


def print_night(console: Console, workspace: Workspace, result: NightResult) -> None:
    """Print how the night ended. The tables show the version that readers see now, whichever night made it."""
    style = "bold red" if result.outcome == "stopped" else "bold"
    console.print()
    console.print(Text(_FIRST_LINE[result.outcome].format(night_id=result.night_id), style=style))
    if result.outcome == "stopped":
        console.print(Text(result.reason), soft_wrap=True)
    branches = night_summary(workspace)
    if branches:
        console.print()
        console.print(_received(branches))
        console.print()
        console.print(_shown(branches))
    for line in _remarks(branches, result):
        console.print(Text(line, style="yellow"), soft_wrap=True)
    console.print()
    console.print(_places(workspace, result))


def _received(branches: Sequence[BranchSummary]) -> Table:
    table = _table("What the branches sent (rows of their files)")
    _columns(table, "Branch")
    _columns(table, "Files", "Rows read", "Accepted", "Quarantined", "Duplicates", "Data date", right=True)
    for one in branches:
        numbers = (one.files, one.rows_read, one.accepted, one.quarantined, one.duplicates)
        table.add_row(one.branch_id, *(count(number) for number in numbers), str(one.data_date or NOTHING))
    return table


def _shown(branches: Sequence[BranchSummary]) -> Table:
    table = _table("What the warehouse shows (year to date, each branch in its own currency)")
    _columns(table, "Branch", "Cur.")
    _columns(table, "Sales", "Gross margin", "Net margin", "Unmapped", "Out of balance", right=True)
    _columns(table, "Held?")
    for one in branches:
        table.add_row(
            one.branch_id,
            one.currency_code or "",
            money(one.sales),
            percent(one.gross_margin_pct),
            percent(one.net_margin_pct),
            money(one.unmapped),
            money(one.out_of_balance),
            "no" if one.held_reason is None else one.status,
        )
    return table


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="italic", header_style="bold", box=SIMPLE_HEAD, padding=0
    )


def _columns(table: Table, *names: str, right: bool = False) -> None:
    for name in names:  # folded where the terminal is narrow: a figure that is cut off is a wrong figure
        table.add_column(name, justify="right" if right else "left", overflow="fold")


def _remarks(branches: Sequence[BranchSummary], result: NightResult) -> list[str]:
    held = {
        one.branch_id: f"{one.branch_id} {one.status} since night {one.held_since}, shown as it was: {one.held_reason}"
        for one in branches
        if one.held_reason
    }
    failed = {branch_id: f"{branch_id} failed: {reason}" for branch_id, reason in result.failed.items()}
    return [sentence for _, sentence in sorted((failed | held).items())]


def _places(workspace: Workspace, result: NightResult) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    if resolve_published(workspace):
        table.add_row("Warehouse", f'{_short(workspace.warehouse / LINK)}   (tieout query "select …")')
    table.add_row("Quarantine", f"{_short(workspace.lake / 'deliveries')}   (tieout quarantine list)")
    docs = result.docs or workspace.warehouse / "data_docs" / "latest"
    if docs.exists():
        table.add_row("Data Docs", _short(docs / "index.html" if docs.is_dir() else docs))
    return table


def _short(path: Path) -> str:
    """Relative to where the reader stands, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
