"""The candidate: the warehouse being built aside, as a copy of the last published version or from nothing.

Not here: filling the schema `lake` (night), the models (dbt), the published versions (versions).
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.errors import PublishError
from pipelines.lake.files import sha256_of
from pipelines.publishing.versions import Version, version_path
from pipelines.settings import Workspace

# The oldest storage version still written: every DuckDB since 1.0 opens it. Without the option DuckDB 2 writes its
# own format, which no 1.x client of an analyst can read.
STORAGE_VERSION = "v1.0.0"
_STORAGE_NUMBER = 64  # how v1.0.0 stands in the file's header
_WRITABLE = 0o644
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what a database or a full disk says against writing `path` into a sentence: `PublishError`."""
    try:
        yield
    except (duckdb.IOException, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _FULL:
            raise
        raise PublishError(
            f"{path} could not be written: {error}. Where the disk is full, free space and run again; readers keep the"
            " last published night, and what was taken in stays."
        ) from error


def build_dir(workspace: Workspace) -> Path:
    """The folder of the night's working files; whatever lies in it may be deleted between nights."""
    return workspace.warehouse / "build"


def candidate_path(workspace: Workspace) -> Path:
    """The file that will become the next version."""
    return build_dir(workspace) / "candidate.duckdb"


def build_path(workspace: Workspace) -> Path:
    """The file that holds the schema `lake`, staging and intermediate models of one night."""
    return build_dir(workspace) / "build.duckdb"


def clear_build(workspace: Workspace) -> None:
    """Remove what an earlier night left in the working folder, finished or not."""
    folder = build_dir(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.duckdb*"):
        path.unlink()


def copy_base(workspace: Workspace, base: Version) -> bool:
    """Make the candidate a copy of a published version; False where that version turns out to be damaged.

    The copy is hashed, not its source: what is built upon is then known to be what was published.
    """
    target = candidate_path(workspace)
    target.unlink(missing_ok=True)
    with writing(target):
        shutil.copyfile(version_path(workspace, base.night_id), target)
    if sha256_of(target) == base.sha256:
        target.chmod(_WRITABLE)
        return True
    target.unlink()
    return False


def new_candidate(workspace: Workspace) -> None:
    """Make the candidate an empty database in the storage version that analysts' clients can open."""
    target = candidate_path(workspace)
    target.unlink(missing_ok=True)
    with writing(target), duckdb.connect() as connection:
        quoted = str(target).replace("'", "''")
        connection.execute(f"attach '{quoted}' as candidate (storage_version '{STORAGE_VERSION}')")
        connection.execute("checkpoint candidate")


def close_candidate(workspace: Workspace) -> Path:
    """Checkpoint the candidate so that it is one whole file without a write-ahead log.

    Raises RuntimeError where a log stays or the storage version is newer than what analysts' clients open: both would
    be our own mistakes.
    """
    path = candidate_path(workspace)
    with writing(path), duckdb.connect(str(path)) as connection:
        connection.execute("checkpoint")
    if path.with_name(f"{path.name}.wal").exists():
        raise RuntimeError(f"{path} still has a write-ahead log after its checkpoint.")
    if (found := storage_number(path)) != _STORAGE_NUMBER:
        raise RuntimeError(f"{path} has storage version {found}, expected {_STORAGE_NUMBER} ({STORAGE_VERSION}).")
    return path


def storage_number(path: Path) -> int:
    """The storage version in a DuckDB file's header (byte 12: eight bytes, little endian)."""
    with path.open("rb") as stream:
        header = stream.read(20)
    return int.from_bytes(header[12:20], "little")
