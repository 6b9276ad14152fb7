"""Receipts of all deliveries in one file of the lake's index, without what no night asks of an old delivery.

A revision's receipt never changes, so a night opens only those that no night before it has seen. A cache: it may be
deleted while no night runs. One that is torn, altered or of another form is not believed but gathered anew. Not here:
which deliveries count (lake_state), their rows (gathered).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

from pipelines.contracts.model import WHOLE
from pipelines.errors import LakeError
from pipelines.lake.deliveries import read_receipt
from pipelines.lake.files import atomic_write, ensure_folder
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt

Revision = tuple[str, str]  # delivery id, fingerprint


def gathered_receipts(lake: Lake, wanted: Iterable[Revision]) -> dict[Revision, Receipt]:
    """The receipts of these revisions without slices of months, unused rows, shape and drift.

    A list's one slice is kept: its history is told from all its deliveries.

    Raises `LakeError` where one that has not been gathered yet is missing or cannot be read.
    """
    file = lake.root / "index" / "receipts.ndjson"
    kept = _read(file)
    found: dict[Revision, Receipt] = {}
    lines: list[bytes] = []
    for one in wanted:
        line, receipt = kept.get(one) or _gathered(lake, one)
        found[one] = receipt
        lines.append(line)
    if kept.keys() != found.keys():
        ensure_folder(file.parent)
        block = b"".join(lines)
        atomic_write(file, _header(block) + block)
    return found


def _gathered(lake: Lake, revision: Revision) -> tuple[bytes, Receipt]:
    whole = read_receipt(lake, *revision)
    kept = {period: one for period, one in whole.slices.items() if period == WHOLE}
    receipt = replace(whole, slices=kept, unused=(), shape=None, drift=())
    return json.dumps(json.loads(receipt.as_json()), ensure_ascii=False).encode() + b"\n", receipt


def _read(file: Path) -> dict[Revision, tuple[bytes, Receipt]]:
    """What was gathered; nothing where the file is not whole or was written in another form."""
    try:
        said = file.read_bytes()
    except FileNotFoundError:
        return {}
    end = said.find(b"\n") + 1
    block = said[end:]
    if said[:end] != _header(block):
        return {}
    try:
        receipts = [(line, Receipt.from_json(line, str(file))) for line in block.splitlines(keepends=True)]
    except LakeError:
        return {}
    return {(one.delivery_id, one.fingerprint): (line, one) for line, one in receipts}


def _header(block: bytes) -> bytes:
    """Of the lines that follow, and of the form in which they are written."""
    form = " ".join([*(one.name for one in fields(Receipt)), "slices:", WHOLE])
    return hashlib.sha256(form.encode() + b"\n" + block).hexdigest().encode() + b"\n"
