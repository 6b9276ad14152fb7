"""One real night over the sample group, run once for all tests of this folder and only read by them.

The night runs in a process of its own, as a person would start it, so that nothing a test did before can help it. Under
several workers the first one runs it and the others wait. Tests that change something take a copy.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from pipelines.publishing.versions import resolve_published
from pipelines.settings import REPOSITORY, Workspace

NIGHT = date(2026, 4, 10)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Published:
    """A workspace after a night, and what its readers see."""

    workspace: Workspace
    file: Path
    said: str = field(repr=False)  # what the night printed

    def rows(self, query: str, parameters: object = None) -> list[Row]:
        """The answer of the published version, opened read-only."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def archived(self, sha256: str) -> Path:
        """The bytes as the branch sent them."""
        return self.workspace.lake / "received" / sha256[:2] / sha256


def new_workspace(folder: Path, branches: Mapping[str, Path]) -> Path:
    """A workspace of its own with the product's contracts and reference tables; branch id → its folder's source."""
    (folder / "data" / "landing").mkdir(parents=True)
    lines = ['group_name: "Proof"', 'group_currency: "EUR"', 'time_zone: "Europe/Berlin"']
    (folder / "tieout.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for branch_id, source in branches.items():
        shutil.copytree(source, folder / "branches" / branch_id)
    shutil.copytree(REPOSITORY / "seeds" / "reference", folder / "seeds" / "reference")
    return folder


def run_night(folder: Path, day: date = NIGHT) -> Published:
    """A night as `python -m pipelines.night` runs it; a night that publishes nothing is an error."""
    command = [sys.executable, "-m", "pipelines.night", "--workspace", str(folder), "--date", day.isoformat()]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    return _published(folder, done.stdout + done.stderr)


def _published(folder: Path, said: str) -> Published:
    workspace = Workspace.load(folder)
    version = resolve_published(workspace)
    assert version is not None
    return Published(workspace, version, said)


@pytest.fixture(scope="session")
def run_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[..., Published]:
    """run_once(name, fill): `fill(folder)` makes a workspace, a night runs in it; once for all workers."""

    def once(name: str, fill: Callable[[Path], object]) -> Published:
        base = tmp_path_factory.getbasetemp()
        shared = (base if worker_id == "master" else base.parent) / f"night-{name}"
        with FileLock(f"{shared}.lock"):
            said = shared / "said.txt"
            if not said.is_file():
                shutil.rmtree(shared, ignore_errors=True)
                shared.mkdir()
                fill(shared)
                said.write_text(run_night(shared).said, encoding="utf-8")
            return _published(shared, said.read_text(encoding="utf-8"))

    return once


@pytest.fixture(scope="session")
def published(run_once: Callable[..., Published]) -> Published:
    """The sample group after its first night."""

    def fill(folder: Path) -> None:
        defs = REPOSITORY / "pipelines" / "defs" / "branches"
        new_workspace(folder, {path.name: path for path in defs.iterdir() if path.is_dir()})
        shutil.copytree(REPOSITORY / "seeds" / "deliveries", folder / "data" / "landing", dirs_exist_ok=True)

    return run_once("sample-group", fill)


@pytest.fixture
def own_copy(published: Published, tmp_path: Path) -> Published:
    """The sample group after its first night, for one test to change."""
    folder = tmp_path / "workspace"
    shutil.copytree(published.workspace.root, folder, symlinks=True)
    return _published(folder, published.said)


@pytest.fixture(scope="session")
def truth() -> Callable[[str], list[dict[str, str]]]:
    """What the simulation's own books say must come of the sample group: rows of seeds/truth/<name>.csv."""

    def read(name: str) -> list[dict[str, str]]:
        with (REPOSITORY / "seeds" / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="session")
def make_workspace() -> Callable[[Path, Mapping[str, Path]], Path]:
    return new_workspace


@pytest.fixture(scope="session")
def run_again() -> Callable[..., Published]:
    """run_again(folder, day): another night in a workspace that a test may change."""
    return run_night
