"""What a warehouse says where a hand-worked case expects a figure.

Not here: what is expected (the case), and any arithmetic beyond adding up rows.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from case_files import Case, Figure

Query = Callable[[str], list[tuple[Any, ...]]]

COLUMNS = {
    "account": "group_account_code",
    "branch": "branch_id",
    "partner": "partner_branch_id",
    "movement": "movement_type",
    "rule": "rule",
    "stage": "stage",
    "scenario": "scenario",
    "line": "line_code",
    "section": "section",
    "method": "method",
    "period": "period_kind",
}
FACT, OF_BRANCHES = "fct_group_balance", "rpt_branch_trial_balance"
STATEMENTS = ("rpt_income_statement", "rpt_balance_sheet", "rpt_cash_flow", "rpt_changes_in_equity")


def found(query: Query, case: Case, figure: Figure) -> Decimal:
    """The figure's sum in the warehouse: zero where no row stands there."""
    where = dict(figure.where)
    table = where.pop("table", FACT)
    measure = where.pop("of", "amount_group" if table == FACT else "amount")
    conditions = _of_period(where) if table == OF_BRANCHES else _of_unit(case, where)
    if table in (FACT, *STATEMENTS):
        where.setdefault("scenario", "actual")
    if table in STATEMENTS:
        conditions.append("currency_view = 'group'")
    for name, value in where.items():
        values = [case.branch_id(v) if name in {"branch", "partner"} else v for v in value.split(",")]
        conditions.append(f"{COLUMNS[name]} in ({', '.join(map(repr, values))})")
    # The places are all taken from the cases of this folder.
    rows = query(f"select coalesce(sum({measure}), 0) from finance.{table} where {' and '.join(conditions)}")
    return Decimal(rows[0][0])


def _of_unit(case: Case, where: dict[str, str]) -> list[str]:
    unit = case.unit_id(where.pop("unit", f"{case.root}:group"))
    months = [
        ("<=", where.pop(name)) if name == "until" else ("=", where.pop(name))
        for name in ("until", "in")
        if name in where
    ]
    return [f"unit_id = '{unit}'", *(f"group_period {sign} '{month}'" for sign, month in months)]


def _of_period(where: dict[str, str]) -> list[str]:
    """A branch's own statement goes by its fiscal periods."""
    year, period = where.pop("in").split("-")
    return [f"fiscal_year = {int(year)}", f"fiscal_period = {int(period)}"]


def differences(query: Query, case: Case) -> list[str]:
    """One sentence for each figure of the case that the warehouse has otherwise."""
    answers = [(figure, found(query, case, figure)) for figure in case.figures]
    return [
        f"{case.key}: {figure.name} ({' '.join(f'{k}={v}' for k, v in figure.where.items())}) is {got}, "
        f"expected {figure.amount} = {figure.working.strip()}"
        + (f"; {got} is what comes of this: {figure.mistake}" if got == figure.wrong else "")
        for figure, got in answers
        if got != figure.amount
    ]
