"""The archive of received bytes, addressed by their SHA-256: what any row can be read again from.

Not here: names, branches, sequence (received, landing).
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from pipelines.errors import LakeError
from pipelines.lake.files import copy_hashing, disk_errors, ensure_folder, sha256_of, sync_file, sync_folder
from pipelines.lake.places import Lake


def archive(lake: Lake, source: Path) -> tuple[str, int]:
    """Keep the bytes of `source` in the lake; return (SHA-256, size). Bytes that are already there are not kept twice.

    Reads `source` once. Raises `LakeError` when the disk is full; nothing half-written stays.
    """
    ensure_folder(lake.scratch)
    temporary = lake.scratch / f"received-{uuid.uuid4().hex}"
    try:
        with disk_errors(lake.root):
            sha256, size = copy_hashing(source, temporary)
            final = lake.received(sha256)
            if final.exists() and final.stat().st_size == size:
                return sha256, size
            sync_file(temporary)
            ensure_folder(final.parent)
            temporary.chmod(0o444)
            os.replace(temporary, final)  # noqa: PTH105 - one call that the crash tests can interrupt
            sync_folder(final.parent)
            return sha256, size
    finally:
        temporary.unlink(missing_ok=True)


def archived(lake: Lake, sha256: str, size: int) -> Path:
    """The archived file with these bytes; only its size is looked at, as its bytes were hashed when they arrived.

    Raises `LakeError` when the file is missing or has another size.
    """
    path = lake.received(sha256)
    if not path.is_file() or path.stat().st_size != size:
        return verified(lake, sha256)
    return path


def verified(lake: Lake, sha256: str) -> Path:
    """The archived file with these bytes, after checking that they still are what was received.

    Raises `LakeError` when the file is missing or altered.
    """
    path = lake.received(sha256)
    if not path.is_file():
        raise LakeError(f"{path}: the received bytes are missing. Restore the lake's `received` folder from a backup.")
    found = sha256_of(path)
    if found != sha256:
        raise LakeError(
            f"{path}: the received bytes were altered: SHA-256 is {found}, expected {sha256}. Restore it from a backup."
        )
    return path
