"""The group's own books: documents of double entry, and what they do to the accounts, period by period.

Amounts are whole minor units of the branch's currency. Not here: which events lead to which posting (booking), local
account codes (charts), files (writers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipelines.simulation.charts import party_code


class Posting(NamedTuple):
    """One movement between two accounts. A positive amount debits `account` and credits `contra`.

    `tax` of the amount belongs to `tax_account` instead of `contra`. `currency` and `amount_t` say what was agreed
    with the partner, where that is another currency than the books'. `about` and `settled` concern the partner's line.
    """

    account: str
    contra: str
    amount: int
    tax: int = 0
    tax_account: str = ""
    tax_class: str = ""
    currency: str = ""
    amount_t: int = 0
    text: str = ""
    about: str = ""  # the bill that a partner's line opens or settles
    settled: date | None = None  # when nothing of that bill is open any more


class Entry(NamedTuple):
    """One line of a journal: exactly one of debit and credit is not zero."""

    account: str
    debit: int
    credit: int
    currency: str
    amount_t: int  # signed, debit positive; 0 where the line is in the books' currency
    tax_class: str
    tax_base: int  # signed like the line
    tax: int
    text: str
    about: str = ""
    settled: date | None = None


@dataclass(frozen=True)
class Document:
    """A journal document; it balances by construction."""

    number: str
    journal: str  # opening, sales, purchases, bank, cash, payroll, general
    day: date
    text: str
    postings: tuple[Posting, ...]
    due: date | None = None
    source: str = ""  # number of the bill or payment behind it
    red: bool = False  # a reversal on the same side, in negative amounts

    @property
    def kind(self) -> str:
        return "opening" if self.journal == "opening" else "normal"

    def entries(self) -> list[Entry]:
        """The lines of the journal. A partner's or tax account's movements on one side are one line."""
        found: list[Entry] = []
        places: dict[tuple[str, str, str, bool], int] = {}  # where a line that may grow stands
        for posting in self.postings:
            contra_t = 0 if posting.tax else -posting.amount_t
            lines = (
                (True, self._entry(posting.account, posting.amount, posting, posting.amount_t)),
                (False, self._entry(posting.contra, posting.tax - posting.amount, posting, contra_t, taxed=True)),
                (True, self._entry(posting.tax_account, -posting.tax, posting, 0)),
            )
            for grows, entry in lines:
                if not entry.debit and not entry.credit:
                    continue
                place = (entry.account, entry.about, entry.currency, bool(entry.debit))
                if grows and place in places:
                    found[places[place]] = _together(found[places[place]], entry)
                    continue
                if grows:
                    places[place] = len(found)
                found.append(entry)
        return found

    def _entry(self, account: str, amount: int, posting: Posting, amount_t: int, taxed: bool = False) -> Entry:
        on_debit = (amount > 0) != self.red
        return Entry(
            account,
            amount if on_debit else 0,
            0 if on_debit else -amount,
            posting.currency,
            amount_t,
            posting.tax_class if taxed else "",
            amount if taxed and posting.tax_class else 0,
            -posting.tax if taxed else 0,
            posting.text or self.text,
            posting.about if party_code(account) else "",
            posting.settled if party_code(account) else None,
        )


def _together(one: Entry, other: Entry) -> Entry:
    return one._replace(
        debit=one.debit + other.debit, credit=one.credit + other.credit, amount_t=one.amount_t + other.amount_t
    )


@dataclass
class Balance:
    """One account in one period; `opening` is signed, debit positive."""

    opening: int = 0
    debit: int = 0
    credit: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit

    @property
    def movement(self) -> int:
        return self.debit - self.credit

    @property
    def idle(self) -> bool:
        return not (self.opening or self.debit or self.credit)


@dataclass
class Ledger:
    """The accounts of the period in hand; `turn` begins the next one, `clear` the next year."""

    accounts: dict[str, Balance] = field(default_factory=dict)
    lines: int = 0

    def post(self, document: Document) -> None:
        """Book a document. Opening balances are brought forward, not turned over."""
        opening = document.kind == "opening"
        for entry in document.entries():
            balance = self.accounts.get(entry.account)
            if balance is None:
                balance = self.accounts[entry.account] = Balance()
            if opening:
                balance.opening += entry.debit - entry.credit
            else:
                balance.debit += entry.debit
                balance.credit += entry.credit
            self.lines += 1

    def turn(self) -> None:
        """Begin the next period of the same year."""
        for account, balance in self.accounts.items():
            self.accounts[account] = Balance(opening=balance.closing)

    def clear(self) -> None:
        """Forget all balances: the next year begins with entries of its own."""
        self.accounts.clear()

    def copy(self) -> Ledger:
        """The accounts as they stand now."""
        return Ledger({a: Balance(b.opening, b.debit, b.credit) for a, b in self.accounts.items()}, self.lines)

    def closing(self, accounts: Iterable[str]) -> int:
        """What the accounts come to together."""
        return sum(self.accounts[account].closing for account in accounts if account in self.accounts)

    def __iter__(self) -> Iterator[tuple[str, Balance]]:
        return iter(sorted(self.accounts.items()))
