"""What a meeting on a month talks about: breaks, missed targets, causes that recur, promises of earlier meetings.

Read from the published version and the event log. Not here: the workbook (meeting_file), and minutes (meetings).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.reconciling.meetings import Action
from pipelines.reconciling.published import Break, Wanted, work_list

LARGEST, OLDEST = 15, 10  # more than that no meeting gets through
_UNFINISHED = ("open", "reopened", "disputed", "to_correct")


@dataclass(frozen=True)
class Topic:
    """A break and why it is on the agenda."""

    why: str
    about: Break


@dataclass(frozen=True)
class Missed:
    """A target that a branch missed in the month."""

    branch_id: str
    target: str
    detail: str
    owner: str


@dataclass(frozen=True)
class Recurring:
    """A cause that keeps coming back at a branch."""

    branch_id: str
    recon_code: str
    cause: str
    breaks: int
    months: int
    open_now: int


@dataclass(frozen=True)
class Promised:
    """An action of an earlier meeting and what became of it, as a sentence."""

    action: Action
    became: str


@dataclass(frozen=True)
class Agenda:
    """All of it, each part in the order in which it is talked about."""

    period: str
    topics: tuple[Topic, ...]
    missed: tuple[Missed, ...]
    recurring: tuple[Recurring, ...]
    promised: tuple[Promised, ...]


def agenda_of(connection: duckdb.DuckDBPyConnection, period: str, promised: Sequence[Action], today: date) -> Agenda:
    """The agenda of a month. Raises `BreakError` where the published version knows no breaks."""
    known = [one for one in work_list(connection, Wanted()) if one.first_group_period <= period]
    return Agenda(
        period,
        tuple(topics_of([one for one in known if one.status in _UNFINISHED])),
        tuple(_missed(connection, period)),
        tuple(_recurring(connection)),
        tuple(Promised(one, became(one, {item.break_id: item for item in known}, today)) for one in promised),
    )


def topics_of(breaks: Sequence[Break]) -> Iterator[Topic]:
    """Each break once: the disputed, those whose decision lapsed, the largest, the oldest. `breaks`: largest first."""
    chosen: set[tuple[str, str]] = set()
    oldest = sorted(breaks, key=lambda one: one.open_since_date)[:OLDEST]
    for why, some in (
        ("disputed", [one for one in breaks if one.status == "disputed"]),
        ("its decision holds no longer", [one for one in breaks if one.decision_lapsed_because]),
        ("among the largest", breaks[:LARGEST]),
        ("among the oldest", oldest),
    ):
        for one in some:
            if (one.break_id, one.currency_code) not in chosen:
                chosen.add((one.break_id, one.currency_code))
                yield Topic(why, one)


def became(action: Action, breaks: Mapping[str, Break], today: date) -> str:
    """What became of a promise, as far as the warehouse and the calendar tell."""
    late = f", {(today - action.until).days} days overdue" if action.until and action.until < today else ""
    if action.break_id is None:
        return f"still open{late}"
    about = breaks.get(action.break_id)
    if about is None or about.status == "settled":
        return "the difference is gone"
    return f"the difference is {about.status}: {about.amount:,.2f} {about.currency_code}{late}"


def _missed(connection: duckdb.DuckDBPyConnection, period: str) -> list[Missed]:
    rows = connection.execute(
        "select branch_id, item, coalesce(detail, ''), owner_department from finance.rpt_close_checklist"
        " where group_period = ? and is_required and not passed order by branch_id, sort_order",
        [period],
    ).fetchall()
    return [Missed(*row) for row in rows]


def _recurring(connection: duckdb.DuckDBPyConnection) -> list[Recurring]:
    rows = connection.execute(
        "select branch_id, recon_code, cause, breaks_opened, months, breaks_open from recon.recon_recurring_cause"
        " where is_recurring order by breaks_opened desc, branch_id, recon_code, cause limit 20"
    ).fetchall()
    return [Recurring(*row) for row in rows]
