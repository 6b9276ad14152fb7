"""A branch's books while the days go by, and what of them is refused at the pipeline's door.

Not here: what happens (events, routine) and how it is written (writers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain

from pipelines.simulation.booking import Booked, trade_of
from pipelines.simulation.calendar import FIRST_DAY, Month
from pipelines.simulation.events import Group
from pipelines.simulation.holdings import documents
from pipelines.simulation.ledger import Document, Ledger
from pipelines.simulation.open_items import OpenItems
from pipelines.simulation.periods import Period, period_of
from pipelines.simulation.routine import Routine
from pipelines.simulation.truth import Truth
from pipelines.simulation.world import Branch


class Books:
    """The documents of a month in order, each in the books before the next is made; a period ends where its days do.

    `printed` and `period` are the balances and the period that ended last: one in every month.
    """

    def __init__(
        self, group: Group, branch: Branch, truth: Truth, seen: Callable[[Booked], None] | None = None
    ) -> None:
        """`seen` is told of everything that is booked."""
        self.branch = branch
        self.open_items = OpenItems(group, branch)
        self._books, self._refused = Ledger(), Ledger()
        self._group, self._truth, self._seen = group, truth, seen
        self._routine = Routine(group, branch, self._books)
        self.period = self._period(FIRST_DAY)
        self.printed = Ledger()

    def happenings(self, month: Month) -> Iterator[Booked]:
        """Everything of a month in order of days."""
        if month.first == FIRST_DAY:
            for document in self._routine.opening():
                yield self._booked(Booked(document))
        self._routine.begin()
        for day in month.days:
            period = self._period(day)
            if day == period.first and period.number == 1 and day != FIRST_DAY:
                for document in self._routine.new_year(day):
                    yield self._booked(Booked(document))
            for booked in trade_of(self._group, self.branch, day):
                yield self._booked(booked)
            for document in chain(self._routine.of_day(month, day), documents(self._group, self.branch, month, day)):
                yield self._booked(Booked(document))
            if day == period.last:
                self._end(period)

    def refuse(self, document: Document, refused: bool) -> None:
        """A document that must not reach the statements."""
        if refused:
            self._refused.post(document)
            self._truth.collected.refused(self.branch, self._period(document.day).month.text, document)

    def period_of(self, day: date) -> Period:
        """The fiscal period of a day."""
        return self._period(day)

    def _period(self, day: date) -> Period:
        return period_of(day, april=self.branch.profile.april_year)

    def _end(self, period: Period) -> None:
        """The period's statements, then the next one; after the year's last, the refused begin anew with the books."""
        self._truth.close(self.branch, period, self._books, self._refused)
        self.period, self.printed = period, self._books.copy()
        self._books.turn()
        self._refused.turn()
        if period.number == 12:
            self._refused.clear()

    def _booked(self, booked: Booked) -> Booked:
        document = booked.document
        self._books.post(document)
        if document.kind != "opening" or document.day == FIRST_DAY:  # a later year begins with what is known
            self._truth.collected.booked(self.branch, self._period(document.day).month.text, document)
        if self._seen:
            self._seen(booked)
        return booked
