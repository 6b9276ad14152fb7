"""Closes a month: checks the list, keeps the figures, pins the version. Not here: what the events mean (records)."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.closing.checklist import Item, read_checklist, slices_of
from pipelines.closing.records import (
    Close,
    Reported,
    certificates,
    certify,
    checked_period,
    closed_months,
    next_close_id,
    record_close,
)
from pipelines.closing.snapshot import write_snapshot
from pipelines.errors import CloseError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace


@dataclass(frozen=True)
class Outcome:
    """What came of asking for a close: the close, or what stands in its way; and the whole list."""

    close: Close | None
    items: tuple[Item, ...]

    @property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.stands_in_the_way)


def look_at(workspace: Workspace, log: EventLog, period: str) -> Outcome:
    """The checklist of a month, without closing anything. Raises `CloseError` where no night knows the month."""
    checked_period(period)
    with _open(workspace) as connection:
        return Outcome(None, tuple(_items(connection, log, period)))


def close_period(workspace: Workspace, log: EventLog, period: str, *, by: str) -> Outcome:
    """Close a month and the open ones before it, where every required item of their checklists is met.

    Raises `CloseError` where the month is closed already, no night knows it, or `by` is empty.
    """
    checked_period(period)
    if not by.strip():
        raise CloseError("A close needs a person who answers for it. Say --by NAME.")
    covered = closed_months(log)
    if period in covered:
        one = covered[period]
        raise CloseError(
            f"{period} was closed by {one.closed_by} on {one.closed_at:%Y-%m-%d} ({one.close_id})."
            f" What changes now is a restatement; `tieout reopen {period}` opens it again."
        )
    later = sorted(month for month in covered if month > period)
    if later:
        raise CloseError(f"{later[-1]} is closed, and with it {period} would have been. Reopen {later[-1]} first.")
    with _open(workspace) as connection:
        months = (*_open_months_before(connection, period, covered), period)
        items = [item for month in months for item in _items(connection, log, month)]
        outcome = Outcome(None, tuple(items))
        if outcome.open_items:
            return outcome
        lake, close_id = Lake.of(workspace), next_close_id(log)
        snapshot, sha256, _ = write_snapshot(lake, connection, close_id, period, months)
        night_id = _night_of(connection)
    record_close(log, Reported(close_id, period, months, night_id, snapshot, sha256, by.strip()))
    return Outcome(closed_months(log)[period], tuple(items))


def certify_branch(workspace: Workspace, log: EventLog, branch_id: str, period: str, *, by: str) -> None:
    """Record a branch's certificate of what the published version holds of it. Raises `CloseError`."""
    checked_period(period)
    with _open(workspace) as connection:
        slices = slices_of(connection, branch_id, period)
    certify(log, branch_id, period, by=by, slices=slices)


def _items(connection: duckdb.DuckDBPyConnection, log: EventLog, period: str) -> list[Item]:
    items = read_checklist(connection, period, certificates(log))
    if not items:
        known = connection.execute(
            "select min(group_period), max(group_period) from finance.rpt_close_checklist"
        ).fetchone()
        first, last = known or (None, None)
        shown = f"it knows {first} to {last}" if first else "it knows no month"
        raise CloseError(f"The published version has nothing of {period}; {shown}. Run `tieout run` first.")
    return items


def _open_months_before(
    connection: duckdb.DuckDBPyConnection, period: str, covered: dict[str, Close]
) -> tuple[str, ...]:
    rows = connection.execute(
        "select distinct group_period from finance.fct_group_balance"
        " where scenario = 'actual' and group_period < ? order by 1",
        [period],
    ).fetchall()
    return tuple(month for (month,) in rows if month not in covered)


def _night_of(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select night_id from ops.night").fetchone()
    assert row is not None
    return str(row[0])


def _open(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    version = resolve_published(workspace)
    if version is None:
        raise CloseError(f"{workspace.warehouse}: no night has been published yet. Run `tieout run` first.")
    return duckdb.connect(str(version), read_only=True)
