"""Before and after a night: repair what an interrupted one left, let go what is no longer needed.

Not here: rolling back a branch (holding). Run only under the run lock.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.lake.collection import collect
from pipelines.night.auditing import docs_dir
from pipelines.night.records import interrupted_nights, pinned_nights, published_versions, read_record
from pipelines.night.site import Site
from pipelines.publishing.candidate import clear_build
from pipelines.publishing.versions import (
    KEEP_VERSIONS,
    point_at,
    remove_unpublished,
    retire_old,
    set_aside_strays,
    version_path,
)

# How long files that no manifest names stay in the lake: longer than any reader takes, and than a hold usually lasts.
LAKE_RETENTION = timedelta(days=30)


def recover(site: Site) -> None:
    """Bring the warehouse folder to what the event log says: no stray files, the link at the newest version."""
    workspace = site.workspace
    set_aside_strays(workspace)
    published = published_versions(site.events)
    remove_unpublished(workspace, interrupted_nights(site.events))
    there = [version for version in published if version_path(workspace, version.night_id).exists()]
    if there:
        point_at(workspace, there[-1].night_id)
    clear_build(workspace)


def tidy(site: Site) -> None:
    """Let old versions go, and what in the lake neither a kept version nor a manifest in force names."""
    published = published_versions(site.events)
    retire_old(site.workspace, published, pinned_nights(site.events))
    kept = [one for one in published if version_path(site.workspace, one.night_id).exists()]
    manifests = {found for one in kept for found in read_record(site.lake, one.night_id).manifests.values()}
    collect(site.lake, manifests, LAKE_RETENTION, datetime.now(UTC))
    _retire_docs(docs_dir(site.workspace), {one.night_id for one in kept})


def _retire_docs(docs: Path, kept: set[str]) -> None:
    """Data Docs stay as long as their night's version; of nights that published nothing the newest stay."""
    nights = [path for path in docs.iterdir() if path.is_dir() and not path.is_symlink()] if docs.is_dir() else []
    newest_first = sorted(nights, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[KEEP_VERSIONS:]:
        if path.name not in kept:
            shutil.rmtree(path)
