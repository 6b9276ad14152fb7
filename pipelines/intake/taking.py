"""Takes one received file in: one delivery per dataset that the branch's configuration finds in it.

Not here: the steps themselves, each of which is a module below or beside this one.
"""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.branches.config import BranchConfig, DatasetConfig, FileConfig
from pipelines.contracts.model import WHOLE, Scope, Severity
from pipelines.drift.shape import Drift, Shape
from pipelines.errors import SourceError
from pipelines.intake import controls, frames
from pipelines.intake.drafts import Drafts
from pipelines.intake.emptying import refuse_emptying
from pipelines.intake.judged import Judged
from pipelines.intake.kin import refuse_together
from pipelines.intake.opening import Opened, with_lookups
from pipelines.intake.repairing import Proposed, take_in_repairs
from pipelines.intake.repeated import first_of_same_bytes
from pipelines.intake.replay import expected_fingerprints
from pipelines.intake.sheets import in_words, numbered
from pipelines.intake.watching import Watch, drift_findings, extra_cells
from pipelines.lake.archive import archived, verified
from pipelines.lake.deliveries import QUARANTINE_SCHEMA, DeliveryFrames, write_delivery
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import OUT_OF_SCOPE, Receipt, RowCounts, Unused
from pipelines.lake.received import (
    ReceivedFile,
    TakenInDelivery,
    record_repeated,
    record_taken_in,
    record_unrecognised,
    taken_in,
)
from pipelines.repair.records import approved_by_file
from pipelines.repair.returned import is_returned
from pipelines.sources.packed import contents, is_archive
from pipelines.sources.table import TextTable
from pipelines.standardize.standardizing import standardize
from pipelines.validation.findings import Code, delivery_finding
from pipelines.validation.judging import PROBLEMS, judge

_DELIVERY_REFUSED = Code("delivery_refused", Scope.DELIVERY, Severity.ERROR, None)

Outcome = Literal["taken_in", "nothing_new", "unrecognised", "repairs"]


@dataclass(frozen=True)
class TakenIn:
    """What became of a received file. `receipts`: one for each dataset, none unless it was taken in.

    `proposed`: what a returned workbook of repairs came to; None for every other file.
    """

    file: ReceivedFile
    outcome: Outcome
    receipts: tuple[Receipt, ...] = ()
    proposed: Proposed | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What of a returned workbook was not taken, as sentences."""
        return self.proposed.notes if self.proposed else ()


@dataclass(frozen=True)
class _Refused:
    """A dataset of which no row could be standardized: why, and its tables if they could at least be read."""

    config: DatasetConfig
    reason: str
    tables: tuple[TextTable, ...] = ()
    shape: Shape | None = None
    drift: tuple[Drift, ...] = ()


def take_in(lake: Lake, log: EventLog, branch: BranchConfig, file: ReceivedFile) -> TakenIn:
    """Read, standardize and judge a received file, write its deliveries and record that in the log.

    Reads the archived bytes, so that it can be done again at any time; the same file under the same configuration gives
    the same deliveries. What cannot be read becomes a refused delivery with a receipt that says why. Raises `LakeError`
    when rows do not add up, the archive is damaged or the disk is full, and whatever a program error raises: then
    nothing of the file counts and it stays waiting. An archive that cannot be opened refuses every dataset that it may
    have held. A returned workbook of repairs is known by its marks, whatever its name, and only proposes.
    """
    if is_returned(lake.received(file.sha256), file.path):
        return TakenIn(file, "repairs", proposed=take_in_repairs(lake, log, branch, file, verified(lake, file.sha256)))
    if is_archive(file.path) and not file.member:
        return _take_in_closed(lake, log, branch, file)
    config = branch.version_for(file.path, file.received_at)
    if config is None:
        record_unrecognised(log, file)
        return TakenIn(file, "unrecognised")
    again = (branch.branch_id, file.sequence) in taken_in(log, branch.branch_id)
    if not again:
        first = first_of_same_bytes(lake, log, branch, file)
        if first is not None:
            record_repeated(log, file, first, _dated(branch, config, file))
            return TakenIn(file, "nothing_new")
    path = verified(lake, file.sha256) if again else archived(lake, file.sha256, file.size)
    scratch = lake.scratch / f"reading-{uuid.uuid4().hex}"
    repaired = approved_by_file(log, branch.branch_id)
    fingerprints = expected_fingerprints(log, branch, file, repaired)
    try:
        receipts = _deliver(lake, log, Opened(branch, config, file, path, scratch, repaired), fingerprints)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    deliveries = [TakenInDelivery(one.dataset, one.delivery_id, one.fingerprint) for one in receipts]
    given = {one.dataset for one in receipts}
    absent = {name: one for name, one in fingerprints.items() if name not in given}
    record_taken_in(log, file, deliveries, absent)
    return TakenIn(file, "taken_in", tuple(receipts))


def _take_in_closed(lake: Lake, log: EventLog, branch: BranchConfig, file: ReceivedFile) -> TakenIn:
    """An archive of which not even the names could be read when it arrived."""
    lost = [config for config in branch.files if config.may_stand_in(file.path)]
    try:
        contents(verified(lake, file.sha256), file.path)
    except SourceError as error:
        drafts = Drafts(branch, file, _dated(branch, lost[0], file)) if lost else None
        datasets = {name: dataset for config in lost for name, dataset in config.datasets.items()}
        receipts = [_write_refused(lake, drafts, _Refused(one, str(error))) for one in datasets.values() if drafts]
    else:
        receipts = []
    if not receipts:
        record_unrecognised(log, file)
        return TakenIn(file, "unrecognised")
    record_taken_in(log, file, [TakenInDelivery(one.dataset, one.delivery_id, one.fingerprint) for one in receipts], {})
    return TakenIn(file, "taken_in", tuple(receipts))


def _deliver(lake: Lake, log: EventLog, opened: Opened, fingerprints: Mapping[str, str]) -> list[Receipt]:
    branch, config, file = opened.branch, opened.config, opened.file
    watch = Watch(lake, log, opened)
    try:
        tables = opened.tables()
    except SourceError as error:
        drafts = Drafts(branch, file, _dated(branch, config, file), fingerprints)
        told = [(one, watch.unread(one, str(error))) for one in config.datasets.values()]
        return [_write_refused(lake, drafts, _Refused(one, why.reason, drift=why.drift)) for one, why in told]
    try:
        metadata = _metadata(tables)
        delivered_on = config.delivery_date.resolve(file.path, metadata, file.received_at, branch.time_zone)
    except SourceError as error:
        drafts = Drafts(branch, file, _dated(branch, config, file), fingerprints)
        return [_write_refused(lake, drafts, _Refused(dataset, str(error))) for dataset in config.datasets.values()]
    drafts = Drafts(branch, file, delivered_on, fingerprints, opened.repairs.get(file.sequence, ()))
    judged: dict[str, Judged] = {}
    refused: list[_Refused] = []
    for name, dataset in config.datasets.items():
        one: Judged | _Refused | None
        try:
            own = with_lookups(lake, log, opened, dataset, tables)
            one = _judged(dataset, own, file, metadata) if own else None
        except SourceError as error:
            own = tuple(table for table in tables if dataset.takes(table.section))
            one = _Refused(dataset, str(error), own)
        if isinstance(one, Judged):
            judged[name] = watch.judged(one, [table for table in tables if dataset.takes(table.section)], delivered_on)
        elif one is not None:
            given = [table for table in tables if dataset.takes(table.section)]
            why = watch.refused(dataset, given, one.reason, delivered_on)
            refused.append(replace(one, reason=why.reason, shape=why.shape, drift=why.drift))
    whole = refuse_emptying(refuse_together(judged), opened.config.layout, tables)
    receipts = [_write(lake, drafts, one) for one in whole.values()]
    return [*receipts, *(_write_refused(lake, drafts, one) for one in refused)]


def _metadata(tables: list[TextTable]) -> Mapping[str, str]:
    """Metadata of all tables; the first table that says something counts."""
    return {key: value for table in reversed(tables) for key, value in table.metadata.items()}


def _dated(branch: BranchConfig, config: FileConfig, file: ReceivedFile) -> date:
    """The delivery date of a file that is not opened: from its name if that is the rule, else when it arrived."""
    try:
        return config.delivery_date.resolve(file.path, {}, file.received_at, branch.time_zone)
    except SourceError:
        return file.received_at.astimezone(ZoneInfo(branch.time_zone)).date()


def _judged(
    config: DatasetConfig, tables: tuple[TextTable, ...], file: ReceivedFile, metadata: Mapping[str, str]
) -> Judged | _Refused:
    contract = config.contract
    found: list[pl.DataFrame] = []
    problems: list[pl.DataFrame] = []
    unused: list[Unused] = []
    try:
        for at, table in enumerate(tables):
            standardized = standardize(table, config.mapping, contract)
            for own, collected in zip((found, problems), standardized.collect(), strict=True):
                own.append(numbered(collected, at))
            non_data = (*table.non_data, *standardized.non_data)
            unused += [Unused(table.sheet, one.row, one.kind, one.text, one.count) for one in non_data]
            unused += [
                Unused(table.sheet, one.row, OUT_OF_SCOPE, one.text, one.count) for one in standardized.out_of_scope
            ]
        periods = config.periods(file.path, metadata)
    except SourceError as error:
        return _Refused(config, str(error), tables)
    frame = pl.concat(found) if len(found) > 1 else found[0]
    if config.rule == "period" and periods is not None and contract.slice_date is not None:
        problems.append(frames.outside_periods(frame, contract.slice_date, periods))
    verdict = judge(
        frame,
        pl.concat([one.cast(pl.Schema(PROBLEMS)) for one in problems]),
        contract,
        unreadable=sum(len(table.unreadable) for table in tables),
        shown=in_words(tables),
        explained=config.mapping.explained_by,
    )
    return Judged(
        config=config,
        tables=tables,
        frame=frame,
        accepted=verdict.accepted,
        refused=verdict.refused,
        duplicates=verdict.duplicates,
        findings=verdict.findings,
        unused=tuple(unused),
        periods=periods,
        refusal=verdict.delivery_refused,
    )


def _write(lake: Lake, drafts: Drafts, judged: Judged) -> Receipt:
    """Account for a judged dataset and write its delivery."""
    config, tables = judged.config, judged.tables
    compared = controls.compare(tables, judged.frame, judged.contract, config.controls)
    said = (frames.unreadable_findings(tables), frames.repaired_findings(tables, drafts.repairs, config.dataset))
    drifted = drift_findings(judged.drift, drafts.branch.branch_id)
    found = pl.concat([judged.findings, *said, *controls.control_findings(compared), *drifted])
    standardized, totals = judged.totals()
    receipt = replace(
        drafts.receipt(config),
        status="accepted" if judged.refusal is None else "refused",
        refused_reason=judged.refusal,
        periods=_periods(judged),
        rows=judged.row_counts(),
        standardized=standardized,
        totals=totals,
        controls=compared,
        unused=judged.unused,
        reasons=_reasons(found),
        shape=judged.shape,
        drift=judged.drift,
    )
    kept = judged.shape.kept if judged.shape is not None else ()
    written = DeliveryFrames(
        accepted=frames.accepted_slices(judged, receipt),
        quarantine=frames.quarantine(judged, receipt),
        findings=frames.findings(found, receipt, tables),
        extra=extra_cells(tables, kept),
    )
    return write_delivery(lake, receipt, written, judged.contract.sums)


def _periods(judged: Judged) -> tuple[str, ...]:
    """What the delivery speaks for. Refused rows count too: their month was delivered, though not all of it taken."""
    slice_date = judged.contract.slice_date
    if slice_date is None:
        return (WHOLE,)
    if judged.config.rule == "period":
        return judged.periods if judged.periods is not None else frames.months_of(judged.frame, slice_date)
    return frames.months_of(judged.accepted, slice_date)


def _write_refused(lake: Lake, drafts: Drafts, refused: _Refused) -> Receipt:
    """A delivery of which nothing could be standardized; its rows, if they could be read, go to the quarantine."""
    tables, contract = refused.tables, refused.config.contract
    receipt = replace(drafts.receipt(refused.config), refused_reason=refused.reason)
    found = delivery_finding(_DELIVERY_REFUSED, refused.tables[0].section if refused.tables else "", refused.reason)
    quarantine = pl.DataFrame(schema=QUARANTINE_SCHEMA)
    if tables:
        unused = tuple(Unused(table.sheet, one.row, one.kind, one.text) for table in tables for one in table.non_data)
        read = sum(table.rows_read for table in tables)
        rows = RowCounts(read, quarantined=read - len(unused), non_data=len(unused))
        receipt = replace(receipt, rows=rows, unused=unused)
        quarantine = frames.refused_tables(tables, receipt)
        found = pl.concat([found, frames.repaired_findings(tables, drafts.repairs, contract.dataset)])
    found = pl.concat([found, *drift_findings(refused.drift, drafts.branch.branch_id)])
    receipt = replace(receipt, reasons=_reasons(found), shape=refused.shape, drift=refused.drift)
    written = DeliveryFrames({}, quarantine, frames.findings(found, receipt, tables))
    return write_delivery(lake, receipt, written, contract.sums)


def _reasons(found: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(Counter(found.filter(pl.col("severity") == Severity.ERROR.value)["rule"]).items()))
