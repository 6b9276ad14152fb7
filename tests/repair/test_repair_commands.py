"""`tieout quarantine export` and `tieout repair …`, from refusal to approval, as people type them."""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.intake.replay import outdated
from pipelines.intake.taking import take_in

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from door import REPOSITORY, Door, ledger_file

FILE = "ledger_202602_20260305.csv"
ROWS = "Journal;Document;Line;Date;Account;Debit;Credit\nGJ;D1;1;2026-02-30;1200;5;0\nGJ;D1;2;2026-02-28;4000;0;5\n"
SOUND = "".join(f"GJ;F{n};1;2026-02-04;1200;1;0\nGJ;F{n};2;2026-02-04;4000;0;1\n" for n in range(20))


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    (tmp_path / "tieout.yaml").write_text(
        'group_name: "Test"\ngroup_currency: "EUR"\ntime_zone: "UTC"\n'
        f'branches: "branches"\ncontracts: "{REPOSITORY}/data_contracts"\nlanding: "landing"\nlake: "lake"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "400")
    at = Door(tmp_path, ledger_file())
    at.drop(FILE, ROWS + SOUND)
    at.night()
    return at


def run(*words: str, status: int = 0) -> str:
    """What a command prints; it has to end with this status."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == status, result.output
    return " ".join(result.output.split())


def test_the_whole_way_of_a_repair(door: Door, tmp_path: Path) -> None:
    assert "No repair was ever proposed." in run("repair", "list")
    written = run("quarantine", "export", "--to", str(tmp_path / "out"))
    (path,) = (tmp_path / "out").iterdir()
    assert str(path) in written
    book = openpyxl.load_workbook(path)
    book["read me"]["B3"], book["read me"]["B4"] = "Ada", "typing error"
    titles = [one.value for one in book["gl_entry"][1]]
    book["gl_entry"].cell(2, titles.index("Date") + 1).value = "2026-02-28"
    book.save(tmp_path / "landing" / "testing" / "back.xlsx")
    door.night()

    listed = run("repair", "list")
    assert "R1" in listed and "proposed" in listed and "2026-02-30" in listed and "coding" in listed
    assert "who cannot approve it too" in run("repair", "approve", "R1", "--by", "ada", status=1)
    assert "There is no repair R9" in run("repair", "approve", "R9", "--by", "Bob", status=1)
    assert "R1 is approved by Bob" in run("repair", "approve", "R1", "--by", "Bob")
    for file in outdated(door.log, door.branch):
        take_in(door.lake, door.log, door.branch, file)

    assert "No repair is open." in run("repair", "list")
    assert "in force" in run("repair", "list", "--all")
    history = run("repair", "show", "r1")
    steps = ("sent in ledger", "refused: not_a_date", "R1 proposed by Ada", "R1 approved by Bob", "taken in, in 2026")
    places = [history.index(step) for step in steps]
    assert places == sorted(places)
    assert "typing error" in history
    assert "R1 approved by Bob" in run("quarantine", "show", "testing", FILE, "2"), "also where nothing is refused"
    assert "R1 is rejected by Bob" in run("repair", "reject", "R1", "--by", "Bob", "--reason", "not ours")
    assert [one.path for one in outdated(door.log, door.branch)] == [FILE]


def test_nothing_refused_writes_nothing(door: Door, tmp_path: Path) -> None:
    door.drop("ledger_202602_20260306.csv", ROWS.splitlines()[0] + "\n" + SOUND)
    door.night()
    assert "no workbook was written" in run("quarantine", "export", "--to", str(tmp_path / "out"))
    assert "There is no branch 'nowhere'" in run("quarantine", "export", "--branch", "nowhere", status=1)
