"""How what is owed stands, as the published version tells it. Not here: deciding it (dbt's delivery status does)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

_TABLE = (
    "select 1 from information_schema.tables where table_schema = 'operations' and table_name = 'rpt_delivery_status'"
)
_QUERY = """
select branch_id, dataset, period, owner_team, due_date, arrived_at, accepted_at, status, days_late
from operations.rpt_delivery_status order by branch_id, period, due_date, dataset
"""


@dataclass(frozen=True)
class Standing:
    """One dataset of a branch for a month, as in rpt_delivery_status; times are by the clocks of the branch."""

    branch_id: str
    dataset: str
    period: str
    owner_team: str
    due_date: date
    arrived_at: datetime | None
    accepted_at: datetime | None
    status: str
    days_late: int


def standings(version: Path | None) -> list[Standing]:
    """Everything owed, by branch, month, due day and dataset; nothing before the first night."""
    if version is None:
        return []
    with duckdb.connect(str(version), read_only=True) as connection:
        if not connection.execute(_TABLE).fetchone():
            return []
        return [Standing(*row) for row in connection.execute(_QUERY).fetchall()]
