"""`tieout drift`: old and new side by side, the proposed change, and the kept text as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.branches.loading import load_branch
from pipelines.cli import app
from pipelines.contracts.loading import load_contracts
from pipelines.intake.taking import take_in
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.lake.received import waiting
from pipelines.settings import Workspace

NORTH = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: north
  name: "North"
  country_code: "NO"
  currency: NOK
  time_zone: Europe/Oslo
  language: nb
  owner: {team: finance-north, email: finance@example.com}
  files:
    clients:
      pattern: 'kunder_\\d{8}\\.csv'
      layout: {kind: delimited, delimiter: ";"}
      delivery_date: {file_name: '_(\\d{8})', format: "%Y%m%d"}
      datasets:
        customer:
          rule: full
          mapping:
            columns:
              customer_code: Kundenr
              customer_name: Navn
              currency_code: {value: "NOK"}
"""


def tieout(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "150"}).invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    root = tmp_path / "mine"
    assert tieout("init", str(root))[0] == 0
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(root))
    workspace = Workspace.load()
    folder = workspace.branches_dir / "north"
    folder.mkdir(parents=True)
    (folder / "defs.yaml").write_text(NORTH, encoding="utf-8")
    return workspace


def deliver(workspace: Workspace, name: str, text: str) -> None:
    (workspace.landing / "north").mkdir(parents=True, exist_ok=True)
    (workspace.landing / "north" / name).write_text(text, encoding="utf-8")
    lake = Lake.of(workspace)
    log = EventLog(lake.events, clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))
    branch = load_branch(
        workspace.branches_dir / "north" / "defs.yaml", load_contracts(workspace.contracts_dir), workspace.profiles_dir
    )
    receive_new(lake, log, workspace.landing, "north")
    for file in waiting(log, "north"):
        take_in(lake, log, branch, file)


def test_what_drifted_is_shown_with_the_change_that_reads_it(workspace: Workspace) -> None:
    deliver(workspace, "kunder_20260131.csv", "Kundenr;Navn\n1;Fjord AS\n")
    assert tieout("drift") == (0, "The latest deliveries look like those before them.\n")
    deliver(workspace, "kunder_20260228.csv", "Kundenr;Kundenavn\n1;Fjord AS\n")
    code, text = tieout("drift", "north")
    assert code == 0
    assert "north/customer  kunder_20260228.csv" in text
    [row] = [line.split() for line in text.splitlines() if line.strip().startswith("column renamed")]
    assert [word for word in row if word != "│"] == ["column", "renamed", "Navn", "Navn", "Kundenavn", "refused"]
    assert "valid_from: '2026-02-28'" in text
    deliver(workspace, "kunder_20260331.csv", "Kundenr;Navn\n2;Fjell AS\n")
    assert "--all" in tieout("drift", "north")[1]
    assert "kunder_20260228.csv" in tieout("drift", "north", "--all")[1]


def test_kept_text_is_written_as_csv_that_runs_nothing(workspace: Workspace) -> None:
    deliver(workspace, "kunder_20260131.csv", "Kundenr;Navn\n1;Fjord AS\n")
    deliver(workspace, "kunder_20260228.csv", "Kundenr;Navn;Merknad\n1;Fjord AS;=1+1\n2;Fjell AS;\n3;Vik AS;ny\n")
    code, text = tieout("drift", "north", "--kept", "kunder_20260228.csv")
    assert code == 0
    assert list(csv.reader(text.splitlines())) == [
        ["dataset", "source_sheet", "source_row", "Merknad"],
        ["customer", "", "2", "'=1+1"],
        ["customer", "", "4", "ny"],
    ]
    code, text = tieout("drift", "north", "--kept", "kunder_20260131.csv")
    assert (code, "every column of it is mapped or known" in text) == (1, True)
    assert tieout("drift", "--kept", "kunder_20260228.csv")[0] == 1
    code, text = tieout("drift", "nort")
    assert (code, "north" in text) == (1, True)
