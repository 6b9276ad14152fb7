"""Which files must be taken in again from their archived bytes, because what they would give now is something else.

Not here: taking them in (taking).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pipelines.branches.config import BranchConfig, DatasetConfig
from pipelines.lake.events import EventLog
from pipelines.lake.receipts import fingerprint
from pipelines.lake.received import ReceivedFile, judged_by, received_files, withdrawn
from pipelines.repair.overlay import digest
from pipelines.repair.records import Repair, approved_by_file
from pipelines.sources import reading as sources

# Part of every fingerprint: raise the second number when standardizing, judging or accounting for the same file comes
# to something else than before.
READER_VERSION = f"{sources.READER_VERSION}.2"


Repaired = Mapping[int, tuple[Repair, ...]]  # received sequence → approved repairs of that file


def expected_fingerprints(
    log: EventLog, branch: BranchConfig, file: ReceivedFile, repaired: Repaired
) -> dict[str, str]:
    """Dataset → fingerprint of the delivery that the file gives under today's configuration; empty: nobody takes it."""
    file_config = branch.version_for(file.path, file.received_at)
    if file_config is None:
        return {}
    return {
        dataset: fingerprint(
            _content(log, branch, config, file, repaired),
            config.contract.version,
            config.mapping_version,
            READER_VERSION,
        )
        for dataset, config in file_config.datasets.items()
    }


def looked_up_files(
    log: EventLog, branch: BranchConfig, config: DatasetConfig, file: ReceivedFile
) -> dict[str, ReceivedFile | None]:
    """Lookup → the file of the branch that it reads, for lookups that read another file; None: none has arrived.

    The newest counts whose name belongs to `file` by the lookup's rule; withdrawn ones do not.
    """
    wanted = {name: lookup for name, lookup in config.lookups.items() if lookup.file is not None}
    if not wanted:
        return {}
    gone = withdrawn(log)
    found: dict[str, ReceivedFile | None] = dict.fromkeys(wanted)
    for one in received_files(log, branch.branch_id):
        kind = branch.file_for(one.path) if (one.branch_id, one.sequence) not in gone else None
        for name, lookup in wanted.items():
            if kind is not None and kind.name == lookup.file and lookup.pairs(file.path, one.path):
                found[name] = one
    return found


def _content(
    log: EventLog, branch: BranchConfig, config: DatasetConfig, file: ReceivedFile, repaired: Repaired
) -> str:
    """What a delivery is made of: the file's own bytes and those of the files that it looks up in, as repaired."""
    own = _repaired(file, repaired)
    others = looked_up_files(log, branch, config, file)
    if not others:
        return own
    said = [f"{name} {_read_as(branch, one, repaired) if one else 'missing'}" for name, one in sorted(others.items())]
    return hashlib.sha256("\n".join([own, *said]).encode()).hexdigest()


def _repaired(file: ReceivedFile, repaired: Repaired) -> str:
    return digest(file.content_sha256, repaired.get(file.sequence, ()))


def _read_as(branch: BranchConfig, file: ReceivedFile, repaired: Repaired) -> str:
    """A looked-up file's own bytes as repaired, and how they are read where that changed with time."""
    kind = branch.version_for(file.path, file.received_at)
    if kind is None or kind.valid_from is None:
        return _repaired(file, repaired)
    return f"{_repaired(file, repaired)} {hashlib.sha256(kind.layout.model_dump_json().encode()).hexdigest()}"


def outdated(log: EventLog, branch: BranchConfig) -> list[ReceivedFile]:
    """Files taken in before under another contract, mapping, reader or other approved repairs, in order of arrival.

    A file that no pattern takes any more keeps what it gave; a withdrawn one is left alone.
    """
    gone = withdrawn(log)
    given = judged_by(log, branch.branch_id)
    repaired = approved_by_file(log, branch.branch_id)
    found = []
    for file in received_files(log, branch.branch_id):
        key = (file.branch_id, file.sequence)
        if key not in given or key in gone:
            continue
        wanted = expected_fingerprints(log, branch, file, repaired)
        if wanted and wanted != given[key]:
            found.append(file)
    return found
