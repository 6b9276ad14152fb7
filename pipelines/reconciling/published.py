"""Breaks and suggested matches as the published version shows them, read-only.

Not here: decisions made since (decisions), and how any of it looks on a terminal or in a workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import duckdb

from pipelines.errors import BreakError
from pipelines.nearest import did_you_mean

# What still asks for somebody; the others are settled, tolerated or decided for now.
UNDECIDED = ("open", "reopened", "disputed")


@dataclass(frozen=True)
class Break:
    """One break of `recon.recon_work_list`. Amounts: business less ledger, in `currency_code` and the group's."""

    break_id: str
    recon_code: str
    branch_id: str
    first_group_period: str
    last_group_period: str
    currency_code: str
    amount: Decimal
    amount_group: Decimal | None
    group_currency_code: str | None
    anchor_kind: str
    anchor_document: str
    party_code: str | None
    cause: str
    cause_detail: str
    owner_department: str
    owner_person: str | None
    first_seen_date: date
    open_since_date: date
    age_days: int
    times_reopened: int
    status: str
    gate_effect: str
    decision_id: str | None
    decision: str | None
    decision_reason: str | None
    decided_by: str | None
    approved_by: str | None
    decided_at: datetime | None
    valid_until: date | None
    decision_lapsed_because: str | None

    @property
    def periods(self) -> str:
        if self.first_group_period == self.last_group_period:
            return self.first_group_period
        return f"{self.first_group_period} to {self.last_group_period}"


@dataclass(frozen=True)
class Wanted:
    """Which breaks: of a branch, reconciliation, owner department, month, status. None: any."""

    branch: str | None = None
    recon: str | None = None
    owner: str | None = None
    period: str | None = None
    statuses: Sequence[str] | None = None


@dataclass(frozen=True)
class BreakItem:
    """One record on one side of a break, and where it came from."""

    side: str
    group_period: str
    document: str
    item_date: date | None
    amount: Decimal
    currency_code: str
    account_code: str | None
    text: str | None
    dataset: str
    source_file: str | None
    source_row: int | None


@dataclass(frozen=True)
class BreakEvent:
    """One line of a break's history: what a night saw, or what a person decided."""

    happened_on: date
    what: str
    amount: Decimal | None
    currency_code: str | None
    by: str | None
    because: str | None


@dataclass(frozen=True)
class SuggestedItem:
    """One record of a suggested match."""

    side: str
    document: str
    item_date: date | None
    amount: Decimal
    item_key: str


@dataclass(frozen=True)
class Suggestion:
    """A suggested match: the records of both sides that a loose rule takes for one."""

    match_id: str
    recon_code: str
    branch_id: str
    rule: str
    confidence: Decimal
    currency_code: str
    items: tuple[SuggestedItem, ...]


_COLUMNS = ", ".join(field.name for field in fields(Break))


def work_list(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> list[Break]:
    """Breaks, the largest in the group's currency first.

    Raises `BreakError` where a branch or reconciliation does not exist, or the version knows no breaks.
    """
    _demand_recon(connection)
    _demand_known(connection, "branch_id", wanted.branch, "branch")
    _demand_known(connection, "recon_code", wanted.recon, "reconciliation")
    rows = connection.execute(
        f"select {_COLUMNS} from recon.recon_work_list"
        " where ($branch is null or branch_id = $branch) and ($recon is null or recon_code = $recon)"
        " and ($owner is null or lower(owner_department) = lower($owner))"
        " and ($period is null or $period between first_group_period and last_group_period)"
        " and ($statuses is null or list_contains($statuses, status))"
        " order by abs(amount_group) desc nulls first, abs(amount) desc, break_id, currency_code",
        {
            "branch": wanted.branch,
            "recon": wanted.recon,
            "owner": wanted.owner,
            "period": wanted.period,
            "statuses": list(wanted.statuses) if wanted.statuses is not None else None,
        },
    ).fetchall()
    return [Break(*row) for row in rows]


def breaks_named(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[Break]:
    """The breaks of these ids, or of what they begin with. Raises `BreakError` where one names none or several."""
    known = work_list(connection, Wanted())
    found: list[Break] = []
    for wanted in dict.fromkeys(one.strip().lower() for one in ids):
        meant = [one for one in known if one.break_id.startswith(wanted)] if wanted else []
        different = sorted({one.break_id for one in meant})
        if len(different) > 1:
            raise BreakError(f"{wanted!r} is the beginning of {len(different)} breaks. Write more of it.")
        if not meant:
            raise BreakError(
                f"The published version has no break {wanted!r}. `tieout breaks list --show all` shows every one."
            )
        found += meant
    return found


def items_of(connection: duckdb.DuckDBPyConnection, break_id: str) -> list[BreakItem]:
    """Both sides of a break, record by record."""
    rows = connection.execute(
        "select side, group_period, document_number, item_date, amount, currency_code, account_code, item_text,"
        " dataset, source_file, source_row from recon.recon_break_item where break_id = ?"
        " order by side, group_period, document_number, item_key",
        [break_id],
    ).fetchall()
    return [BreakItem(*row) for row in rows]


def history_of(connection: duckdb.DuckDBPyConnection, break_id: str) -> list[BreakEvent]:
    """What became of a break, oldest first."""
    rows = connection.execute(
        "select happened_on, what, amount, currency_code, done_by, because from recon.recon_break_history"
        " where break_id = ? order by happened_on, position_of_day",
        [break_id],
    ).fetchall()
    return [BreakEvent(*row) for row in rows]


def suggestions(connection: duckdb.DuckDBPyConnection, branch: str | None, recon: str | None) -> list[Suggestion]:
    """Matches that a rule suggests and nobody has confirmed or rejected, the surest first."""
    _demand_recon(connection)
    rows = connection.execute(
        "select match_id, recon_code, branch_id, rule, confidence, currency_code, side, anchor_document, item_date,"
        " amount, item_key from recon.recon_match where mode = 'suggested'"
        " and ($branch is null or branch_id = $branch) and ($recon is null or recon_code = $recon)"
        " order by confidence desc, match_id, side, item_key",
        {"branch": branch, "recon": recon},
    ).fetchall()
    return [
        Suggestion(match, recon_code, own, rule, confidence, currency, tuple(SuggestedItem(*row[6:]) for row in group))
        for (match, recon_code, own, rule, confidence, currency), group in groupby(rows, key=lambda row: row[:6])
    ]


def _demand_recon(connection: duckdb.DuckDBPyConnection) -> None:
    there = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'recon' and table_name = 'recon_work_list'"
    ).fetchone()
    if not there or not there[0]:
        raise BreakError("The published version was made before breaks were kept. Run `tieout run` first.")


def _demand_known(connection: duckdb.DuckDBPyConnection, column: str, value: str | None, what: str) -> None:
    if value is None:
        return
    rows = connection.execute(f"select distinct {column} from recon.recon_summary order by 1").fetchall()
    known = [str(row[0]) for row in rows]
    if value not in known:
        raise BreakError(f"There is no {what} {value!r} in any reconciliation.{did_you_mean(value, known)}")
