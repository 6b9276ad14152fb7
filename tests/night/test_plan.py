"""Planning: cheap, without writing, and without the heavy libraries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pipelines.night.inputs import models_fingerprint, standards_fingerprint
from pipelines.night.plan import plan

MakeGroup = Callable[..., "Group"]  # noqa: F821  (conftest's)


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_plan_names_what_waits_and_writes_nothing(make_group: MakeGroup) -> None:
    group = make_group("alpha", "beta")
    sent = group.send("alpha", "2026-03-01", m2026_01="1.10")
    before = files_below(group.workspace.root)
    found = plan(group.workspace, night_date=date(2026, 3, 2))
    assert not found.nothing_new
    assert set(found.work) == {"alpha"}
    [file] = found.work["alpha"].files
    assert (file.path, file.size, file.mtime_ns) == (sent.name, sent.stat().st_size, sent.stat().st_mtime_ns)
    assert files_below(group.workspace.root) == before


def test_night_is_dated_in_the_groups_time_zone(make_group: MakeGroup) -> None:
    """Kiritimati is 25 hours ahead of Pago Pago: it is never the same day in both."""
    workspace = make_group("alpha").workspace
    ahead, behind = (
        plan(replace(workspace, time_zone=zone)).night_date for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    )
    assert ahead - behind in (timedelta(days=1), timedelta(days=2))


def test_planning_imports_neither_dagster_nor_dbt_nor_great_expectations() -> None:
    code = (
        "import sys, pipelines.night.driver\n"
        "heavy = {'dagster', 'dbt', 'great_expectations', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_fingerprints_follow_what_they_name(make_group: MakeGroup) -> None:
    group = make_group("alpha")
    workspace = group.workspace
    standards, models = standards_fingerprint(workspace), models_fingerprint(workspace)
    assert (standards_fingerprint(workspace), models_fingerprint(workspace)) == (standards, models)

    (workspace.seeds_dir / "account_map.csv").write_text("branch_id\n")
    assert standards_fingerprint(workspace) == standards
    changed = models_fingerprint(workspace)
    assert changed != models

    defs = workspace.branches_dir / "alpha" / "defs.yaml"
    defs.write_text(defs.read_text().replace("Branch alpha", "Alpha Ltd"))
    assert standards_fingerprint(workspace) != standards
    assert models_fingerprint(workspace) == changed
