"""The figures of a close: the rows of `finance.fct_group_balance` of its months, as they were reported.

One Parquet file a close below `closes/` of the lake, written once and never changed. Not here: when to write it
(closing), and what becomes of it in the warehouse (night, dbt).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.errors import LakeError
from pipelines.lake.files import disk_errors, ensure_folder, sha256_of, sync_file, sync_folder
from pipelines.lake.places import Lake

_FOLDER = "closes"

# The columns that a close keeps: what identifies a row, and its amounts.
COLUMNS: dict[str, str] = {
    "unit_id": "VARCHAR",
    "stage": "VARCHAR",
    "branch_id": "VARCHAR",
    "partner_branch_id": "VARCHAR",
    "ledger": "VARCHAR",
    "group_period": "VARCHAR",
    "group_account_code": "VARCHAR",
    "movement_type": "VARCHAR",
    "rule": "VARCHAR",
    "functional_currency_code": "VARCHAR",
    "amount_functional": "DECIMAL(20,4)",
    "group_currency_code": "VARCHAR",
    "amount_group": "DECIMAL(20,4)",
    "reason": "VARCHAR",
    "source_kind": "VARCHAR",
    "source_reference": "VARCHAR",
    "made_by": "VARCHAR",
    "approved_by": "VARCHAR",
}


def snapshot_path(close_id: str, period: str) -> str:
    """Where the figures of a close lie, relative to the lake."""
    return f"{_FOLDER}/{period}/{close_id}.parquet"


def write_snapshot(
    lake: Lake, connection: duckdb.DuckDBPyConnection, close_id: str, period: str, months: Sequence[str]
) -> tuple[str, str, int]:
    """Write the actual figures of `months` as the open warehouse shows them. Returns path, SHA-256 and rows.

    Raises `LakeError` where the disk is full, or where the close's file exists (a close is written once).
    """
    relative = snapshot_path(close_id, period)
    target = lake.root / relative
    if target.exists():
        raise LakeError(f"{target} exists: the figures of a close are never written twice. Move it away and look why.")
    ensure_folder(target.parent)
    fresh = target.with_name(f".{target.name}.tmp")
    columns = ", ".join(COLUMNS)
    chosen = connection.sql(
        f"select {columns} from finance.fct_group_balance"
        " where scenario = 'actual' and list_contains($months, group_period) order by all",
        params={"months": list(months)},
    )
    rows = chosen.shape[0]
    with disk_errors(target):
        chosen.write_parquet(str(fresh), compression="zstd")
        sync_file(fresh)
        fresh.rename(target)
        sync_folder(target.parent)
    return relative, sha256_of(target), rows


def verified(lake: Lake, relative: str, sha256: str) -> Path:
    """The file of a close. Raises `LakeError` where it is missing or is not what was written."""
    path = lake.root / relative
    if not path.is_file():
        raise LakeError(f"{path}: the figures of a close are missing. Restore the lake from a backup.")
    if sha256_of(path) != sha256:
        raise LakeError(f"{path}: the figures of a close were changed. Restore the file from a backup.")
    return path
