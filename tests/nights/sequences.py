"""Random sequences of deliveries of every kind, and a model of what must be in force after them. Not a test.

The model is the table of docs/lake.md written down once more, by rows and without slices, manifests or hashes: it
knows nothing of how the lake does it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from two_branches import CHART, Document, Invoice, chart_text, invoices_text, ledger_text, sale

NIGHTS = 3
MONTHS = ("2026-01", "2026-02", "2026-03")

# What each kind of operation is; every one must occur in some sequence.
KINDS = (
    "new_full",
    "late_full",
    "new_period",
    "late_period",
    "new_append",
    "late_append",
    "append_again_moved",
    "invoice_moved",
    "moved_between_periods",
    "emptied_period",
    "corrected",
    "corrected_back",
    "repeated_same_name",
    "repeated_other_name",
    "withdrawn",
    "rows_refused",
    "file_refused",
)

Content = list[tuple[str, ...]]


@dataclass
class Sent:
    """One file as it was put into the landing area. `refused`: documents that the door must refuse; or all of it."""

    branch: str
    name: str
    text: str
    rows: Content
    refused: frozenset[str] = frozenset()
    refused_whole: bool = False
    sequence: int = 0
    withdrawn: bool = False

    @property
    def kind(self) -> str:
        return self.name.split("_")[0]

    @property
    def delivered(self) -> str:
        return self.name.removesuffix(".csv").split("_")[2 if self.kind == "ledger" else 1]

    @property
    def month(self) -> str:
        return f"{self.name.split('_')[1][:4]}-{self.name.split('_')[1][4:]}"


@dataclass
class Night:
    """What happens before one night: files put into the landing area, then withdrawals."""

    files: list[Sent] = field(default_factory=list)
    withdrawals: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


def first_files() -> list[Sent]:
    """What both branches sent before the first night: north sold 100.00 and 100.50, south 200.00 and 200.50."""
    files = []
    for branch, amount in (("north", "100"), ("south", "200")):
        january, february = sale(1, "2026-01-10", f"{amount}.00"), sale(2, "2026-02-10", f"{amount}.50")
        invoice = ("R1", "2026-01-10", "C1", f"{amount}.00", "EUR")
        files += [
            Sent(branch, "chart_20260401.csv", chart_text(), [*CHART]),
            Sent(branch, "ledger_202601_20260401.csv", ledger_text([january]), [january]),
            Sent(branch, "ledger_202602_20260401.csv", ledger_text([february]), [february]),
            Sent(branch, "invoices_20260401.csv", invoices_text([invoice]), [invoice]),
        ]
    return files


class Story:
    """Deals operations to nights and remembers every file. Two stories of one seed are the same."""

    def __init__(self, seed: int, kinds: list[list[str]]) -> None:
        self._dice = random.Random(seed)
        self._number = 100
        self.received: list[Sent] = []  # every file that got a sequence, in order
        self.newest: dict[tuple[str, str], Sent] = {}  # (branch, name) -> as it lies in the landing area
        self._arrive({(one.branch, one.name): one for one in first_files()})
        self.nights = [self._night(dealt) for dealt in kinds]

    def in_force(self) -> dict[str, set[tuple[str, ...]]]:
        """The rows that must be published: 'north ledger' -> documents, and so on for chart and invoices."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for branch in ("north", "south"):
            for kind in ("chart", "ledger", "invoices"):
                rows: dict[str, tuple[tuple[str, ...], str]] = {}  # key -> row, and the month of its period delivery
                for one in sorted(self._counting(branch, kind), key=lambda one: (one.delivered, one.sequence)):
                    if kind == "chart":
                        rows = {}
                    if (branch, kind) == ("north", "ledger"):
                        rows = {key: (row, month) for key, (row, month) in rows.items() if month != one.month}
                    month = one.month if kind == "ledger" else ""
                    for row in one.rows:
                        if row[0] not in one.refused:
                            # A number that stands in two months of `period` files stands twice: nothing matches keys.
                            key = f"{month} {row[0]}" if (branch, kind) == ("north", "ledger") else row[0]
                            rows[key] = (row, month)
                found[f"{branch} {kind}"] = {row for row, _ in rows.values()}
        return found

    def _counting(self, branch: str, kind: str) -> list[Sent]:
        return [
            one
            for one in self.received
            if (one.branch, one.kind) == (branch, kind) and not one.withdrawn and not one.refused_whole
        ]

    def _night(self, kinds: list[str]) -> Night:
        night = Night()
        for kind in kinds:
            operation: Callable[[Night], bool] = getattr(self, f"_{kind}")
            if operation(night):
                night.kinds.append(kind)
        self._arrive({(one.branch, one.name): one for one in night.files})
        for branch, name in night.withdrawals:
            standing = [one for one in self.received if (one.branch, one.name) == (branch, name) and not one.withdrawn]
            standing[-1].withdrawn = True
        return night

    def _arrive(self, files: dict[tuple[str, str], Sent]) -> None:
        """Number what is new, in order of name; the same name with the same bytes is nothing new."""
        for key in sorted(files):
            one, before = files[key], self.newest.get(key)
            if before is None or before.text != one.text:
                one.sequence = 1 + sum(other.branch == one.branch for other in self.received)
                self.received.append(one)
                self.newest[key] = one

    # Operations. Each says whether it could be done.

    def _new_full(self, night: Night) -> bool:
        return self._chart(night, self._day())

    def _late_full(self, night: Night) -> bool:
        return self._chart(night, f"202603{self._dice.randint(1, 28):02d}")

    def _chart(self, night: Night, delivered: str) -> bool:
        own = [(code, f"{name} {self._next()}") for code, name in CHART if self._dice.random() < 0.8]
        branch = self._branch()
        return self._send(night, Sent(branch, f"chart_{delivered}.csv", chart_text(own), [*own]))

    def _new_period(self, night: Night) -> bool:
        return self._ledger(night, "north", self._day())

    def _late_period(self, night: Night) -> bool:
        return self._ledger(night, "north", f"202603{self._dice.randint(1, 28):02d}")

    def _new_append(self, night: Night) -> bool:
        if self._dice.random() < 0.5:
            return self._ledger(night, "south", self._day())
        invoices = [self._invoice(str(self._next())) for _ in range(2)]
        return self._invoices(night, self._branch(), self._day(), invoices)

    def _late_append(self, night: Night) -> bool:
        """An older state of documents that came since: it must not win where they came later."""
        documents = self._standing("south ledger")
        again = [(number, day, "1.11", debit, credit) for number, day, _, debit, credit in documents[:2]]
        again.append(self._document())
        return self._ledger_of(night, "south", self._month(), f"202603{self._dice.randint(1, 28):02d}", again)

    def _append_again_moved(self, night: Night) -> bool:
        documents = self._standing("south ledger")
        if not documents:
            return False
        number, day, _, debit, credit = self._dice.choice(documents)
        moved = (number, f"{self._other(day[:7])}-15", "77.70", debit, credit)
        return self._ledger_of(night, "south", self._month(), self._day(), [moved])

    def _invoice_moved(self, night: Night) -> bool:
        branch = self._branch()
        invoices = self._standing(f"{branch} invoices")
        if not invoices:
            return False
        number, day, *rest = self._dice.choice(invoices)
        return self._invoices(night, branch, self._day(), [(number, f"{self._other(day[:7])}-16", *rest)])  # type: ignore[list-item]

    def _moved_between_periods(self, night: Night) -> bool:
        documents = self._standing("north ledger")
        if not documents:
            return False
        number, day, amount, debit, credit = self._dice.choice(documents)
        old, new = day[:7], self._other(day[:7])
        delivered = self._day()
        left = [one for one in documents if one[1][:7] == old and one[0] != number]
        gained = [one for one in documents if one[1][:7] == new and one[0] != number]
        moved = (number, f"{new}-15", amount, debit, credit)
        return self._ledger_of(night, "north", old, delivered, left) and self._ledger_of(
            night, "north", new, delivered, [*gained, moved]
        )

    def _emptied_period(self, night: Night) -> bool:
        return self._ledger_of(night, "north", self._month(), self._day(), [])

    def _corrected(self, night: Night) -> bool:
        before = self._some_file()
        if not before.rows:
            return False
        kept = before.rows[: max(1, len(before.rows) - 1)]
        amended = [_with_other_figure(before.kind, row, self._next()) for row in kept]
        return self._send(night, Sent(before.branch, before.name, _as_text(before.kind, amended), amended))

    def _corrected_back(self, night: Night) -> bool:
        """A file goes back to an earlier state of its own."""
        states: dict[tuple[str, str], list[Sent]] = {}
        for one in self.received:
            states.setdefault((one.branch, one.name), []).append(one)
        several = [found for found in states.values() if len(found) > 1 and found[0].text != found[-1].text]
        if not several:
            return False
        first = self._dice.choice(several)[0]
        return self._send(night, _again(first, first.name))

    def _repeated_same_name(self, night: Night) -> bool:
        before = self._some_file()
        return self._send(night, _again(before, before.name))

    def _repeated_other_name(self, night: Night) -> bool:
        before = self._some_file()
        return self._send(night, _again(before, f"{before.name.removesuffix('.csv')}_copy{self._next()}.csv"))

    def _withdrawn(self, night: Night) -> bool:
        one = self._some_file()
        if (one.branch, one.name) in night.withdrawals or one.withdrawn:
            return False
        if any((other.branch, other.name) == (one.branch, one.name) for other in night.files):
            return False
        night.withdrawals.append((one.branch, one.name))
        return True

    def _rows_refused(self, night: Night) -> bool:
        branch = self._branch()
        good = [self._document() for _ in range(5)]
        bad = (str(self._next()), good[0][1], "1O.00", "1000", "4000")
        month = self._month()
        documents = [(number, f"{month}-10", *rest) for number, _, *rest in [*good, bad]]
        text = ledger_text(documents)  # type: ignore[arg-type]
        name = f"ledger_{month.replace('-', '')}_{self._day()}.csv"
        return self._send(night, Sent(branch, name, text, [*documents], refused=frozenset({bad[0]})))

    def _file_refused(self, night: Night) -> bool:
        branch, month = self._branch(), self._month()
        documents: Content = [(str(self._next()), f"{month}-10", "nothing", "1000", "4000") for _ in range(3)]
        name = f"ledger_{month.replace('-', '')}_{self._day()}.csv"
        return self._send(night, Sent(branch, name, _as_text("ledger", documents), documents, refused_whole=True))

    # What they are made of.

    def _send(self, night: Night, one: Sent) -> bool:
        same_day = [other for other in night.files if (other.branch, other.name) == (one.branch, one.name)]
        if same_day or (one.branch, one.name) in night.withdrawals:
            return False
        night.files.append(one)
        return True

    def _ledger(self, night: Night, branch: str, delivered: str) -> bool:
        month = self._month()
        documents = [self._document() for _ in range(2)]
        if branch == "north":
            documents = [(number, f"{month}-{day[8:]}", *rest) for number, day, *rest in documents]  # type: ignore[misc]
        return self._ledger_of(night, branch, month, delivered, documents)

    def _ledger_of(self, night: Night, branch: str, month: str, delivered: str, documents: list[Document]) -> bool:
        name = f"ledger_{month.replace('-', '')}_{delivered}.csv"
        return self._send(night, Sent(branch, name, ledger_text(documents), [*documents]))

    def _invoices(self, night: Night, branch: str, delivered: str, invoices: list[Invoice]) -> bool:
        return self._send(night, Sent(branch, f"invoices_{delivered}.csv", invoices_text(invoices), [*invoices]))

    def _document(self) -> Document:
        amount = f"{self._dice.randint(1, 99999)}.{self._dice.randint(0, 99):02d}"
        day = f"{self._month()}-{self._dice.randint(1, 28):02d}"
        return sale(self._next(), day, amount, self._dice.choice(["4000", "5000", "7777", "8888"]))

    def _invoice(self, number: str) -> Invoice:
        amount = f"{self._dice.randint(1, 99999)}.{self._dice.randint(0, 99):02d}"
        return (number, f"{self._month()}-12", self._dice.choice(["C1", "C2", "C3"]), amount, "EUR")

    def _standing(self, what: str) -> list[Document]:
        return sorted(self.in_force()[what])  # type: ignore[arg-type]

    def _some_file(self) -> Sent:
        """A file that came before this night, in its newest state."""
        return self.newest[self._dice.choice(sorted(self.newest))]

    def _branch(self) -> str:
        return self._dice.choice(["north", "south"])

    def _month(self) -> str:
        return self._dice.choice(MONTHS)

    def _other(self, month: str) -> str:
        return self._dice.choice([one for one in MONTHS if one != month])

    def _day(self) -> str:
        """Deliveries of days to come: in an order of their own, not that of the nights."""
        return f"202604{self._dice.randint(2, 29):02d}"

    def _next(self) -> int:
        self._number += 1
        return self._number


def _again(one: Sent, name: str) -> Sent:
    return Sent(one.branch, name, one.text, one.rows, one.refused, one.refused_whole)


def _as_text(kind: str, rows: Content) -> str:
    text = {"chart": chart_text, "ledger": ledger_text, "invoices": invoices_text}[kind]
    return text(rows)  # type: ignore[arg-type]


def _with_other_figure(kind: str, row: tuple[str, ...], figure: int) -> tuple[str, ...]:
    """The same key with something else: a chart's name, a document's or invoice's amount."""
    at = {"chart": 1, "ledger": 2, "invoices": 3}[kind]
    return (*row[:at], f"{figure}.25", *row[at + 1 :])


def deal(stories: int, each: int) -> list[list[list[str]]]:
    """Kinds of operations for every night of every story, so that each kind gets about the same number of turns.

    Every story begins with a corrected file, so that a later night has one to put back.
    """
    dice = random.Random("deliveries")
    cards: list[str] = []
    while len(cards) < stories * NIGHTS * each:
        deck = list(KINDS)
        dice.shuffle(deck)
        cards += deck
    turns = iter(cards)
    dealt = [[[next(turns) for _ in range(each)] for _ in range(NIGHTS)] for _ in range(stories)]
    return [[["corrected", *first], *later] for first, *later in dealt]
