"""`tieout quarantine export` and `tieout repair …`: refused rows out as workbooks, and decisions on what came back.

Not here: reading what came back (the night, `pipelines.intake`), and what repairs are (`pipelines.repair`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipelines.branches.config import BranchConfig
from pipelines.console.terminal import err, harmless, money, out
from pipelines.contracts.loading import load_contracts
from pipelines.errors import RepairError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night.plan import load_each_branch
from pipelines.repair.exporting import export_branch
from pipelines.repair.history import row_history
from pipelines.repair.records import LINE, Repair, approve, proposals, reject, workbook_notes
from pipelines.repair.standing import StandingRepair, standing_repairs
from pipelines.settings import Workspace

_SHOWN = 40  # characters of a cell in the list; `tieout repair show` has all of it


def export(branch: str | None, folder: Path) -> None:
    """Write one workbook for each branch with refused rows and print their paths; `RepairError` for no such branch."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    log = EventLog(lake.events)
    branches = _branches(workspace, branch)
    written = [path for one in branches.values() if (path := export_branch(lake, log, one, folder))]
    for path in written:
        out().print(str(path), soft_wrap=True)
    if not written:
        out().print("Nothing is quarantined: no workbook was written.")
        return
    err().print(
        "Correct the white cells, name yourself, and put the workbook into landing/BRANCH; the next night reads it.",
        style="dim",
    )


def list_repairs(branch: str | None, *, everything: bool) -> None:
    """Print the repairs that somebody still has to do something about, or all, and what of workbooks was not taken."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    log = EventLog(lake.events)
    standing = standing_repairs(lake, log, _branches(workspace, branch))
    shown = [one for one in standing if everything or one.is_open]
    if shown:
        out().print(_table(shown))
    else:
        out().print("No repair is open." if standing else "No repair was ever proposed.")
    for name, path, at, note in workbook_notes(log, branch)[-20:]:
        err().print(f"{name}/{path}, read {at:%Y-%m-%d %H:%M} UTC: {note}", style="yellow", markup=False)


def show_repair(repair_id: str) -> None:
    """Print one repair, its state and the history of its row; `RepairError` for no such repair."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    log = EventLog(lake.events)
    wanted = repair_id.strip().upper()
    found = standing_repairs(lake, log, _branches(workspace, None), [wanted])
    if not found:
        raise RepairError(f"There is no repair {repair_id}. `tieout repair list --all` names all.")
    one = found[0]
    what = one.repair.correction
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in (
        ("repair", one.repair.repair_id),
        ("state", f"{_words(one)}: {one.sentence}"),
        ("row", _where(one.repair)),
        ("document", what.document or "–"),
        ("column", one.repair.cell.column or "the whole line"),
        ("was", what.old),
        ("is to be", what.new),
        ("kind", what.kind),
        ("changes", _sizes(one.repair)),
        ("made by", f"{what.maker}, {one.repair.proposed_at:%Y-%m-%d %H:%M} UTC, in {one.repair.workbook}"),
        ("reason", what.reason or "–"),
    ):
        table.add_row(Text(name, style="dim"), Text(harmless(value)))
    out().print(table)
    out().print()
    for line in row_history(lake, log, one.repair.cell.branch_id, what.path, one.repair.cell.source_row):
        out().print(Text(line), soft_wrap=True)


def approve_repairs(repair_ids: Sequence[str], *, by: str) -> None:
    """Approve repairs that still matter; raises `RepairError` otherwise, and where the maker would approve."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    log = EventLog(lake.events)
    wanted = [one.strip().upper() for one in repair_ids]
    for one in standing_repairs(lake, log, _branches(workspace, None), wanted):
        if one.state == "obsolete":
            raise RepairError(
                f"{one.repair.repair_id} needs no decision any more. {one.sentence} Nothing was approved."
            )
    for done in approve(log, wanted, by=by):
        out().print(f"{done.repair_id} is approved by {by}. The next `tieout run` takes its row in again.")


def reject_repairs(repair_ids: Sequence[str], *, by: str, reason: str) -> None:
    """Reject repairs, also approved ones; raises `RepairError` where one cannot be."""
    log = EventLog(Lake.of(Workspace.load()).events)
    before = {one.repair_id: one.decision for one in proposals(log)}
    for done in reject(log, repair_ids, by=by, reason=reason):
        taken_back = before[done.repair_id] == "approved"
        after = " The next `tieout run` judges its row as it was sent." if taken_back else ""
        out().print(f"{done.repair_id} is rejected by {by}.{after}")


def _branches(workspace: Workspace, branch: str | None) -> Mapping[str, BranchConfig]:
    found, broken = load_each_branch(workspace, load_contracts(workspace.contracts_dir))
    for folder, reason in broken.items():
        err().print(f"{folder} cannot be read and is left out: {reason}", style="yellow", markup=False)
    if branch is None:
        return found
    if branch not in found:
        raise RepairError(f"There is no branch {branch!r}. There are: {', '.join(sorted(found))}.")
    return {branch: found[branch]}


def _table(standing: Sequence[StandingRepair]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold", show_lines=True)
    for name in ("repair", "where", "was → is to be", "changes", "made by"):
        table.add_column(name, overflow="fold")
    for one in standing:
        what, cell = one.repair.correction, one.repair.cell
        column = "the line" if cell.column == LINE else cell.column
        table.add_row(
            f"{one.repair.repair_id}\n{_words(one)}",
            harmless(f"{_where(one.repair)}\n{column}"),
            harmless(f"{_short(what.old) or '(empty)'} → {_short(what.new) or '(empty)'}"),
            _sizes(one.repair),
            harmless(what.maker),
        )
    return table


def _words(one: StandingRepair) -> str:
    return one.state.replace("_", " ")


def _where(repair: Repair) -> str:
    return f"{repair.cell.branch_id}/{repair.correction.path}{_sheet(repair)}, row {repair.cell.source_row}"


def _sheet(repair: Repair) -> str:
    return f", sheet {repair.cell.sheet}" if repair.cell.sheet else ""


def _sizes(repair: Repair) -> str:
    """By how much a repair changes the sums, in each currency; coding changes none."""
    if repair.correction.kind == "coding":
        return "coding"
    said = [
        f"{_spoken(one.measure)} {money(one.amount)} {one.currency}".strip() for one in repair.correction.differences
    ]
    return "\n".join(said) or "an amount that is not summed"


def _spoken(measure: str) -> str:
    """`debit_amount_functional` → `debit`: the currency beside the number says the rest."""
    return measure.split("_amount", 1)[0].replace("_", " ")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
