"""Where the workspace's Dagster instance keeps its files; the Makefile asks this module with `python -m`.

Not here: the instance's configuration (`dagster.yaml`).
"""

from __future__ import annotations

from pathlib import Path

from pipelines.settings import Workspace


def made(workspace: Workspace) -> Path:
    """The folder, which exists afterwards."""
    workspace.dagster_home.mkdir(parents=True, exist_ok=True)
    return workspace.dagster_home


if __name__ == "__main__":
    print(made(Workspace.load()))
