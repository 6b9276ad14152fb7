"""Audit rows: what every `audit_*` table of the candidate holds, as plain objects.

Not here: whether a failed row matters (policy), Great Expectations (gate).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

SCHEMA = "audit"
POLICY_TABLE = "audit_policy"  # published beside the checks, and no check itself
COLUMNS = (
    "check_name",
    "scope",
    "branch_id",
    "subject",
    "currency_code",
    "expected",
    "actual",
    "difference_minor",
    "passed",
)


@dataclass(frozen=True)
class AuditRow:
    """One thing that was checked. `difference_minor`: integer minor units of the currency, rows times 1 for counts.

    `scope` is 'branch' or 'group'; `branch_id` is None only for the group.
    """

    check_name: str
    scope: str
    branch_id: str | None
    subject: str
    currency_code: str | None
    expected: str | None
    actual: str | None
    difference_minor: int | None
    passed: bool

    @property
    def sentence(self) -> str:
        """For people: what was expected and what was found."""
        where = f"{self.branch_id}, {self.subject}" if self.branch_id else self.subject
        money = f" {self.currency_code}" if self.currency_code else ""
        return f"{self.check_name} ({where}): expected {self.expected}{money}, found {self.actual}{money}"


def read_audit_tables(candidate: Path) -> dict[str, list[AuditRow]]:
    """Every table of schema `audit` with its rows, in a fixed order; table name -> rows.

    Raises ValueError where a table lacks a column: the model and this reader have grown apart.
    """
    with duckdb.connect(str(candidate), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = ? and table_name <> ? order by all",
            [SCHEMA, POLICY_TABLE],
        ).fetchall()
        return {name: _read(connection, name) for (name,) in names}


def _read(connection: duckdb.DuckDBPyConnection, table: str) -> list[AuditRow]:
    present = {
        name
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_schema = ? and table_name = ?",
            [SCHEMA, table],
        ).fetchall()
    }
    if missing := [name for name in COLUMNS if name not in present]:
        raise ValueError(f"{SCHEMA}.{table} has no column {', '.join(missing)}; every audit table needs {COLUMNS}.")
    quoted = table.replace('"', '""')
    rows = connection.execute(
        f'select {", ".join(COLUMNS)} from {SCHEMA}."{quoted}" order by branch_id nulls first, subject, currency_code'
    ).fetchall()
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    # A check that could not decide (null) has not passed.
    return [AuditRow(**{**one, "passed": one["passed"] is True}) for one in found]
