"""A disk of a few KiB below one folder, for the process that asks for it and no other. Not a test."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWNS = 0x00020000  # mount(2) for this process alone


@dataclass(frozen=True)
class SmallDisk:
    """`folder` on a disk that has so much room left beside what the folder holds."""

    folder: Path
    free_kib: int

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Mount it over the folder. What was written there is in the folder afterwards."""
        before, after = (self.folder.with_name(f"{self.folder.name}.{when}") for when in ("before", "after"))
        self.folder.rename(before)
        self.folder.mkdir()
        used = int(_do("du", "-sk", before).split()[0])
        if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        _do("mount", "--make-rprivate", "/")
        _do("mount", "-t", "tmpfs", "-o", f"size={used + self.free_kib}k", "none", self.folder)
        _do("cp", "-a", f"{before}/.", self.folder)
        try:
            yield
        finally:
            _do("cp", "-a", self.folder, after)
            _do("umount", "--lazy", self.folder)
            self.folder.rmdir()
            after.rename(self.folder)


def _do(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
