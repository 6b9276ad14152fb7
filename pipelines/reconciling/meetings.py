"""Meetings of the coordination group as the event log knows them: what was said, and who does what until when.

Not here: decisions on breaks (decisions), what a meeting talks about (agenda), the workbook (meeting_file).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pipelines.errors import BreakError
from pipelines.lake.events import EventLog

HELD = "meeting_held"
STATES = ("open", "done", "dropped")
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Action:
    """What somebody promised. `break_id` where it is about one break; `state` is what the last meeting said of it."""

    action_id: str
    period: str
    what: str
    who: str
    until: date | None
    break_id: str | None = None
    state: str = "open"
    note: str = ""


@dataclass(frozen=True)
class Minute:
    """One point of the minutes."""

    topic: str
    said: str


@dataclass(frozen=True)
class Promise:
    """An action as a meeting writes it down."""

    what: str
    who: str
    until: date | None
    break_id: str | None = None


@dataclass(frozen=True)
class Update:
    """What a meeting says of an earlier action."""

    action_id: str
    state: str
    note: str


@dataclass(frozen=True)
class Meeting:
    """One meeting. `held_at` is when its minutes were taken in, UTC."""

    period: str
    workbook_id: str
    present: str
    minutes: tuple[Minute, ...]
    held_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class Minutes:
    """What a returned meeting pack brings: who was there, what was said, promised and done."""

    present: str
    minutes: tuple[Minute, ...] = ()
    promises: tuple[Promise, ...] = ()
    updates: tuple[Update, ...] = ()


def checked_period(text: str) -> str:
    """`text` where it is a month such as 2026-03; raises `BreakError` otherwise."""
    if not _PERIOD.fullmatch(text):
        raise BreakError(f"{text!r} is no month; expected one such as 2026-03. Write year and month with a hyphen.")
    return text


def meeting_event(log: EventLog, period: str, workbook_id: str, came: Minutes, by: str) -> tuple[str, dict[str, Any]]:
    """The event that records a meeting; its actions are numbered on from the last."""
    first = len(actions(log)) + 1
    return HELD, {
        "period": period,
        "workbook_id": workbook_id,
        "present": came.present,
        "minutes": [[one.topic, one.said] for one in came.minutes],
        "actions": [
            {
                "action_id": f"A{first + at}",
                "what": one.what,
                "who": one.who,
                "until": one.until.isoformat() if one.until else None,
                "break_id": one.break_id,
            }
            for at, one in enumerate(came.promises)
        ],
        "updates": [[one.action_id, one.state, one.note] for one in came.updates],
        "by": by,
    }


def meetings(log: EventLog) -> list[Meeting]:
    """Every meeting, oldest first."""
    return [
        Meeting(
            said["period"],
            said["workbook_id"],
            said["present"],
            tuple(Minute(*one) for one in said["minutes"]),
            event.at,
            said["by"],
        )
        for event in log.read(HELD)
        for said in (event.data,)
    ]


def actions(log: EventLog) -> list[Action]:
    """Every action ever promised, with what was said of it last."""
    found: dict[str, Action] = {}
    for event in log.read(HELD):
        for action_id, state, note in event.data["updates"]:
            found[action_id] = replace(found[action_id], state=state, note=note)
        for one in event.data["actions"]:
            until = date.fromisoformat(one["until"]) if one["until"] else None
            found[one["action_id"]] = Action(
                one["action_id"], event.data["period"], one["what"], one["who"], until, one["break_id"]
            )
    return list(found.values())


def still_open(found: Sequence[Action]) -> list[Action]:
    """Actions that the next meeting has to ask for, the most overdue first; those without a day last."""
    return sorted(
        (one for one in found if one.state == "open"), key=lambda one: (one.until or date.max, int(one.action_id[1:]))
    )
