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

from pipelines.validation.advice import advice_for, reasons_apart, rules_in
from pipelines.console.terminal import err, harmless, out
from pipelines.errors import TieoutError
from pipelines.lake.deliveries import current_receipts, read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.settings import Workspace

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
    receipts = open_receipts(workspace, branch, dataset)
    rows = [row for row in refused_rows(Lake.of(workspace), receipts) if reason in (None, *rules_in(row.reasons))]
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
    """Print refused rows of a file as they were sent, every reason and what to do; `TieoutError` if there is none."""
    workspace = Workspace.load()
    receipts = [one for one in open_receipts(workspace, branch, None) if one.source_file == file]
    found = [one for one in refused_rows(Lake.of(workspace), receipts) if row in (None, one.row)]
    if not found:
        place = f"row {row} of {file}" if row else file
        raise TieoutError(
            f"Nothing of {place} (branch {branch}) is quarantined."
            f" `tieout quarantine list --branch {branch}` shows what is."
        )
    for one in found[:LISTED_ROWS]:
        out().print(_panel(one))
    if len(found) > LISTED_ROWS:
        err().print(f"The first {LISTED_ROWS} of {len(found):,} rows. Name a row to see one.", style="dim")


def open_receipts(workspace: Workspace, branch: str | None, dataset: str | None) -> list[Receipt]:
    """Deliveries whose refused rows still matter: not withdrawn, and not replaced as a whole by a later one."""
    lake = Lake.of(workspace)
    standing = current_receipts(lake, EventLog(lake.events), branch, dataset)
    receipts = [one.receipt for one in standing if not one.withdrawn]
    return [receipt for receipt in receipts if not _is_replaced(receipt, receipts)]


def refused_rows(lake: Lake, receipts: Sequence[Receipt]) -> Iterator[Refused]:
    """The quarantined rows of these deliveries, one a source row, in file order."""
    for receipt in receipts:
        if receipt.rows.quarantined:
            frame = read_frame(lake, receipt, "quarantine")
            once = frame.unique(["source_sheet", "source_row"], keep="first", maintain_order=True)
            yield from (_refused(receipt, row) for row in once.sort("source_sheet", "source_row").iter_rows(named=True))


def _is_replaced(receipt: Receipt, others: Sequence[Receipt]) -> bool:
    later = [
        one
        for one in others
        if (one.branch_id, one.dataset) == (receipt.branch_id, receipt.dataset)
        and one.order > receipt.order
        and one.status == "accepted"
    ]
    if any(one.rule == "full" for one in later):
        return True
    covered = {period for one in later if one.rule == "period" for period in one.periods}
    return receipt.rule == "period" and bool(receipt.periods) and covered.issuperset(receipt.periods)


def _refused(receipt: Receipt, row: dict[str, object]) -> Refused:
    def text(name: str) -> str | None:
        return None if row[name] is None else harmless(str(row[name]))

    return Refused(
        receipt=receipt,
        sheet=text("source_sheet") or "",
        row=int(str(row["source_row"])),
        document=text("document"),
        reasons=text("reasons") or "",
        raw=None if row["raw"] is None else str(row["raw"]),
        owner=text("owner"),
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
