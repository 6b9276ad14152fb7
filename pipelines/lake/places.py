"""Where everything lies in a lake: paths and nothing else.

Not here: reading or writing (files, archive, deliveries, manifests do that).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.errors import LakeError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # what may become a folder name: never "..", never a separator


class HasLake(Protocol):
    """Anything that knows its lake folder, such as a workspace."""

    @property
    def lake(self) -> Path: ...


def folder_name(name: str) -> str:
    """`name` if it can safely be a folder of the lake, else `LakeError`."""
    if not _NAME.fullmatch(name):
        raise LakeError(
            f"{name!r} cannot name a folder of the lake; expected letters, digits, '_', '-' and '.'. Rename it."
        )
    return name


@dataclass(frozen=True)
class Lake:
    """One workspace's lake. Every path is below `root`; files that manifests name are relative to `root`."""

    root: Path

    @classmethod
    def of(cls, workspace: HasLake) -> Lake:
        return cls(workspace.lake)

    @property
    def events(self) -> Path:
        """Folder of the append-only event log."""
        return self.root / "events"

    @property
    def scratch(self) -> Path:
        """Folder for half-written things; same file system as the rest, so that a rename is enough to commit."""
        return self.root / "scratch"

    @property
    def manifests(self) -> Path:
        return self.root / "manifests"

    @property
    def manifest_history(self) -> Path:
        return self.manifests / "history"

    def received(self, sha256: str) -> Path:
        """The bytes with this SHA-256, as a branch sent them."""
        return self.root / "received" / sha256[:2] / sha256

    def landing_index(self, branch_id: str) -> Path:
        """Cache of what the landing area held at the last look; may be deleted at any time."""
        return self.root / "index" / f"{folder_name(branch_id)}.json"

    def delivery(self, delivery_id: str, fingerprint: str) -> Path:
        """Folder of one revision of a delivery."""
        branch_id, dataset, name = (folder_name(part) for part in delivery_id.split("/"))
        return self.root / "deliveries" / dataset / branch_id / name / fingerprint[:16]

    def slices(self, dataset: str, branch_id: str, period: str) -> Path:
        """Folder of one slice's files; the manifest says which of them counts."""
        return (
            self.root
            / "current"
            / folder_name(dataset)
            / f"branch_id={folder_name(branch_id)}"
            / f"period={folder_name(period)}"
        )

    def manifest(self, dataset: str, branch_id: str) -> Path:
        return self.manifests / folder_name(dataset) / f"{folder_name(branch_id)}.json"
