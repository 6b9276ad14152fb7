"""Deliveries in the lake: writing one whole or not at all, finding those that count, reading their frames.

Not here: what later deliveries do to them (slices), or how they come about (intake).
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.errors import LakeError
from pipelines.lake.events import EventLog
from pipelines.lake.files import commit_folder, disk_errors, ensure_folder, sha256_of
from pipelines.lake.parquet import read_rows, scan_rows, write_parquet
from pipelines.lake.places import Lake
from pipelines.lake.receipts import DeliveredSlice, Receipt, order_of
from pipelines.lake.received import taken_in, withdrawn
from pipelines.lake.tallies import tally

FrameName = Literal["quarantine", "findings"]
RECEIPT = "receipt.json"

QUARANTINE_SCHEMA: dict[str, pl.DataType] = {
    "delivery_id": pl.String(),
    "branch_id": pl.String(),
    "dataset": pl.String(),
    "delivery_date": pl.Date(),
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "source_row": pl.Int64(),
    "source_part": pl.Int64(),
    "file_sha256": pl.String(),
    "contract_version": pl.String(),
    "mapping_version": pl.String(),
    "document": pl.String(),
    "reasons": pl.String(),
    "raw": pl.String(),
    "owner": pl.String(),
}

FINDINGS_SCHEMA: dict[str, pl.DataType] = {
    "delivery_id": pl.String(),
    "branch_id": pl.String(),
    "dataset": pl.String(),
    "delivery_date": pl.Date(),
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "source_row": pl.Int64(),
    "file_sha256": pl.String(),
    "contract_version": pl.String(),
    "mapping_version": pl.String(),
    "severity": pl.String(),
    "scope": pl.String(),
    "rule": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
    "document": pl.String(),
}

# What stood in columns that nothing maps: the row's place, and its cells of these columns as JSON.
EXTRA_SCHEMA: dict[str, pl.DataType] = {
    "source_sheet": pl.String(),
    "source_row": pl.Int64(),
    "cells": pl.String(),
}

_SCHEMAS: Mapping[FrameName, dict[str, pl.DataType]] = {"quarantine": QUARANTINE_SCHEMA, "findings": FINDINGS_SCHEMA}


@dataclass(frozen=True)
class DeliveryFrames:
    """What a delivery's folder holds: per period the accepted rows in source order; refused rows; findings."""

    accepted: Mapping[str, pl.DataFrame]
    quarantine: pl.DataFrame
    findings: pl.DataFrame
    extra: pl.DataFrame | None = None  # text of columns that nothing maps, where the contract keeps it


@dataclass(frozen=True)
class StandingReceipt:
    """A delivery that counts: its newest revision, and whether it was withdrawn."""

    receipt: Receipt
    withdrawn: bool


def write_delivery(lake: Lake, receipt: Receipt, frames: DeliveryFrames, sums: Sequence[tuple[str, str]]) -> Receipt:
    """Write a delivery's folder and return the receipt with its slices filled in; `sums` as the contract names them.

    The same fingerprint again leaves the folder as it is. Raises `LakeError` when rows do not add up or the disk is
    full; nothing half-written stays where readers look.
    """
    final = lake.delivery(receipt.delivery_id, receipt.fingerprint)
    temporary = lake.scratch / f"delivery-{uuid.uuid4().hex}"
    try:
        with disk_errors(final):
            ensure_folder(temporary)
            delivered = {
                period: _write_slice(temporary, period, frame, sums)
                for period, frame in sorted(frames.accepted.items())
                if frame.height
            }
            done = replace(receipt, slices=delivered)
            done.assert_conserved()
            write_parquet(frames.quarantine.select(_typed(QUARANTINE_SCHEMA)), temporary / "quarantine.parquet")
            write_parquet(frames.findings.select(_typed(FINDINGS_SCHEMA)), temporary / "findings.parquet")
            if frames.extra is not None:
                write_parquet(frames.extra.select(_typed(EXTRA_SCHEMA)), temporary / "extra.parquet")
            (temporary / RECEIPT).write_bytes(done.as_json())
            commit_folder(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return read_receipt(lake, receipt.delivery_id, receipt.fingerprint)


def read_receipt(lake: Lake, delivery_id: str, fingerprint: str) -> Receipt:
    """The receipt of one revision; `LakeError` when it is missing."""
    path = lake.delivery(delivery_id, fingerprint) / RECEIPT
    try:
        return Receipt.from_json(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise LakeError(
            f"{path}: the receipt of delivery {delivery_id} is missing. Restore the lake from a backup, or take the"
            " file in again with its bytes from the lake's archive."
        ) from error


def current_receipts(
    lake: Lake, log: EventLog, branch_id: str | None = None, dataset: str | None = None
) -> list[StandingReceipt]:
    """Every delivery (also refused and withdrawn ones) in its newest revision, in the order in which they take effect.

    Which revision counts is what the log says of the file's last taking in; older ones stay readable by fingerprint.
    """
    gone = withdrawn(log)
    found = [
        StandingReceipt(read_receipt(lake, one.delivery_id, one.fingerprint), file in gone)
        for file, deliveries in taken_in(log, branch_id).items()
        for one in deliveries
        if dataset in (None, one.dataset)
    ]
    return sorted(found, key=lambda one: (one.receipt.branch_id, one.receipt.dataset, *one.receipt.order))


def in_effect(lake: Lake, log: EventLog, branch_id: str, dataset: str) -> list[Receipt]:
    """The accepted, not withdrawn deliveries of one dataset and branch, in order."""
    return [
        one.receipt
        for one in current_receipts(lake, log, branch_id, dataset)
        if not one.withdrawn and one.receipt.status == "accepted"
    ]


def names_in_effect(
    lake: Lake, log: EventLog, branch_id: str, dataset: str, accepted: Container[tuple[str, str]]
) -> list[tuple[str, str]]:
    """(delivery id, fingerprint) of what `in_effect` gives, in order. Receipts of those that a manifest holds already,
    and so were `accepted`, are not opened: a night must not read again what was in force the night before.
    """
    gone = withdrawn(log)
    found = [
        (one.delivery_id, one.fingerprint)
        for file, deliveries in taken_in(log, branch_id).items()
        if file not in gone
        for one in deliveries
        if one.dataset == dataset
        and (
            (one.delivery_id, one.fingerprint) in accepted
            or read_receipt(lake, one.delivery_id, one.fingerprint).status == "accepted"
        )
    ]
    return sorted(found, key=lambda one: order_of(one[0]))


def slice_file(lake: Lake, receipt: Receipt, period: str) -> Path:
    """The accepted rows of one period of a delivery."""
    return lake.delivery(receipt.delivery_id, receipt.fingerprint) / receipt.slices[period].file


def accepted_rows(lake: Lake, receipt: Receipt) -> pl.LazyFrame:
    """All accepted rows of a delivery; an empty frame without columns when there are none."""
    return scan_rows([slice_file(lake, receipt, period) for period in receipt.slices])


def frame_path(lake: Lake, receipt: Receipt, name: FrameName) -> Path:
    """Where the quarantine or the findings of a delivery lie."""
    return lake.delivery(receipt.delivery_id, receipt.fingerprint) / f"{name}.parquet"


def read_frame(lake: Lake, receipt: Receipt, name: FrameName) -> pl.DataFrame:
    """The quarantine or the findings of a delivery, with the columns of their schema above."""
    return read_rows(frame_path(lake, receipt, name)).select(list(_SCHEMAS[name]))


def read_extra(lake: Lake, receipt: Receipt) -> pl.DataFrame:
    """The text of the columns that nothing maps, as EXTRA_SCHEMA has it; empty where none was kept."""
    path = lake.delivery(receipt.delivery_id, receipt.fingerprint) / "extra.parquet"
    if not path.is_file():
        return pl.DataFrame(schema=EXTRA_SCHEMA)
    return read_rows(path).select(list(EXTRA_SCHEMA))


def _write_slice(folder: Path, period: str, frame: pl.DataFrame, sums: Sequence[tuple[str, str]]) -> DeliveredSlice:
    name = f"accepted/{period}.parquet"
    ensure_folder(folder / "accepted")
    write_parquet(frame, folder / name)
    return DeliveredSlice(name, sha256_of(folder / name), tally(frame, sums))


def _typed(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    return [pl.col(name).cast(dtype) for name, dtype in schema.items()]
