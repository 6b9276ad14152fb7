"""The frames of a delivery as they are written: accepted rows per slice, refused rows with raw text, findings.

Not here: what is refused and why (validation, kin), and writing (lake).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from pipelines.contracts.model import WHOLE
from pipelines.intake.judged import PART, PLACE, Judged
from pipelines.intake.sheets import bounds, numbered, own_row, own_sheet, place_of
from pipelines.lake.parquet import constant
from pipelines.lake.receipts import Receipt
from pipelines.repair.overlay import unplaced
from pipelines.repair.records import Repair
from pipelines.sources.table import ROW, TextTable, UnreadableRow
from pipelines.validation.findings import FINDINGS

UNREADABLE = "unreadable_row"
_ERROR = "error"


def months_of(frame: pl.DataFrame, slice_date: str | None) -> tuple[str, ...]:
    """The slice periods of rows, sorted; rows without a date speak for none."""
    if slice_date is None:
        return (WHOLE,)
    return tuple(_period(number) for number in sorted(_month(frame[slice_date]).drop_nulls().unique()))


def accepted_slices(judged: Judged, receipt: Receipt) -> dict[str, pl.DataFrame]:
    """Period → accepted rows in source order, with the lake's columns (fields, then provenance)."""
    if judged.refusal is not None:
        return {}
    rows = _in_source_order(judged.accepted)
    parts = {WHOLE: rows} if judged.contract.slice_date is None else _by_month(rows, judged.contract.slice_date)
    return {
        period: part.select(_lake_columns(judged, receipt, period)) for period, part in parts.items() if part.height
    }


def quarantine(judged: Judged, receipt: Receipt) -> pl.DataFrame:
    """One row per refused source row: its raw cells as JSON, every reason, who answers for it."""
    refused = _refused_rows(judged)
    reasons = _reasons(judged)
    raw = _raw(judged.tables, refused[ROW])
    rows = (
        refused.join(reasons, on=ROW, how="left")
        .join(raw, on=ROW, how="left")
        .select(ROW, PART, "document", pl.col("reasons").fill_null(_other_reason(judged)), "raw")
    )
    unreadable = _unreadable(judged.tables)
    lost = pl.DataFrame(
        {
            ROW: [place for place, _ in unreadable],
            PART: [1 for _ in unreadable],
            "document": [None for _ in unreadable],
            "reasons": [f"{UNREADABLE}: {one.reason}" for _, one in unreadable],
            "raw": [one.raw for _, one in unreadable],
        },
        schema=rows.schema,
    )
    return pl.concat([rows, lost]).sort(ROW).with_columns(_place(receipt, judged.tables))


def refused_tables(tables: Sequence[TextTable], receipt: Receipt) -> pl.DataFrame:
    """The quarantine of tables that could not be standardized at all: every data row, raw."""
    read = [numbered(_json_rows(table.frame, table.columns).collect(), at) for at, table in enumerate(tables)]
    data = pl.concat(read)
    unreadable = pl.DataFrame([(place, one.raw) for place, one in _unreadable(tables)], data.schema, orient="row")
    return (
        pl.concat([data, unreadable])
        .sort(ROW)
        .with_columns(
            pl.lit(1, pl.Int64).alias(PART),
            pl.lit(None, pl.String).alias("document"),
            pl.lit(f"delivery_refused: {receipt.refused_reason}").alias("reasons"),
            *_place(receipt, tables),
        )
    )


def findings(found: pl.DataFrame, receipt: Receipt, tables: Sequence[TextTable]) -> pl.DataFrame:
    """Findings with where they belong."""
    return found.with_columns(_place(receipt, tables))


def unreadable_findings(tables: Sequence[TextTable]) -> pl.DataFrame:
    """One error for each row whose cells could not be told apart."""
    said = [
        {"source_row": place, "severity": _ERROR, "scope": "row", "rule": UNREADABLE, "value": one.raw[:200]}
        | {"message": one.reason}
        for place, one in _unreadable(tables)
    ]
    return pl.DataFrame(said, schema=FINDINGS)


def repaired_findings(tables: Sequence[TextTable], repairs: Sequence[Repair], dataset: str) -> pl.DataFrame:
    """One warning for each approved repair of these tables' rows; an error where one finds no column to lie on."""
    said: list[Mapping[str, object]] = []
    lost = {one.repair_id for one in unplaced(tables, repairs)}
    for one in repairs:
        what = one.correction
        at = next((at for at, table in enumerate(tables) if table.sheet == one.cell.sheet), None)
        if one.repair_id in lost:
            if what.dataset == dataset:
                said.append(
                    {"severity": _ERROR, "scope": "delivery", "rule": "repair_not_applied", "value": what.new}
                    | {"message": f"{one.repair_id}: the file, as it is read now, has no column {one.cell.column!r}."}
                )
        elif at is not None:
            place = {"source_row": place_of(one.cell.source_row, at), "source_part": 1, "column": one.cell.column}
            words = f"{what.old!r} → {what.new!r}, made by {what.maker}, approved by {one.decided_by} ({one.repair_id})"
            said.append(
                {**place, "severity": "warning", "scope": "row", "rule": "repaired", "value": what.new}
                | {"message": f"{words}: {what.reason}" if what.reason else f"{words}."}
            )
    return pl.DataFrame(said, schema=FINDINGS)


def outside_periods(frame: pl.DataFrame, slice_date: str, periods: tuple[str, ...]) -> pl.DataFrame:
    """Problems (as standardize words them) for rows whose slice date lies outside the periods the delivery declares."""
    allowed = pl.Series([int(period.replace("-", "")) for period in periods], dtype=pl.Int32)
    outside = frame.filter(~_month(frame[slice_date]).is_in(allowed.implode()))
    text = pl.col(slice_date).cast(pl.String)
    said = pl.concat_str(
        pl.lit(f"{slice_date} "), text, pl.lit(f" lies outside the delivery's period {', '.join(periods)}.")
    )
    return outside.select(
        *PLACE,
        pl.lit("outside_period").alias("rule"),
        pl.lit(slice_date).alias("column"),
        text.alias("value"),
        said.alias("message"),
    )


def _month(dates: pl.Series) -> pl.Series:
    """2026-02-17 → 202602: cheaper to compare than text."""
    return (dates.dt.year().cast(pl.Int32) * 100 + dates.dt.month()).alias("month")


def _period(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"


def _by_month(rows: pl.DataFrame, slice_date: str) -> dict[str, pl.DataFrame]:
    month = _month(rows[slice_date])
    if month.is_sorted():
        # Most ledgers are exported in order of date: then a month is a range of rows and nothing is copied.
        runs = month.rle().struct.unnest()
        starts = runs["len"].cum_sum() - runs["len"]
        return {
            _period(value): rows.slice(start, length)
            for value, start, length in zip(runs["value"], starts, runs["len"], strict=True)
        }
    parts = rows.with_columns(month).partition_by("month", as_dict=True, include_key=False, maintain_order=True)
    return {_period(value[0]): part for value, part in parts.items()}


def _in_source_order(rows: pl.DataFrame) -> pl.DataFrame:
    step = rows[ROW].diff()
    ordered = rows[ROW].is_sorted() and bool(((step != 0) | (rows[PART].diff() > 0)).all())
    return rows if ordered else rows.sort(PLACE)


def _lake_columns(judged: Judged, receipt: Receipt, period: str) -> list[pl.Expr]:
    constants: Mapping[str, str | date] = {
        "branch_id": receipt.branch_id,
        "dataset": receipt.dataset,
        "delivery_id": receipt.delivery_id,
        "delivery_date": receipt.delivery_date,
        "source_file": receipt.source_file,
        "file_sha256": receipt.file_sha256,
        "contract_version": receipt.contract_version,
        "mapping_version": receipt.mapping_version,
        "slice_period": period,
    }
    places = {ROW: own_row(judged.tables), "source_sheet": own_sheet(judged.tables)}
    written = {**places, **{name: _constant(value) for name, value in constants.items()}}
    return [written.get(name, pl.col(name)).alias(name) for name in judged.contract.lake_schema]


def _constant(value: str | date) -> pl.Expr:
    return constant(value) if isinstance(value, str) else pl.lit(value)


def _place(receipt: Receipt, tables: Sequence[TextTable]) -> list[pl.Expr]:
    return [
        pl.lit(receipt.delivery_id).alias("delivery_id"),
        pl.lit(receipt.branch_id).alias("branch_id"),
        pl.lit(receipt.dataset).alias("dataset"),
        pl.lit(receipt.delivery_date).alias("delivery_date"),
        pl.lit(receipt.source_file).alias("source_file"),
        own_sheet(tables),
        own_row(tables),
        pl.lit(receipt.file_sha256).alias("file_sha256"),
        pl.lit(receipt.contract_version).alias("contract_version"),
        pl.lit(receipt.mapping_version).alias("mapping_version"),
        pl.lit(receipt.owner).alias("owner"),
    ]


def _refused_rows(judged: Judged) -> pl.DataFrame:
    """One row per source row: its first refused part and its document."""
    refused = judged.refused
    if judged.refusal is not None:
        # All rows go with the delivery; those refused by themselves keep the document they were refused with.
        others = judged.frame.select(PLACE).join(refused, on=PLACE, how="anti")
        refused = pl.concat([refused, others.with_columns(pl.lit(None, pl.String).alias("document"))])
    return refused.sort(PLACE).unique(ROW, keep="first", maintain_order=True)


def _reasons(judged: Judged) -> pl.DataFrame:
    column = pl.when(pl.col("column").is_null()).then(pl.lit("")).otherwise("(" + pl.col("column") + ")")
    errors = judged.findings.filter(pl.col("severity") == _ERROR, pl.col(ROW).is_not_null())
    worded = errors.sort(PLACE, maintain_order=True).select(
        ROW, pl.concat_str(pl.col("rule"), column, pl.lit(": "), pl.col("message").fill_null("")).alias("reasons")
    )
    return worded.group_by(ROW, maintain_order=True).agg(pl.col("reasons").unique(maintain_order=True).str.join("; "))


def _other_reason(judged: Judged) -> str:
    if judged.refusal is not None:
        return f"delivery_refused: {judged.refusal}"
    return "document_refused: refused with its document"


def _raw(tables: Sequence[TextTable], rows: pl.Series) -> pl.DataFrame:
    """source_row and the row's cells as JSON text, read from the file once more."""
    found = [pl.DataFrame(schema={ROW: pl.Int64(), "raw": pl.String()})]
    for at, table in enumerate(tables):
        own = pl.DataFrame({ROW: rows}).filter(pl.col(ROW).is_between(*bounds(at)))
        if own.height:
            wanted = own.select(own_row(tables))[ROW]
            raw = _json_rows(table.frame.filter(pl.col(ROW).is_in(wanted.implode())), table.columns)
            found.append(numbered(raw.collect(), at))
    return pl.concat(found).unique(ROW, keep="first", maintain_order=True)


def _unreadable(tables: Sequence[TextTable]) -> list[tuple[int, UnreadableRow]]:
    return [(place_of(one.row, at), one) for at, table in enumerate(tables) for one in table.unreadable]


def _json_rows(rows: pl.LazyFrame, columns: tuple[str, ...]) -> pl.LazyFrame:
    cells = pl.struct(columns).struct.json_encode() if columns else pl.lit("{}")
    return rows.select(pl.col(ROW).cast(pl.Int64), cells.alias("raw"))
