"""What the branches' books moved month by month, kept for the group's own consolidation.

Twice: as it must be shown (the books less what is refused) and as the full books say. Not here: how it is consolidated.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from pipelines.simulation.ledger import Document, Ledger
from pipelines.simulation.world import Branch


@dataclass
class BranchBooks:
    """One branch: minor units of its own currency, debit positive, by role; months as `2026-01`."""

    opening: dict[str, int] = field(default_factory=dict)
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    # What was agreed with branches of the group: role -> (month, currency) -> amount of that currency.
    agreed: dict[str, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def moved(self, key: str, month: str) -> int:
        return self.months.get(month, {}).get(key, 0)

    def balance(self, key: str, month: str) -> int:
        """The closing balance of a role at a month's end, as if no year ever ended."""
        return self.opening.get(key, 0) + sum(m.get(key, 0) for at, m in self.months.items() if at <= month)

    def agreed_in(self, key: str, first: str, last: str) -> dict[str, int]:
        """Currency → what was agreed in the months from first to last."""
        found: dict[str, int] = defaultdict(int)
        for (month, currency), amount in self.agreed.get(key, {}).items():
            if first <= month <= last:
                found[currency] += amount
        return {currency: amount for currency, amount in found.items() if amount}


@dataclass
class Collected:
    """The books of all branches."""

    shown: dict[str, BranchBooks] = field(default_factory=dict)
    full: dict[str, BranchBooks] = field(default_factory=dict)

    def close(self, branch: Branch, month: str, books: Ledger, refused: Ledger) -> None:
        """A period that the group shows under this month has ended."""
        for kept, less in ((self.shown, refused), (self.full, Ledger())):
            of_branch = kept.setdefault(branch.id, BranchBooks())
            opening: dict[str, int] = defaultdict(int)
            moved: dict[str, int] = defaultdict(int)
            for sign, ledger in ((1, books), (-1, less)):
                for key, balance in ledger:
                    opening[key] += sign * balance.opening
                    moved[key] += sign * balance.movement
            if not of_branch.months:
                of_branch.opening = {key: amount for key, amount in opening.items() if amount}
            of_branch.months[month] = {key: amount for key, amount in moved.items() if amount}

    def booked(self, branch: Branch, month: str, document: Document) -> None:
        """A document; only what it says about branches of the group is kept."""
        self._agreed((self.shown, self.full), branch, month, document, 1)

    def refused(self, branch: Branch, month: str, document: Document) -> None:
        """A document that is not shown."""
        self._agreed((self.shown,), branch, month, document, -1)

    def _agreed(
        self, into: tuple[dict[str, BranchBooks], ...], branch: Branch, month: str, document: Document, sign: int
    ) -> None:
        if not any(branch.partner_of(p.account) or branch.partner_of(p.contra) for p in document.postings):
            return
        for entry in document.entries():
            if branch.partner_of(entry.account):
                amount = entry.amount_t if entry.currency else entry.debit - entry.credit
                place = (month, entry.currency or branch.currency)
                for kept in into:
                    kept.setdefault(branch.id, BranchBooks()).agreed[entry.account][place] += sign * amount
