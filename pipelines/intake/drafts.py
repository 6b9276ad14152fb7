"""Receipts of one file before anything is counted. Not here: what its rows come to (judged), writing them (lake)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from pipelines.branches.config import BranchConfig, DatasetConfig
from pipelines.intake.replay import READER_VERSION
from pipelines.lake.receipts import DeliveryRule, Receipt, RowCounts, delivery_id, fingerprint
from pipelines.lake.received import ReceivedFile
from pipelines.lake.tallies import Tally
from pipelines.repair.records import Repair


@dataclass(frozen=True)
class Drafts:
    """Receipts that say refused and empty, until something is known.

    `fingerprints`: dataset → fingerprint, where others than the file's own bytes and configuration count. `repairs`:
    the approved ones that were laid over the file.
    """

    branch: BranchConfig
    file: ReceivedFile
    delivered_on: date
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()

    def receipt(self, config: DatasetConfig) -> Receipt:
        """The receipt of one dataset of the file."""
        file, contract = self.file, config.contract
        return Receipt(
            delivery_id=delivery_id(file.branch_id, contract.dataset, self.delivered_on, file.sequence),
            branch_id=file.branch_id,
            dataset=contract.dataset,
            delivery_date=self.delivered_on,
            received_sequence=file.sequence,
            received_at=file.received_at,
            status="refused",
            refused_reason=None,
            source_file=file.path,
            file_sha256=file.sha256,
            file_bytes=file.size,
            contract_version=contract.version,
            mapping_version=config.mapping_version,
            reader_version=READER_VERSION,
            fingerprint=self.fingerprints.get(contract.dataset)
            or fingerprint(file.content_sha256, contract.version, config.mapping_version, READER_VERSION),
            rule=cast(DeliveryRule, config.rule),
            periods=(),
            owner=self.branch.owner_team,
            rows=RowCounts(),
            standardized=Tally(),
        )
