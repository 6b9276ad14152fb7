"""Takes a returned workbook of repairs in: compares it with what lies in the lake and proposes each changed cell.

Nothing is applied here: an approved repair is laid over the file when that is taken in again (opening, replay). Not
here: reading the workbook (repair.returned), and decisions (repair.records).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.branches.config import BranchConfig
from pipelines.errors import RepairError, SourceError
from pipelines.intake.repair_sizes import Sizes
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import ReceivedFile, received_files, withdrawn
from pipelines.repair.exporting import as_first_sent, config_of, is_cut, repairable, shown
from pipelines.repair.feeding import Feed, feeds
from pipelines.repair.records import (
    Cell,
    Correction,
    Repair,
    approved_by_file,
    exported_workbooks,
    proposals,
    record_returned,
)
from pipelines.repair.refused import RefusedRow, open_receipts, refused_rows
from pipelines.repair.returned import Returned, ReturnedRow, WrittenCell, read_returned
from pipelines.repair.typed import as_text, same_text


@dataclass(frozen=True)
class Proposed:
    """What a returned workbook came to: new proposals, and sentences for whatever of it was not taken."""

    repairs: tuple[Repair, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """One sentence for the night's summary."""
        many = "1 repair waits" if len(self.repairs) == 1 else f"{len(self.repairs)} repairs wait"
        waiting = f"{many} for a second person (`tieout repair list`)"
        return f"{waiting}; not taken ({len(self.notes)}): {' '.join(self.notes)}" if self.notes else waiting


def take_in_repairs(lake: Lake, log: EventLog, branch: BranchConfig, file: ReceivedFile, path: Path) -> Proposed:
    """Propose the changed cells of the returned workbook `file` (its bytes: `path`) and record that it was read.

    The same workbook again proposes nothing new. Whatever is wrong with it is a note, never an error.
    """
    try:
        returned = read_returned(path, file.path)
        _refuse_foreign(log, branch, file, returned)
    except (SourceError, RepairError) as error:
        record_returned(log, file, "", (), [str(error)])
        return Proposed((), (str(error),))
    work = _Comparison(lake, log, branch, returned.workbook_id)
    try:
        for row in returned.rows:
            work.compare(row)
    finally:
        work.close()
    notes = [*returned.notes, *work.notes]
    return Proposed(tuple(record_returned(log, file, returned.workbook_id, work.corrections, notes)), tuple(notes))


def _refuse_foreign(log: EventLog, branch: BranchConfig, file: ReceivedFile, returned: Returned) -> None:
    known = exported_workbooks(log).get(returned.workbook_id)
    if known is None:
        raise RepairError(
            f"{file.path}: the workbook was not exported from here (its id is {returned.workbook_id!r})."
            " Nothing of it was taken: export one with `tieout quarantine export`."
        )
    if known != branch.branch_id or returned.branch_id != known:
        raise RepairError(
            f"{file.path}: the workbook holds rows of branch {known!r}, and lies in the folder of"
            f" {branch.branch_id!r}. Nothing of it was taken: put it into landing/{known}."
        )


class _Comparison:
    """Compares rows of a workbook with the lake's refused rows; collects corrections and notes."""

    def __init__(self, lake: Lake, log: EventLog, branch: BranchConfig, workbook_id: str) -> None:
        self.corrections: list[Correction] = []
        self.notes: list[str] = []
        self._branch, self._workbook_id = branch, workbook_id
        self._refused: dict[tuple[int, str, int], list[RefusedRow]] = {}
        for one in refused_rows(lake, open_receipts(lake, log, branch.branch_id)):
            self._refused.setdefault(one.place, []).append(one)
        self._files = {one.sequence: one for one in received_files(log, branch.branch_id)}
        self._gone = withdrawn(log)
        self._repaired = approved_by_file(log, branch.branch_id)
        self._known = proposals(log, branch.branch_id)
        self._sizes = Sizes(lake, log, branch)

    def close(self) -> None:
        self._sizes.close()

    def compare(self, row: ReturnedRow) -> None:
        """Look at one row of the workbook."""
        refused = self._refused.get((row.sequence, row.sheet, row.source_row), [])
        file = self._files.get(row.sequence)
        own = next((one for one in refused if one.receipt.dataset == row.dataset), refused[0] if refused else None)
        if file is None or file.path != row.path:
            self._note(row, f"no file {row.path!r} has the number {row.sequence}; the grey cells must stay as they are")
        elif own is None:
            if any(not same_text(one.written, one.sent) for one in row.cells):
                self._note(row, self._why_not_refused(row, file))
        else:
            changes = self._changes(row, own)
            if changes and not row.maker.strip():
                self._note(row, "cells were changed, but nobody is named in 'corrected by'. Name a person there")
                return
            for column, old, new in changes:
                self._propose(row, refused, (column, old, new))

    def _changes(self, row: ReturnedRow, refused: RefusedRow) -> list[tuple[str, str, str]]:
        """(column, text now, text wanted) for each cell that was changed and can be taken."""
        config = config_of(self._branch, refused.receipt)
        cells = repairable(refused, config) or {}
        originals = as_first_sent(refused, self._repaired)
        found = []
        for one in row.cells:
            now = cells.get(one.column)
            if now is None:
                if not same_text(one.written, one.sent):
                    self._note(row, f"{one.place}: the row has no column {one.column!r} that could be corrected")
                continue
            if not same_text(one.sent, shown(originals.get(one.column, now))):
                self._note(
                    row,
                    f"{one.place}: the grey cell beside it reads {_brief(one.sent)}, but sent was"
                    f" {_brief(originals.get(one.column, now))}; it was changed, or the workbook is out of date",
                )
                continue
            new = self._wanted(row, one, now, feeds(one.column, config) if config else ())
            if new is not None:
                found.append((one.column, now, new))
        return found

    def _wanted(self, row: ReturnedRow, cell: WrittenCell, now: str, uses: Sequence[Feed]) -> str | None:
        """The text that the cell is to have; None where it stays or cannot be taken, which then is noted."""
        if cell.is_formula:
            self._note(row, f"{cell.place} holds a formula; formulas are never carried out. Write its value as text")
            return None
        if same_text(cell.written, shown(now)):
            return None
        if is_cut(now):
            self._note(row, f"{cell.place} was too long for the workbook and cannot be corrected in it")
            return None
        try:
            wanted = as_text(cell.written, now, uses, is_workbook=self._is_workbook(row))
        except RepairError as error:
            self._note(row, f"{cell.place}: {error}")
            return None
        return None if wanted == now else wanted

    def _propose(self, row: ReturnedRow, refused: Sequence[RefusedRow], change: tuple[str, str, str]) -> None:
        column, old, new = change
        cell = Cell(self._branch.branch_id, row.sequence, row.sheet, row.source_row, column)
        for known in self._known:
            if known.cell != cell:
                continue
            if known.correction.new == new and known.decision != "rejected":
                return
            if known.correction.new == new and known.workbook_id == self._workbook_id:
                self._note(row, f"{known.repair_id} proposed that already, and {known.decided_by} rejected it")
                return
            if known.decision == "proposed":
                self._note(row, f"{known.repair_id} wants {known.correction.new!r} of the same cell. Approve one")
        if any(one.cell == cell and one.new == new for one in self.corrections):
            return
        if any(one.cell == cell for one in self.corrections):
            self._note(row, f"column {column!r} was corrected twice in different ways; approve one of both")
        kind, differences = self._sizes.of(cell, self._files[row.sequence], old, new, refused)
        own = next((one for one in refused if one.receipt.dataset == row.dataset), refused[0])
        self.corrections.append(
            Correction(
                cell=cell,
                path=row.path,
                dataset=own.receipt.dataset,
                document=own.document,
                old=old,
                new=new,
                kind="amount" if kind else "coding",
                differences=differences,
                maker=" ".join(row.maker.split()),
                reason=row.reason,
            )
        )

    def _why_not_refused(self, row: ReturnedRow, file: ReceivedFile) -> str:
        if (file.branch_id, file.sequence) in self._gone:
            return f"{file.path} was withdrawn since; there is nothing to correct"
        return (
            f"row {row.source_row} of {file.path} is not refused any more: it is in force, or a later delivery"
            " replaced it. Export again for what is still refused"
        )

    def _is_workbook(self, row: ReturnedRow) -> bool:
        file = self._files[row.sequence]
        kind = self._branch.version_for(file.path, file.received_at)
        return kind is not None and kind.layout.kind == "excel"

    def _note(self, row: ReturnedRow, sentence: str) -> None:
        self.notes.append(f"{row.where} ({row.path}, row {row.source_row}): {sentence}.")


def _brief(text: object) -> str:
    said = str(text)
    return repr(said if len(said) <= 60 else said[:60] + "…")
