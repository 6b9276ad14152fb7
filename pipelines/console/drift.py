"""`tieout drift`: how what branches deliver no longer looks as it did: old, new, and a change of the branch's file.

Read from the receipts in the lake. Not here: recognising drift (pipelines.drift).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.console.known import branch_ids, require
from pipelines.console.querying import inert
from pipelines.console.terminal import NOTHING, err, harmless, out
from pipelines.drift.shape import Drift
from pipelines.errors import TieoutError
from pipelines.lake.deliveries import current_receipts, read_extra
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.settings import Workspace

_DONE = {"accept": "noted", "keep": "text kept", "refuse": "refused"}
_LONGEST = 200  # characters of one side; orders of a hundred columns are shown by what moved


def list_drift(branch: str | None, *, every: bool) -> None:
    """Print the drift of each dataset's latest delivery, or of every delivery, with the proposed changes."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    require("branch", branch, branch_ids(workspace))
    receipts = [one.receipt for one in current_receipts(lake, EventLog(lake.events), branch) if not one.withdrawn]
    shown = receipts if every else _latest(receipts)
    drifted = [one for one in shown if one.drift]
    for receipt in drifted:
        out().print(_told(receipt))
    earlier = sum(1 for one in receipts if one.drift) - len(drifted)
    if not drifted:
        out().print("The latest deliveries look like those before them.")
    if earlier:
        err().print(f"{earlier:,} earlier deliveries differed from those before them: --all", style="dim")


def print_kept(branch: str, file: str) -> None:
    """Write what a file held in columns that nothing maps as CSV: dataset, sheet, row, then a column for each."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    require("branch", branch, branch_ids(workspace))
    standing = current_receipts(lake, EventLog(lake.events), branch)
    receipts = [one.receipt for one in standing if one.receipt.source_file == file]
    kept = [one for one in receipts if one.shape is not None and one.shape.kept]
    if not kept:
        why = "no such file was taken in" if not receipts else "every column of it is mapped or known"
        raise TieoutError(f"nothing of {file!r} (branch {branch}) is kept: {why}.")
    headers = list(dict.fromkeys(header for one in kept if one.shape is not None for header in one.shape.kept))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["dataset", "source_sheet", "source_row", *map(inert, headers)])
    for receipt in kept:
        for sheet, row, cells in read_extra(lake, receipt).iter_rows():
            said = json.loads(cells)
            writer.writerow([receipt.dataset, sheet, row, *(inert(said.get(header) or "") for header in headers)])


def _latest(receipts: Iterable[Receipt]) -> list[Receipt]:
    """The last delivery in effect of each dataset and branch, accepted or refused."""
    newest: dict[tuple[str, str], Receipt] = {}
    for one in receipts:
        key = (one.branch_id, one.dataset)
        if key not in newest or newest[key].order < one.order:
            newest[key] = one
    return list(newest.values())


def _told(receipt: Receipt) -> RenderableType:
    head = Text(harmless(f"{receipt.branch_id}/{receipt.dataset}  {receipt.source_file}"), style="bold")
    head.append(f"  delivered {receipt.delivery_date}, {receipt.status}", style="not bold dim")
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in ("what", "where", "old", "new", "done"):
        table.add_column(name, overflow="fold")
    for one in receipt.drift:
        cells = (one.kind.replace("_", " "), one.where, _side(one.old), _side(one.new), _DONE[one.action])
        table.add_row(*(Text(harmless(cell)) for cell in cells))
    parts: list[RenderableType] = [head, Padding(table, (0, 0, 0, 2))]
    for one in receipt.drift:
        parts.append(Padding(Text(harmless(one.sentence)), (0, 0, 0, 2)))
        if one.proposal:
            parts.append(_proposal(receipt, one))
    return Padding(Group(*parts), (0, 0, 1, 0))


def _proposal(receipt: Receipt, drift: Drift) -> RenderableType:
    where = f"Proposed, below attributes of {receipt.branch_id}/defs.yaml (maps are merged with what stands there):"
    return Padding(Group(Text(where, style="dim"), Text(harmless(drift.proposal))), (0, 0, 0, 2))


def _side(text: str) -> str:
    line = ", ".join(text.split("\n")) or NOTHING
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
