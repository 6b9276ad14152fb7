"""The defects that are planted in what the branches deliver, each with the rule that must catch it.

A defect spoils the rows of one document on their way into a file; the books are never touched. Not here: how rows are
written (writers), or what the statements show without the refused documents (truth).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

Cell = str | int | float | date | None
Row = list[Cell]
ACCEPTED = ""
DUPLICATE = "duplicate_row"
DOCUMENT = "document_refused"


@dataclass
class Spoiled:
    """Rows as they are delivered, and for each what must become of it: a rule's code, or nothing."""

    rows: list[Row]
    fates: list[str]
    before: list[Row] = field(default_factory=list)  # what each row should have said; empty where nothing is planted

    @property
    def refused(self) -> bool:
        return any(fate not in (ACCEPTED, DUPLICATE) for fate in self.fates)

    def settled(self) -> Spoiled:
        """One refused row refuses the rest of its document."""
        return self.with_its_record() if self.refused else self

    def with_its_record(self) -> Spoiled:
        """Refused: what is not refused for a reason of its own goes with the rest."""
        return Spoiled(
            self.rows, [fate if fate not in (ACCEPTED, DUPLICATE) else DOCUMENT for fate in self.fates], self.before
        )


class Moment(NamedTuple):
    """In which dataset and month; `revision` 2 is the corrected delivery of the same month."""

    dataset: str
    month: int
    revision: int = 1


@dataclass(frozen=True)
class Defect:
    """Where a defect is planted: in the `nth` document of the month that fits (`number` begins its number)."""

    name: str
    branch: str
    dataset: str
    month: int
    nth: int = 1
    number: str = ""
    least_rows: int = 1
    most_rows: int = 999

    @property
    def moment(self) -> Moment:
        return Moment(self.dataset, self.month)

    def fits(self, document: str, rows: list[Row], columns: list[str]) -> bool:  # noqa: ARG002 - subclasses look at cells
        return document.startswith(self.number) and self.least_rows <= len(rows) <= self.most_rows

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        raise NotImplementedError


@dataclass(frozen=True)
class BadCell(Defect):
    """A cell holds what cannot be; `value` is written there, or made from what was there."""

    column: str = ""
    value: Cell | Callable[[Cell], Cell] = None
    rule: str = ""
    every_row: bool = False
    at: int = 0
    where: Callable[[Cell], bool] | None = None  # the cell has to be like this before

    def fits(self, document: str, rows: list[Row], columns: list[str]) -> bool:
        at = columns.index(self.column)
        return super().fits(document, rows, columns) and (self.where is None or self.where(rows[self.at][at]))

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        at = columns.index(self.column)
        spoiled = Spoiled([list(row) for row in rows], [ACCEPTED] * len(rows))
        for n in range(len(rows)) if self.every_row else [self.at]:
            before = spoiled.rows[n][at]
            spoiled.rows[n][at] = self.value(before) if callable(self.value) else self.value
            spoiled.fates[n] = self.rule
        return spoiled.settled()


@dataclass(frozen=True)
class PositiveCreditNote(Defect):
    """All amounts of a credit note lost their minus."""

    columns: tuple[str, ...] = ()

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        spoiled = Spoiled([list(row) for row in rows], ["credit_note_is_negative"] * len(rows))
        for row in spoiled.rows:
            for at in (columns.index(name) for name in self.columns):
                row[at] = str(row[at]).lstrip("-")
        return spoiled


@dataclass(frozen=True)
class WrongAmount(BadCell):
    """An amount in the books' own currency that reads well and is wrong: nobody can see it before the correction."""

    def fits(self, document: str, rows: list[Row], columns: list[str]) -> bool:
        return super().fits(document, rows, columns) and rows[self.at][columns.index("WKZ Umsatz")] == "EUR"


@dataclass(frozen=True)
class KeptText(BadCell):
    """A text that looks dangerous and is none of our business: it stays as it is, as text."""


@dataclass(frozen=True)
class Unbalanced(Defect):
    """The books balance; one line's amount was altered on its way out."""

    column: str = ""
    alter: Callable[[Cell], Cell] = lambda cell: cell
    where: Callable[[Cell], bool] = bool

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        at = columns.index(self.column)
        spoiled = Spoiled([list(row) for row in rows], ["balanced"] * len(rows))
        first = next(n for n, row in enumerate(rows) if self.where(row[at]))
        spoiled.rows[first][at] = self.alter(rows[first][at])
        return spoiled


@dataclass(frozen=True)
class OneCellTooMany(Defect):
    """More cells than the header has, and the last one is not empty: they can no longer be told apart."""

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:  # noqa: ARG002
        spoiled = Spoiled([list(row) for row in rows], [ACCEPTED] * len(rows))
        spoiled.rows[0].append("?")
        spoiled.fates[0] = "unreadable_row"
        return spoiled.settled()


@dataclass(frozen=True)
class IdenticalTwice(Defect):
    """The same row once more: counted as a duplicate, nothing refused."""

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:  # noqa: ARG002
        return Spoiled([*rows, list(rows[-1])], [*([ACCEPTED] * len(rows)), DUPLICATE])


@dataclass(frozen=True)
class SameKeyOtherContent(Defect):
    """Two rows with one key that say different things: nobody knows which is right."""

    column: str = ""
    alter: Callable[[Cell], Cell] = lambda cell: cell

    def spoil(self, rows: list[Row], columns: list[str]) -> Spoiled:
        at = columns.index(self.column)
        other = list(rows[-1])
        other[at] = self.alter(other[at])
        fates = [DOCUMENT] * (len(rows) - 1) + ["duplicate_key", "duplicate_key"]
        return Spoiled([*(list(row) for row in rows), other], fates)


@dataclass
class Plan:
    """The defects not yet planted in one branch."""

    waiting: list[Defect] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def spoil(
        self, moment: Moment, document: str, rows: list[Row], columns: list[str]
    ) -> tuple[Spoiled, Defect | None]:
        """The document's rows, spoiled where a defect is due for them."""
        for defect in self.waiting:
            if defect.moment == moment and defect.fits(document, rows, columns):
                seen = self._seen[defect.name] = self._seen.get(defect.name, 0) + 1
                if seen == defect.nth:
                    self.waiting.remove(defect)
                    spoiled = defect.spoil(rows, columns)
                    # A row too many should have said what the one before it says.
                    spoiled.before = [*rows, *([rows[-1]] * (len(spoiled.rows) - len(rows)))]
                    return spoiled, defect
        return Spoiled(rows, [ACCEPTED] * len(rows)), None
