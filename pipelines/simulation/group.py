"""The simulated group's months, from the first event to the last file: the only place that puts the parts together.

Not here: what happens, how it is booked, how it is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pipelines.errors import TieoutError
from pipelines.simulation.booking import Booked, trade_of
from pipelines.simulation.calendar import FIRST_DAY, Month, first_months
from pipelines.simulation.defects import Plan
from pipelines.simulation.events import Group
from pipelines.simulation.ledger import Document, Ledger
from pipelines.simulation.planted import CORRECTED, FORGOTTEN, SENT_TWICE, defects_of
from pipelines.simulation.rates import walk
from pipelines.simulation.routine import Routine
from pipelines.simulation.rows import Delivery
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
_LATE_AFTER = 10


def simulate(  # noqa: PLR0913 - all of them named
    out: Path,
    *,
    scale: str | int = "small",
    months: int = 3,
    seed: int = SEED,
    defects: bool = True,
    only: Collection[str] = (),
) -> Truth:
    """Write `out/deliveries/<branch>/…` and `out/truth/*.csv`, of all branches or those in `only`, and the office.

    `scale` is a word of `SCALES` or how many times the smallest volume (which has about 2,500 ledger lines a month).
    The same arguments write the same bytes. Raises `TieoutError` for a scale or a number of months that cannot be.
    """
    volume = _volume(scale)
    if not 1 <= months <= 12:
        raise TieoutError(f"months is {months}; expected 1 to 12, since the simulated books hold one fiscal year.")
    if unknown := sorted(set(only) - set(BRANCH_IDS)):
        raise TieoutError(f"there is no branch {', '.join(unknown)}; expected some of {', '.join(BRANCH_IDS)}.")
    group = Group({branch: build_branch(branch, seed, volume) for branch in BRANCH_IDS}, walk(seed))
    truth = Truth()
    reported = first_months(months)
    deliveries = out / "deliveries"
    plans = {sender: Plan(defects_of(sender) if defects else []) for sender in (*BRANCH_IDS, reference.OFFICE)}
    _group_office(deliveries / reference.OFFICE, group, reported, truth, plans[reference.OFFICE])
    for branch, write in {"germany": _germany, "norway": _norway, "united_states": _united_states}.items():
        if not only or branch in only:
            write(deliveries, group, reported, truth, plans[branch])
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


class _Books:
    """A branch's books while the months go by, and what of them is refused at the pipeline's door."""

    def __init__(self, group: Group, branch: Branch, truth: Truth) -> None:
        self.branch = branch
        self.books, self.refused = Ledger(), Ledger()
        self._group, self._truth = group, truth
        self._routine = Routine(group, branch, self.books)

    def happenings(self, month: Month) -> Iterator[Booked]:
        """Everything of a month in order of days; each document is in the books before the next one is made."""
        if month.first == FIRST_DAY:
            for document in self._routine.opening():
                yield self._booked(Booked(document))
        for day in month.days:
            for booked in trade_of(self._group, self.branch, day):
                yield self._booked(booked)
            for document in self._routine.of_day(month, day):
                yield self._booked(Booked(document))

    def refuse(self, document: Document, refused: bool) -> None:
        """A document that must not reach the statements."""
        if refused:
            self.refused.post(document)

    def end(self, month: Month) -> None:
        """The month's statements, then the next period."""
        self._truth.close(self.branch, month, self.books, self.refused)
        self.books.turn()
        self.refused.turn()

    def _booked(self, booked: Booked) -> Booked:
        self.books.post(booked.document)
        return booked


def _delivery(deliveries: Path, branch: Branch, month: Month, truth: Truth, plan: Plan) -> Delivery:
    return Delivery(deliveries / branch.id, branch, month, month.last + timedelta(days=_AFTER), truth, plan)


def _group_office(folder: Path, group: Group, reported: list[Month], truth: Truth, plan: Plan) -> None:
    """Branches and calendars once and then every month again, whether anything changed or not; rates by month."""
    any_branch = group.branches["germany"]  # the office books nothing, so any will do
    first = Delivery(folder, any_branch, reported[0], FIRST_DAY, truth, Plan())
    lists = (reference.write_branches(first), reference.write_calendar(first))
    for name in lists:
        truth.file(reference.OFFICE, name, first.sent)
    for month in reported:
        rates = replace(first, month=month, sent=month.next.first, plan=plan)
        truth.file(reference.OFFICE, reference.write_rates(rates, group.rates), rates.sent)
        for name in lists:
            again = name.replace(first.stamp, f"{month.last:%Y%m%d}")
            shutil.copyfile(folder / name, folder / again)
            truth.file(reference.OFFICE, again, month.last, "repeated", "unchanged")


def _germany(deliveries: Path, group: Group, reported: list[Month], truth: Truth, plan: Plan) -> None:
    """February's postings are delivered twice where defects are wanted: with mistakes, and a week later without."""
    state = _Books(group, group.branches["germany"], truth)
    mistaken = bool(plan.waiting)
    for month in reported:
        delivery = _delivery(deliveries, state.branch, month, truth, plan)
        postings, files = datev.PostingFile(delivery), BranchFiles(delivery, GERMAN)
        again = None
        if mistaken and month.number == 2:
            later = delivery.later(_CORRECTED_AFTER, plan=plan, revision=2)
            again = datev.PostingFile(later)
            later.sent_file(again.name, because=CORRECTED)
        for booked in state.happenings(month):
            refused = postings.document(booked.document)
            if again:
                refused = again.document(booked.document)
            state.refuse(booked.document, refused)
            _record(files, booked)
        delivery.sent_file(postings.name, *(("superseded", CORRECTED) if again else ()))
        for file in (postings, again, files):
            if file:
                file.close()
        lists = (
            datev.write_balances(delivery, state.books),
            datev.write_account_labels(delivery),
            datev.write_parties(delivery),
        )
        for name in (*files.names, *lists):
            delivery.sent_file(name)
        if mistaken and month.number == 1:
            _send_twice(delivery, f"Zahlungen_{month.compact}_{delivery.stamp}.csv")
        state.end(month)


def _send_twice(delivery: Delivery, name: str) -> None:
    """The same bytes under another name."""
    copy = name.replace(".csv", "_Kopie.csv")
    shutil.copyfile(delivery.folder / name, delivery.folder / copy)
    delivery.sent_file(copy, "repeated", SENT_TWICE)


def _norway(deliveries: Path, group: Group, reported: list[Month], truth: Truth, plan: Plan) -> None:
    """Where defects are wanted, two payments of February come late and March declares a wrong total."""
    state = _Books(group, group.branches["norway"], truth)
    mistaken = bool(plan.waiting)
    for month in reported:
        delivery = _delivery(deliveries, state.branch, month, truth, plan)
        audit, files = AuditFile(delivery), BranchFiles(delivery, NORWEGIAN)
        late = None
        if mistaken and month.number == 2:
            after = delivery.later(_LATE_AFTER, plan=Plan())
            late = BranchFiles(after, NORWEGIAN, BranchFiles.DATASETS[2:])
            for name in late.names:
                after.sent_file(name, because=FORGOTTEN)
        payments = 0
        for booked in state.happenings(month):
            state.refuse(booked.document, audit.document(booked.document))
            payments += booked.payment is not None
            forgotten = booked.payment is not None and payments in _FORGOTTEN_AT
            _record(late if late and forgotten else files, booked)
        audit.close(state.books, lies=mistaken and month.number == 3)
        for file in (files, late):
            if file:
                file.close()
        for name in (audit.name, *files.names):
            delivery.sent_file(name)
        state.end(month)


def _united_states(deliveries: Path, group: Group, reported: list[Month], truth: Truth, plan: Plan) -> None:
    state = _Books(group, group.branches["united_states"], truth)
    for month in reported:
        delivery = _delivery(deliveries, state.branch, month, truth, plan)
        book = Workbook(delivery)
        for booked in state.happenings(month):
            state.refuse(booked.document, book.document(booked.document))
            _record(book, booked)
        book.close(state.books)
        delivery.sent_file(book.name)
        state.end(month)


def _record(files: BranchFiles | Workbook, booked: Booked) -> None:
    """The business record behind a document; purchase bills are not delivered by anybody yet."""
    if booked.bill is not None and booked.bill.side == "sale":
        files.bill(booked.bill)
    if booked.payment is not None:
        files.payment(booked.payment)
