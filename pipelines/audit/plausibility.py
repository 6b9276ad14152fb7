"""Is tonight's warehouse plausible beside the last published one? Rows that fell, past sales that moved unexplained.

Yields audit rows like any other check. A figure that a delivery explains is no finding: a branch and month whose slices
changed tonight, or anything after models or reference tables changed. Not here: the policy that sizes the findings.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.audit.rows import AuditRow

FACT_ROWS = "plausibility_fact_rows"
PAST_SALES = "plausibility_past_sales"

# A branch's fact may lose a fifth of its rows from one night to the next (a corrected month) before someone must look.
MAY_FALL = Decimal("0.20")

_FACTS = ("fct_gl_entry", "fct_sales_invoice_line", "fct_payment")
_MINOR = Decimal(100)

_SALES = """
select branch_id, fiscal_year, fiscal_period, functional_currency_code, sum(sales_amount_functional)
from performance.kpi_monthly group by all
"""
# Which posting months a fiscal period draws on: they differ where a branch's periods are no calendar months.
_MONTHS = "select distinct branch_id, fiscal_year, fiscal_period, slice_period from core.fct_gl_balance"


def compare_with_base(
    candidate: Path, base: Path | None, explained: Collection[tuple[str, str]], all_explained: bool
) -> list[AuditRow]:
    """Audit rows of candidate against the last published file.

    `explained`: (branch_id, 'YYYY-MM') whose slices changed tonight; `all_explained`: models or reference tables
    changed. No base: no rows. A table that one of the two files lacks is not compared.
    """
    if base is None:
        return []
    before, after = _figures(base), _figures(candidate)
    rows = _fact_rows(before["rows"], after["rows"])
    if not all_explained:
        rows += _past_sales(before, after, explained)
    return rows


def _figures(file: Path) -> dict[str, dict[Any, Any]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = {
            f"{schema}.{name}"
            for schema, name in connection.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
        }
        counts: dict[Any, Any] = {}
        for fact in _FACTS:
            if f"core.{fact}" in tables:
                found = connection.execute(f"select branch_id, count(*) from core.{fact} group by all").fetchall()
                counts.update({(branch, fact): count for branch, count in found})
        sales: dict[Any, Any] = {}
        slices: dict[Any, Any] = {}
        if {"performance.kpi_monthly", "core.fct_gl_balance"} <= tables:
            sales = {tuple(key): amount for *key, amount in connection.execute(_SALES).fetchall()}
            for branch, year, period, month in connection.execute(_MONTHS).fetchall():
                slices.setdefault((branch, year, period), set()).add(month)
    return {"rows": counts, "sales": sales, "slices": slices}


def _fact_rows(before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]) -> list[AuditRow]:
    rows = []
    for (branch, fact), was in sorted(before.items()):
        least = int((Decimal(was) * (1 - MAY_FALL)).to_integral_value())
        now = after.get((branch, fact), 0)
        rows.append(
            AuditRow(
                check_name=FACT_ROWS,
                scope="branch",
                branch_id=branch,
                subject=fact,
                currency_code=None,
                expected=f"at least {least} rows (last night {was})",
                actual=f"{now} rows",
                difference_minor=min(0, now - least),
                passed=now >= least,
            )
        )
    return rows


def _past_sales(
    before: dict[str, dict[Any, Any]], after: dict[str, dict[Any, Any]], explained: Collection[tuple[str, str]]
) -> list[AuditRow]:
    rows = []
    for (branch, year, period, currency), was in sorted(before["sales"].items()):
        drawn_on = before["slices"].get((branch, year, period), set()) | after["slices"].get(
            (branch, year, period), set()
        )
        if any((branch, month) in explained for month in drawn_on):
            continue
        now = after["sales"].get((branch, year, period, currency))
        difference = ((now or Decimal(0)) - (was or Decimal(0))) * _MINOR
        rows.append(
            AuditRow(
                check_name=PAST_SALES,
                scope="branch",
                branch_id=branch,
                subject=f"sales of {year}-{period:02d}",
                currency_code=currency,
                expected=str(was),
                actual=str(now),
                difference_minor=int(difference.to_integral_value(rounding=ROUND_HALF_UP)),
                passed=was == now,
            )
        )
    return rows
