"""Money as the bank shows it: one statement a month, suppliers' payments of a day in one batch, references cut short.

Amounts are the books' own currency, in positive. Not here: what is booked (ledger), files of banks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.simulation.booking import Booked
from pipelines.simulation.calendar import Month, work_day_from
from pipelines.simulation.ledger import Document

_REFERENCE = 35  # characters of a payment's reference that travel with it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a statement, with the books' documents behind it."""

    statement: str
    number: int
    booked_on: date
    value_date: date
    amount: int
    reference: str
    counterparty: str
    batch: int  # payments in it
    documents: tuple[str, ...]
    payments: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.statement}|{self.number}"


@dataclass(frozen=True)
class Statement:
    """A month of a bank account; its entries are told as the days go by."""

    number: str
    month: Month
    opening: int
    closing: int
    entries: int


def bank_in(document: Document) -> int:
    """What a document does to the bank account, debit positive."""
    return sum(entry.debit - entry.credit for entry in document.entries() if entry.account == "bank")


@dataclass
class Account:
    """The bank's account of a branch: no more than a day's documents are kept, however many there are."""

    balance: int = 0
    _opening: int = 0
    _entries: int = 0
    _day: date | None = None
    _together: dict[str, list[Booked]] = field(default_factory=dict)

    def move(self, booked: Booked) -> list[Entry]:
        """A document of the books; returns the entries of the day before, where a new day begins."""
        amount = bank_in(booked.document)
        if not amount:
            return []
        if booked.document.journal == "opening":  # what is known from the years before
            self.balance = self._opening = amount
            return []
        told = self._told() if booked.document.day != self._day else []
        self._day = booked.document.day
        supplier = booked.payment is not None and booked.payment.party.kind == "supplier"
        self._together.setdefault("batch" if supplier else booked.document.number, []).append(booked)
        return told

    def end(self, month: Month) -> tuple[list[Entry], Statement]:
        """The month is over: the last day's entries, and the statement."""
        told = self._told()
        statement = Statement(month.compact, month, self._opening, self.balance, self._entries)
        self._opening, self._entries = self.balance, 0
        return told, statement

    def _told(self) -> list[Entry]:
        first = self._entries + 1
        told = [_entry(n, part) for n, part in enumerate(self._together.values(), start=first)]
        self._entries += len(told)
        self.balance += sum(entry.amount for entry in told)
        self._together.clear()
        return told


def _entry(number: int, part: list[Booked]) -> Entry:
    first, payment = part[0], part[0].payment
    day, amount = first.document.day, sum(bank_in(booked.document) for booked in part)
    single = payment if len(part) == 1 else None
    return Entry(
        f"{day:%Y%m}", number, day, work_day_from(day + timedelta(days=1)) if amount > 0 else day, amount,
        (single.reference if single else first.document.text)[:_REFERENCE],
        single.party.name if single else "", len(part),
        tuple(booked.document.number for booked in part),
        tuple(booked.payment.number for booked in part if booked.payment),
    )  # fmt: skip
