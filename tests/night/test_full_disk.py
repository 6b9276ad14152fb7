"""A disk that takes no more: the night says so, readers keep what they have, and a rerun goes on.

The operating system's limit on the size of a file stands in for the full disk: it answers writes alike.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MakeGroup = Callable[..., "Group"]  # noqa: F821  (conftest's)
HERE = Path(__file__).parent


def limited_night(root: Path, limit: int) -> subprocess.CompletedProcess[str]:
    """A night in a process of its own, in which no file may grow beyond `limit` bytes."""

    def full_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "pipelines.night", "--workspace", str(root), "--date", "2026-03-02"]
    return subprocess.run(
        [*command, "--dbt", "tiny_dbt:build"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])},
        preexec_fn=full_disk,  # the limit must hold for the child alone
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("limit", "while_doing"), [(600, "files"), (100_000, "warehouse")])
def test_full_disk_harms_nobody_and_a_rerun_goes_on(make_group: MakeGroup, limit: int, while_doing: str) -> None:
    group = make_group("alpha")
    group.send("alpha", "2026-03-01", m2026_01="1.10")
    assert group.night().outcome == "published"
    group.send("alpha", "2026-03-02", m2026_02="1.20")

    failed = limited_night(group.workspace.root, limit)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "disk is full" in failed.stderr + failed.stdout
    assert group.rates() == {"alpha": {"2026-01": "1.10"}}

    assert group.night().outcome == "published"
    assert group.rates() == {"alpha": {"2026-01": "1.10", "2026-02": "1.20"}}
