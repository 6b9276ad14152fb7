"""One branch's delivery for a month, and the tables in it on their way into files.

`Rows` numbers the rows, lets planted defects at them, and keeps account of what must come of each. Not here: formats. A
writer gives a function that writes one row of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pipelines.simulation.calendar import Month
from pipelines.simulation.defects import ACCEPTED, DUPLICATE, Cell, Moment, Plan, Row, Spoiled
from pipelines.simulation.truth import Mark, Replaced, Table, Truth
from pipelines.simulation.world import Branch


@dataclass(frozen=True)
class Delivery:
    """What every writer needs: where to, whose, which month, sent when. `revision` 2 is a corrected delivery."""

    folder: Path
    branch: Branch
    month: Month
    sent: date
    truth: Truth
    plan: Plan
    revision: int = 1

    @property
    def stamp(self) -> str:
        """The day it is sent, as file names say it: `20260203`."""
        return f"{self.sent:%Y%m%d}"

    def later(self, days: int, *, plan: Plan, revision: int = 1) -> Delivery:
        """Another delivery about the same month."""
        return replace(self, sent=self.sent + timedelta(days=days), plan=plan, revision=revision)

    def total(self, dataset: str, kind: str, amount: int, refused: bool) -> None:
        """Say what a record of this month is worth in the branch's own currency."""
        self.truth.total((self.branch.id, dataset, self.month.text, kind), amount, refused=refused)

    def table(self, dataset: str, file: str, sheet: str = "") -> Table:
        return Table(self.branch.id, dataset, file, sheet)

    def rows(self, table: Table, columns: Iterable[str], write: Callable[[Row], None]) -> Rows:
        """A table that defects may be planted in."""
        return Rows(table, columns, self, write)

    def sent_file(self, name: str, fate: str = "taken", because: str = "") -> None:
        """Say what becomes of a file of this delivery."""
        self.truth.file(self.branch.id, name, self.sent, fate, because)


class Rows:
    """The rows of one dataset in one file. `write` gets every row as it is delivered."""

    def __init__(self, table: Table, columns: Iterable[str], delivery: Delivery, write: Callable[[Row], None]) -> None:
        self.table = table
        self.columns = list(columns)
        self.row = 0  # the last row written, as a person counts
        self._truth, self._plan = delivery.truth, delivery.plan
        self._moment = Moment(table.dataset, delivery.month.number, delivery.revision)
        self._write = write

    def non_data(self, cells: Row) -> None:
        """A row without a record: metadata, title, header, subtotal, blank."""
        self.row += 1
        self._write(cells)
        self._truth.count(self.table, "non_data")

    def document(self, number: str, rows: list[Row]) -> bool:
        """The rows of one document; says whether it must be refused."""
        if not self._plan.waiting:
            for cells in rows:
                self._write(cells)
            self.row += len(rows)
            self._truth.count(self.table, "accepted", len(rows))
            return False
        spoiled, planted = self.spoil(number, rows)
        self.spoiled(number, spoiled, planted)
        return spoiled.refused

    def spoil(self, number: str, rows: list[Row]) -> tuple[Spoiled, str]:
        """The rows as they will be delivered, and the name of the defect in them; nothing is written yet."""
        spoiled, defect = self._plan.spoil(self._moment, number, rows, self.columns)
        return spoiled, defect.name if defect else ""

    def spoiled(self, number: str, spoiled: Spoiled, planted: str) -> None:
        """Write what `spoil` gave."""
        before = spoiled.before or spoiled.rows
        for cells, books, fate in zip(spoiled.rows, before, spoiled.fates, strict=True):
            self.row += 1
            self._write(cells)
            self._judge(number, fate, planted)
            self._remember(cells, books, planted)

    def warn(self, rule: str, number: str, planted: str, back: int = 0) -> None:
        """The last row, or one so many before it, must be reported and stays."""
        self._truth.findings.append(Mark(*self.table, self.row - back, rule, number, planted))

    def _remember(self, cells: Row, books: Row, planted: str) -> None:
        """Keep what each spoiled cell should have said."""
        if len(cells) != len(books):
            sent, right_row = ("\t".join(_text(cell) for cell in row) for row in (cells, books))
            self._truth.replaced.append(Replaced(*self.table, self.row, "", sent, right_row, planted))
            return
        for column, cell, right in zip(self.columns, cells, books, strict=True):
            if cell != right:
                place = (*self.table, self.row, column)
                self._truth.replaced.append(Replaced(*place, _text(cell), _text(right), planted))

    def _judge(self, number: str, fate: str, planted: str) -> None:
        if fate == ACCEPTED:
            self._truth.count(self.table, "accepted")
        elif fate == DUPLICATE:
            self._truth.count(self.table, "duplicate")
            self.warn(DUPLICATE, number, planted)
        else:
            self._truth.count(self.table, "quarantined")
            self._truth.refusals.append(Mark(*self.table, self.row, fate, number, planted))


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def together(number: str, head: tuple[Rows, Row], parts: tuple[Rows, list[Row]]) -> bool:
    """A record of two tables in one file: where head or parts are refused, the other is refused too; were they?"""
    (head_rows, head_row), (part_rows, rows) = head, parts
    one, planted = head_rows.spoil(number, [head_row])
    other, also = part_rows.spoil(number, rows)
    if one.refused or other.refused:
        planted = also = planted or also
        one, other = one.with_its_record(), other.with_its_record()
    head_rows.spoiled(number, one, planted)
    part_rows.spoiled(number, other, also)
    return one.refused
