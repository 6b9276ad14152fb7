"""What earlier nights saw of breaks and what people decided on them, as tables and a view of schema `lake`.

Not here: what they mean for a break (dbt), making decisions and keeping changes (reconciling).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night.records import PUBLISHED
from pipelines.reconciling.decisions import (
    Assignment,
    Decision,
    MatchDecision,
    assignments,
    decisions,
    match_decisions,
)
from pipelines.reconciling.kept import COLUMNS, KeptChanges, kept_by, verified

_TEXT, _TIME, _MONEY = pl.String(), pl.Datetime("us"), pl.Decimal(20, 4)
_DECISION: dict[str, pl.DataType] = {
    "decision_id": _TEXT,
    "decision_number": pl.Int64(),
    "break_id": _TEXT,
    "branch_id": _TEXT,
    "decision": _TEXT,
    "amount": _MONEY,
    "currency_code": _TEXT,
    "cause": _TEXT,
    "reason": _TEXT,
    "decided_by": _TEXT,
    "decided_at": _TIME,
    "valid_until": pl.Date(),
    "approved_by": _TEXT,
    "counts": pl.Boolean(),
}
_ASSIGNMENT: dict[str, pl.DataType] = {
    "break_id": _TEXT,
    "assignment_number": pl.Int64(),
    "department": _TEXT,
    "person": _TEXT,
    "assigned_by": _TEXT,
    "assigned_at": _TIME,
    "reason": _TEXT,
}
_MATCH: dict[str, pl.DataType] = {
    "match_id": _TEXT,
    "recon_code": _TEXT,
    "branch_id": _TEXT,
    "decision": _TEXT,
    "item_key": _TEXT,
    "reason": _TEXT,
    "decided_by": _TEXT,
    "decided_at": _TIME,
}

Frame = Callable[[dict[str, pl.DataType], Sequence[tuple[object, ...]]], pl.DataFrame]


@dataclass(frozen=True)
class BreakMemory:
    """All that a night knows of breaks before it looks: kept changes and what people said since."""

    changes: Sequence[KeptChanges] = ()
    decisions: Sequence[Decision] = ()
    assignments: Sequence[Assignment] = ()
    matches: Sequence[MatchDecision] = ()


def break_memory(log: EventLog) -> BreakMemory:
    """What the event log says of breaks."""
    return BreakMemory(kept_by(log.read(PUBLISHED)), decisions(log), assignments(log), match_decisions(log))


def break_tables(memory: BreakMemory, frame: Frame) -> dict[str, pl.DataFrame]:
    """Tables break_decision, break_assignment (one row each, numbered as made) and match_decision (word × item)."""
    return {
        "break_decision": frame(
            _DECISION,
            [
                (
                    one.decision_id,
                    int(one.decision_id[1:]),
                    one.break_id,
                    one.branch_id,
                    one.kind,
                    one.amount,
                    one.currency,
                    one.cause,
                    one.reason,
                    one.decided_by,
                    _instant(one.decided_at),
                    one.until,
                    one.approved_by,
                    one.counts,
                )
                for one in memory.decisions
            ],
        ),
        "break_assignment": frame(
            _ASSIGNMENT,
            [
                (
                    one.break_id,
                    number,
                    one.department,
                    one.person or None,
                    one.assigned_by,
                    _instant(one.assigned_at),
                    one.reason,
                )
                for number, one in enumerate(memory.assignments, start=1)
            ],
        ),
        "match_decision": frame(
            _MATCH,
            [
                (
                    one.match_id,
                    one.recon_code,
                    one.branch_id,
                    one.decision,
                    item,
                    one.reason,
                    one.decided_by,
                    _instant(one.decided_at),
                )
                for one in memory.matches
                for item in one.items
            ],
        ),
    }


def create_break_changes(connection: duckdb.DuckDBPyConnection, lake: Lake, memory: BreakMemory) -> None:
    """View lake.break_change: every change that a published night saw, with `night_sequence`, from 1 and rising.

    Raises `LakeError` where a file is missing or was changed.
    """
    typed = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in COLUMNS.items())
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    query = f"select cast(null as bigint) as night_sequence, {typed} where false"
    if memory.changes:
        files = ["'" + str(verified(lake, kept)).replace("'", "''") + "'" for kept in memory.changes]
        listed = f"[{', '.join(files)}]"
        query = (
            f"select cast(list_position({listed}, filename) as bigint) as night_sequence, {columns}"
            f" from read_parquet({listed}, filename = true)"
        )
    connection.execute(f"create view lake.break_change as {query}")


def _instant(when: datetime) -> datetime:
    return when.replace(tzinfo=None)
