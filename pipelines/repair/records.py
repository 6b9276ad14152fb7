"""Repairs as the event log knows them: who proposed which cell, who approved or rejected it.

Append-only: a repair is one `repair_proposed` event and at most a few decisions after it. Not here: what became of the
row (standing), workbooks (exporting, returned).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pipelines.errors import RepairError
from pipelines.lake.events import Event, EventLog
from pipelines.lake.received import REPAIRS_READ, ReceivedFile

EXPORTED = "quarantine_exported"  # a workbook was written: its id is known from then on
PROPOSED = "repair_proposed"
APPROVED = "repair_approved"
REJECTED = "repair_rejected"

Kind = Literal["coding", "amount"]
Decision = Literal["proposed", "approved", "rejected"]
LINE = ""  # the column of a repair that replaces a row's whole line, since its cells could not be told apart


@dataclass(frozen=True, order=True)
class Cell:
    """Where a repaired cell stands: the received file, the sheet (or kind of record), the row, the source column."""

    branch_id: str
    sequence: int
    sheet: str
    source_row: int
    column: str


@dataclass(frozen=True)
class Difference:
    """By how much a repair changes a sum of the contract: new − old."""

    measure: str
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class Correction:
    """One changed cell of a returned workbook. `dataset`: where the row was refused; `document`: as it was named."""

    cell: Cell
    path: str
    dataset: str
    document: str | None
    old: str
    new: str
    kind: Kind
    differences: tuple[Difference, ...]
    maker: str
    reason: str


@dataclass(frozen=True)
class Repair:
    """A proposed correction and what was decided on it. Times are UTC; `decided_by` is the checker of an approval."""

    repair_id: str
    correction: Correction
    proposed_at: datetime
    workbook: str  # path of the workbook that brought it
    workbook_id: str
    decision: Decision = "proposed"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""

    @property
    def cell(self) -> Cell:
        return self.correction.cell

    @property
    def file(self) -> tuple[str, int]:
        """Branch and received sequence of the file that the repair lies on."""
        return self.cell.branch_id, self.cell.sequence


def proposals(log: EventLog, branch_id: str | None = None) -> list[Repair]:
    """Every repair ever proposed (of one branch, or of all), in order, with the newest decision on it."""
    found: dict[str, Repair] = {}
    for event in log.read(PROPOSED, APPROVED, REJECTED):
        if event.kind == PROPOSED:
            repair = _repair(event)
            if branch_id in (None, repair.cell.branch_id):
                found[repair.repair_id] = repair
            continue
        repair_id = event.data["repair_id"]
        if repair_id in found:
            found[repair_id] = replace(
                found[repair_id],
                decision="approved" if event.kind == APPROVED else "rejected",
                decided_by=event.data["by"],
                decided_at=event.at,
                decision_reason=event.data.get("reason", ""),
            )
    return list(found.values())


def approved_by_file(log: EventLog, branch_id: str) -> dict[int, tuple[Repair, ...]]:
    """Received sequence → the approved repairs on that file, in the order of their approval (a later one wins)."""
    found: dict[int, list[Repair]] = {}
    if not log.read(APPROVED):
        return {}
    for one in proposals(log, branch_id):
        if one.decision == "approved":
            found.setdefault(one.cell.sequence, []).append(one)
    return {sequence: tuple(sorted(ones, key=_decided)) for sequence, ones in found.items()}


def _decided(repair: Repair) -> tuple[datetime, int]:
    assert repair.decided_at is not None
    return repair.decided_at, int(repair.repair_id[1:])


def record_exported(log: EventLog, branch_id: str, workbook_id: str, rows: int) -> None:
    """Say that a workbook of refused rows was written for a branch."""
    log.append(EXPORTED, {"workbook_id": workbook_id, "branch_id": branch_id, "rows": rows})


def exported_workbooks(log: EventLog) -> dict[str, str]:
    """Workbook id → the branch that it was written for."""
    return {event.data["workbook_id"]: event.data["branch_id"] for event in log.read(EXPORTED)}


def record_returned(
    log: EventLog, file: ReceivedFile, workbook_id: str, corrections: Sequence[Correction], notes: Sequence[str]
) -> list[Repair]:
    """Propose `corrections` and say that the workbook `file` was read; in one go, so that a kill leaves nothing half.

    `notes`: what of the workbook was not taken, as sentences.
    """
    first = len(log.read(PROPOSED)) + 1
    said = [
        (PROPOSED, {"repair_id": f"R{number}", "workbook": file.path, "workbook_id": workbook_id, **_as_data(one)})
        for number, one in enumerate(corrections, start=first)
    ]
    read = {
        "branch_id": file.branch_id,
        "sequence": file.sequence,
        "path": file.path,
        "proposed": [data["repair_id"] for _, data in said],
        "notes": list(notes),
    }
    events = log.append_all([*said, (REPAIRS_READ, read)])
    return [_repair(event) for event in events if event.kind == PROPOSED]


def workbook_notes(log: EventLog, branch_id: str | None = None) -> list[tuple[str, str, datetime, str]]:
    """(branch, workbook, read at, sentence) for everything in a returned workbook that was not taken."""
    return [
        (event.data["branch_id"], event.data["path"], event.at, note)
        for event in log.read(REPAIRS_READ)
        if branch_id in (None, event.data["branch_id"])
        for note in event.data["notes"]
    ]


def approve(log: EventLog, repair_ids: Sequence[str], *, by: str) -> list[Repair]:
    """Approve repairs as their checker. All or none; raises `RepairError` where one is unknown, decided already, or was
    proposed by `by`: whoever corrects a cell cannot be the one who approves it.
    """
    named = _named(log, repair_ids, by)
    for one in named:
        if same_person(one.correction.maker, by):
            raise RepairError(
                f"{one.repair_id} was proposed by {one.correction.maker}, who cannot approve it too. Nothing was"
                " approved: let a second person decide."
            )
        _refuse_decided(one, allowed=("proposed",))
    _refuse_clashes(named)
    log.append_all([(APPROVED, {"repair_id": one.repair_id, "by": by.strip()}) for one in named])
    return named


def reject(log: EventLog, repair_ids: Sequence[str], *, by: str, reason: str) -> list[Repair]:
    """Turn repairs down, also approved ones: then the row is judged as it was sent again. Raises as `approve` does."""
    named = _named(log, repair_ids, by)
    if not reason.strip():
        raise RepairError('A rejection needs a reason, which its maker will read. Say --reason "…".')
    for one in named:
        _refuse_decided(one, allowed=("proposed", "approved"))
    log.append_all([(REJECTED, {"repair_id": one.repair_id, "by": by.strip(), "reason": reason}) for one in named])
    return named


def same_person(one: str, other: str) -> bool:
    """Whether two names as people typed them are one person's: spaces, case and what nobody sees make no other."""
    return _name(one) == _name(other)


def _name(typed: str) -> str:
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(seen.split()).casefold())


def _named(log: EventLog, repair_ids: Sequence[str], by: str) -> list[Repair]:
    if not _name(by):
        raise RepairError("A decision needs a person. Say --by NAME.")
    known = {one.repair_id: one for one in proposals(log)}
    wanted = list(dict.fromkeys(one.strip().upper() for one in repair_ids))
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise RepairError(f"There is no repair {', '.join(unknown)}. `tieout repair list` names those that wait.")
    return [known[one] for one in wanted]


def _refuse_decided(repair: Repair, allowed: Sequence[Decision]) -> None:
    if repair.decision not in allowed:
        raise RepairError(
            f"{repair.repair_id} was {repair.decision} by {repair.decided_by} already. Nothing was"
            " decided: leave it out."
        )


def _refuse_clashes(named: Sequence[Repair]) -> None:
    """Two waiting repairs that want other things of one cell: only one of them can be approved at a time."""
    wanted: dict[Cell, Repair] = {}
    for one in named:
        other = wanted.setdefault(one.cell, one)
        if other.correction.new != one.correction.new:
            raise RepairError(
                f"{other.repair_id} and {one.repair_id} want different things of the same cell. Nothing was approved:"
                " approve one and reject the other."
            )


def _as_data(correction: Correction) -> dict[str, Any]:
    differences = [{**asdict(one), "amount": format(one.amount, "f")} for one in correction.differences]
    return {**asdict(correction.cell), **_plain(correction), "differences": differences}


def _plain(correction: Correction) -> dict[str, Any]:
    return {name: getattr(correction, name) for name in _PLAIN}


_PLAIN = ("path", "dataset", "document", "old", "new", "kind", "maker", "reason")


def _repair(event: Event) -> Repair:
    said: Mapping[str, Any] = event.data
    correction = Correction(
        cell=Cell(said["branch_id"], said["sequence"], said["sheet"], said["source_row"], said["column"]),
        differences=tuple(
            Difference(one["measure"], one["currency"], Decimal(one["amount"])) for one in said["differences"]
        ),
        **{name: said[name] for name in _PLAIN},
    )
    return Repair(said["repair_id"], correction, event.at, said["workbook"], said["workbook_id"])
