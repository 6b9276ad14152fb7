"""One dataset of one file after judging, and what that comes to in rows and sums.

Not here: the judging itself, and frames as they are written (frames).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.branches.config import DatasetConfig
from pipelines.contracts.model import Contract
from pipelines.drift.shape import Drift, Shape
from pipelines.lake.receipts import ACCEPTED, DUPLICATE, OUT_OF_SCOPE, QUARANTINED, RowCounts, Unused
from pipelines.lake.tallies import Tally, tally
from pipelines.sources.table import ROW, TextTable

PART = "source_part"
PLACE = [ROW, PART]


@dataclass(frozen=True)
class Judged:
    """A dataset's rows of one file, numbered over all its tables (sheets).

    `accepted` and `frame` have the contract's fields and the row's place.

    `refused`: place and document. `duplicates`: place. `findings`: as validation words them. `refusal`: why the
    delivery is refused whole, else None. `periods`: what it speaks for by its own words, None where its rows say it.
    """

    config: DatasetConfig
    tables: tuple[TextTable, ...]
    frame: pl.DataFrame
    accepted: pl.DataFrame
    refused: pl.DataFrame
    duplicates: pl.DataFrame
    findings: pl.DataFrame
    unused: tuple[Unused, ...]  # source rows that carry no record for this dataset
    periods: tuple[str, ...] | None
    refusal: str | None = None
    shape: Shape | None = None  # what its tables look like
    drift: tuple[Drift, ...] = ()  # how that differs from the delivery before

    @property
    def contract(self) -> Contract:
        return self.config.contract

    def row_counts(self) -> RowCounts:
        """Source rows by what became of them: a refused part quarantines the row, else an accepted part accepts it."""
        unreadable = sum(len(table.unreadable) for table in self.tables)
        read = sum(table.rows_read for table in self.tables)
        out_of_scope = sum(one.count for one in self.unused if one.kind == OUT_OF_SCOPE)
        non_data = sum(one.count for one in self.unused) - out_of_scope
        if self.refusal is not None:
            quarantined = self.frame[ROW].n_unique() + unreadable
            return RowCounts(read, quarantined=quarantined, out_of_scope=out_of_scope, non_data=non_data)
        refused = self.refused[ROW].unique()
        accepted = self.accepted[ROW].unique()
        if refused.len():
            accepted = accepted.filter(~accepted.is_in(refused.implode()))
        duplicate = self.duplicates[ROW].unique()
        if duplicate.len():
            duplicate = duplicate.filter(~duplicate.is_in(pl.concat([refused, accepted]).implode()))
        return RowCounts(read, accepted.len(), refused.len() + unreadable, duplicate.len(), out_of_scope, non_data)

    def totals(self) -> tuple[Tally, dict[str, Tally]]:
        """Standardized rows and sums in all, and shared out by what became of them."""
        sums = self.contract.sums
        everything = tally(self.frame, sums)
        if self.refusal is not None:
            return everything, {ACCEPTED: Tally(), QUARANTINED: everything, DUPLICATE: Tally()}
        whole = self.accepted.height == self.frame.height
        return everything, {
            ACCEPTED: everything if whole else tally(self.accepted, sums),
            QUARANTINED: tally(self._at(self.refused), sums),
            DUPLICATE: tally(self._at(self.duplicates), sums),
        }

    def _at(self, places: pl.DataFrame) -> pl.DataFrame:
        if places.is_empty():
            return self.frame.clear()
        return self.frame.join(places.select(PLACE), on=PLACE, how="semi")
