"""The work list at the terminal and as a workbook, on a published version made by hand."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.publishing.versions import point_at, version_path
from pipelines.reconciling.decisions import assignments, decisions, match_decisions
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
NEXT_YEAR = datetime.now(UTC).year + 1
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
    point_at(workspace, night)


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["breaks", *words])
    return found.exit_code, found.output


def log_of(workspace: Workspace) -> EventLog:
    return EventLog(Lake.of(workspace).events)


@pytest.mark.usefixtures("workspace")
def test_the_list_shows_what_asks_for_somebody_and_adds_up_without_netting() -> None:
    code, shown = run("list")
    assert code == 0
    assert "1,200.53 NOK" in shown  # 1,200.50 and -0.03, without their sign
    assert "aaaa0000" in shown
    assert "treasury" in shown
    assert "cccc0000" not in shown
    assert "cccc0000" in run("list", "--show", "all")[1]
    assert "No break waits" in run("list", "--owner", "sales")[1]
    assert run("list", "--branch", "norwya") == (
        1,
        "There is no branch 'norwya' in any reconciliation. Did you mean 'norway'?\n",
    )


@pytest.mark.usefixtures("workspace")
def test_one_break_in_full() -> None:
    code, shown = run("show", "aaaa")
    assert code == 0
    for part in ("betalinger.csv, row 7", "1,200.50 NOK", "The bank has no such entry.", "night 2026-04-01.1"):
        assert part in shown
    assert "no break 'dddd'" in run("show", "dddd")[1]


def test_an_acceptance_waits_for_another_person(workspace: Workspace) -> None:
    until = f"{NEXT_YEAR}-06-30"
    code, shown = run("accept", "aaaa", "--reason", "bank is late", "--by", "Ada", "--until", until)
    assert (code, "D1: accept aaaa0000 waits for a second person" in shown) == (0, True)
    assert "D1 accept waits for a second person" in run("list", "--show", "waiting")[1]
    assert run("approve", "D1", "--by", "ada")[0] == 1
    assert run("approve", "D1", "--by", "Bo")[0] == 0
    (one,) = decisions(log_of(workspace))
    assert (one.kind, one.amount, one.currency, one.approved_by) == ("accept", Decimal("1200.5000"), "NOK", "Bo")
    assert "No break waits" in run("list", "--show", "waiting")[1]


def filled(path: Path, cells: dict[tuple[str, int, str], str]) -> None:
    """Write into a workbook as a person does: (sheet, row below the titles, title) → text."""
    book = openpyxl.load_workbook(path)
    for (sheet, row, title), text in cells.items():
        titles = [cell.value for cell in book[sheet][1]]
        book[sheet].cell(row + 1, titles.index(title) + 1).value = text
    book.save(path)


def test_a_workbook_comes_back_with_decisions(workspace: Workspace) -> None:
    assert run("export", "--to", "list.xlsx")[0] == 0
    path = Path("list.xlsx")
    book = openpyxl.load_workbook(path)
    assert [one.value for one in book["breaks"]["A"]] == ["break", "bbbb000000000002", "aaaa000000000001"]
    assert book["breaks"]["C3"].value == 1200.5  # a number, to be sorted and added up
    assert book["breaks"]["H2"].data_type == "s"  # never a formula
    filled(
        path,
        {
            ("breaks", 1, "give to department"): "sales",
            ("breaks", 1, "reason"): "a discount of theirs",
            ("breaks", 1, "decided by"): "Ada",
            ("breaks", 2, "decision"): "correct",
            ("breaks", 2, "reason"): "posted twice",
            ("breaks", 2, "right cause"): "duplicate",
            ("breaks", 2, "until"): f"{NEXT_YEAR}-05-31",
            ("breaks", 2, "decided by"): "Ada",
            ("suggested matches", 1, "word"): "confirm",
            ("suggested matches", 1, "said by"): "Bo",
        },
    )
    code, shown = run("import", "list.xlsx", "--by", "Ada")
    assert (code, "1 decisions, 1 breaks given to others, 1 words on matches." in shown) == (0, True)
    log = log_of(workspace)
    (one,) = decisions(log)
    assert (one.break_id, one.kind, one.cause, one.until) == (
        "aaaa000000000001",
        "correct",
        "duplicate",
        date(NEXT_YEAR, 5, 31),
    )
    assert [(given.break_id, given.department) for given in assignments(log)] == [("bbbb000000000002", "sales")]
    assert [(word.decision, word.items) for word in match_decisions(log)] == [("confirm", ("payment|9", "bank|4"))]
    assert "was taken in already" in run("import", "list.xlsx", "--by", "Ada")[1]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"decision": "explain", "reason": "x"}, "nobody decides"),
        ({"reason": "x", "decided by": "Ada"}, "it says neither a decision nor a department"),
        ({"decision": "explain", "give to department": "sales"}, "Empty one of them"),
        ({"decision": "forget", "reason": "x", "decided by": "Ada"}, "'forget' is no decision"),
        ({"decision": "correct", "until": "soon", "reason": "x", "decided by": "Ada"}, "'until' is 'soon'"),
        ({"break": "aaaa000000000009", "decision": "explain"}, "grey cells or the hidden 'check' were changed"),
        ({"exact amount": "1.0000", "decision": "explain"}, "grey cells or the hidden 'check' were changed"),
        ({"decision": "=1+1"}, "'decision' holds a formula"),
    ],
)
def test_one_mistake_and_nothing_is_taken(workspace: Workspace, cells: dict[str, str], sentence: str) -> None:
    run("export", "--to", "list.xlsx")
    good = {"decision": "explain", "reason": "known", "decided by": "Ada"}
    filled(Path("list.xlsx"), {("breaks", 1, title): text for title, text in good.items()})
    filled(Path("list.xlsx"), {("breaks", 2, title): text for title, text in cells.items()})
    code, shown = run("import", "list.xlsx", "--by", "Ada")
    assert code == 1
    assert f"sheet 'breaks' row 3: {sentence}" in shown or sentence in shown
    assert "Nothing was taken." in shown
    assert decisions(log_of(workspace)) == []


def test_a_workbook_of_an_older_amount_is_stale(workspace: Workspace) -> None:
    run("export", "--to", "list.xlsx")
    filled(
        Path("list.xlsx"),
        {("breaks", 2, t): v for t, v in {"decision": "explain", "reason": "x", "decided by": "A"}.items()},
    )
    publish(workspace, [{**BREAKS[0], "amount": "1300.0000"}], "2026-04-11.1")
    code, shown = run("import", "list.xlsx", "--by", "Ada")
    assert code == 1
    assert "aaaa000000000001 was 1200.5000 NOK and is 1300.0000 by now" in shown


def test_a_workbook_of_elsewhere_is_not_taken(workspace: Workspace) -> None:
    run("export", "--to", "list.xlsx")
    for file in Lake.of(workspace).events.glob("*.ndjson"):
        file.unlink()
    assert "this workspace never exported this workbook" in run("import", "list.xlsx", "--by", "Ada")[1]
    openpyxl.Workbook().save("other.xlsx")
    assert "is not a workbook that this command exported" in run("import", "other.xlsx", "--by", "Ada")[1]
