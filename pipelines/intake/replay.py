"""Which files must be taken in again from their archived bytes, because what they would give now is something else.

Not here: taking them in (taking).
"""

from __future__ import annotations

from pipelines.branches.config import BranchConfig
from pipelines.lake.events import EventLog
from pipelines.lake.receipts import fingerprint
from pipelines.lake.received import ReceivedFile, judged_by, received_files, withdrawn
from pipelines.sources import reading as sources

# Part of every fingerprint: raise the second number when standardizing, judging or accounting for the same file comes
# to something else than before.
READER_VERSION = f"{sources.READER_VERSION}.1"


def expected_fingerprints(branch: BranchConfig, file: ReceivedFile) -> dict[str, str]:
    """Dataset → fingerprint of the delivery that the file gives under today's configuration; empty: nobody takes it."""
    file_config = branch.file_for(file.path)
    if file_config is None:
        return {}
    return {
        dataset: fingerprint(file.content_sha256, config.contract.version, config.mapping_version, READER_VERSION)
        for dataset, config in file_config.datasets.items()
    }


def outdated(log: EventLog, branch: BranchConfig) -> list[ReceivedFile]:
    """Files taken in before under another contract, mapping or reader, in order of arrival.

    A file that no pattern takes any more keeps what it gave; a withdrawn one is left alone.
    """
    gone = withdrawn(log)
    given = judged_by(log, branch.branch_id)
    found = []
    for file in received_files(log, branch.branch_id):
        key = (file.branch_id, file.sequence)
        if key not in given or key in gone:
            continue
        wanted = expected_fingerprints(branch, file)
        if wanted and wanted != given[key]:
            found.append(file)
    return found
