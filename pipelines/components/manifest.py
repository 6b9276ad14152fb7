"""The dbt manifest that the warehouse's assets are made from, parsed anew only when the dbt project changed.

Not here: running models (`dbt_runner`), or turning nodes into assets (`warehouse`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.components.dbt_runner import dbt_environment, dbt_folders, environment
from pipelines.errors import PublishError
from pipelines.night.dbt_port import DbtRequest
from pipelines.publishing.candidate import build_path, candidate_path
from pipelines.settings import Workspace

_IGNORED = {"target", "logs", "dbt_packages"}
_STAMP = "manifest.stamp"


def manifest_of(workspace: Workspace) -> Mapping[str, Any]:
    """The parsed manifest of the dbt project as it stands now.

    Parsing costs seconds, so it happens only where the project's or the seeds' files are not those of the last parse.
    """
    target = dbt_folders(workspace)["target"]
    manifest, stamp = target / "manifest.json", target / _STAMP
    now = _fingerprint(workspace)
    if not (manifest.is_file() and stamp.is_file() and stamp.read_text() == now):
        _parse(workspace)
        stamp.write_text(now)
    parsed: Mapping[str, Any] = json.loads(manifest.read_bytes())
    return parsed


def _parse(workspace: Workspace) -> None:
    """`dbt parse` under the variables that the night builds with, so that the build finds the work done."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  (seconds: only a changed project pays them)

    project = str(workspace.dbt_project)
    request = DbtRequest(workspace, build_path(workspace), candidate_path(workspace), full_refresh=False)
    with environment(dbt_environment(request)):
        answer = dbtRunner().invoke(
            ["--log-level", "none", "--no-use-colors", "parse", "--project-dir", project, "--profiles-dir", project]
        )
    if not answer.success:
        raise PublishError(f"{project}: the dbt project cannot be parsed. {answer.exception}")


def _fingerprint(workspace: Workspace) -> str:
    digest = hashlib.sha256()
    for folder in (workspace.dbt_project, workspace.seeds_dir):
        for path in _files(folder):
            digest.update(f"{path}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _IGNORED.intersection(path.relative_to(folder).parts):
            yield path
