"""The work list at the terminal and as a workbook, on a published version made by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.reconciling.decisions import assignments, decisions, match_decisions
from pipelines.settings import Workspace

Fill = Callable[[Path, dict[tuple[str, int, str], str]], None]


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


def test_an_acceptance_waits_for_another_person(workspace: Workspace, next_year: int) -> None:
    until = f"{next_year}-06-30"
    code, shown = run("accept", "aaaa", "--reason", "bank is late", "--by", "Ada", "--until", until)
    assert (code, "D1: accept aaaa0000 waits for a second person" in shown) == (0, True)
    assert "D1 accept waits for a second person" in run("list", "--show", "waiting")[1]
    assert run("approve", "D1", "--by", "ada")[0] == 1
    assert run("approve", "D1", "--by", "Bo")[0] == 0
    (one,) = decisions(log_of(workspace))
    assert (one.kind, one.amount, one.currency, one.approved_by) == ("accept", Decimal("1200.5000"), "NOK", "Bo")
    assert "No break waits" in run("list", "--show", "waiting")[1]


def test_a_workbook_comes_back_with_decisions(workspace: Workspace, fill: Fill, next_year: int) -> None:
    assert run("export", "--to", "list.xlsx")[0] == 0
    path = Path("list.xlsx")
    book = openpyxl.load_workbook(path)
    assert [one.value for one in book["breaks"]["A"]] == ["break", "bbbb000000000002", "aaaa000000000001"]
    assert book["breaks"]["C3"].value == 1200.5  # a number, to be sorted and added up
    assert book["breaks"]["H2"].data_type == "s"  # never a formula
    fill(
        path,
        {
            ("breaks", 1, "give to department"): "sales",
            ("breaks", 1, "reason"): "a discount of theirs",
            ("breaks", 1, "decided by"): "Ada",
            ("breaks", 2, "decision"): "correct",
            ("breaks", 2, "reason"): "posted twice",
            ("breaks", 2, "right cause"): "duplicate",
            ("breaks", 2, "until"): f"{next_year}-05-31",
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
        date(next_year, 5, 31),
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
def test_one_mistake_and_nothing_is_taken(
    workspace: Workspace, fill: Fill, cells: dict[str, str], sentence: str
) -> None:
    run("export", "--to", "list.xlsx")
    good = {"decision": "explain", "reason": "known", "decided by": "Ada"}
    fill(Path("list.xlsx"), {("breaks", 1, title): text for title, text in good.items()})
    fill(Path("list.xlsx"), {("breaks", 2, title): text for title, text in cells.items()})
    code, shown = run("import", "list.xlsx", "--by", "Ada")
    assert code == 1
    assert f"sheet 'breaks' row 3: {sentence}" in shown or sentence in shown
    assert "Nothing was taken." in shown
    assert decisions(log_of(workspace)) == []


def test_a_workbook_of_an_older_amount_is_stale(
    workspace: Workspace, fill: Fill, publishing: Callable[..., None]
) -> None:
    run("export", "--to", "list.xlsx")
    fill(
        Path("list.xlsx"),
        {("breaks", 2, t): v for t, v in {"decision": "explain", "reason": "x", "decided by": "A"}.items()},
    )
    grown = {
        "break_id": "aaaa000000000001",
        "anchor_document": "P-1",
        "amount": "1300.0000",
        "amount_group": "111.0000",
    }
    publishing(workspace, [grown], "2026-04-11.1")
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
