"""What arrived since people were last told: deliveries that say something new, repetitions, files that nobody knows.

It is read from the event log and not from a night's memory, so that a night that was killed before it could tell is
told by the next. Not here: wording any of it (problems, branch_receipt).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipelines.lake.deliveries import read_receipt
from pipelines.lake.events import Event, EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import REPEATED, SEEN_AGAIN, TAKEN_IN, UNRECOGNISED

_OF_INTEREST = {TAKEN_IN, REPEATED, SEEN_AGAIN, UNRECOGNISED}


@dataclass
class Arrived:
    """What one branch sent: its deliveries by file, files that repeated what was there, files of no known kind."""

    receipts: list[Receipt] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)


def arrived_since(lake: Lake, log: EventLog, sequence: int) -> dict[str, Arrived]:
    """Branch -> what came after the event `sequence`, by branch.

    A delivery that was only read again, since rules changed, counts where its rows came to something else than before.
    """
    found: dict[str, Arrived] = {}
    earlier: dict[str, str] = {}  # delivery -> its fingerprint when it was told
    for event in log.read(*_OF_INTEREST):
        if event.sequence <= sequence:
            earlier.update(_deliveries(event))
            continue
        branch = found.setdefault(str(event.data["branch_id"]), Arrived())
        if event.kind == TAKEN_IN:
            for delivery_id, fingerprint in _deliveries(event).items():
                receipt = read_receipt(lake, delivery_id, fingerprint)
                branch.receipts = [one for one in branch.receipts if one.delivery_id != delivery_id]
                if _says_something(lake, receipt, earlier.get(delivery_id)):
                    branch.receipts.append(receipt)
        elif event.kind == UNRECOGNISED:
            branch.unrecognised.append(str(event.data["path"]))
        else:
            branch.repeated.append(str(event.data["path"]))
    return {branch: one for branch, one in sorted(found.items()) if one.receipts or one.repeated or one.unrecognised}


def receipts_named(lake: Lake, said: Iterable[Iterable[str]]) -> list[Receipt]:
    """The receipts that an event names as (delivery, fingerprint)."""
    return [read_receipt(lake, delivery_id, fingerprint) for delivery_id, fingerprint in said]


def last_sequence(log: EventLog) -> int:
    """The number of the newest event."""
    events = log.read()
    return events[-1].sequence if events else 0


def _deliveries(event: Event) -> Mapping[str, str]:
    if event.kind != TAKEN_IN:
        return {}
    return {one["delivery_id"]: one["fingerprint"] for one in event.data["deliveries"]}


def _says_something(lake: Lake, receipt: Receipt, told: str | None) -> bool:
    if told is None:
        return True
    if told == receipt.fingerprint:
        return False
    before = read_receipt(lake, receipt.delivery_id, told)
    return (before.status, before.rows, before.totals) != (receipt.status, receipt.rows, receipt.totals)
