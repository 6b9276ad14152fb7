"""One line per branch of a published version: what came, what was refused, what it adds up to. For the command's table.

Not here: laying out the table, and anything that is not in the published file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace

# Every delivery that still counts, in whatever state; withdrawn ones are left out.
_DELIVERIES = """
select branch_id, count(distinct source_file) as files, sum(rows_read) as rows_read, sum(rows_accepted) as accepted,
    sum(rows_quarantined) as quarantined, sum(rows_duplicate) as duplicates,
    max(delivery_date) filter (where status = 'accepted') as data_date
from ops.delivery where status <> 'withdrawn' group by branch_id
"""
# The newest fiscal year that the branch has figures of, from its start.
_RESULT = """
select branch_id, min(functional_currency_code) as currency_code, max(fiscal_year) as fiscal_year,
    sum(sales_amount_functional) as sales, sum(cost_of_sales_amount_functional) as cost_of_sales,
    sum(net_profit_amount_functional) as net_profit
from performance.kpi_monthly
where (branch_id, ledger, fiscal_year) in (
    select (branch_id, min(ledger), max(fiscal_year)) from performance.kpi_monthly group by branch_id
)
group by branch_id
"""
# What stands on no group account at the newest period end, debit positive.
_UNMAPPED = """
select branch_id, sum(amount_functional) as unmapped
from finance.rpt_branch_balance_sheet
where statement_line = 'unmapped' and (branch_id, ledger, period_end_date) in (
    select (branch_id, min(ledger), max(period_end_date)) from finance.rpt_branch_balance_sheet group by branch_id
)
group by branch_id
"""
# Period by period, so that two errors never cancel.
_BALANCE = """
select branch_id, sum(abs(cast(actual as decimal(38, 4)) - cast(expected as decimal(38, 4)))) as out_of_balance
from audit.audit_ledger_balance group by branch_id
"""
_HELD = "select branch_id, status, since_night, reason, data_night from ops.held_branch"


@dataclass(frozen=True)
class BranchSummary:
    """Rows are source rows. Amounts are in the branch's functional currency; margins in per cent, None without sales.

    `held_reason` is None unless the branch shows an earlier night; `status` is then 'held' or 'failed', else 'ok'.
    """

    branch_id: str
    files: int
    rows_read: int
    accepted: int
    quarantined: int
    duplicates: int
    data_date: date | None
    currency_code: str | None
    fiscal_year: int | None
    sales: Decimal | None
    gross_margin_pct: Decimal | None
    net_margin_pct: Decimal | None
    unmapped: Decimal
    out_of_balance: Decimal
    status: str
    held_since: str | None
    held_reason: str | None


def night_summary(workspace: Workspace, version: Path | None = None) -> list[BranchSummary]:
    """The branches of a version (None: the one that readers see), by name. Empty before the first night."""
    path = version or resolve_published(workspace)
    if path is None:
        return []
    with duckdb.connect(str(path), read_only=True) as connection:
        found = [_by_branch(connection, query) for query in (_DELIVERIES, _RESULT, _UNMAPPED, _BALANCE, _HELD)]
    branches = sorted({branch for part in found for branch in part})
    return [
        _summary({key: value for part in found for key, value in part.get(branch, {}).items()}) for branch in branches
    ]


def _by_branch(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return {str(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _summary(said: Mapping[str, Any]) -> BranchSummary:
    """One branch out of the columns of all queries; a query that did not name it said nothing."""
    sales = said.get("sales")
    return BranchSummary(
        branch_id=said["branch_id"],
        files=int(said.get("files", 0)),
        rows_read=int(said.get("rows_read", 0)),
        accepted=int(said.get("accepted", 0)),
        quarantined=int(said.get("quarantined", 0)),
        duplicates=int(said.get("duplicates", 0)),
        data_date=said.get("data_date"),
        currency_code=said.get("currency_code"),
        fiscal_year=said.get("fiscal_year"),
        sales=sales,
        gross_margin_pct=None if sales is None else _per_cent(sales - said["cost_of_sales"], sales),
        net_margin_pct=None if sales is None else _per_cent(said["net_profit"], sales),
        unmapped=said.get("unmapped") or Decimal(0),
        out_of_balance=said.get("out_of_balance") or Decimal(0),
        status=said.get("status", "ok"),
        held_since=said.get("since_night"),
        held_reason=said.get("reason"),
    )


def _per_cent(part: Decimal, whole: Decimal) -> Decimal | None:
    """A ratio, not money: two digits, half away from zero; None where there is nothing to divide by."""
    return (part * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None
