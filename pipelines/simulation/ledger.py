"""The group's own books: documents of double entry, and what they do to the accounts, period by period.

Amounts are whole minor units of the branch's currency. Not here: which events lead to which posting (booking), local
account codes (charts), files (writers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Posting(NamedTuple):
    """One movement between two accounts. A positive amount debits `account` and credits `contra`.

    `tax` of the amount belongs to `tax_account` instead of `contra`. `currency` and `amount_t` say what was agreed
    with the partner, where that is another currency than the books'.
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
        """The lines of the journal; movements of one account on one side are one line."""
        found: list[Entry] = []
        for posting in self.postings:
            net = posting.amount - posting.tax
            _add(found, self._entry(posting.account, posting.amount, posting, posting.amount_t), merge=True)
            net_t = -posting.amount_t if not posting.tax else 0
            _add(found, self._entry(posting.contra, -net, posting, net_t, taxed=True), merge=False)
            if posting.tax:
                _add(found, self._entry(posting.tax_account, -posting.tax, posting, 0), merge=True)
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
        )


def _add(found: list[Entry], entry: Entry, *, merge: bool) -> None:
    if not entry.debit and not entry.credit:
        return
    if merge:
        for at, other in enumerate(found):
            same = (other.account, other.currency, bool(other.debit)) == (
                entry.account,
                entry.currency,
                bool(entry.debit),
            )
            if same and not other.tax_class:
                found[at] = other._replace(
                    debit=other.debit + entry.debit,
                    credit=other.credit + entry.credit,
                    amount_t=other.amount_t + entry.amount_t,
                )
                return
    found.append(entry)


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
    """The accounts of the period in hand; `turn` begins the next one."""

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

    def closing(self, accounts: Iterable[str]) -> int:
        """What the accounts come to together."""
        return sum(self.accounts[account].closing for account in accounts if account in self.accounts)

    def __iter__(self) -> Iterator[tuple[str, Balance]]:
        return iter(sorted(self.accounts.items()))
