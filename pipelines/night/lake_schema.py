"""Fills schema `lake` of the build database: views over the slices to build, tables of what the lake knows.

Everything that dbt reads comes from here, so that no model ever looks for a file. Not here: any business rule, and what
is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from pipelines.closing.records import Certificate, Close
from pipelines.contracts.model import PROVENANCE, Contract, Field, Kind
from pipelines.errors import LakeError
from pipelines.lake.manifests import Manifest
from pipelines.lake.places import Lake
from pipelines.lake.receipts import QUARANTINED
from pipelines.lake.received import Confirmation
from pipelines.night.break_memory import BreakMemory, break_tables, create_break_changes
from pipelines.night.closed_months import close_tables, create_closed_balance
from pipelines.night.gathered import Gathered, create_gathered
from pipelines.night.golden_tables import GoldenTables, golden_tables
from pipelines.night.lake_state import Delivery, SliceKey, WaitingFile
from pipelines.night.master_history import create_delivered_views
from pipelines.night.obligations import Obligation
from pipelines.night.records import HeldBranch
from pipelines.repair.standing import StandingRepair

# Small reference data that touched rows of other datasets are looked up in: always whole.
_ALWAYS_WHOLE = {"fx_rate"}

_TEXT, _WHOLE, _MONEY = pl.String(), pl.Int64(), pl.Decimal(38, 4)
_SLICE = {"dataset": _TEXT, "branch_id": _TEXT, "slice_period": _TEXT}

_DELIVERY: dict[str, pl.DataType] = {
    "delivery_id": _TEXT,
    "branch_id": _TEXT,
    "dataset": _TEXT,
    "delivery_date": pl.Date(),
    "received_sequence": _WHOLE,
    "received_at": pl.Datetime("us"),
    "arrived_at": pl.Datetime("us"),
    "accepted_at": pl.Datetime("us"),
    "status": _TEXT,
    "source_file": _TEXT,
    "file_sha256": _TEXT,
    "contract_version": _TEXT,
    "mapping_version": _TEXT,
    "delivery_rule": _TEXT,
    "refused_reason": _TEXT,
    "rows_read": _WHOLE,
    "rows_accepted": _WHOLE,
    "rows_quarantined": _WHOLE,
    "rows_duplicate": _WHOLE,
    "rows_out_of_scope": _WHOLE,
    "rows_non_data": _WHOLE,
    "contract_rows_accepted": _WHOLE,
    "contract_rows_in_force": _WHOLE,
    "contract_rows_superseded": _WHOLE,
    "owner": _TEXT,
}
_REPAIR: dict[str, pl.DataType] = {
    "repair_id": _TEXT,
    "branch_id": _TEXT,
    "dataset": _TEXT,
    "document": _TEXT,
    "source_file": _TEXT,
    "source_sheet": _TEXT,
    "source_row": _WHOLE,
    "column_name": _TEXT,
    "kind": _TEXT,
    "old_value": _TEXT,
    "new_value": _TEXT,
    "state": _TEXT,
    "is_open": pl.Boolean(),
    "explanation": _TEXT,
    "made_by": _TEXT,
    "made_at": pl.Datetime("us"),
    "reason": _TEXT,
    "decided_by": _TEXT,
    "decided_at": pl.Datetime("us"),
    "closed_by_delivery_id": _TEXT,
}
_SUM = {"measure": _TEXT, "currency_code": _TEXT, "amount": _MONEY}

# Parquet columns of the lake -> columns of the schema and their types.
_FINDING = {
    "delivery_id": ("delivery_id", "VARCHAR"),
    "branch_id": ("branch_id", "VARCHAR"),
    "dataset": ("dataset", "VARCHAR"),
    "source_file": ("source_file", "VARCHAR"),
    "source_sheet": ("source_sheet", "VARCHAR"),
    "source_row": ("source_row", "BIGINT"),
    "document": ("document", "VARCHAR"),
    "severity": ("severity", "VARCHAR"),
    "scope": ("scope", "VARCHAR"),
    "rule": ("rule", "VARCHAR"),
    "column": ("column_name", "VARCHAR"),
    "value": ("value", "VARCHAR"),
    "message": ("message", "VARCHAR"),
}
_QUARANTINE = {
    "delivery_id": ("delivery_id", "VARCHAR"),
    "branch_id": ("branch_id", "VARCHAR"),
    "dataset": ("dataset", "VARCHAR"),
    "delivery_date": ("delivery_date", "DATE"),
    "source_file": ("source_file", "VARCHAR"),
    "source_sheet": ("source_sheet", "VARCHAR"),
    "source_row": ("source_row", "BIGINT"),
    "file_sha256": ("file_sha256", "VARCHAR"),
    "document": ("document", "VARCHAR"),
    "reasons": ("reasons", "VARCHAR"),
    "raw": ("raw", "VARCHAR"),
    "owner": ("owner", "VARCHAR"),
}


@dataclass(frozen=True)
class LakeState:
    """All that one night's dbt run needs to know of the lake. `touched` are the slices to build anew."""

    night_id: str
    night_date: date
    started_at: datetime
    manifests: Mapping[tuple[str, str], Manifest]
    deliveries: Sequence[Delivery]
    touched: frozenset[SliceKey]
    due: Sequence[Obligation]  # not yet due ones included
    held: Sequence[HeldBranch]
    confirmed: Sequence[Confirmation] = ()
    waiting: Sequence[WaitingFile] = ()
    time_zones: Mapping[str, str] = field(default_factory=dict)  # branch -> IANA zone; UTC where it is not named
    taken_in_at: Mapping[str, datetime] = field(default_factory=dict)  # delivery_id -> when it was first taken in
    repairs: Sequence[StandingRepair] = ()
    closes: Sequence[Close] = ()
    certificates: Sequence[Certificate] = ()
    breaks: BreakMemory = field(default_factory=BreakMemory)
    golden: GoldenTables = field(default_factory=GoldenTables)


def fill_lake_schema(build_db: Path, lake: Lake, contracts: Mapping[str, Contract], state: LakeState) -> None:
    """Create schema `lake` in a new database at `build_db`. Raises `LakeError` where a slice's file is missing."""
    with duckdb.connect(str(build_db)) as connection:
        connection.execute("create schema lake")
        for contract in contracts.values():
            _create_view(connection, lake, contract, state)
        types = {one.dataset: {field.name: _sql_type(field) for field in one.fields} for one in contracts.values()}
        create_delivered_views(connection, lake, state.deliveries, state.touched, types)
        for name, frame in _tables(state).items():
            _create_table(connection, build_db.parent, name, frame)
        for name, frame in close_tables(state.closes, state.certificates, _frame).items():
            _create_table(connection, build_db.parent, name, frame)
        create_closed_balance(connection, lake, state.closes)
        for name, frame in break_tables(state.breaks, _frame).items():
            _create_table(connection, build_db.parent, name, frame)
        create_break_changes(connection, lake, state.breaks)
        for name, frame in golden_tables(state.golden, _frame).items():
            _create_table(connection, build_db.parent, name, frame)
        receipts = [one.receipt for one in state.deliveries]
        quarantined = [one for one in receipts if one.rows.quarantined]
        create_gathered(connection, lake, receipts, Gathered("lake.finding", "findings", _FINDING))
        create_gathered(connection, lake, quarantined, Gathered("lake.quarantine", "quarantine", _QUARANTINE))


def _create_view(connection: duckdb.DuckDBPyConnection, lake: Lake, contract: Contract, state: LakeState) -> None:
    """A view over the slices of one dataset that are to be built, with the contract's columns and the provenance."""
    whole = contract.slice_date is None or contract.dataset in _ALWAYS_WHOLE
    files = []
    same_version = True
    for (dataset, branch_id), manifest in state.manifests.items():
        if dataset != contract.dataset:
            continue
        for period, one in manifest.slices.items():
            if whole or (dataset, branch_id, period) in state.touched:
                files.append(lake.root / one.file)
                same_version = same_version and manifest.contract_version == contract.version
    types = {field.name: _sql_type(field) for field in contract.fields}
    types |= {name: _PROVENANCE_TYPES[str(dtype)] for name, dtype in PROVENANCE.items()}
    columns = ", ".join(_name(name) for name in types)
    empty = "select " + ", ".join(f"cast(null as {kind}) as {_name(name)}" for name, kind in types.items())
    query = f"{empty} where false"
    if files:
        _assert_there(files)
        query = f"select {columns} from {_read_parquet(files)}"
        if not same_version:  # a held branch may still stand on slices of an older contract, without newer columns
            read = f"select * from read_parquet({_list(files)}, hive_partitioning = false, union_by_name = true)"
            query = f"select {columns} from ({empty} where false union all by name {read})"
    connection.execute(f"create view lake.{_name(contract.dataset)} as {query}")


def _assert_there(files: Iterable[Path]) -> None:
    for file in files:
        if not file.is_file():
            raise LakeError(
                f"{file}: a manifest names this slice but it is missing. Restore the lake from a backup, or delete the"
                " manifest: the next night builds the slice anew from its deliveries."
            )


def _tables(state: LakeState) -> dict[str, pl.DataFrame]:
    slices = sorted((key, one) for key, manifest in state.manifests.items() for one in manifest.slices.items())
    return {
        "touched_slice": _frame(_SLICE, sorted(state.touched)),
        "slice": _frame(
            {**_SLICE, "content_hash": _TEXT, "row_count": _WHOLE, "file": _TEXT},
            [(*key, period, one.content_hash, one.rows, one.file) for key, (period, one) in slices],
        ),
        "slice_sum": _frame(
            {**_SLICE, **_SUM},
            [(*key, period, *line) for key, (period, one) in slices for line in _sums(one.tally.sums)],
        ),
        "delivery": _frame(_DELIVERY, [_delivery(one, state) for one in state.deliveries]),
        "delivery_total": _frame(
            {"delivery_id": _TEXT, "row_class": _TEXT, **_SUM},
            [line for one in state.deliveries for line in _delivery_totals(one)],
        ),
        "delivery_control": _frame(
            {
                "delivery_id": _TEXT,
                "control_name": _TEXT,
                "declared": _TEXT,
                "computed": _TEXT,
                "difference": _MONEY,
                "agrees": pl.Boolean(),
            },
            [
                (
                    one.receipt.delivery_id,
                    control.name,
                    control.declared,
                    control.computed,
                    control.difference,
                    control.agrees,
                )
                for one in state.deliveries
                for control in one.receipt.controls
            ],
        ),
        "obligation": _frame(
            {"branch_id": _TEXT, "dataset": _TEXT, "owner_team": _TEXT, "due_date": pl.Date(), "period": _TEXT},
            [(one.branch_id, one.dataset, one.owner_team, one.due_date, one.period) for one in state.due],
        ),
        "confirmation": _frame(
            {
                "branch_id": _TEXT,
                "dataset": _TEXT,
                "delivery_id": _TEXT,
                "delivery_date": pl.Date(),
                "arrived_at": pl.Datetime("us"),
            },
            [
                (one.branch_id, one.dataset, one.delivery_id, one.delivery_date, _local(one, one.arrived_at, state))
                for one in state.confirmed
            ],
        ),
        "waiting": _frame(
            {
                "branch_id": _TEXT,
                "dataset": _TEXT,
                "source_file": _TEXT,
                "delivery_date": pl.Date(),
                "arrived_at": pl.Datetime("us"),
            },
            [
                (one.branch_id, one.dataset, one.source_file, one.delivery_date, _local(one, one.received_at, state))
                for one in state.waiting
            ],
        ),
        "night": _frame(
            {"night_id": _TEXT, "night_date": pl.Date(), "started_at": pl.Datetime("us")},
            [(state.night_id, state.night_date, state.started_at.replace(tzinfo=None))],
        ),
        "held_branch": _frame(
            {"branch_id": _TEXT, "since_night": _TEXT, "reason": _TEXT, "data_night": _TEXT, "status": _TEXT},
            [(one.branch_id, one.since_night, one.reason, one.data_night, one.status) for one in state.held],
        ),
        "repair": _frame(_REPAIR, [_repair(one) for one in state.repairs]),
        "repair_amount": _frame(
            {
                "repair_id": _TEXT,
                "branch_id": _TEXT,
                "measure": _TEXT,
                "currency_code": _TEXT,
                "amount_difference": _MONEY,
            },
            [
                (one.repair.repair_id, one.repair.cell.branch_id, size.measure, size.currency, size.amount)
                for one in state.repairs
                for size in one.repair.correction.differences
            ],
        ),
    }


def _repair(one: StandingRepair) -> tuple[object, ...]:
    repair, what = one.repair, one.repair.correction
    decided = repair.decided_at.replace(tzinfo=None) if repair.decided_at else None
    return (
        repair.repair_id,
        repair.cell.branch_id,
        what.dataset,
        what.document,
        what.path,
        repair.cell.sheet,
        repair.cell.source_row,
        repair.cell.column or None,
        what.kind,
        what.old,
        what.new,
        one.state,
        one.is_open,
        one.sentence,
        what.maker,
        repair.proposed_at.replace(tzinfo=None),
        what.reason,
        repair.decided_by,
        decided,
        one.closed_by,
    )


class _OfBranch(Protocol):
    @property
    def branch_id(self) -> str: ...


def _local(of: _OfBranch, instant: datetime | None, state: LakeState) -> datetime | None:
    """The instant as the branch's own clocks show it, without a zone."""
    zone = ZoneInfo(state.time_zones.get(of.branch_id, "UTC"))
    return None if instant is None else instant.astimezone(zone).replace(tzinfo=None)


def _delivery(one: Delivery, state: LakeState) -> tuple[object, ...]:
    receipt, rows = one.receipt, one.receipt.rows
    accepted = state.taken_in_at.get(receipt.delivery_id) if receipt.status == "accepted" else None
    return (
        receipt.delivery_id,
        receipt.branch_id,
        receipt.dataset,
        receipt.delivery_date,
        receipt.received_sequence,
        receipt.received_at.replace(tzinfo=None),
        _local(receipt, receipt.received_at, state),
        _local(receipt, accepted, state),
        one.status,
        receipt.source_file,
        receipt.file_sha256,
        receipt.contract_version,
        receipt.mapping_version,
        receipt.rule,
        receipt.refused_reason,
        rows.read,
        rows.accepted,
        rows.quarantined,
        rows.duplicate,
        rows.out_of_scope,
        rows.non_data,
        receipt.total("accepted").rows,
        one.standing.in_force.rows,
        one.standing.superseded.rows,
        receipt.owner,
    )


def _delivery_totals(one: Delivery) -> Iterable[tuple[object, ...]]:
    classes = {
        **{name: one.receipt.total(name) for name in ("accepted", QUARANTINED, "duplicate")},
        "in_force": one.standing.in_force,
        "superseded": one.standing.superseded,
    }
    for name, tally in classes.items():
        for line in _sums(tally.sums):
            yield (one.receipt.delivery_id, name, *line)


def _sums(sums: Mapping[tuple[str, str], Decimal]) -> list[tuple[str, str, Decimal]]:
    return [(measure, currency, amount) for (measure, currency), amount in sorted(sums.items())]


def _frame(schema: Mapping[str, pl.DataType], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def _create_table(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, frame: pl.DataFrame) -> None:
    """Hand a frame to DuckDB through a Parquet file: exact for decimals, and no further library between the two."""
    file = folder / f".{name}.parquet"
    frame.write_parquet(file)
    connection.execute(f"create table lake.{_name(name)} as select * from read_parquet({_text(file)})")
    file.unlink()


def _read_parquet(files: Sequence[Path]) -> str:
    # The folders look like hive partitions (branch_id=…); the rows carry the branch themselves.
    return f"read_parquet({_list(files)}, hive_partitioning = false)"


def _list(files: Sequence[Path]) -> str:
    return f"[{', '.join(_text(file) for file in files)}]"


def _text(value: object) -> str:
    """An SQL string literal; a view cannot take parameters, and a path may hold a quote."""
    return "'" + str(value).replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_PROVENANCE_TYPES = {"String": "VARCHAR", "Date": "DATE", "Int64": "BIGINT"}


def _sql_type(field: Field) -> str:
    match field.kind:
        case Kind.DECIMAL:
            return f"DECIMAL({field.precision},{field.scale})"
        case Kind.INTEGER:
            return "BIGINT"
        case Kind.STRING:
            return "VARCHAR"
        case _:
            return field.kind.value.upper()
