"""A workspace whose published version knows breaks: made by hand, as analysts and commands read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipelines.publishing.versions import point_at, version_path
from pipelines.reconciling.published import Break
from pipelines.settings import Workspace

TYPES = {
    "amount": "decimal(20,4)", "amount_group": "decimal(20,4)", "first_seen_date": "date", "open_since_date": "date",
    "age_days": "bigint", "times_reopened": "bigint", "decided_at": "timestamp", "valid_until": "date",
}  # fmt: skip
USUAL: dict[str, Any] = {
    "recon_code": "payment_bank", "branch_id": "norway", "first_group_period": "2026-03",
    "last_group_period": "2026-03", "currency_code": "NOK", "anchor_kind": "payment", "party_code": "K7",
    "cause": "missing", "cause_detail": "The bank has no such entry.", "owner_department": "treasury",
    "owner_person": None, "first_seen_date": date(2026, 4, 1), "open_since_date": date(2026, 4, 1), "age_days": 9,
    "times_reopened": 0, "status": "open", "gate_effect": "warn", "group_currency_code": "EUR",
}  # fmt: skip
BREAKS: list[dict[str, Any]] = [
    {"break_id": "aaaa000000000001", "anchor_document": "P-1", "amount": "1200.5000", "amount_group": "103.0000"},
    {"break_id": "bbbb000000000002", "anchor_document": "=HYPERLINK()", "amount": "-0.0300", "amount_group": None},
    {
        "break_id": "cccc000000000003",
        "anchor_document": "P-3",
        "amount": "9.0000",
        "amount_group": "0.7700",
        "status": "tolerated",
    },
]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    (tmp_path / "tieout.yaml").write_text('group_name: "G"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
    (tmp_path / "branches" / "norway").mkdir(parents=True)
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    found = Workspace.load(tmp_path)
    publish(found, BREAKS)
    return found


def publish(workspace: Workspace, breaks: list[dict[str, Any]], night: str = "2026-04-10.1") -> None:
    file = version_path(workspace, night)
    file.parent.mkdir(parents=True, exist_ok=True)
    typed = [f"{field.name} {TYPES.get(field.name, 'varchar')}" for field in fields(Break)]
    with duckdb.connect(str(file)) as made:
        made.execute("create schema recon")
        made.execute(f"create table recon.recon_work_list ({', '.join(typed)})")
        for row in breaks:
            said = {**USUAL, **row}
            made.execute(
                f"insert into recon.recon_work_list ({', '.join(said)}) values ({', '.join('?' * len(said))})",
                list(said.values()),
            )
        made.execute("create table recon.recon_summary as select 'payment_bank' as recon_code, 'norway' as branch_id")
        made.execute(
            "create table recon.recon_break_item as select 'aaaa000000000001' as break_id, 'a' as side,"
            " '2026-03' as group_period, 'P-1' as document_number, date '2026-03-30' as item_date,"
            " cast(1200.5 as decimal(20,4)) as amount, 'NOK' as currency_code, '1920' as account_code,"
            " 'x' as item_text, 'payment' as dataset, 'betalinger.csv' as source_file, 7 as source_row, 'k' as item_key"
        )
        made.execute(
            "create table recon.recon_break_history as select 'aaaa000000000001' as break_id,"
            " date '2026-04-01' as happened_on, 1 as position_of_day, 'opened' as what,"
            " cast(1200.5 as decimal(20,4)) as amount, 'NOK' as currency_code, 'night 2026-04-01.1' as done_by,"
            " 'The bank has no such entry.' as because"
        )
        made.execute(
            "create table recon.recon_match as select * from (values"
            " ('m1','payment_bank','norway','amount_day','suggested',cast(.8 as decimal(5,4)),'payment|9','a','P-9',"
            " date '2026-03-01', cast(5 as decimal(20,4)), 'NOK'),"
            " ('m1','payment_bank','norway','amount_day','suggested',cast(0.8 as decimal(5,4)),'bank|4','b','E-4',"
            " date '2026-03-02', cast(5 as decimal(20,4)), 'NOK'))"
            " t(match_id, recon_code, branch_id, rule, mode, confidence, item_key, side, anchor_document, item_date,"
            " amount, currency_code)"
        )
        made.execute("create schema finance")
        made.execute(
            "create table finance.rpt_close_checklist as select 'norway' as branch_id, '2026-03' as group_period,"
            " 'ledger_ties' as item, 2 as sort_order, 'differs by 5.00' as detail, 'accounting' as owner_department,"
            " true as is_required, false as passed"
        )
        made.execute(
            "create table recon.recon_recurring_cause as select 'norway' as branch_id, 'payment_bank' as recon_code,"
            " 'timing' as cause, 4 as breaks_opened, 2 as months, 1 as breaks_open, true as is_recurring"
        )
    point_at(workspace, night)


def filled(path: Path, cells: dict[tuple[str, int, str], str]) -> None:
    """Write into a workbook as a person does: (sheet, row below the titles, title) → text."""
    book = openpyxl.load_workbook(path)
    for (sheet, row, title), text in cells.items():
        titles = [cell.value for cell in book[sheet][1]]
        book[sheet].cell(row + 1, titles.index(title) + 1).value = text
    book.save(path)


@pytest.fixture
def publishing() -> Callable[..., None]:
    """publish(workspace, breaks, night)."""
    return publish


@pytest.fixture
def fill() -> Callable[[Path, dict[tuple[str, int, str], str]], None]:
    return filled


@pytest.fixture
def next_year() -> int:
    return datetime.now(UTC).year + 1
