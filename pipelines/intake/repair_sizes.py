"""By how much a correction changes the amounts of its row: standardized as it stands, and as it would be.

Not here: which cells somebody wants changed (repairing).
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import polars as pl

from pipelines.branches.config import BranchConfig, DatasetConfig
from pipelines.contracts.model import Kind
from pipelines.errors import LakeError, SourceError
from pipelines.intake.opening import Opened, with_lookups
from pipelines.lake.archive import verified
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import ReceivedFile
from pipelines.lake.tallies import tally
from pipelines.repair.feeding import is_amount
from pipelines.repair.overlay import line_cells, overlaid
from pipelines.repair.records import LINE, Cell, Difference, approved_by_file
from pipelines.repair.refused import RefusedRow
from pipelines.sources.layout import DelimitedLayout
from pipelines.sources.table import ROW, TextTable
from pipelines.standardize.standardizing import standardize


class Sizes:
    """What a correction does to the amounts of its row: standardized as it stands, and as it would be."""

    def __init__(self, lake: Lake, log: EventLog, branch: BranchConfig) -> None:
        self._lake, self._log, self._branch = lake, log, branch
        self._scratch = lake.scratch / f"sizing-{uuid.uuid4().hex}"
        self._opened: dict[int, tuple[Opened, list[TextTable]]] = {}
        self._repaired = approved_by_file(log, branch.branch_id)

    def close(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    def of(
        self, cell: Cell, file: ReceivedFile, old: str, new: str, refused: Sequence[RefusedRow]
    ) -> tuple[bool, tuple[Difference, ...]]:
        """Whether an amount is changed, and by how much per measure and currency (an unreadable one counts as zero)."""
        kind = self._branch.version_for(file.path, file.received_at)
        configs = [kind.datasets[one.receipt.dataset] for one in refused] if kind else []
        if cell.column != LINE and not is_amount(cell.column, configs):
            return False, ()
        try:
            opened, tables = self._tables(file)
            table = next(one for one in tables if one.sheet == cell.sheet)
        except (SourceError, LakeError, StopIteration):
            return True, ()
        if cell.column == LINE and _only_parted(new, old, table, opened, configs):
            return False, ()
        changed, found = False, dict[tuple[str, str], Decimal]()
        for config in configs:
            own = _only_row(table, cell.source_row)
            try:
                before, after = (
                    self._standardized(opened, config, one, tables) for one in (own, _with(own, opened, cell, new))
                )
            except SourceError:
                return True, ()
            changed = changed or _numbers(config, before) != _numbers(config, after)
            for key, amount in (tally(after, config.contract.sums) - tally(before, config.contract.sums)).sums.items():
                found[key] = found.get(key, Decimal(0)) + amount
        return changed, tuple(Difference(*key, amount) for key, amount in sorted(found.items()) if amount)

    def _tables(self, file: ReceivedFile) -> tuple[Opened, list[TextTable]]:
        if file.sequence not in self._opened:
            config = self._branch.version_for(file.path, file.received_at)
            if config is None:
                raise SourceError(file.path, "", "no file pattern matches it any more.", "Restore the pattern.")
            opened = Opened(
                self._branch,
                config,
                file,
                verified(self._lake, file.sha256),
                self._scratch / str(file.sequence),
                self._repaired,
            )
            self._opened[file.sequence] = (opened, opened.tables())
        return self._opened[file.sequence]

    def _standardized(
        self, opened: Opened, config: DatasetConfig, own: TextTable, tables: Sequence[TextTable]
    ) -> pl.DataFrame:
        others = [own if one.sheet == own.sheet else one for one in tables]
        looked_up = with_lookups(self._lake, self._log, opened, config, others)
        table = next(one for one in looked_up if one.sheet == own.sheet)
        return standardize(table, config.mapping, config.contract).collect()[0]


def _only_row(table: TextTable, row: int) -> TextTable:
    return replace(table, frame=table.frame.filter(pl.col(ROW) == row))


def _with(table: TextTable, opened: Opened, cell: Cell, new: str) -> TextTable:
    return overlaid([table], opened.config.layout, {cell: new})[0]


def _only_parted(line: str, sent: str, table: TextTable, opened: Opened, configs: Sequence[DatasetConfig]) -> bool:
    """Whether a rewritten line only tells the cells apart that were sent.

    Then every amount stands where it was sent, counted from the left (before the mistake) or the right (behind it).
    """
    layout, width = opened.config.layout, len(table.columns)
    cells = line_cells(line, layout, width)
    if cells is None or not isinstance(layout, DelimitedLayout):
        return False
    amounts = [at for at, name in enumerate(table.columns) if is_amount(name, configs)]
    for delimiter in (layout.delimiter, *layout.other_delimiters):
        parts = [one.strip().strip(layout.quote or "") for one in sent.rstrip("\r\n").split(delimiter)]
        from_left, from_right = [*parts, *[""] * width], [*[""] * width, *parts]
        if all(cells[at].strip() in (from_left[at], from_right[at - width]) for at in amounts):
            return True
    return False


def _numbers(config: DatasetConfig, rows: pl.DataFrame) -> list[dict[str, object]]:
    currencies = {currency for _, currency in config.contract.sums}
    names = [one.name for one in config.contract.fields if one.kind is Kind.DECIMAL or one.name in currencies]
    return rows.select(names).to_dicts()
