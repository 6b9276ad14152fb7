"""The guide's walk through a new branch does and prints what the guide says, command by command."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.branches import load_branch
from pipelines.cli import app
from pipelines.contracts.loading import load_contracts
from pipelines.lake.deliveries import accepted_rows
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.lake.received import waiting
from pipelines.settings import REPOSITORY

NAME = "grand_livre_2026-02_20260304.csv"
GUIDE = (REPOSITORY / "docs" / "onboarding.md").read_text(encoding="utf-8")
HOME = "/home/ann"
LEFT_OUT = "…"


def block(kind: str) -> str:
    (found, *_) = re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


def shown() -> list[tuple[str, list[str]]]:
    """Every command of the guide's consoles with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for console in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL):
        for line in console.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def assert_printed(output: str, lines: list[str], command: str) -> None:
    """`lines` are what was printed, where a line `…` stands for any number of lines."""
    pattern = "".join("(?:.*\n)*?" if line == LEFT_OUT else re.escape(line.rstrip()) + "\n" for line in lines)
    printed = "".join(line.rstrip() + "\n" for line in output.splitlines())
    assert re.fullmatch(pattern, printed), f"{command}\n{printed}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / NAME).write_text(block("csv"), encoding="cp1252")
    return tmp_path


def test_the_walk_prints_what_the_guide_shows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    defs = home / "group" / "branches" / "lyon" / "defs.yaml"
    tried = 0
    for command, lines in shown():
        words = shlex.split(command)
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            monkeypatch.setenv(name, value.replace(HOME, str(home)))
        elif words[0] == "sed":
            _, wrong, right, _ = words[2].split("/")
            if "Comptoir" not in defs.read_text(encoding="utf-8"):  # by now the reader has written the guide's file
                defs.write_text(block("yaml"), encoding="utf-8")
            text = defs.read_text(encoding="utf-8")
            assert wrong in text
            defs.write_text(text.replace(wrong, right), encoding="utf-8")
        else:
            assert words[0] == "tieout"
            result = CliRunner(env={"COLUMNS": "100"}).invoke(app, words[1:])
            assert_printed(result.output.replace(str(home), HOME), lines, command)
            if words[1] == "try":
                tried += 1
                assert result.exit_code == (1 if tried == 1 else 0)
    assert tried == 2


def test_what_the_draft_leaves_to_a_person_is_what_the_guide_changes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its remarks the draft is the guide's file, but for the name, the address and the statistical rows."""
    assert CliRunner().invoke(app, ["init", "group"]).exit_code == 0
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(home / "group"))
    assert CliRunner().invoke(app, ["draft", "lyon", NAME]).exit_code == 0
    drafted = (home / "group" / "branches" / "lyon" / "defs.yaml").read_text(encoding="utf-8")
    plain = {re.sub(r"\s+# check.*", "", line) for line in drafted.splitlines() if not line.startswith("#")}
    ours = set(block("yaml").splitlines())
    assert sorted(line.strip() for line in ours - plain) == [
        "- {name: statistical row, values: {Journal: STAT}}",
        'name: "Comptoir de Lyon SARL"',
        "out_of_scope:",
        'owner: {team: "finance-lyon", email: "finance.lyon@example.com"}',
    ]
    assert sorted(line.strip() for line in plain - ours) == [
        'name: "Lyon"',
        'owner: {team: "finance-lyon", email: "finance@example.com"}',
    ]


def test_the_night_takes_the_rows_in_that_the_guide_says(home: Path) -> None:
    from pipelines.intake.taking import take_in  # noqa: PLC0415 (validation costs a second to import)

    (home / "lyon").mkdir()
    (home / "lyon" / "defs.yaml").write_text(block("yaml"), encoding="utf-8")
    branch = load_branch(home / "lyon" / "defs.yaml", load_contracts(REPOSITORY / "data_contracts"), home)
    landing = home / "landing" / "lyon"
    landing.mkdir(parents=True)
    (home / NAME).rename(landing / NAME)
    lake = Lake(home / "lake")
    log = EventLog(lake.events)
    receive_new(lake, log, home / "landing", "lyon")
    (file,) = waiting(log, "lyon")
    (receipt,) = take_in(lake, log, branch, file).receipts
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.out_of_scope, receipt.rows.non_data) == (9, 5, 1, 3)
    assert receipt.periods == ("2026-02",)
    sums = (
        accepted_rows(lake, receipt)
        .group_by("document_number")
        .agg(pl.col("^(debit|credit)_amount_functional$").sum())
        .sort("document_number")
        .collect()
    )
    assert [tuple(map(str, row)) for row in sums.rows()] == [
        ("B-0007", "1200.0000", "1200.0000"),
        ("F-0001", "1200.0000", "1200.0000"),
    ]
