"""Opens received files: which of them a delivery is made of, and their tables.

Not here: what the tables mean (standardize) and what becomes of their rows (taking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.branches.config import BranchConfig, DatasetConfig, FileConfig
from pipelines.errors import LakeError, SourceError
from pipelines.intake.replay import looked_up_files
from pipelines.lake.archive import verified
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import ReceivedFile
from pipelines.repair.overlay import cells_of, overlaid
from pipelines.repair.records import Repair
from pipelines.sources.packed import unpack
from pipelines.sources.reading import read_file
from pipelines.sources.table import TextTable
from pipelines.standardize.looking_up import looked_up


@dataclass(frozen=True)
class Opened:
    """A received file with what it takes to read it: the branch's words on it, its bytes, room for copies.

    `repairs`: received sequence → the approved repairs of that file, which are laid over its text.
    """

    branch: BranchConfig
    config: FileConfig
    file: ReceivedFile
    path: Path
    scratch: Path
    repairs: Mapping[int, tuple[Repair, ...]] = field(default_factory=dict)

    def tables(self) -> list[TextTable]:
        """The file's tables; errors and mappings know it by the branch's own name, not by its name in the lake."""
        try:
            tables = read_file(self._plain(), self.config.layout, self.scratch)
        except SourceError as error:
            raise SourceError(self.file.path, error.place, error.problem, error.fix) from error
        named = [replace(table, metadata={**table.metadata, "file_name": self.file.path}) for table in tables]
        own = self.repairs.get(self.file.sequence, ())
        return overlaid(named, self.config.layout, cells_of(own)) if own else named

    def _plain(self) -> Path:
        """The file itself: as received, or out of the archive that it came in."""
        file = self.file
        if not file.member:
            return self.path
        path = self.scratch / "member"
        found = unpack(self.path, file.sent_path, file.member, path)
        if found != file.member_sha256:
            raise LakeError(f"{file.path}: unpacked it has SHA-256 {found}, expected {file.member_sha256}.")
        return path


def with_lookups(
    lake: Lake, log: EventLog, opened: Opened, dataset: DatasetConfig, tables: Sequence[TextTable]
) -> tuple[TextTable, ...]:
    """The dataset's tables among `tables`, with the columns that its lookups add.

    Raises `SourceError` where the other table is not there (yet).
    """
    own = tuple(table for table in tables if dataset.takes(table.section))
    others = looked_up_files(log, opened.branch, dataset, opened.file)
    for name, lookup in dataset.lookups.items():
        if not own:
            break
        found = list(tables) if lookup.file is None else _other_tables(lake, opened, name, lookup.file, others[name])
        other = next((table for table in found if lookup.section in ("", table.section)), None)
        if other is None:
            raise SourceError(opened.file.path, lookup.section, "is not in the file to look up in.", "Send it whole.")
        own = tuple(looked_up(table, name, other, lookup.match) for table in own)
    return own


def _other_tables(lake: Lake, opened: Opened, name: str, kind: str, file: ReceivedFile | None) -> list[TextTable]:
    if file is None:
        raise SourceError(
            opened.file.path,
            f"lookup {name}",
            f"needs a file {kind} of this branch, and none has arrived that belongs to it.",
            f"Deliver {kind}; this file is then taken in again by itself.",
        )
    config = opened.branch.version_for(file.path, file.received_at)
    assert config is not None  # it was found by its kind
    scratch = opened.scratch / f"lookup-{name}"
    scratch.mkdir(parents=True, exist_ok=True)
    return Opened(opened.branch, config, file, verified(lake, file.sha256), scratch, opened.repairs).tables()
