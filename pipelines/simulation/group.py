"""The simulated group's months, from the first event to the last file: the only place that puts the parts together.

Not here: what happens, how it is booked, how it is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pipelines.errors import TieoutError
from pipelines.simulation.booking import Booked, trade_of
from pipelines.simulation.calendar import FIRST_DAY, Month, first_months
from pipelines.simulation.defects import CORRECTED, FORGOTTEN, SENT_TWICE, Plan, defects_of
from pipelines.simulation.events import Group
from pipelines.simulation.ledger import Document, Ledger
from pipelines.simulation.rates import walk
from pipelines.simulation.routine import Routine
from pipelines.simulation.truth import Truth
from pipelines.simulation.world import BRANCH_IDS, Branch, build_branch
from pipelines.simulation.writers import datev, reference
from pipelines.simulation.writers.branch_files import GERMAN, NORWEGIAN, BranchFiles
from pipelines.simulation.writers.saft import AuditFile
from pipelines.simulation.writers.workbook import Workbook

SCALES = {"small": 1, "medium": 20, "large": 300, "huge": 5000}  # times the smallest volume
SEED = 2026
_FORGOTTEN_AT = (5, 9)  # which of Norway's February payments were forgotten
_AFTER = 3  # days after the month's end on which branches deliver
_CORRECTED_AFTER = 7  # days later
_LATE_AFTER = 13


def simulate(out: Path, *, scale: str | int = "small", months: int = 3, seed: int = SEED, defects: bool = True) -> Truth:
    """Write `out/deliveries/<branch>/…` and `out/truth/*.csv`.

    `scale` is a word of `SCALES` or how many times the smallest volume (which has about 2,500 ledger lines a month).
    The same arguments write the same bytes. Raises `TieoutError` for a scale or a number of months that cannot be.
    """
    volume = _volume(scale)
    if not 1 <= months <= 12:
        raise TieoutError(f"months is {months}; expected 1 to 12, since the simulated books hold one fiscal year.")
    group = Group({branch: build_branch(branch, seed, volume) for branch in BRANCH_IDS}, walk(seed))
    truth = Truth()
    reported = first_months(months)
    deliveries = out / "deliveries"
    _group_office(deliveries / "group", group, reported, truth, defects)
    _germany(deliveries / "germany", group, reported, truth, defects)
    _norway(deliveries / "norway", group, reported, truth, defects)
    _united_states(deliveries / "united_states", group, reported, truth, defects)
    truth.write(out / "truth")
    return truth


def _volume(scale: str | int) -> int:
    if isinstance(scale, str) and scale in SCALES:
        return SCALES[scale]
    try:
        volume = int(scale)
    except ValueError:
        volume = 0
    if volume < 1:
        raise TieoutError(f"scale is {scale!r}; expected {', '.join(SCALES)} or a whole number from 1.")
    return volume


def _plan(branch: str, defects: bool) -> Plan:
    return Plan(defects_of(branch) if defects else [])


def _happenings(group: Group, branch: Branch, month: Month, books: Ledger, routine: Routine) -> Iterator[Booked]:
    """Everything of a month in order of days; each document is in the books before the next one is made."""
    if month.first == FIRST_DAY:
        for document in routine.opening():
            books.post(document)
            yield Booked(document)
    for day in month.days:
        for booked in trade_of(group, branch, day):
            books.post(booked.document)
            yield booked
        for document in routine.of_day(month, day):
            books.post(document)
            yield Booked(document)


class _Month:
    """What ends every branch's month: statements, then the next period in the books and in what was refused."""

    def __init__(self, branch: Branch, group: Group, truth: Truth) -> None:
        self.books, self.refused = Ledger(), Ledger()
        self.routine = Routine(group, branch, self.books)
        self._branch, self._truth = branch, truth

    def refuse(self, document: Document, refused: bool) -> None:
        if refused:
            self.refused.post(document)

    def end(self, month: Month) -> None:
        self._truth.close(self._branch, month, self.books, self.refused)
        self.books.turn()
        self.refused.turn()


def _stamp(month: Month, after: int = _AFTER) -> str:
    return f"{month.last + timedelta(days=after):%Y%m%d}"


def _group_office(folder: Path, group: Group, reported: list[Month], truth: Truth, defects: bool) -> None:
    plan = _plan("group", defects)
    first = f"{FIRST_DAY:%Y%m%d}"
    branches = reference.write_branches(folder, first, truth)
    calendar = reference.write_calendar(folder, first, FIRST_DAY.year, truth)
    truth.files_of("group", first, branches)
    truth.files_of("group", first, calendar)
    for month in reported:
        stamp, ended = _stamp(month, 1), _stamp(month, 0)
        truth.files_of("group", stamp, reference.write_rates(folder, month, stamp, group.rates, truth, plan))
        for name in (branches, calendar):  # sent every month, whether anything changed or not
            again = name.replace(first, ended)
            shutil.copyfile(folder / name, folder / again)
            truth.files_of("group", ended, again, "repeated", "unchanged")


def _germany(folder: Path, group: Group, reported: list[Month], truth: Truth, defects: bool) -> None:
    branch, plan = group.branches["germany"], _plan("germany", defects)
    state = _Month(branch, group, truth)
    for month in reported:
        created, stamp = month.last + timedelta(days=_AFTER), _stamp(month)
        corrected = defects and month.number == 2
        name = f"EXTF_Buchungsstapel_{month.compact}_{stamp}.csv"
        postings = datev.PostingFile(folder, name, branch, month, created, truth, plan)
        again = None
        truth.files_of("germany", stamp, name, "superseded" if corrected else "taken", CORRECTED if corrected else "")
        if corrected:
            later = _stamp(month, _AFTER + _CORRECTED_AFTER)
            name = f"EXTF_Buchungsstapel_{month.compact}_{later}.csv"
            day = created + timedelta(days=_CORRECTED_AFTER)
            again = datev.PostingFile(folder, name, branch, month, day, truth, plan, revision=2)
            truth.files_of("germany", later, name, because=CORRECTED)
        files = BranchFiles(folder, GERMAN, branch, month, stamp, truth, plan)
        for booked in _happenings(group, branch, month, state.books, state.routine):
            refused = postings.document(booked.document)
            if again:
                refused = again.document(booked.document)
            state.refuse(booked.document, refused)
            _record(files, booked)
        for file in (postings, again, files):
            if file:
                file.close()
        for name in files.names:
            truth.files_of("germany", stamp, name)
        _german_lists(folder, branch, month, stamp, state.books, truth)
        if defects and month.number == 1:
            copy = f"Zahlungen_{month.compact}_{stamp}_Kopie.csv"
            shutil.copyfile(folder / f"Zahlungen_{month.compact}_{stamp}.csv", folder / copy)
            truth.files_of("germany", stamp, copy, "repeated", SENT_TWICE)
        state.end(month)


def _german_lists(folder: Path, branch: Branch, month: Month, stamp: str, books: Ledger, truth: Truth) -> None:
    created = month.last + timedelta(days=_AFTER)
    balances = f"SuSa_{month.compact}_{stamp}.csv"
    datev.write_balances(folder, balances, branch, month, books, truth)
    truth.files_of("germany", stamp, balances)
    labels, parties = f"EXTF_Kontenbeschriftungen_{stamp}.csv", f"EXTF_DebKred_{stamp}.csv"
    datev.write_account_labels(folder, labels, branch, month, created, truth)
    datev.write_parties(folder, parties, branch, month, created, truth)
    truth.files_of("germany", stamp, labels)
    truth.files_of("germany", stamp, parties)


def _norway(folder: Path, group: Group, reported: list[Month], truth: Truth, defects: bool) -> None:
    branch, plan = group.branches["norway"], _plan("norway", defects)
    state = _Month(branch, group, truth)
    for month in reported:
        created, stamp = month.last + timedelta(days=_AFTER), _stamp(month)
        name = f"SAF-T Financial_{branch.profile.registration_id}_{stamp}071500.xml"
        audit = AuditFile(folder, name, branch, month, truth, plan)
        files = BranchFiles(folder, NORWEGIAN, branch, month, stamp, truth, plan)
        late = None
        if defects and month.number == 2:
            late = BranchFiles(
                folder, NORWEGIAN, branch, month, _stamp(month, _LATE_AFTER), truth, Plan(), BranchFiles.DATASETS[2:]
            )
        payments = 0
        for booked in _happenings(group, branch, month, state.books, state.routine):
            state.refuse(booked.document, audit.document(booked.document))
            payments += booked.payment is not None
            forgotten = late is not None and booked.payment is not None and payments in _FORGOTTEN_AT
            _record(late if forgotten and late else files, booked)
        audit.close(state.books, created, lies=defects and month.number == 3)
        files.close()
        truth.files_of("norway", stamp, name)
        for name in files.names:
            truth.files_of("norway", stamp, name)
        if late:
            late.close()
            for name in late.names:
                truth.files_of("norway", _stamp(month, _LATE_AFTER), name, because=FORGOTTEN)
        state.end(month)


def _united_states(folder: Path, group: Group, reported: list[Month], truth: Truth, defects: bool) -> None:
    branch, plan = group.branches["united_states"], _plan("united_states", defects)
    state = _Month(branch, group, truth)
    for month in reported:
        created, stamp = month.last + timedelta(days=_AFTER), _stamp(month)
        name = f"Atlas_Trading_{month.text}_{stamp}.xlsx"
        book = Workbook(folder, name, branch, month, created, truth, plan)
        for booked in _happenings(group, branch, month, state.books, state.routine):
            state.refuse(booked.document, book.document(booked.document))
            _record(book, booked)
        book.close(state.books)
        truth.files_of("united_states", stamp, name)
        state.end(month)


def _record(files: BranchFiles | Workbook, booked: Booked) -> None:
    """The business record behind a document; purchase bills are not delivered by anybody yet."""
    if booked.bill is not None and booked.bill.side == "sale":
        files.bill(booked.bill)
    if booked.payment is not None:
        files.payment(booked.payment)
