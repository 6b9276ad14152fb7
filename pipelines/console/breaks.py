"""`tieout breaks …`: the coordination group's work list, and decisions on it.

Not here: what a break is (dbt's schema `recon`), what a decision means (`pipelines.reconciling`).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipelines.console.querying import published
from pipelines.console.terminal import NOTHING, count, err, harmless, money, out
from pipelines.errors import BreakError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.reconciling.decisions import (
    Decision,
    MatchDecision,
    Wish,
    approve,
    assign,
    decide,
    decide_match,
    decisions,
    standing,
)
from pipelines.reconciling.published import (
    UNDECIDED,
    Break,
    BreakItem,
    Wanted,
    breaks_named,
    history_of,
    items_of,
    suggestions,
    work_list,
)
from pipelines.reconciling.work_list_file import (
    EXPORTED,
    IMPORTED,
    LAYOUTS,
    MARKER,
    decided,
    decided_so_far,
    outgoing,
    owner_of,
)
from pipelines.settings import Workspace
from pipelines.workbooks.reading import read_workbook
from pipelines.workbooks.writing import write_workbook

_SHOWN = 40
_NEXT_NIGHT = "The next `tieout run` shows it in the warehouse."


@dataclass(frozen=True)
class Asked:
    """A decision as it is typed, for one break or several."""

    kind: str
    ids: Sequence[str]
    reason: str
    by: str
    until: date | None = None
    cause: str | None = None
    approved_by: str | None = None


def list_breaks(wanted: Wanted, shown: str) -> None:
    """Print breaks, the largest first, with sums by reconciliation.

    `shown`: 'undecided', 'waiting' (decided, and a second person has to approve it) or 'all'.
    """
    workspace = Workspace.load()
    log = _log(workspace)
    pending = standing(decisions(log))
    if shown == "undecided":
        wanted = replace(wanted, statuses=UNDECIDED)
    with published(workspace) as connection:
        found = work_list(connection, wanted)
    if shown == "waiting":
        found = [one for one in found if one.break_id in pending and not pending[one.break_id].counts]
    if not found:
        out().print("There is no break." if shown == "all" else "No break waits for anybody.")
        return
    _print_sums(found)
    table = _table("Break", "Where", "Difference", "Cause", "Since", "Owner", "State")
    for one in found[:_SHOWN]:
        table.add_row(
            one.break_id[:8],
            Text(harmless(f"{one.branch_id} {one.recon_code}\n{one.anchor_document}, {one.periods}")),
            Text(f"{money(one.amount)} {one.currency_code}", justify="right"),
            Text(harmless(f"{one.cause}\n{one.cause_detail}")),
            f"{one.open_since_date}\n{one.age_days} days",
            Text(harmless(owner_of(one))),
            Text(harmless(_state(one, pending.get(one.break_id)))),
        )
    out().print(table)
    if len(found) > _SHOWN:
        out().print(f"… and {count(len(found) - _SHOWN)} more: `tieout breaks export` has them all.")


def show_break(break_id: str) -> None:
    """One break in full: both sides record by record, why it is one, what was decided, its history."""
    workspace = Workspace.load()
    with published(workspace) as connection:
        found = breaks_named(connection, [break_id])
        items = items_of(connection, found[0].break_id)
        history = history_of(connection, found[0].break_id)
    pending = standing(decisions(_log(workspace))).get(found[0].break_id)
    for one in found:
        out().print(f"{one.break_id}  {one.recon_code} of {one.branch_id}", style="bold")
        out().print(f"{one.anchor_kind} {one.anchor_document}, {one.periods}: {money(one.amount)} {one.currency_code}")
        out().print(f"{one.cause}: {one.cause_detail}", soft_wrap=True)
        out().print(f"Owner: {owner_of(one)}. State: {_state(one, pending)}. Open since {one.open_since_date}.")
        if said := decided_so_far(one):
            out().print(said, soft_wrap=True)
    _print_items(items)
    table = _table("On", "What", "Amount", "By", "Because")
    for line in history:
        amount = f"{money(line.amount)} {line.currency_code}" if line.amount is not None else NOTHING
        table.add_row(
            str(line.happened_on), line.what, amount, Text(line.by or NOTHING), Text(harmless(line.because or NOTHING))
        )
    out().print(table)


def decide_breaks(asked: Asked) -> None:
    """Record the same decision for one break or several."""
    workspace = Workspace.load()
    with published(workspace) as connection:
        found = breaks_named(connection, asked.ids)
    made = decide(_log(workspace), [_wish(one, asked) for one in found], _today(workspace))
    for decision in made:
        out().print(_told(decision), soft_wrap=True)


def approve_decision(decision_id: str, *, by: str) -> None:
    """Let a waiting decision count."""
    out().print(_told(approve(_log(Workspace.load()), decision_id, by=by)), soft_wrap=True)


def assign_breaks(ids: Sequence[str], *, to: str, person: str, by: str, reason: str) -> None:
    """Give breaks to a department, and a person in it."""
    workspace = Workspace.load()
    with published(workspace) as connection:
        found = {one.break_id: one.branch_id for one in breaks_named(connection, ids)}
    assign(_log(workspace), list(found.items()), to=(to, person), by=by, reason=reason)
    out().print(f"{len(found)} break{'s' * (len(found) > 1)} given to {to}. {_NEXT_NIGHT}")


def list_suggestions(branch: str | None, recon: str | None) -> None:
    """Print matches that a rule suggests, the surest first."""
    with published(Workspace.load()) as connection:
        found = suggestions(connection, branch, recon)
    if not found:
        out().print("No match is suggested.")
        return
    table = _table("Match", "Where", "Rule", "Business", "Ledger or bank")
    for one in found[:_SHOWN]:
        sides: dict[str, list[str]] = defaultdict(list)
        for item in one.items:
            sides[item.side].append(f"{item.document} {item.item_date or ''} {money(item.amount)}")
        table.add_row(
            one.match_id[:8],
            Text(harmless(f"{one.branch_id}\n{one.recon_code}")),
            f"{one.rule}\n{one.confidence}",
            Text(harmless("\n".join(sides["a"]))),
            Text(harmless("\n".join(sides["b"]))),
        )
    out().print(table)
    if len(found) > _SHOWN:
        out().print(f"… and {count(len(found) - _SHOWN)} more: `tieout breaks export` has them all.")


def decide_suggestion(match_id: str, decision: str, *, by: str, reason: str) -> None:
    """Confirm or reject a suggested match."""
    workspace = Workspace.load()
    with published(workspace) as connection:
        meant = [one for one in suggestions(connection, None, None) if one.match_id.startswith(match_id.lower())]
    if len(meant) != 1:
        what = "no suggested match" if not meant else f"{len(meant)} suggested matches"
        raise BreakError(f"{match_id!r} names {what}. `tieout breaks suggestions` lists them.")
    items = tuple(item.item_key for item in meant[0].items)
    word = MatchDecision(
        meant[0].match_id, meant[0].recon_code, meant[0].branch_id, decision, items, reason, by, datetime.now(UTC)
    )
    decide_match(_log(workspace), word)
    out().print(f"{meant[0].match_id} is {decision}ed by {by}. {_NEXT_NIGHT}")


def export_breaks(wanted: Wanted, to: Path | None) -> None:
    """Write the work list as a workbook to decide in, and print its path."""
    workspace = Workspace.load()
    with published(workspace) as connection:
        found = work_list(connection, replace(wanted, statuses=UNDECIDED))
        suggested = suggestions(connection, wanted.branch, wanted.recon) if wanted.owner is None else []
    if not found and not suggested:
        out().print("No break and no suggestion waits for anybody: no workbook was written.")
        return
    workbook_id = uuid.uuid4().hex
    path = to or Path(f"breaks_{wanted.owner or wanted.branch or 'group'}_{workbook_id[:8]}.xlsx".replace(" ", "_"))
    try:
        write_workbook(path, outgoing(workbook_id, found, suggested))
    except OSError as error:
        raise BreakError(f"{path}: the workbook cannot be written ({error}). Say another file with --to.") from error
    data = {"workbook_id": workbook_id, "breaks": len(found), "matches": len(suggested)}
    _log(workspace).append(EXPORTED, {**data, **({"branch_id": wanted.branch} if wanted.branch else {})})
    out().print(str(path), soft_wrap=True)
    err().print(
        f"{len(found)} breaks and {len(suggested)} suggested matches. Decide in the white cells, then"
        f" `tieout breaks import {path.name} --by NAME`.",
        style="dim",
        soft_wrap=True,
    )


def import_breaks(path: Path, by: str) -> None:
    """Take a workbook's decisions into the event log, all of them or, with an error, none."""
    workspace = Workspace.load()
    log = _log(workspace)
    try:
        incoming = read_workbook(path, MARKER, LAYOUTS)
    except ValueError as error:
        raise BreakError(str(error)) from error
    if incoming.workbook_id not in {event.data["workbook_id"] for event in log.read(EXPORTED)}:
        raise BreakError(f"{path}: this workspace never exported this workbook. Export one here and decide there.")
    if any(event.data["workbook_id"] == incoming.workbook_id for event in log.read(IMPORTED)):
        raise BreakError(f"{path}: this workbook was taken in already. Export a new one for further decisions.")
    with published(workspace) as connection:
        breaks = work_list(connection, Wanted())
        suggested = suggestions(connection, None, None)
    found = decided(incoming, breaks, suggested, _today(workspace))
    if not (found.wishes or found.given or found.matches):
        out().print(f"{path} decides nothing.", soft_wrap=True)
        return
    made = decide(log, found.wishes, _today(workspace))
    for one in found.given:
        assign(log, [(one.break_id, one.branch_id)], to=(one.department, one.person), by=one.by, reason=one.reason)
    for word in found.matches:
        decide_match(log, word)
    log.append(IMPORTED, {"workbook_id": incoming.workbook_id, "file": path.name, "by": by})
    waiting = [one.decision_id for one in made if not one.counts]
    out().print(
        f"{len(made)} decisions, {len(found.given)} breaks given to others, {len(found.matches)} words on matches."
    )
    if waiting:
        out().print(f"{', '.join(waiting)} wait for a second person: `tieout breaks approve D… --by NAME`.")
    out().print(_NEXT_NIGHT)


def _wish(one: Break, asked: Asked) -> Wish:
    return Wish(
        break_id=one.break_id,
        branch_id=one.branch_id,
        kind=asked.kind,
        amount=one.amount,
        currency=one.currency_code,
        reason=asked.reason,
        by=asked.by,
        until=asked.until,
        cause=asked.cause,
        approved_by=asked.approved_by,
    )


def _told(one: Decision) -> str:
    if one.counts:
        return f"{one.decision_id}: {one.kind} {one.break_id[:8]} ({money(one.amount)} {one.currency}). {_NEXT_NIGHT}"
    return (
        f"{one.decision_id}: {one.kind} {one.break_id[:8]} waits for a second person:"
        f" tieout breaks approve {one.decision_id} --by NAME"
    )


def _state(one: Break, newest: Decision | None) -> str:
    """The state in the published version, and what was decided since."""
    if newest is None or newest.decision_id == one.decision_id:
        return one.status
    if not newest.counts:
        return f"{one.status}\n{newest.decision_id} {newest.kind} waits for a second person"
    return f"{one.status}\n{newest.decision_id} {newest.kind}, counts with the next night"


def _print_sums(found: Sequence[Break]) -> None:
    """How many, and how much in which currency, by reconciliation. Currencies never net."""
    numbers: dict[str, int] = defaultdict(int)
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in found:
        numbers[one.recon_code] += 1
        sums[one.recon_code][one.currency_code] += abs(one.amount)
    table = _table("Reconciliation", "Breaks", "Differences, added up without their sign")
    for recon, number in sorted(numbers.items()):
        amounts = ", ".join(f"{money(amount)} {currency}" for currency, amount in sorted(sums[recon].items()))
        table.add_row(recon, Text(count(number), justify="right"), amounts)
    out().print(table)


def _print_items(items: Sequence[BreakItem]) -> None:
    table = _table("Side", "Month", "Document", "Day", "Amount", "Account", "From")
    for one in items:
        where = f"{one.source_file}, row {one.source_row}" if one.source_file else one.dataset
        table.add_row(
            "business" if one.side == "a" else "ledger",
            one.group_period,
            Text(harmless(one.document)),
            str(one.item_date or NOTHING),
            Text(f"{money(one.amount)} {one.currency_code}", justify="right"),
            Text(harmless(one.account_code or NOTHING)),
            Text(harmless(where)),
        )
    out().print(table)


def _table(*columns: str) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=0)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _today(workspace: Workspace) -> date:
    return datetime.now(ZoneInfo(workspace.time_zone)).date()


def _log(workspace: Workspace) -> EventLog:
    return EventLog(Lake.of(workspace).events)
