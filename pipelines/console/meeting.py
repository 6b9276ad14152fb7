"""`tieout meeting`: a month's agenda on the terminal or as a pack, and what the meeting decided taken back.

Not here: what is on the agenda, and what a pack may say (`pipelines.reconciling`).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipelines.console.querying import published
from pipelines.console.terminal import err, harmless, money, out
from pipelines.errors import BreakError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.reconciling.agenda import Agenda, agenda_of
from pipelines.reconciling.decisions import assign, decide
from pipelines.reconciling.meeting_file import EXPORTED, LAYOUTS, MARKER, outgoing, returned
from pipelines.reconciling.meetings import actions, checked_period, meeting_event, meetings, still_open
from pipelines.reconciling.published import Wanted, work_list
from pipelines.reconciling.work_list_file import owner_of
from pipelines.settings import Workspace
from pipelines.workbooks.reading import read_workbook
from pipelines.workbooks.writing import write_workbook


def show_agenda(period: str) -> None:
    """Print what a meeting on the month talks about."""
    workspace = Workspace.load()
    found = _agenda(workspace, period)
    _print_topics(found)
    _print_rest(found)
    held = [one for one in meetings(_log(workspace)) if one.period == period]
    for one in held:
        out().print(f"Met: {one.present}; minutes taken in {one.held_at:%Y-%m-%d} by {one.recorded_by}.")
        for minute in one.minutes:
            out().print(harmless(f"  {minute.topic}: {minute.said}"), soft_wrap=True)


def export_pack(period: str, to: Path) -> None:
    """Write the meeting pack and print its path."""
    workspace = Workspace.load()
    found = _agenda(workspace, period)
    workbook_id = uuid.uuid4().hex
    try:
        write_workbook(to, outgoing(workbook_id, found, workspace.group_name))
    except OSError as error:
        raise BreakError(f"{to}: the pack cannot be written ({error}). Say another file with --export.") from error
    _log(workspace).append(EXPORTED, {"workbook_id": workbook_id, "period": period, "breaks": len(found.topics)})
    out().print(str(to), soft_wrap=True)
    err().print(
        f"{len(found.topics)} breaks, {len(found.missed)} missed targets, {len(found.promised)} actions of before."
        f" After the meeting: tieout meeting {period} --import {to.name} --by NAME.",
        style="dim",
        soft_wrap=True,
    )


def import_pack(period: str, path: Path, by: str | None) -> None:
    """Take a pack's decisions, minutes and actions into the event log, all of them or, with an error, none."""
    checked_period(period)
    if not (by or "").strip():
        raise BreakError("Minutes need somebody who brings them. Say --by NAME.")
    workspace = Workspace.load()
    log = _log(workspace)
    try:
        incoming = read_workbook(path, MARKER, LAYOUTS)
    except ValueError as error:
        raise BreakError(str(error)) from error
    exported = {event.data["workbook_id"]: event.data["period"] for event in log.read(EXPORTED)}
    if exported.get(incoming.workbook_id) != period:
        of = exported.get(incoming.workbook_id)
        what = f"the pack of {of}" if of else "no pack that this workspace exported"
        raise BreakError(f"{path} is {what}; expected the one of {period}.")
    if any(one.workbook_id == incoming.workbook_id for one in meetings(log)):
        raise BreakError(f"{path}: the minutes of this pack were taken in already. Export a new one to add to them.")
    with published(workspace) as connection:
        breaks = work_list(connection, Wanted())
    today = _today(workspace)
    came = returned(incoming, breaks, still_open(actions(log)), today)
    decide(log, came.decided.wishes, today)
    for one in came.decided.given:
        assign(log, [(one.break_id, one.branch_id)], to=(one.department, one.person), by=one.by, reason=one.reason)
    log.append(*meeting_event(log, period, incoming.workbook_id, came.minutes, str(by).strip()))
    out().print(
        f"{period}: {len(came.decided.wishes)} decisions, {len(came.minutes.minutes)} minutes,"
        f" {len(came.minutes.promises)} new actions, {len(came.minutes.updates)} of before brought up to date."
    )


def _agenda(workspace: Workspace, period: str) -> Agenda:
    checked_period(period)
    promised = still_open(actions(_log(workspace)))
    with published(workspace) as connection:
        return agenda_of(connection, period, promised, _today(workspace))


def _print_topics(found: Agenda) -> None:
    if not found.topics:
        out().print(f"No difference up to {found.period} asks for anybody.")
        return
    table = _table("Why", "Break", "Where", "Difference", "Cause", "Owner")
    for topic in found.topics:
        one = topic.about
        table.add_row(
            topic.why,
            one.break_id[:8],
            Text(harmless(f"{one.branch_id} {one.recon_code}\n{one.anchor_document}, {one.periods}")),
            Text(f"{money(one.amount)} {one.currency_code}", justify="right"),
            Text(harmless(f"{one.cause}, {one.age_days} days\n{one.cause_detail}")),
            Text(harmless(owner_of(one))),
        )
    out().print(table)


def _print_rest(found: Agenda) -> None:
    if found.missed:
        table = _table("Branch", "Missed target", "What it says", "Owner")
        for miss in found.missed:
            table.add_row(miss.branch_id, miss.target, Text(harmless(miss.detail)), miss.owner)
        out().print(table)
    if found.recurring:
        table = _table("Branch", "Reconciliation", "Cause that recurs", "Breaks", "Months", "Open now")
        for one in found.recurring:
            table.add_row(one.branch_id, one.recon_code, one.cause, str(one.breaks), str(one.months), str(one.open_now))
        out().print(table)
    if found.promised:
        table = _table("Action", "What", "Who", "Until", "What became of it")
        for promise in found.promised:
            action = promise.action
            table.add_row(
                action.action_id,
                Text(harmless(action.what)),
                Text(harmless(action.who)),
                str(action.until or ""),
                promise.became,
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
