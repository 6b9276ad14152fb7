"""Builds deliveries directly in a lake, without files or branches. Not a test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts.model import Contract, Field, Kind, ServiceLevel
from pipelines.lake.deliveries import FINDINGS_SCHEMA, QUARANTINE_SCHEMA, DeliveryFrames, write_delivery
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import DeliveryRule, Receipt, RowCounts, delivery_id, fingerprint
from pipelines.lake.received import RECEIVED, ReceivedFile, TakenInDelivery, record_taken_in
from pipelines.lake.tallies import tally

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)

CONTRACT = Contract(
    dataset="gl_entry",
    version="1.0.0",
    status="active",
    title="",
    description="",
    grain="one line",
    owner_team="finance",
    fields=(
        Field("document_number", Kind.STRING, "", required=True),
        Field("line_number", Kind.INTEGER, "", required=True),
        Field("posting_date", Kind.DATE, "", required=True),
        Field("debit_amount_functional", Kind.DECIMAL, ""),
        Field("functional_currency_code", Kind.STRING, ""),
        Field("line_text", Kind.STRING, ""),
    ),
    primary_key=("document_number", "line_number"),
    document_key=("document_number",),
    slice_date="posting_date",
    sums=(("debit_amount_functional", "functional_currency_code"),),
    rules=(),
    references=(),
    service_level=ServiceLevel(10, Decimal("0.2")),
)


@dataclass(frozen=True)
class Line:
    """One ledger line as a test writes it down."""

    document: str
    number: int
    day: date
    amount: Decimal | None
    currency: str = "EUR"
    text: str | None = None

    @property
    def period(self) -> str:
        return f"{self.day:%Y-%m}"


def lake_in(folder: Path) -> tuple[Lake, EventLog]:
    lake = Lake(folder / "lake")
    return lake, EventLog(lake.events, clock=lambda: NOON)


def deliver(
    lake: Lake,
    log: EventLog,
    *,
    sequence: int,
    day: date,
    rule: DeliveryRule,
    lines: Sequence[Line],
    periods: Iterable[str] = (),
    mapping_version: str = "m1",
    contract: Contract = CONTRACT,
    branch_id: str = "germany",
) -> Receipt:
    """One accepted delivery, recorded as received and taken in."""
    sha256 = f"{sequence:064x}"
    found = fingerprint(sha256, contract.version, mapping_version, "1")
    identity = delivery_id(branch_id, contract.dataset, day, sequence)
    file = ReceivedFile(branch_id, sequence, f"file{sequence}.csv", sha256, 1, 1, NOON)
    constants = {
        "branch_id": branch_id,
        "dataset": contract.dataset,
        "delivery_id": identity,
        "delivery_date": day,
        "source_file": "file.csv",
        "source_sheet": "",
        "source_part": 1,
        "file_sha256": "0",
        "contract_version": contract.version,
        "mapping_version": mapping_version,
    }
    frame = _frame(contract, lines, constants)
    counted = tally(frame, contract.sums)
    receipt = Receipt(
        delivery_id=identity,
        branch_id=branch_id,
        dataset=contract.dataset,
        delivery_date=day,
        received_sequence=sequence,
        received_at=NOON,
        status="accepted",
        refused_reason=None,
        source_file=file.path,
        file_sha256=sha256,
        file_bytes=1,
        contract_version=contract.version,
        mapping_version=mapping_version,
        reader_version="1",
        fingerprint=found,
        rule=rule,
        periods=tuple(periods),
        owner="finance",
        rows=RowCounts(read=len(lines), accepted=len(lines)),
        standardized=counted,
        totals={"accepted": counted},
    )
    slices = {str(key[0]): part for key, part in frame.partition_by("slice_period", as_dict=True).items()}
    frames = DeliveryFrames(slices, pl.DataFrame(schema=QUARANTINE_SCHEMA), pl.DataFrame(schema=FINDINGS_SCHEMA))
    written = write_delivery(lake, receipt, frames, contract.sums)
    if sequence not in {event.data["sequence"] for event in log.read(RECEIVED)}:
        log.append(RECEIVED, file.as_data())
    record_taken_in(log, file, [TakenInDelivery(contract.dataset, identity, found)], {})
    return written


def _frame(contract: Contract, lines: Sequence[Line], constants: dict[str, Any]) -> pl.DataFrame:
    rows = [
        {
            "document_number": line.document,
            "line_number": line.number,
            "posting_date": line.day,
            "debit_amount_functional": line.amount,
            "functional_currency_code": line.currency,
            "line_text": line.text,
            **constants,
            "source_row": number,
            "slice_period": line.period,
        }
        for number, line in enumerate(lines, start=2)
    ]
    known = [{name: row.get(name) for name in contract.lake_schema} for row in rows]
    return pl.DataFrame(known, schema=contract.lake_schema)
