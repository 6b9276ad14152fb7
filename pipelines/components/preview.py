"""What an asset's page shows of the rows: the first accepted ones of tonight, and where refused ones stand and why.

Never shows raw text, nor a field that the contract classifies as personal or confidential. Not here: counts
(`deliveries`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg
import polars as pl

from pipelines.contracts.model import Contract, Severity
from pipelines.lake.deliveries import frame_path, slice_file
from pipelines.lake.parquet import read_rows, scan_rows
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.validation.advice import advice_for

ROWS = 10
_SHOWN = {"public", "internal"}
_PLACE = ("source_file", "source_row")
WAITS = "document_refused"  # on sound rows of a document with a refused one: the cause stands above it

Table = dg.TableMetadataValue


def preview(lake: Lake, receipts: Sequence[Receipt], contract: Contract) -> dict[str, Any]:
    """The first accepted rows of the newest delivery as the table `preview`, and which fields it leaves out."""
    newest = [one for one in receipts if one.status == "accepted" and one.slices][-1:]
    if not newest:
        return {}
    shown = [field.name for field in contract.fields if field.classification in _SHOWN]
    hidden = [f"{field.name} ({field.classification})" for field in contract.fields if field.name not in shown]
    rows = read_rows(slice_file(lake, newest[0], max(newest[0].slices)), [*shown, *_PLACE]).head(ROWS)
    said: dict[str, Any] = {"preview": _table(rows)}
    if hidden:
        said["preview leaves out"] = ", ".join(hidden)
    return said


def refusals(lake: Lake, receipts: Sequence[Receipt]) -> dict[str, Any]:
    """Why rows were refused: the table `refusals` with a line a reason: how often, where first, what to do."""
    paths = [frame_path(lake, one, "findings") for one in receipts if one.reasons]
    if not paths:
        return {}
    counted = (
        scan_rows(paths)
        .filter(pl.col("severity") == Severity.ERROR.value)
        .group_by("rule", maintain_order=True)
        .agg(pl.len().alias("findings"), pl.first("source_file"), pl.first("source_sheet"), pl.first("source_row"))
        .sort(pl.col("rule") == WAITS, pl.col("findings"), descending=[False, True], maintain_order=True)
        .collect()
    )
    records = [
        dg.TableRecord(
            {
                "reason": one["rule"],
                "findings": one["findings"],
                "first at": _place(one),
                "what to do": " ".join(advice_for([one["rule"]])),
            }
        )
        for one in counted.to_dicts()
    ]
    columns = [dg.TableColumn(name, type="int" if name == "findings" else "string") for name in records[0].data]
    return {"refusals": Table(records=records, schema=dg.TableSchema(columns))}


def _place(finding: dict[str, Any]) -> str:
    sheet = f", sheet {finding['source_sheet']}" if finding["source_sheet"] else ""
    row = f", row {finding['source_row']}" if finding["source_row"] is not None else ", the whole file"
    return f"{finding['source_file']}{sheet}{row}"


def _table(rows: pl.DataFrame) -> dg.TableMetadataValue:
    texts = rows.select(pl.all().cast(pl.String).fill_null(""))
    kinds = {name: str(dtype).lower() for name, dtype in rows.schema.items()}
    return Table(
        records=[dg.TableRecord(one) for one in texts.to_dicts()],
        schema=dg.TableSchema([dg.TableColumn(name, type=kinds[name]) for name in rows.columns]),
    )
