"""`tieout run` from outside, through Dagster and dbt: published, nothing new, failed. Some 40 s: the one test of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

COMMAND = Path(sys.executable).with_name("tieout")
# Three customers; the third one's country is in no value map.
CUSTOMERS = "Number;Name;Country\n0001;Fjord AS;Norge\n0002;Nord AB;Sverige\n0003;Bad;Atlantis\n"


def tieout(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "TIEOUT_WORKSPACE": str(workspace), "COLUMNS": "160"}
    return subprocess.run([str(COMMAND), *arguments], capture_output=True, text=True, check=False, env=variables)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "mine"
    assert tieout(root, "init", str(root)).returncode == 0
    folder = root / "branches" / "north"
    folder.mkdir()
    example = root / "branches" / "example" / "defs.yaml.example"
    (folder / "defs.yaml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    landing = root / "data" / "landing" / "north"
    landing.mkdir()
    (landing / "customers_2026-02-03.csv").write_text(CUSTOMERS, encoding="utf-8")
    return root


def test_a_night_publishes_then_finds_nothing_new_then_fails_and_leaves_the_version_alone(workspace: Path) -> None:
    first = tieout(workspace, "run", "--date", "2026-02-04")
    assert first.returncode == 0, first.stderr
    assert "Night 2026-02-04.1 is published." in first.stdout
    # files, rows read (with the header), accepted, quarantined, duplicates, data date
    assert re.search(r"north +1 +4 +2 +1 +0 +2026-02-03", first.stdout)
    assert "Warning" not in first.stderr

    link = workspace / "data" / "warehouse" / "tieout.duckdb"
    version = link.resolve()
    asked = tieout(workspace, "query", "select customer_code from core.dim_customer order by 1", "--format", "csv")
    assert [line for line in asked.stdout.splitlines() if line.startswith("000")] == ["0001", "0002"]
    assert "0003" in tieout(workspace, "quarantine", "show", "north", "customers_2026-02-03.csv", "4").stdout

    index = workspace / "data" / "dagster" / "history" / "runs" / "index.db"
    assert index.is_file(), "the run is in the instance that the web pages show"

    again = tieout(workspace, "run", "--date", "2026-02-04")
    assert again.returncode == 0, again.stderr
    assert "Nothing new" in again.stdout
    assert link.resolve() == version

    policy = workspace / "seeds" / "reference" / "group_account.csv"
    policy.write_text(
        policy.read_text(encoding="utf-8") + "1000,Twice,asset,balance_sheet,twice,debit\n", encoding="utf-8"
    )
    failed = tieout(workspace, "run", "--date", "2026-02-05")
    assert failed.returncode == 1, failed.stdout
    assert "group_account" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert link.resolve() == version
    with duckdb.connect(str(link), read_only=True) as connection:
        assert connection.execute("select count(*) from core.dim_customer").fetchone() is not None
