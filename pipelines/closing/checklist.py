"""What a month still lacks before it may be closed, as the published version says it.

Not here: the rules (dbt's `finance.rpt_close_checklist` and the table close_policy), and closing (closing).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from pipelines.closing.records import Certificate


@dataclass(frozen=True)
class Item:
    """One point of the checklist of a branch and month."""

    branch_id: str
    item: str
    passed: bool
    is_required: bool
    detail: str
    owner_department: str

    @property
    def stands_in_the_way(self) -> bool:
        return self.is_required and not self.passed


def read_checklist(
    connection: duckdb.DuckDBPyConnection, period: str, certificates: Collection[Certificate]
) -> list[Item]:
    """The checklist of every branch that the month concerns, in order of branch and item.

    A certificate given since the night counts where it is of the slices that the version holds.
    """
    rows = connection.execute(
        "select branch_id, item, passed, is_required, detail, owner_department from finance.rpt_close_checklist"
        " where group_period = ? order by branch_id, sort_order",
        [period],
    ).fetchall()
    given = {one.branch_id: one for one in certificates if one.period == period}
    return [_counted(connection, Item(*row), period, given) for row in rows]


def slices_of(connection: duckdb.DuckDBPyConnection, branch_id: str, period: str) -> dict[str, str]:
    """Dataset → content hash of the branch's slice of a month that the published version holds."""
    rows = connection.execute(
        "select dataset, content_hash from ops.slice where branch_id = ? and slice_period = ?", [branch_id, period]
    ).fetchall()
    return dict(rows)


def _counted(connection: duckdb.DuckDBPyConnection, item: Item, period: str, given: dict[str, Certificate]) -> Item:
    certificate = given.get(item.branch_id)
    if item.item != "certified" or item.passed or certificate is None:
        return item
    if dict(certificate.slices) != slices_of(connection, item.branch_id, period):
        return item
    detail = f"certified by {certificate.certified_by}"
    return Item(item.branch_id, item.item, True, item.is_required, detail, item.owner_department)
