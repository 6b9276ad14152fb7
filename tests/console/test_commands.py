"""How commands answer and end: quickly, in sentences, with the right exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.night.lock import run_lock
from pipelines.settings import REPOSITORY, Workspace

HEAVY = ("dagster", "dbt", "great_expectations", "polars", "pandera", "duckdb")


def tieout(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "mine"
    assert tieout("init", str(root))[0] == 0
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(root))
    return root


@pytest.fixture
def branch(workspace: Path) -> Path:
    """The branch folder that `tieout init` gives as an example, in use."""
    folder = workspace / "branches" / "north"
    folder.mkdir()
    example = workspace / "branches" / "example" / "defs.yaml.example"
    (folder / "defs.yaml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_help_explains_itself_without_loading_anything_heavy() -> None:
    code = (
        "import sys; from pipelines.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert result.stdout.splitlines()[-1] == "[]"
    for command in ("run", "query", "check", "draft", "try", "quarantine", "withdraw", "init"):
        assert command in result.stdout


def test_outside_a_workspace_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
    code, text = tieout("check")
    assert code == 1
    assert "tieout init" in text
    assert "Traceback" not in text


def test_init_never_writes_over_anything(workspace: Path) -> None:
    code, text = tieout("init", str(workspace))
    assert code == 1
    assert "something is here already" in text


def test_a_new_workspace_checks_out_once_it_has_a_branch(branch: Path) -> None:
    code, text = tieout("check")
    assert code == 0, text
    assert "1 branch folder," in text


def test_a_new_workspace_without_a_branch_says_what_is_missing(workspace: Path) -> None:
    code, text = tieout("check")
    assert code == 1
    assert "no branch folder" in text


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('country_code: "NO"', "country_code: NO", 'Write "NO"'),
        ("customer_name:", "custmer_name:", "customer_name"),
        ("delivery_date:", "delivery_dat:", "delivery_dat"),
    ],
)
def test_check_names_file_line_and_fix(branch: Path, right: str, wrong: str, words: str) -> None:
    file = branch / "defs.yaml"
    text = file.read_text(encoding="utf-8")
    line = next(number for number, said in enumerate(text.splitlines(), start=1) if right in said)
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    code, said = tieout("check")
    assert code == 1
    assert f"{file}:{line}" in said
    assert words in said


def test_two_nights_at_once_is_a_sentence(branch: Path, workspace: Path) -> None:
    with run_lock(Workspace.load(workspace), "the other one"):
        code, text = tieout("run")
    assert code == 1
    assert "already running" in text
    assert "the other one" in text
    assert "Traceback" not in text


def test_a_date_that_is_none_is_refused(branch: Path) -> None:
    code, text = tieout("run", "--date", "2026-02-30")
    assert code == 2
    assert "2026-02-30" in text


def test_withdrawing_what_never_came_names_what_did(branch: Path) -> None:
    code, text = tieout("withdraw", "north", "nothing.csv", "--reason", "sent twice", "--by", "ann")
    assert code == 1
    assert "nothing.csv" in text


def test_an_empty_quarantine_says_so(branch: Path) -> None:
    assert tieout("quarantine", "list") == (0, "No row is quarantined.\n")


def test_showing_a_row_that_is_not_there_points_to_the_list(branch: Path) -> None:
    code, text = tieout("quarantine", "show", "north", "nothing.csv", "3")
    assert code == 1
    assert "tieout quarantine list --branch north" in text


def test_the_installed_command_is_this_one() -> None:
    command = Path(sys.executable).with_name("tieout")
    result = subprocess.run(
        [str(command), "query", "select 1", "--format", "parquet"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert result.returncode == 1
    assert "--output FILE.parquet" in result.stderr
