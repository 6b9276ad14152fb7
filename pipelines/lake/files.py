"""Writing files so that a kill at any moment leaves the old state or the new one, never half of it.

Not here: what the files mean.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DiskFullError

_CHUNK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the system's complaint about a full disk into a sentence with the fix; other errors pass unchanged."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(
                f"{path}: the disk is full ({error.strerror}), nothing was changed. Free space on it and run again;"
                " the run continues where it stopped."
            ) from error
        raise


def sync_folder(folder: Path) -> None:
    """Make names in `folder` durable: without it a rename may be forgotten in a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of `path` durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def ensure_folder(folder: Path) -> None:
    """Create `folder` and the folders above it, durably."""
    missing = []
    at = folder
    while not at.is_dir():
        missing.append(at)
        at = at.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)


def atomic_write(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step; readers see the old bytes or the new ones.

    Raises `DiskFullError` when the disk is full, leaving `path` as it was.
    """
    ensure_folder(path.parent)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(content)

    commit_file(path, write)


def commit_file(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a hidden file beside `path`, then rename it to `path`, durably."""
    ensure_folder(path.parent)
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.tmp"
    try:
        with disk_errors(path):
            write(temporary)
            sync_file(temporary)
            os.replace(temporary, path)  # noqa: PTH105 - one call that the crash tests can interrupt
            sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def commit_folder(temporary: Path, final: Path) -> None:
    """Rename a finished folder to its final name, durably.

    A folder that already has the name is left alone: names are fingerprints, so it holds the same content.
    """
    for file in sorted(temporary.rglob("*")):
        if file.is_file():
            sync_file(file)
    sync_folder(temporary)
    ensure_folder(final.parent)
    try:
        os.replace(temporary, final)  # noqa: PTH105
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
        shutil.rmtree(temporary)
    sync_folder(final.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Give the bytes of `source` a second name: a hard link, or a copy where links cannot reach."""
    if target.exists():
        return
    ensure_folder(target.parent)
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        commit_file(target, lambda temporary: _copy_bytes(source, temporary))
    sync_folder(target.parent)


def copy_hashing(source: Path, target: Path) -> tuple[str, int]:
    """Copy `source` to `target` and return (SHA-256, bytes), reading once."""
    digest = hashlib.sha256()
    size = 0
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            written.write(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_bytes(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
