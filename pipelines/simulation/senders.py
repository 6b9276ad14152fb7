"""How each system's months go out: which files, when, and what is sent twice, late or again.

Not here: what happens (books), how a file looks (writers), which branches there are (group).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pipelines.simulation.booking import Booked
from pipelines.simulation.books import Books
from pipelines.simulation.calendar import Month
from pipelines.simulation.defects import Plan
from pipelines.simulation.events import Group
from pipelines.simulation.operations.truth import OperationsTruth, Witness
from pipelines.simulation.planted import CORRECTED, FORGOTTEN, SENT_TWICE
from pipelines.simulation.rows import Delivery
from pipelines.simulation.truth import Truth
from pipelines.simulation.world import Branch
from pipelines.simulation.writers import chinese_csv, datev, fec, ndjson, ndjson_lists
from pipelines.simulation.writers.branch_files import BranchFiles
from pipelines.simulation.writers.dialects import CHINESE, FRENCH, GERMAN, NORWEGIAN
from pipelines.simulation.writers.lists import write_lists
from pipelines.simulation.writers.saft import AuditFile
from pipelines.simulation.writers.workbook import Workbook

_FORGOTTEN_AT = (5, 9)  # which of Norway's February payments were forgotten
_AFTER = 3  # days after the month's end on which branches deliver
_CORRECTED_AFTER = 7  # days later
_LATE_AFTER = 10


@dataclass
class Sender:
    """One branch on its way through the months."""

    books: Books
    folder: Path
    truth: Truth
    plan: Plan
    mistaken: bool  # whole files are sent twice, late or again
    lists: dict[str, str] = field(default_factory=dict)  # a list's name without its day -> digest of the last one

    def delivery(self, month: Month) -> Delivery:
        sent = month.last + timedelta(days=_AFTER)
        return Delivery(self.folder, self.books.branch, month, sent, self.truth, self.plan)

    def sent(self, delivery: Delivery, lists: Iterable[str]) -> None:
        """Say what becomes of lists that come whole every month: where nothing has changed, they say nothing new."""
        for name in lists:
            digest = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
            kind = name.replace(delivery.stamp, "")
            if self.lists.get(kind) == digest:
                delivery.sent_file(name, "repeated", "unchanged")
                self.truth.forget(self.books.branch.id, name)
            else:
                delivery.sent_file(name)
            self.lists[kind] = digest

    def in_february(self, month: Month) -> bool:
        """Whether this is the month in which whole files go wrong."""
        return self.mistaken and (month.year, month.number) == (2026, 2)


@dataclass(frozen=True)
class Sending:
    """What is sent: where to, of which group, which months."""

    deliveries: Path
    group: Group
    months: list[Month]
    truth: Truth
    operations: OperationsTruth
    mistaken: bool  # whole files go wrong in branches that make mistakes


def send(sending: Sending, branch: Branch, plan: Plan) -> None:
    """Write every month of a branch, with the defects planned."""
    witness = Witness(sending.operations, branch)
    books = Books(sending.group, branch, sending.truth, witness.saw)
    folder = sending.deliveries / branch.id
    sender = Sender(books, folder, sending.truth, plan, sending.mistaken and bool(plan.waiting))
    for month in sending.months:
        _SYSTEMS[branch.system](sender, month)
        witness.end(month)


def _germany(sender: Sender, month: Month) -> None:
    """February's postings are delivered twice where defects are wanted: with mistakes, and a week later without."""
    books, delivery = sender.books, sender.delivery(month)
    postings, files = datev.PostingFile(delivery), BranchFiles(delivery, GERMAN)
    again = None
    if sender.in_february(month):
        later = delivery.later(_CORRECTED_AFTER, plan=sender.plan, revision=2)
        again = datev.PostingFile(later)
        later.sent_file(again.name, because=CORRECTED)
    for booked in books.happenings(month):
        refused = postings.document(booked.document)
        if again:
            refused = again.document(booked.document)
        books.refuse(booked.document, refused)
        _record(files, booked)
    delivery.sent_file(postings.name, *(("superseded", CORRECTED) if again else ()))
    for file in (postings, again, files):
        if file:
            file.close()
    lists = (
        datev.write_balances(delivery, books.printed),
        datev.write_account_labels(delivery),
        datev.write_parties(delivery),
        *write_lists(delivery, GERMAN, books.open_items, month.last),
    )
    for name in files.names:
        delivery.sent_file(name)
    sender.sent(delivery, lists)
    if sender.mistaken and (month.year, month.number) == (2026, 1):
        _send_twice(delivery, f"Zahlungen_{month.compact}_{delivery.stamp}.csv")


def _send_twice(delivery: Delivery, name: str) -> None:
    """The same bytes under another name."""
    copy = name.replace(".csv", "_Kopie.csv")
    shutil.copyfile(delivery.folder / name, delivery.folder / copy)
    delivery.sent_file(copy, "repeated", SENT_TWICE)


def _norway(sender: Sender, month: Month) -> None:
    """Where defects are wanted, two payments of February come late and March declares a wrong total."""
    books, delivery = sender.books, sender.delivery(month)
    audit, files = AuditFile(delivery), BranchFiles(delivery, NORWEGIAN)
    late = None
    if sender.in_february(month):
        after = delivery.later(_LATE_AFTER, plan=Plan())
        late = BranchFiles(after, NORWEGIAN, BranchFiles.PAYMENTS)
        for name in late.names:
            after.sent_file(name, because=FORGOTTEN)
    payments = 0
    for booked in books.happenings(month):
        books.refuse(booked.document, audit.document(booked.document))
        payments += booked.payment is not None
        forgotten = booked.payment is not None and payments in _FORGOTTEN_AT
        _record(late if late and forgotten else files, booked)
    audit.close(books.printed, lies=sender.mistaken and (month.year, month.number) == (2026, 3))
    for file in (files, late):
        if file:
            file.close()
    lists = write_lists(delivery, NORWEGIAN, books.open_items, month.last)
    for name in (audit.name, *files.names):
        delivery.sent_file(name)
    sender.sent(delivery, lists)


def _united_states(sender: Sender, month: Month) -> None:
    books, delivery = sender.books, sender.delivery(month)
    book = Workbook(delivery)
    for booked in books.happenings(month):
        books.refuse(booked.document, book.document(booked.document))
        _record(book, booked)
    book.close(books.printed, books.open_items)
    delivery.sent_file(book.name)


def _france(sender: Sender, month: Month) -> None:
    books, delivery = sender.books, sender.delivery(month)
    entries, files = fec.EntriesFile(delivery), BranchFiles(delivery, FRENCH)
    for booked in books.happenings(month):
        books.refuse(booked.document, entries.document(booked.document))
        _record(files, booked)
    entries.close()
    files.close()
    lists = (
        fec.write_accounts(delivery),
        fec.write_parties(delivery),
        fec.write_balances(delivery, books.period, books.printed),
        *write_lists(delivery, FRENCH, books.open_items, month.last),
    )
    for name in (entries.name, *files.names):
        delivery.sent_file(name)
    sender.sent(delivery, lists)


def _china(sender: Sender, month: Month) -> None:
    books, delivery = sender.books, sender.delivery(month)
    vouchers, files = chinese_csv.VoucherFile(delivery), BranchFiles(delivery, CHINESE)
    for booked in books.happenings(month):
        books.refuse(booked.document, vouchers.document(booked.document))
        _record(files, booked)
    vouchers.close()
    files.close()
    lists = (
        chinese_csv.write_accounts(delivery),
        *chinese_csv.write_parties(delivery),
        chinese_csv.write_balances(delivery, books.period, books.printed),
        *write_lists(delivery, CHINESE, books.open_items, month.last),
    )
    for name in (vouchers.name, *files.names):
        delivery.sent_file(name)
    sender.sent(delivery, lists)


def _united_kingdom(sender: Sender, month: Month) -> None:
    books, delivery = sender.books, sender.delivery(month)
    vouchers, documents = ndjson.Vouchers(delivery), ndjson.Documents(delivery)
    for booked in books.happenings(month):
        books.refuse(booked.document, vouchers.document(booked.document))
        _record(documents, booked)
    vouchers.close()
    documents.close()
    lists = ndjson_lists.write_lists(delivery, books.period, books.printed, books.open_items)
    for name in (vouchers.name, *documents.names):
        delivery.sent_file(name)
    sender.sent(delivery, lists)


def _record(files: BranchFiles | Workbook | ndjson.Documents, booked: Booked) -> None:
    """The business record behind a document."""
    if booked.bill is not None:
        files.bill(booked.bill)
    if booked.payment is not None:
        files.payment(booked.payment)


_SYSTEMS: dict[str, Callable[[Sender, Month], None]] = {
    "germany": _germany,
    "norway": _norway,
    "united_states": _united_states,
    "france": _france,
    "china": _china,
    "united_kingdom": _united_kingdom,
}
