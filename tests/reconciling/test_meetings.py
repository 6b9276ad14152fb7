"""A meeting: what is on its agenda and why, what comes back from its pack, and that promises are asked for again."""

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
from pipelines.reconciling.agenda import LARGEST, OLDEST, became, topics_of
from pipelines.reconciling.decisions import decisions
from pipelines.reconciling.meetings import Action, actions, meetings
from pipelines.reconciling.published import Break
from pipelines.settings import Workspace

Fill = Callable[[Path, dict[tuple[str, int, str], str]], None]


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["meeting", *words])
    return found.exit_code, found.output


def log_of(workspace: Workspace) -> EventLog:
    return EventLog(Lake.of(workspace).events)


def one_break(number: int, opened: date, status: str = "open", lapsed: str | None = None) -> Break:
    return Break(
        f"b{number}", "gr_ir", "norway", "2026-03", "2026-03", "NOK", Decimal(1000 - number), None, None, "invoice",
        f"I-{number}", None, "amount", "", "sales", None, opened, opened, 3, 0, status, "none", None, None, None, None,
        None, None, None, lapsed,
    )  # fmt: skip


def test_each_break_is_talked_about_once_for_its_first_reason() -> None:
    newest = [one_break(number, date(2026, 4, 1)) for number in range(LARGEST)]
    small_and_old = [one_break(100 + number, date(2025, 1, 1)) for number in range(OLDEST + 5)]
    disputed = one_break(200, date(2025, 1, 1), "disputed")
    lapsed = one_break(201, date(2026, 4, 1), lapsed="it held until 2026-03-31")
    found = list(topics_of([*newest, *small_and_old, disputed, lapsed]))
    assert [(one.why, one.about.break_id) for one in found[:2]] == [
        ("disputed", "b200"),
        ("its decision holds no longer", "b201"),
    ]
    assert [one.about.break_id for one in found if one.why == "among the largest"] == [f"b{n}" for n in range(LARGEST)]
    assert len({one.about.break_id for one in found}) == len(found) == 2 + LARGEST + OLDEST


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (Action("A1", "2026-03", "w", "Bo", date(2026, 4, 1)), "still open, 9 days overdue"),
        (Action("A1", "2026-03", "w", "Bo", None), "still open"),
        (Action("A1", "2026-03", "w", "Bo", None, "b9"), "the difference is gone"),
        (
            Action("A1", "2026-03", "w", "Bo", date(2026, 4, 9), "b1"),
            "the difference is open: 999.00 NOK, 1 days overdue",
        ),
    ],
)
def test_what_became_of_a_promise(action: Action, sentence: str) -> None:
    assert became(action, {"b1": one_break(1, date(2026, 4, 1))}, date(2026, 4, 10)) == sentence


def test_a_pack_goes_out_comes_back_and_opens_the_next_meeting(
    workspace: Workspace, fill: Fill, next_year: int
) -> None:
    code, shown = run("2026-03")
    assert code == 0
    for part in ("among the largest", "1,200.50 NOK", "ledger_ties", "differs by 5.00", "timing"):
        assert part in shown
    assert run("2026-03", "--export", "pack.xlsx")[0] == 0
    path = Path("pack.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[:4] == ["read me", "breaks", "promised before", "missed targets"]
    fill(
        path,
        {
            ("breaks", 1, "decision"): "dispute",
            ("breaks", 1, "reason"): "the bank says it paid",
            ("breaks", 1, "decided by"): "Ada",
            ("present", 1, "name"): "Ada",
            ("present", 2, "name"): "Bo",
            ("minutes", 1, "topic"): "bank",
            ("minutes", 1, "what was said"): "the file of March is cut off",
            ("actions", 1, "what"): "ask the bank for the whole file",
            ("actions", 1, "who"): "Bo",
            ("actions", 1, "until"): f"{next_year}-04-20",
            ("actions", 1, "about break"): "aaaa000000000001",
        },
    )
    code, shown = run("2026-03", "--import", "pack.xlsx", "--by", "Ada")
    assert (code, "1 decisions, 1 minutes, 1 new actions" in shown) == (0, True), shown
    log = log_of(workspace)
    assert [(one.present, one.minutes[0].said) for one in meetings(log)] == [
        ("Ada, Bo", "the file of March is cut off")
    ]
    assert decisions(log)[0].kind == "dispute"
    assert "were taken in already" in run("2026-03", "--import", "pack.xlsx", "--by", "Ada")[1]

    assert "the difference is open: 1,200.50 NOK" in run("2026-04")[1]
    run("2026-04", "--export", "next.xlsx")
    fill(
        Path("next.xlsx"),
        {
            ("promised before", 1, "state"): "done",
            ("promised before", 1, "note"): "it came",
            ("present", 1, "name"): "Bo",
        },
    )
    assert run("2026-04", "--import", "next.xlsx", "--by", "Bo")[0] == 0
    assert [(one.action_id, one.state, one.note) for one in actions(log_of(workspace))] == [("A1", "done", "it came")]
    assert "ask the bank" not in run("2026-04")[1]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({}, "sheet 'present' is empty"),
        ({("actions", 1, "what"): "x"}, "an action needs what is done ('what') and by whom"),
        ({("actions", 1, "about break"): "zzz"}, "no break 'zzz'"),
        ({("actions", 1, "until"): "soon"}, "'until' is 'soon'"),
        ({("breaks", 1, "decision"): "accept"}, "the reason is empty"),
    ],
)
def test_one_mistake_and_no_minutes_are_taken(
    workspace: Workspace, fill: Fill, cells: dict[tuple[str, int, str], str], sentence: str
) -> None:
    run("2026-03", "--export", "pack.xlsx")
    fill(Path("pack.xlsx"), {("minutes", 1, "topic"): "bank", **cells})
    code, shown = run("2026-03", "--import", "pack.xlsx", "--by", "Ada")
    assert code == 1
    assert sentence in shown
    assert "Nothing was taken." in shown
    assert (meetings(log_of(workspace)), decisions(log_of(workspace))) == ([], [])


@pytest.mark.usefixtures("workspace")
def test_a_pack_of_another_month_is_not_taken() -> None:
    run("2026-03", "--export", "pack.xlsx")
    assert (
        "is the pack of 2026-03; expected the one of 2026-04"
        in run("2026-04", "--import", "pack.xlsx", "--by", "Ada")[1]
    )
    assert "'March' is no month" in run("March")[1]
    assert "Say --by NAME" in run("2026-03", "--import", "pack.xlsx")[1]
