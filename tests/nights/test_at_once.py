"""Two nights at once, a full disk, and a night without news: seen from outside, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from small_disk import SmallDisk
from two_branches import DAY, Group, ledger_text, sale

from pipelines.settings import REPOSITORY

NEWS = ledger_text([sale(3, "2026-03-09", "33.33")])


def test_second_night_is_refused_until_the_first_ends_however_it_dies(published: Group) -> None:
    published.send("north", "ledger_202603_20260402.csv", NEWS)
    first = published.night_process(kill_at="wait:pipelines.night.preparing:fill_lake_schema")
    try:
        waiting = published.root / "waiting"
        while not waiting.exists():
            assert first.status is None, first.said
            time.sleep(0.02)
        second = published.night_process()
        assert second.wait() == 1
        refused = f"A night is already running in this workspace: python -m pipelines.night (process {first.pid})"
        assert refused in second.said
        assert "Wait for it to end, then run again." in second.said
        assert "Traceback" not in second.said
        assert published.ask("select night_id from ops.night") == [("2026-04-20.1",)]
    finally:
        first.kill()
    assert published.night().outcome == "published"
    assert published.sales("north")["2026-03"] == "33.33"


def can_mount() -> bool:
    try:
        tried = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0


@pytest.mark.skipif(not can_mount(), reason="this account may not mount a disk; tests/night limits file sizes instead")
@pytest.mark.parametrize("where", ["lake", "warehouse"])
def test_full_disk_is_said_and_a_rerun_goes_on(where: str, published: Group) -> None:
    """A disk of its own for the lake (full while taking in) or for the warehouse (full while building)."""
    published.send(
        "north", "ledger_202603_20260402.csv", ledger_text([sale(n, "2026-03-09", "1.00") for n in range(9000)])
    )
    disk = SmallDisk(getattr(published.workspace, where), free_kib=64 if where == "lake" else 4096)
    failed = published.night_process(disk=disk)
    assert failed.wait() == 1, "whoever watches the machine hears of it, also where the other branches are published"
    told = failed.said
    assert "disk is full" in told or "No space left" in told, told
    assert "Traceback" not in told
    # What cannot be taken in fails its branch, which shows its last good night; what cannot be built is not published.
    shown = [("2026-04-20.2", "failed")] if where == "lake" else [("2026-04-20.1", None)]
    assert published.ask("select night_id, status from ops.night left join ops.held_branch on true") == shown
    assert published.sales("north") == {"2026-01": "100.00", "2026-02": "100.50"}
    assert published.night().outcome == "published"
    assert published.sales("north")["2026-03"] == "9000.00"


_UNCHANGED = """
import sys, time
from datetime import date
from pathlib import Path
from pipelines.components.dbt_runner import build_warehouse
from pipelines.night import inputs
from pipelines.night.driver import run_night
from pipelines.settings import Workspace
inputs._CODE = ()
result = run_night(Workspace.load(Path(sys.argv[1])), dbt=build_warehouse, night_date=date.fromisoformat(sys.argv[2]))
heavy = ("dbt", "great_expectations", "pandas", "dagster")
print(result.outcome, *(name for name in heavy if name in sys.modules))
"""


def test_unchanged_night_runs_neither_dbt_nor_the_audit(published: Group) -> None:
    assert published.night().outcome == "nothing_new"  # the copied files are other files to the landing area's index
    before = published.tables()
    folders = [published.workspace.warehouse / name for name in ("versions", "data_docs", "dbt")]
    written = [sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) for folder in folders]
    done = subprocess.run(
        [sys.executable, "-c", _UNCHANGED, str(published.root), str(DAY)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert done.stdout.split() == ["nothing_new"], done.stdout + done.stderr
    assert published.tables() == before
    assert written == [sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) for folder in folders]
    assert [event["outcome"] for event in published.events("night_recorded")] == [
        "published",
        "nothing_new",
        "nothing_new",
    ]
