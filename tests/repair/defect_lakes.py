"""Two lakes of the simulated six: one that took in planted defects, one that took in the books. Not a test.

Nothing here looks at how a repair works: workbooks are filled in as a person would, cell by cell, with what the books
say.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from pipelines.branches import load_branch
from pipelines.branches.config import BranchConfig
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract
from pipelines.intake.replay import outdated
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.manifests import all_manifests
from pipelines.lake.places import Lake
from pipelines.lake.received import waiting
from pipelines.lake.resolving import resolve
from pipelines.repair.exporting import export_branch
from pipelines.repair.records import proposals
from pipelines.settings import REPOSITORY
from pipelines.simulation.defects import Defect
from pipelines.simulation.group import SEED, simulate
from pipelines.simulation.planted import ALL
from pipelines.simulation.truth import Replaced, Truth

BRANCHES = ("germany", "norway", "united_states", "france", "china", "united_kingdom", "group")
DEFECTS: tuple[Defect, ...] = ALL
MAKER = "Maker M."
NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
_FOLDERS = REPOSITORY / "pipelines" / "defs" / "branches"
_PROFILES = REPOSITORY / "pipelines" / "profiles"
_FIRST_PAIR = 9  # the columns before it say which row it is
Place = tuple[str, str]  # dataset, branch
Frames = dict[Place, pl.DataFrame]


@cache
def contracts() -> dict[str, Contract]:
    return load_contracts(REPOSITORY / "data_contracts")


@cache
def branch_of(name: str) -> BranchConfig:
    return load_branch(_FOLDERS / name / "defs.yaml", contracts(), _PROFILES)


@dataclass(frozen=True)
class Side:
    """A lake and the landing area before it."""

    root: Path

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def log(self) -> EventLog:
        return EventLog(self.lake.events, clock=lambda: NOON)

    def land(self, branch: str, file: Path, name: str = "") -> None:
        home = self.root / "landing" / branch
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, home / (name or file.name))

    def night(self, branches: Iterable[str] = BRANCHES, told_otherwise: BranchConfig | None = None) -> list[TakenIn]:
        """What a night does with the lake: receive, take in what waits or reads differently now, resolve."""
        told: list[TakenIn] = []
        for name in branches:
            branch = told_otherwise or branch_of(name)
            receive_new(self.lake, self.log, self.root / "landing", name)
            files = {file.sequence: file for file in (*outdated(self.log, branch), *waiting(self.log, name))}
            taken = [take_in(self.lake, self.log, branch, file) for _, file in sorted(files.items())]
            told += taken
            for dataset in sorted({receipt.dataset for one in taken for receipt in one.receipts}):
                resolve(self.lake, self.log, contracts()[dataset], name)
        return told

    def in_force(self) -> Frames:
        """(dataset, branch) → the contract's fields of every row in force, in one order."""
        found = {}
        for (dataset, branch), manifest in all_manifests(self.lake).items():
            names = contracts()[dataset].names
            files = [self.lake.root / one.file for one in manifest.slices.values()]
            rows = pl.concat([pl.read_parquet(file).select(names) for file in files])
            found[dataset, branch] = rows.sort(names, nulls_last=True)
        return found


def differing(here: Frames, there: Frames) -> set[Place]:
    """Which datasets of which branches are not the same, row for row."""
    return {
        place
        for place in {*here, *there}
        if place not in here or place not in there or not here[place].equals(there[place])
    }


@dataclass(frozen=True)
class Scene:
    """The same months twice: as they were sent with `defects`, and as the books have them."""

    root: Path
    truth: Truth
    spoiled: Side
    clean: Side

    def sent(self, side: str, branch: str) -> Path:
        return self.root / side / "deliveries" / branch

    def changed_files(self, branch: str) -> list[str]:
        """Files that a defect changed."""
        wrong, right = self.sent("wrong", branch), self.sent("right", branch)
        names = sorted(path.name for path in wrong.iterdir())
        return [name for name in names if not filecmp.cmp(wrong / name, right / name, shallow=False)]

    def land_both(self, branches: Collection[str] = BRANCHES) -> None:
        """Put every file that a defect changed before both lakes, and take it in."""
        for branch in branches:
            for name in self.changed_files(branch):
                self.spoiled.land(branch, self.sent("wrong", branch) / name)
                self.clean.land(branch, self.sent("right", branch) / name)
        self.spoiled.night(branches)
        self.clean.night(branches)


def scene(root: Path, defects: Sequence[Defect], *, seed: int = SEED, only: Collection[str] = ()) -> Scene:
    """Simulate as many months as the defects need, with and without them."""
    months = max(defect.month for defect in defects)
    truth = simulate(root / "wrong", months=months, defects=defects, seed=seed, only=only)
    simulate(root / "right", months=months, defects=False, seed=seed, only=only)
    return Scene(root, truth, Side(root / "spoiled"), Side(root / "clean"))


def moved(defects: Iterable[Defect], nth: int | None = None) -> list[Defect]:
    """The defects in the first month instead of theirs."""
    return [replace(one, month=1, nth=nth or one.nth) for one in defects]


def fill_in(workbook: Path, cells: Iterable[Replaced], maker: str = MAKER) -> list[Replaced]:
    """Write what the books say into the cells that a defect changed; returns those that are not in the workbook."""
    book = openpyxl.load_workbook(workbook)
    book["read me"]["B3"] = maker
    book["read me"]["B4"] = "as the voucher says"
    missing = [cell for cell in cells if not any(_written(sheet, cell) for sheet in book.worksheets)]
    book.save(workbook)
    return missing


def _written(sheet: Any, cell: Replaced) -> bool:
    titles = [one.value for one in sheet[1]]
    if titles[:4] != ["file", "file no.", "sheet", "row"]:
        return False
    for row in sheet.iter_rows(min_row=2):
        place = (row[0].value, row[2].value or "", str(row[3].value))
        if place == (cell.file, cell.sheet, str(cell.row)):
            at = _column(titles, [one.value for one in row], cell)
            if at is not None:
                sent = str(row[at - 1].value or "")
                row[at].value = cell.books if cell.column else _without_its_last_cell(sent)
                return True
    return False


def _without_its_last_cell(line: str) -> str:
    """What a person does with a line that has a cell too many."""
    return line.rstrip("\r\n").rpartition(";")[0]


def _column(titles: Sequence[object], values: Sequence[object], cell: Replaced) -> int | None:
    """The white column of that name: readers put what stands above before it (`DebitAmount`, `lines.amount`)."""
    name = (cell.column or "line").casefold()
    for at in range(_FIRST_PAIR + 1, len(titles), 2):
        title = str(titles[at]).casefold()
        if title == name or (title.endswith(name) and (values[at - 1] or "") == cell.delivered):
            return at
    return None


def send_workbooks(side: Side, cells: Sequence[Replaced], folder: Path) -> list[Replaced]:
    """Export every branch's refused rows, fill in what the books say, send them back and take them in.

    Returns the cells that stand in no workbook, since their rows are not refused.
    """
    missing: list[Replaced] = []
    for branch in BRANCHES:
        own = [cell for cell in cells if cell.branch == branch]
        workbook = export_branch(side.lake, side.log, branch_of(branch), folder)
        if workbook is None:
            missing += own
            continue
        missing += fill_in(workbook, own)
        side.land(branch, workbook)
    side.night()
    return missing


def waiting_repairs(side: Side) -> list[str]:
    """Repairs that nobody has decided on."""
    return [one.repair_id for one in proposals(side.log) if one.decision == "proposed"]
