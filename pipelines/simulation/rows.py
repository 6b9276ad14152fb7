"""One table on its way into a file: numbers its rows, lets planted defects at them, keeps account of what must come of each.

Not here: formats. A writer gives a function that writes one row of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipelines.simulation.defects import ACCEPTED, DUPLICATE, Plan, Row
from pipelines.simulation.truth import Truth


@dataclass
class Place:
    """Which table of which file, and the month it reports; `revision` 2 is a corrected delivery."""

    branch: str
    dataset: str
    file: str
    month: int
    sheet: str = ""
    revision: int = 1


class Rows:
    """The rows of one dataset in one file. `write` gets every row as it is delivered."""

    def __init__(
        self, place: Place, columns: Iterable[str], truth: Truth, plan: Plan | None, write: Callable[[Row], None]
    ) -> None:
        self.place = place
        self.columns = list(columns)
        self.row = 0  # the last row written, as a person counts
        self._truth = truth
        self._plan = plan
        self._write = write

    def non_data(self, cells: Row) -> None:
        """A row without a record: metadata, title, header, subtotal, blank."""
        self.row += 1
        self._write(cells)
        self._count("non_data")

    def out_of_scope(self, cells: Row) -> None:
        """A record that belongs to another dataset of the same table."""
        self.row += 1
        self._write(cells)
        self._count("out_of_scope")

    def document(self, number: str, rows: list[Row]) -> bool:
        """The rows of one document; says whether it must be refused."""
        if self._plan is None or not self._plan.waiting:
            for cells in rows:
                self._write(cells)
            self.row += len(rows)
            self._count("accepted", len(rows))
            return False
        place = self.place
        spoiled, defect = self._plan.spoil(place.dataset, place.month, place.revision, number, rows, self.columns)
        for cells, fate in zip(spoiled.rows, spoiled.fates, strict=True):
            self.row += 1
            self._write(cells)
            self._judge(number, fate, defect.name if defect else "")
        return spoiled.refused

    def warn(self, rule: str, number: str, planted: str, back: int = 0) -> None:
        """The last row, or one so many before it, must be reported and stays."""
        place = self.place
        self._truth.find(place.branch, place.dataset, place.file, place.sheet, self.row - back, rule, number, planted)

    def _judge(self, number: str, fate: str, planted: str) -> None:
        if fate == ACCEPTED:
            self._count("accepted")
        elif fate == DUPLICATE:
            self._count("duplicate")
            self.warn(DUPLICATE, number, planted)
        else:
            self._count("quarantined")
            place = self.place
            self._truth.refuse(place.branch, place.dataset, place.file, place.sheet, self.row, fate, number, planted)

    def _count(self, row_class: str, rows: int = 1) -> None:
        place = self.place
        self._truth.count(place.branch, place.dataset, place.file, place.sheet, row_class, rows)
