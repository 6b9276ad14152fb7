"""A workspace beside the sample group's own: its branches and reference tables, and nothing else of it."""

from __future__ import annotations

import shutil

import pytest

from pipelines.settings import REPOSITORY, Workspace

SETTINGS = 'group_name: "G"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\nbranches: "branches"\n'


@pytest.fixture(scope="session")
def sample_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("workspace")
    (root / "tieout.yaml").write_text(SETTINGS, encoding="utf-8")
    shutil.copytree(REPOSITORY / "pipelines" / "defs" / "branches", root / "branches")
    shutil.copytree(REPOSITORY / "seeds" / "reference", root / "seeds" / "reference")
    return Workspace.load(root)
