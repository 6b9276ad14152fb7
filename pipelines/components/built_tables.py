"""What stands in the databases that dbt built: rows and columns of every relation.

Not here: what they should hold (that is the audit).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

_COLUMNS = """
    select table_catalog, table_schema, table_name, column_name, data_type from information_schema.columns
    where table_catalog in ('build', 'warehouse') order by all
"""
_TABLES = (
    "select database_name, schema_name, table_name from duckdb_tables() where database_name in ('build', 'warehouse')"
)

Relation = tuple[str, str, str]  # database (as the dbt project names it), schema, table


@dataclass(frozen=True)
class BuiltTables:
    """`rows`: of tables (views are not counted); `columns`: name → type, of tables and views."""

    rows: Mapping[Relation, int]
    columns: Mapping[Relation, Mapping[str, str]]


def built_tables(build_db: Path, candidate_db: Path) -> BuiltTables:
    """Look into both databases, read-only. Counting reads no data: DuckDB keeps the number with the table."""
    with duckdb.connect() as connection:
        for path, name in ((build_db, "build"), (candidate_db, "warehouse")):
            connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
        columns: dict[Relation, dict[str, str]] = {}
        for database, schema, table, column, kind in connection.execute(_COLUMNS).fetchall():
            columns.setdefault((database, schema, table), {})[column] = kind
        tables = connection.execute(_TABLES).fetchall()
        return BuiltTables({(d, s, t): _rows(connection, f'"{d}"."{s}"."{t}"') for d, s, t in tables}, columns)


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    found = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(found[0]) if found else 0
