"""`tieout query` on a published version made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines.cli import app

SETTINGS = 'group_name: "G"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n'


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "tieout.yaml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    yield tmp_path


@pytest.fixture
def published(workspace: Path) -> Path:
    versions = workspace / "data" / "warehouse" / "versions"
    versions.mkdir(parents=True)
    file = versions / "2026-02-03_001.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table line (text varchar, amount decimal(20,4), day date, is_open boolean)")
        connection.execute(
            "insert into line values ('=1+1', 1234567.8900, '2026-02-03', true), (null, null, null, false)"
        )
    link = workspace / "data" / "warehouse" / "tieout.duckdb"
    link.symlink_to(Path("versions") / file.name)
    return file


def ask(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["query", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_table_shows_exact_amounts_and_empty_cells(published: Path) -> None:
    text = ask("select * from line")
    assert "1,234,567.8900" in text
    assert "2026-02-03" in text
    assert "–" in text


def test_rows_wider_than_the_terminal_are_shown_a_line_a_column(published: Path) -> None:
    text = ask(
        "select " + ", ".join(f"amount as a_rather_long_column_name_{number}" for number in range(9)) + " from line"
    )
    assert "row 1" in text
    assert "a_rather_long_column_name_0  1,234,567.8900" in text


def test_csv_keeps_amounts_exact_and_carries_no_formula(published: Path) -> None:
    assert ask("select text, amount from line", "--format", "csv").splitlines() == [
        "text,amount",
        "'=1+1,1234567.8900",
        ",",
    ]


def test_json_carries_money_as_text(published: Path) -> None:
    rows = json.loads(ask("select amount, day from line where text is not null", "--format", "json"))
    assert rows == [{"amount": "1234567.8900", "day": "2026-02-03"}]


def test_an_empty_result_is_valid_json(published: Path) -> None:
    assert json.loads(ask("select * from line where false", "--format", "json")) == []


def test_parquet_goes_to_a_file_with_its_types(published: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    ask("select amount from line", "--format", "parquet", "--output", str(target))
    assert str(duckdb.sql(f"select * from '{target}'").types[0]) == "DECIMAL(20,4)"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["select * from lines"], "does not exist"),
        (["selct 1"], "syntax error"),
        (["create table x (a int)"], "read-only"),
        (["select 1", "--format", "parquet"], "--output FILE.parquet"),
    ],
)
def test_a_wrong_question_ends_in_a_sentence(published: Path, arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["query", *arguments])
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_before_the_first_night_it_says_what_to_do(workspace: Path) -> None:
    result = CliRunner().invoke(app, ["query", "select 1"])
    assert result.exit_code == 1
    assert "Run `tieout run` first" in result.stderr
