"""How many rows each table of a warehouse file has. Not here: what they should be (that is the audit)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

_TABLES = """
    select schema_name, table_name from duckdb_tables()
    where database_name = current_database() and not temporary
"""


def rows_by_table(file: Path) -> Mapping[tuple[str, str], int]:
    """(schema, table) → rows; counting reads no data, since DuckDB keeps the number with the table."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(_TABLES).fetchall()
        return {(schema, table): _rows(connection, schema, table) for schema, table in tables}


def _rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    found = connection.execute(
        f'select count(*) from "{schema}"."{table}"'
    ).fetchone()  # names out of its own catalogue
    return int(found[0]) if found else 0
