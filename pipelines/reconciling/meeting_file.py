"""The meeting pack: a month's agenda as a workbook, with room for decisions, minutes and promises that come back.

All or nothing: one mistake, and nothing of a returned pack is taken. Not here: what is on the agenda (agenda), and
recording (meetings, decisions).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.errors import BreakError
from pipelines.reconciling.agenda import Agenda
from pipelines.reconciling.meetings import STATES, Action, Minute, Minutes, Promise, Update
from pipelines.reconciling.published import Break
from pipelines.reconciling.work_list_file import BREAKS, MATCHES, Decided, break_cells, decided
from pipelines.workbooks.reading import Incoming, Row
from pipelines.workbooks.sheets import Column, Layout
from pipelines.workbooks.writing import Filled, Outgoing

MARKER = "tieout_meeting"
EXPORTED = "meeting_pack_exported"

TOPICS = Layout("breaks", (*BREAKS.grey, Column("on the agenda as", 26)), BREAKS.white)
PROMISED = Layout(
    "promised before",
    grey=(
        Column("action", 9, is_key=True),
        Column("month", 10),
        Column("what", 52),
        Column("who", 18),
        Column("until", 12),
        Column("what became of it", 44),
    ),
    white=(Column("state", 10, choices=STATES), Column("note", 44)),
)
MISSED = Layout(
    "missed targets", (Column("branch", 16), Column("target", 22), Column("what it says", 60), Column("owner", 22))
)
RECURRING = Layout(
    "recurring causes",
    (
        Column("branch", 16),
        Column("reconciliation", 24),
        Column("cause", 16),
        Column("breaks", 9),
        Column("months", 9),
        Column("open now", 9),
    ),
)
MINUTES = Layout("minutes", (), (Column("topic", 30), Column("what was said", 90)))
ACTIONS = Layout("actions", (), (Column("what", 60), Column("who", 20), Column("until", 12), Column("about break", 20)))
PRESENT = Layout("present", (), (Column("name", 40),))
LAYOUTS = (TOPICS, PROMISED, PRESENT, MINUTES, ACTIONS)
_ROOM = 40

_HOW = (
    "Sheet 'breaks': the disputed differences, those whose decision lapsed, the largest and the oldest.",
    "Decide in the white cells as in a work list: a decision, a reason, a name; 'accept' needs a second person.",
    "Sheet 'promised before': what earlier meetings agreed and what became of it. Say done, dropped or open.",
    "Sheets 'present', 'minutes' and 'actions' are empty: who was there, what was said, who does what until when.",
    "Then: tieout meeting MONTH --import FILE --by NAME. What was said stays on record and opens the next meeting.",
)


@dataclass(frozen=True)
class Returned:
    """What a returned pack brings."""

    minutes: Minutes
    decided: Decided


def outgoing(workbook_id: str, agenda: Agenda, group_name: str) -> Outgoing:
    """The pack of an agenda."""
    return Outgoing(
        MARKER,
        workbook_id,
        (f"{group_name}: differences between business and finance, {agenda.period}", *_HOW),
        (
            Filled(TOPICS, [(*break_cells(one.about), one.why) for one in agenda.topics]),
            Filled(
                PROMISED,
                [
                    (
                        one.action.action_id,
                        one.action.period,
                        one.action.what,
                        one.action.who,
                        one.action.until.isoformat() if one.action.until else "",
                        one.became,
                    )
                    for one in agenda.promised
                ],
            ),
            Filled(MISSED, [(one.branch_id, one.target, one.detail, one.owner) for one in agenda.missed]),
            Filled(
                RECURRING,
                [
                    (one.branch_id, one.recon_code, one.cause, one.breaks, one.months, one.open_now)
                    for one in agenda.recurring
                ],
            ),
            Filled(PRESENT, [], _ROOM),
            Filled(MINUTES, [], _ROOM),
            Filled(ACTIONS, [], _ROOM),
        ),
    )


def returned(incoming: Incoming, breaks: Sequence[Break], promised: Sequence[Action], today: date) -> Returned:
    """What a returned pack says, held against the published version's breaks and the actions that are open.

    Raises `BreakError` with every mistake in it, a sentence each.
    """
    mistakes: list[str] = []
    found = Decided()
    try:
        found = decided(Incoming(incoming.workbook_id, {**incoming.rows, MATCHES.title: ()}), breaks, (), today)
    except BreakError as error:
        mistakes += str(error).split("\n")[:-1]
    known = {one.action_id for one in promised}
    for row in incoming.rows[PROMISED.title]:
        mistakes += [f"{row.where}: {one}" for one in _update_mistakes(row, known)]
    names = {one.break_id for one in breaks}
    for row in incoming.rows[ACTIONS.title]:
        mistakes += [f"{row.where}: {one}" for one in _action_mistakes(row, names)]
    present = ", ".join(row.cells["name"] for row in incoming.rows[PRESENT.title])
    if not present:
        mistakes.append(f"sheet {PRESENT.title!r} is empty; minutes without people are nobody's. Say who was there.")
    if mistakes:
        raise BreakError("\n".join([*mistakes, "Nothing was taken."]))
    return Returned(
        Minutes(
            present,
            tuple(Minute(row.cells["topic"], row.cells["what was said"]) for row in incoming.rows[MINUTES.title]),
            tuple(_promise(row) for row in incoming.rows[ACTIONS.title]),
            tuple(
                Update(row.cells["action"], row.cells["state"], row.cells["note"])
                for row in incoming.rows[PROMISED.title]
                if row.cells["state"]
            ),
        ),
        found,
    )


def _update_mistakes(row: Row, known: set[str]) -> Iterator[str]:
    state = row.cells["state"]
    if not state and not row.cells["note"]:
        return
    if not row.is_intact:
        yield "its grey cells were changed, so that it is unclear which action it is. Export again."
    if row.cells["action"] not in known:
        yield f"action {row.cells['action']} is not open any more."
    if state not in STATES:
        yield f"'state' is {state!r}; expected one of {', '.join(STATES)}."


def _action_mistakes(row: Row, breaks: set[str]) -> Iterator[str]:
    cells = row.cells
    if not cells["what"] or not cells["who"]:
        yield "an action needs what is done ('what') and by whom ('who')."
    if cells["about break"] and cells["about break"] not in breaks:
        yield f"the published version has no break {cells['about break']!r}. Copy its name from sheet 'breaks'."
    try:
        _day(cells["until"])
    except ValueError:
        yield f"'until' is {cells['until']!r}; expected a day such as 2026-06-30."


def _promise(row: Row) -> Promise:
    cells = row.cells
    return Promise(cells["what"], cells["who"], _day(cells["until"]), cells["about break"] or None)


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
