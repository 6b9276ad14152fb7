"""Published versions of the warehouse: immutable files, and the link that names the newest.

`versions/<night_id>.duckdb` is written once, made read-only, and never reused; `tieout.duckdb` is a link that is
replaced by rename, so that a reader opens the old night or the new one. Where links cannot be made,
`tieout.duckdb.path` holds the version's path as text. A published version is one that the event log knows; a file
without its event was never published. Not here: what makes a candidate (candidate), when to publish (night).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.lake.files import atomic_write, disk_errors, sha256_of, sync_file, sync_folder
from pipelines.settings import Workspace

log = logging.getLogger("tieout")

LINK = "tieout.duckdb"
POINTER = "tieout.duckdb.path"
READ_ONLY = 0o444
PINNED = "version_pinned"  # event: a version that must stay, since a close names it

# How many published versions stay on disk beside the pinned ones. Three weeks of nights let an analyst compare with
# "before the last close" and cost 21 times the warehouse; the lake can rebuild what is older.
KEEP_VERSIONS = 21


@dataclass(frozen=True)
class Version:
    """A published version as the event log knows it. `size` in bytes; `modified_ns` as the file system said then."""

    night_id: str
    sha256: str
    size: int
    modified_ns: int

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Version:
        """From the fields of a `published` event."""
        return cls(str(event["night_id"]), str(event["sha256"]), int(event["size"]), int(event["modified_ns"]))

    def as_event(self) -> dict[str, Any]:
        """The fields that the `published` event carries."""
        return {
            "night_id": self.night_id,
            "sha256": self.sha256,
            "size": self.size,
            "modified_ns": self.modified_ns,
        }


def versions_dir(workspace: Workspace) -> Path:
    """The folder of all versions."""
    return workspace.warehouse / "versions"


def version_path(workspace: Workspace, night_id: str) -> Path:
    """Where the version of a night lies or would lie."""
    return versions_dir(workspace) / f"{night_id}.duckdb"


def resolve_published(workspace: Workspace) -> Path | None:
    """The file that readers should open now: what the link or the pointer file names; None before the first night."""
    link = workspace.warehouse / LINK
    if link.is_symlink():
        target = link.resolve()
        return target if target.is_file() else None
    pointer = workspace.warehouse / POINTER
    if pointer.is_file():
        target = workspace.warehouse / pointer.read_text(encoding="utf-8").strip()
        return target if target.is_file() else None
    return None


def is_intact(workspace: Workspace, version: Version) -> bool:
    """Whether the version's file is still what was published.

    Size and time of change decide where they agree; where only the time differs the content is hashed. A reader who
    opened the file for writing leaves a different time behind even where the operating system let him (root).
    """
    path = version_path(workspace, version.night_id)
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    if found.st_size != version.size:
        return False
    return found.st_mtime_ns == version.modified_ns or sha256_of(path) == version.sha256


def newest_intact(workspace: Workspace, versions: Sequence[Version]) -> Version | None:
    """The newest version (they come oldest first) that is undamaged; damaged ones on the way are named in the log."""
    for version in reversed(versions):
        if is_intact(workspace, version):
            return version
        if version_path(workspace, version.night_id).exists():
            log.warning(
                "Version %s is not the file that was published: it was changed afterwards. It is not used any more.",
                version.night_id,
            )
    return None


def seal(workspace: Workspace, candidate: Path, night_id: str) -> Version:
    """Turn the closed candidate into the version of `night_id`: synced, read-only, under its final name.

    It is not published yet: that is the event, then `point_at`. Raises FileExistsError where the path was used before,
    `LakeError` where the disk is full.
    """
    target = version_path(workspace, night_id)
    if target.exists():
        raise FileExistsError(f"{target} exists: a version's path is never reused.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with disk_errors(target):
        candidate.chmod(READ_ONLY)
        sync_file(candidate)
        candidate.rename(target)
        sync_folder(target.parent)
    found = target.stat()
    return Version(night_id, sha256_of(target), found.st_size, found.st_mtime_ns)


def point_at(workspace: Workspace, night_id: str) -> None:
    """Make the link name this version; a reader that opens it at the same moment gets the old or the new one."""
    if resolve_published(workspace) == version_path(workspace, night_id).resolve():
        return
    set_aside_strays(workspace)
    relative = Path("versions") / f"{night_id}.duckdb"
    link = workspace.warehouse / LINK
    fresh = workspace.warehouse / f".{LINK}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    try:
        fresh.symlink_to(relative)
    except OSError:  # a file system or an account without links
        atomic_write(workspace.warehouse / POINTER, f"{relative.as_posix()}\n".encode())
        return
    fresh.replace(link)
    sync_folder(workspace.warehouse)


def set_aside_strays(workspace: Workspace) -> tuple[Path, ...]:
    """Move write-ahead logs out of the readers' way, and a plain file that stands where the link belongs.

    Someone who opened the published file for writing and was killed leaves a `.wal`: every reader after him would
    replay it, or fail on it once the link names another version. They are kept under `set_aside/`, since they may be
    his work. Returns where they lie now.
    """
    strays = [
        *workspace.warehouse.glob(f"{LINK}*.wal"),
        *versions_dir(workspace).glob("*.wal"),
    ]
    link = workspace.warehouse / LINK
    if link.exists() and not link.is_symlink():
        strays.append(link)
    return tuple(_set_aside(workspace, stray) for stray in strays)


def _set_aside(workspace: Workspace, stray: Path) -> Path:
    folder = workspace.warehouse / "set_aside"
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (target := folder / f"{stray.name}.{number}").exists():
        number += 1
    stray.rename(target)
    log.warning(
        "%s was left by someone who opened the warehouse for writing; it is set aside as %s. "
        "Open the warehouse read-only, or use `tieout query`.",
        stray,
        target,
    )
    return target


def remove_unpublished(workspace: Workspace, interrupted: Collection[str]) -> None:
    """Delete the version files of nights that began and never published: killed between rename and event.

    Anything else that somebody put into the folder is left alone.
    """
    for night_id in sorted(interrupted):
        path = version_path(workspace, night_id)
        if path.exists():
            log.info("%s was never published (its night was interrupted) and is removed.", path.name)
            path.unlink()


def retire_old(
    workspace: Workspace, versions: Sequence[Version], pinned: Collection[str], keep: int = KEEP_VERSIONS
) -> tuple[str, ...]:
    """Delete the files of versions older than the newest `keep`, but never a pinned one (a close) nor the one in use.

    `versions` come oldest first. Returns the night ids whose files went. Their paths stay reserved by the event log.
    """
    in_use = resolve_published(workspace)
    gone = []
    for version in versions[: max(0, len(versions) - keep)]:
        path = version_path(workspace, version.night_id)
        if version.night_id in pinned or not path.exists() or path.resolve() == in_use:
            continue
        path.unlink()
        gone.append(version.night_id)
    return tuple(gone)
