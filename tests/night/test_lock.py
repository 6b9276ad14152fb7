"""The run lock: held by a process, gone with it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import NightInProgressError
from pipelines.night.lock import lock_path, run_lock
from pipelines.settings import Workspace

HOLD = """
import sys, time
from pathlib import Path
from pipelines.night.lock import run_lock
from pipelines.settings import Workspace
with run_lock(Workspace.load(Path(sys.argv[1])), "late-file sensor"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "tieout.yaml").write_text('group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
    return Workspace.load(tmp_path)


def test_another_process_is_named_and_its_death_frees_the_lock(workspace: Workspace) -> None:
    command = [sys.executable, "-c", HOLD, str(workspace.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        told = rf"late-file sensor \(process {other.pid}\) since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC"
        with pytest.raises(NightInProgressError, match=told), run_lock(workspace, "command"):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
    with run_lock(workspace, "command"):
        assert '"command"' in lock_path(workspace).read_text()


def test_lock_is_free_again_after_an_error(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(workspace, "command"):
        raise ZeroDivisionError
    with run_lock(workspace, "command"):
        pass
