"""Closes and certificates as tables of schema `lake`, and a view over the figures that closes keep.

Not here: what they mean for a statement (dbt), and making them (closing).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import polars as pl

from pipelines.closing.records import Certificate, Close
from pipelines.closing.snapshot import COLUMNS, verified
from pipelines.lake.places import Lake

_TEXT, _TIME = pl.String(), pl.Datetime("us")
_CLOSE: dict[str, pl.DataType] = {
    "close_id": _TEXT,
    "period": _TEXT,
    "night_id": _TEXT,
    "closed_by": _TEXT,
    "closed_at": _TIME,
    "reopened_by": _TEXT,
    "reopening_approved_by": _TEXT,
    "reopening_reason": _TEXT,
    "reopened_at": _TIME,
    "is_in_force": pl.Boolean(),
}
_MONTH: dict[str, pl.DataType] = {"close_id": _TEXT, "group_period": _TEXT}
_CERTIFIED: dict[str, pl.DataType] = {
    "branch_id": _TEXT,
    "group_period": _TEXT,
    "certified_by": _TEXT,
    "certified_at": _TIME,
    "dataset": _TEXT,
    "content_hash": _TEXT,
}

Frame = Callable[[dict[str, pl.DataType], Sequence[tuple[object, ...]]], pl.DataFrame]


def close_tables(closes: Sequence[Close], certificates: Sequence[Certificate], frame: Frame) -> dict[str, pl.DataFrame]:
    """Tables period_close (one row a close), closed_month (close × month), certified_slice (certificate × slice)."""
    return {
        "period_close": frame(_CLOSE, [_close(one) for one in closes]),
        "closed_month": frame(_MONTH, [(one.close_id, month) for one in closes for month in one.months]),
        "certified_slice": frame(
            _CERTIFIED,
            [
                (one.branch_id, one.period, one.certified_by, one.certified_at.replace(tzinfo=None), dataset, content)
                for one in certificates
                for dataset, content in sorted(one.slices.items())
            ],
        ),
    }


def create_closed_balance(connection: duckdb.DuckDBPyConnection, lake: Lake, closes: Sequence[Close]) -> None:
    """View lake.closed_balance: every row of every close's figures, with its close_id.

    Raises `LakeError` where a close's file is missing or was changed.
    """
    typed = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in COLUMNS.items())
    parts = [f"select cast(null as varchar) as close_id, {typed} where false"]
    for one in closes:
        file = str(verified(lake, one.snapshot, one.snapshot_sha256)).replace("'", "''")
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        parts.append(f"select '{one.close_id}' as close_id, {columns} from read_parquet('{file}')")
    connection.execute("create view lake.closed_balance as " + " union all ".join(parts))


def _close(one: Close) -> tuple[object, ...]:
    return (
        one.close_id,
        one.period,
        one.night_id,
        one.closed_by,
        one.closed_at.replace(tzinfo=None),
        one.reopened_by,
        one.reopening_approved_by,
        one.reopening_reason,
        one.reopened_at.replace(tzinfo=None) if one.reopened_at else None,
        one.in_force,
    )
