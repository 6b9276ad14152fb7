"""What customers owe and what is owed to suppliers at a date, bill by bill. Not here: balances (ledger), files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from pipelines.simulation.calendar import FIRST_DAY, days
from pipelines.simulation.events import LONGEST, Bill, Group, bills_of, steps_until
from pipelines.simulation.world import Branch, Party


class OpenItem(NamedTuple):
    """The open rest of a bill; debit positive, `amount_f` as the branch's books carry it."""

    side: str  # receivable, payable
    number: str
    party: Party
    day: date
    due: date
    currency: str
    amount: int
    amount_f: int


class OpenItems:
    """Asked for one date after another. What is older than every payment term stays as it is and is remembered."""

    def __init__(self, group: Group, branch: Branch) -> None:
        self._group, self._branch = group, branch
        self._lasting: list[OpenItem] = []
        self._from = FIRST_DAY - timedelta(days=LONGEST)  # earlier bills are not in the books

    def at(self, day: date) -> Iterator[OpenItem]:
        """The open items at the end of a day, oldest bills first."""
        while self._from < day - timedelta(days=LONGEST):
            self._lasting += self._of(self._from, day)
            self._from += timedelta(days=1)
        yield from self._lasting
        for billed in days(self._from, day):
            yield from self._of(billed, day)

    def _of(self, billed: date, day: date) -> Iterator[OpenItem]:
        for side, sign in (("sale", 1), ("purchase", -1)):
            for bill in bills_of(self._group, self._branch, side, billed):
                item = _rest(bill, day, sign)
                if item.amount:
                    yield item


def _rest(bill: Bill, day: date, sign: int) -> OpenItem:
    steps = list(steps_until(bill, day))
    return OpenItem(
        "receivable" if sign > 0 else "payable",
        bill.number,
        bill.party,
        bill.day,
        bill.due,
        bill.currency,
        sign * (bill.gross - sum(step.amount for step in steps)),
        sign * (bill.gross_f - sum(step.amount_f for step in steps)),
    )
