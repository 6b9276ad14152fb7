"""`tieout quarantine list` and `show`: refused rows for the people who mend them.

Read from the lake, so that it works before anything was published. Not here: refusing (`pipelines.validation`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipelines.console.known import branch_ids, dataset_names, require
from pipelines.console.terminal import err, harmless, out
from pipelines.errors import TieoutError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.nearest import did_you_mean
from pipelines.repair.history import row_history
from pipelines.repair.refused import RefusedRow, open_receipts, refused_rows
from pipelines.settings import Workspace
from pipelines.validation.advice import advice_for, reasons_apart, rules_in

_SHOWN_KEY = 120  # a key is a few characters; one of a thousand is shown by its beginning
_SHOWN_REASON = 1000
LISTED_ROWS = 100  # more than anybody reads on a terminal; the counts above them are of all


@dataclass(frozen=True)
class Refused:
    """One refused row, with the delivery it came in."""

    receipt: Receipt
    sheet: str
    row: int
    document: str | None
    reasons: str
    raw: str | None
    owner: str | None

    @property
    def where(self) -> str:
        """File, sheet and row, as a person would look it up."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return harmless(f"{self.receipt.source_file}{sheet}, row {self.row}")


def list_rows(branch: str | None, dataset: str | None, reason: str | None) -> None:
    """Print counts by branch, dataset and reason, then the rows. Rows that a later delivery replaced are left out."""
    workspace = Workspace.load()
    require("branch", branch, branch_ids(workspace))
    require("dataset", dataset, dataset_names(workspace))
    lake = Lake.of(workspace)
    receipts = open_receipts(lake, EventLog(lake.events), branch, dataset)
    every = [_shown(row) for row in refused_rows(lake, receipts)]
    rows = [row for row in every if reason in (None, *rules_in(row.reasons))]
    if every and not rows:
        require("reason", reason, sorted({rule for row in every for rule in rules_in(row.reasons)}))
    whole = [receipt for receipt in receipts if receipt.status == "refused"]
    for receipt in whole:
        place = f"{receipt.branch_id}/{receipt.source_file}"
        err().print(f"{place} was refused whole: {receipt.refused_reason}", style="yellow", markup=False)
    if not rows:
        out().print("No row is quarantined." if not (branch or dataset or reason) else "No quarantined row matches.")
        return
    out().print(_counts(rows))
    out().print()
    for row in rows[:LISTED_ROWS]:
        out().print(_lines(row))
    if len(rows) > LISTED_ROWS:
        more = f"The first {LISTED_ROWS} of {len(rows):,} rows. Narrow it with --branch, --dataset, --reason."
        err().print(more, style="dim")
    err().print("Whole rows and what to do: tieout quarantine show BRANCH FILE [ROW]", style="dim")


def show_rows(branch: str, file: str, row: int | None) -> None:
    """Print refused rows of a file as they were sent, every reason and what to do; of a single row also its history.

    Raises `TieoutError` where there is nothing to show.
    """
    workspace = Workspace.load()
    require("branch", branch, branch_ids(workspace))
    lake = Lake.of(workspace)
    log = EventLog(lake.events)
    of_branch = open_receipts(lake, log, branch)
    receipts = [one for one in of_branch if one.source_file == file]
    found = [_shown(one) for one in refused_rows(lake, receipts) if row in (None, one.row)]
    history = row_history(lake, log, branch, file, row) if row is not None else []
    if not found and not history:
        place = f"row {row} of {file}" if row else file
        raise TieoutError(
            f"Nothing of {place} (branch {branch}) is quarantined."
            f"{'' if receipts else did_you_mean(file, {one.source_file for one in of_branch})}"
            f" `tieout quarantine list --branch {branch}` shows what is."
        )
    for one in found[:LISTED_ROWS]:
        out().print(_panel(one))
    if len(found) > LISTED_ROWS:
        err().print(f"The first {LISTED_ROWS} of {len(found):,} rows. Name a row to see one.", style="dim")
    for line in history:
        out().print(Text(line), soft_wrap=True)


def _shown(row: RefusedRow) -> Refused:
    """A refused row as it is safe to show."""
    return Refused(
        receipt=row.receipt,
        sheet=harmless(row.sheet),
        row=row.row,
        document=None if row.document is None else harmless(row.document),
        reasons=harmless(row.reasons),
        raw=row.raw,
        owner=None if row.owner is None else harmless(row.owner),
    )


def _counts(rows: Sequence[Refused]) -> Table:
    counted = Counter(
        (row.receipt.branch_id, row.receipt.dataset, rule) for row in rows for rule in set(rules_in(row.reasons))
    )
    table = Table(show_edge=False, pad_edge=False, header_style="bold", title="Rows by reason", title_justify="left")
    for name in ("branch", "dataset", "reason"):
        table.add_column(name)
    table.add_column("rows", justify="right")
    for (branch, dataset, rule), number in sorted(counted.items()):
        table.add_row(branch, dataset, rule, f"{number:,}")
    return table


def _lines(row: Refused) -> Group:
    """Where the row stands, then a line a reason."""
    head = Text(f"{row.receipt.branch_id}/{row.receipt.dataset}  {row.where}", style="bold")
    if row.document:
        head.append(f"  document {_shorten(row.document)}", style="not bold dim")
    reasons = [_shorten(reason, _SHOWN_REASON) for reason in reasons_apart(row.reasons)]
    return Group(head, *(Padding(Text(reason), (0, 0, 0, 4)) for reason in reasons))


def _shorten(text: str, length: int = _SHOWN_KEY) -> str:
    """The beginning of a text that is too long for a list; `tieout quarantine show` has all of it."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"


def _panel(row: Refused) -> Panel:
    sent = Table(show_header=False, box=None, pad_edge=False)
    sent.add_column(style="dim", overflow="fold")
    sent.add_column(overflow="fold")
    for name, value in _cells(row.raw):
        sent.add_row(Text(harmless(name)), Text(harmless(value)))
    reasons = [Text(f"• {reason}") for reason in reasons_apart(row.reasons)]
    to_do = [Text(f"→ {sentence}") for sentence in advice_for(rules_in(row.reasons))]
    parts: list[RenderableType] = [
        sent,
        Text(),
        Text("Why", style="bold"),
        *reasons,
        Text(),
        Text("What to do", style="bold"),
        *to_do,
    ]
    owner = f"owner: {row.owner or row.receipt.owner}"
    return Panel(
        Group(*parts),
        title=Text(f"{row.receipt.branch_id}/{row.receipt.dataset}: {row.where}"),
        title_align="left",
        subtitle=Text(owner),
        subtitle_align="left",
    )


def _cells(raw: str | None) -> Iterator[tuple[str, str]]:
    try:
        said = json.loads(raw) if raw else {}
    except ValueError:
        said = raw
    if not isinstance(said, dict):
        yield "as sent", str(said)
        return
    for name, value in said.items():
        if value not in (None, ""):
            yield name, str(value)
