"""Rows of all deliveries' own files (findings, quarantine) in one database of the lake's index.

A delivery's folder never changes, so a night opens only those of deliveries that no night before it has seen; thousands
of small files read every night would cost more than building the warehouse. A cache: it may be deleted while no night
runs, and the next one gathers anew. Not here: which deliveries count (lake_state), what dbt is handed (lake_schema).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipelines.lake.deliveries import FrameName, frame_path
from pipelines.lake.files import ensure_folder
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt

_AT_ONCE = 1000  # files that one statement reads


@dataclass(frozen=True)
class Gathered:
    """A table to be (as SQL names it) of the deliveries' files called `frame`.

    `columns`: column of the Parquet files → (its name in the table, its SQL type).
    """

    table: str
    frame: FrameName
    columns: Mapping[str, tuple[str, str]]


def create_gathered(
    connection: duckdb.DuckDBPyConnection, lake: Lake, receipts: Sequence[Receipt], what: Gathered
) -> None:
    """Create the table with all rows that these deliveries have."""
    frame, columns = what.frame, what.columns
    wanted = pl.DataFrame(
        [(one.delivery_id, one.fingerprint, str(frame_path(lake, one, frame))) for one in receipts],
        schema={"delivery_id": pl.String, "fingerprint": pl.String, "file": pl.String},
        orient="row",
    )
    names = ", ".join(f'"{name}"' for name, _ in columns.values())
    with _opened(connection, lake, frame, columns):
        _hand_over(connection, lake, wanted)
        _add_new(connection, columns)
        connection.execute(
            f"create table {what.table} as select {names} from kept.delivered"
            " semi join wanted on delivered.delivery_id = wanted.delivery_id"
            " and delivered.fingerprint_of_delivery = wanted.fingerprint"
        )
        connection.execute("drop table wanted")


@contextmanager
def _opened(
    connection: duckdb.DuckDBPyConnection, lake: Lake, frame: FrameName, columns: Mapping[str, tuple[str, str]]
) -> Iterator[None]:
    """The cache attached as `kept`; begun anew where it was made for other columns or cannot be read."""
    digest = hashlib.sha256(repr(sorted(columns.items())).encode()).hexdigest()[:12]
    folder = lake.root / "index"
    file = folder / f"{frame}_{digest}.duckdb"
    ensure_folder(folder)
    for other in folder.glob(f"{frame}_*.duckdb*"):
        if not other.name.startswith(file.name):
            other.unlink()
    try:
        connection.execute(f"attach {_text(file)} as kept")
    except duckdb.Error:
        _remove(file)
        connection.execute(f"attach {_text(file)} as kept")
    try:
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.values())
        connection.execute(f"create table if not exists kept.delivered ({declared}, fingerprint_of_delivery varchar)")
        connection.execute("create table if not exists kept.seen (delivery_id varchar, fingerprint varchar)")
        yield
    finally:
        connection.execute("detach kept")


def _hand_over(connection: duckdb.DuckDBPyConnection, lake: Lake, wanted: pl.DataFrame) -> None:
    """The list as a temporary table, through a file: no further library stands between polars and DuckDB."""
    file = lake.root / "index" / ".wanted.parquet"
    wanted.write_parquet(file)
    connection.execute(f"create or replace temp table wanted as select * from read_parquet({_text(file)})")
    file.unlink()


def _add_new(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, tuple[str, str]]) -> None:
    new = connection.execute("select * from wanted anti join kept.seen using (delivery_id, fingerprint)").fetchall()
    read = ", ".join(f'cast(one."{column}" as {kind})' for column, (_, kind) in columns.items())
    for at in range(0, len(new), _AT_ONCE):
        batch = new[at : at + _AT_ONCE]
        files = ", ".join(_text(file) for _, _, file in batch)
        connection.execute("begin")
        connection.execute(
            f"insert into kept.delivered select {read}, wanted.fingerprint from"
            f" read_parquet([{files}], hive_partitioning = false, filename = 'read_from') as one"
            " inner join wanted on one.read_from = wanted.file"
        )
        connection.execute(
            "insert into kept.seen select delivery_id, fingerprint from wanted"
            f" where file in (select unnest([{files}]))"
        )
        connection.execute("commit")


def _remove(file: Path) -> None:
    for one in (file, file.with_name(file.name + ".wal")):
        one.unlink(missing_ok=True)


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
