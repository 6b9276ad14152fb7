"""Closes, reopenings and certificates as the event log knows them.

Append-only: a close is a `period_closed` event and at most one `period_reopened` after it. Not here: whether a month
may be closed (checklist), and the figures that a close keeps (snapshot).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pipelines.errors import CloseError
from pipelines.lake.events import Event, EventLog
from pipelines.publishing.versions import PINNED
from pipelines.repair.records import same_person

CLOSED, REOPENED, CERTIFIED = "period_closed", "period_reopened", "branch_certified"
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Reported:
    """What a close of the group's month `period` reports: its own figures and those of the open `months` before it.

    `months` come oldest first. `night_id` is the published version that is pinned; `snapshot` the file of its figures,
    relative to the lake.
    """

    close_id: str
    period: str
    months: tuple[str, ...]
    night_id: str
    snapshot: str
    snapshot_sha256: str
    closed_by: str


@dataclass(frozen=True)
class Close(Reported):
    """A close as it was made. Times are UTC; what tells of the reopening is None while the close is in force."""

    closed_at: datetime
    reopened_at: datetime | None = None
    reopened_by: str | None = None
    reopening_approved_by: str | None = None
    reopening_reason: str | None = None

    @property
    def in_force(self) -> bool:
        return self.reopened_at is None


@dataclass(frozen=True)
class Certificate:
    """A branch's word that its books of a month are complete and right, of the very slices that it saw.

    `slices`: dataset → hash of the content of the branch's slice of that month.
    """

    branch_id: str
    period: str
    certified_by: str
    certified_at: datetime
    slices: Mapping[str, str]


def checked_period(text: str) -> str:
    """`text` where it is a month such as 2026-03; raises `CloseError` otherwise."""
    if not _PERIOD.fullmatch(text):
        raise CloseError(f"{text!r} is no month; expected one such as 2026-03. Write year and month with a hyphen.")
    return text


def closes(log: EventLog) -> list[Close]:
    """Every close ever made, oldest first, with what became of it."""
    found: dict[str, Close] = {}
    for event in log.read(CLOSED, REOPENED):
        if event.kind == CLOSED:
            found[event.data["close_id"]] = _close(event)
        else:
            found[event.data["close_id"]] = replace(
                found[event.data["close_id"]],
                reopened_at=event.at,
                reopened_by=event.data["by"],
                reopening_approved_by=event.data["approved_by"],
                reopening_reason=event.data["reason"],
            )
    return list(found.values())


def closed_months(log: EventLog) -> dict[str, Close]:
    """Month → the close in force that covers it."""
    return {month: one for one in closes(log) if one.in_force for month in one.months}


def next_close_id(log: EventLog) -> str:
    """The id of the next close: C1, C2 …"""
    return f"C{len(log.read(CLOSED)) + 1}"


def record_close(log: EventLog, reported: Reported) -> None:
    """Make a close count and pin its version, in one go."""
    data = {**asdict(reported), "months": list(reported.months)}
    pinned = {"night_id": reported.night_id, "reason": f"close {reported.close_id}"}
    log.append_all([(PINNED, pinned), (CLOSED, data)])


def reopen(log: EventLog, period: str, *, reason: str, by: str, approved_by: str) -> Close:
    """Take the last close back, so that `period` and the months closed with it are open again. Returns that close.

    What was reported stays on record. Raises `CloseError` where the month is not closed, a later one is, the reason is
    empty, or one person asks and approves.
    """
    checked_period(period)
    if not reason.strip():
        raise CloseError('Reopening needs a reason, which stays on record. Say --reason "…".')
    if not by.strip() or not approved_by.strip() or same_person(by, approved_by):
        raise CloseError(
            f"Reopening needs two people; found {by.strip() or 'nobody'} and {approved_by.strip() or 'nobody'}."
            " Let a second person approve it: --approved-by NAME."
        )
    covered = closed_months(log)
    if period not in covered:
        shown = ", ".join(sorted(covered)) or "none"
        raise CloseError(f"{period} is not closed; closed months: {shown}. There is nothing to reopen.")
    close = covered[period]
    later = sorted(month for month, one in covered.items() if month > period and one.close_id != close.close_id)
    if later:
        raise CloseError(f"{later[-1]} was closed after {period} and rests on it. Reopen {later[-1]} first.")
    data = {"close_id": close.close_id, "by": by.strip(), "approved_by": approved_by.strip(), "reason": reason.strip()}
    log.append(REOPENED, data)
    return close


def certify(log: EventLog, branch_id: str, period: str, *, by: str, slices: Mapping[str, str]) -> None:
    """Record that a person answers for a branch's books of a month. Raises `CloseError` without a name or a slice."""
    if not by.strip():
        raise CloseError("A certificate needs a person. Say --by NAME.")
    if not slices:
        raise CloseError(
            f"{branch_id} has nothing of {period} in the published version, so that there is nothing to certify."
            " Run `tieout run` after its files came."
        )
    log.append(CERTIFIED, {"branch_id": branch_id, "period": period, "by": by.strip(), "slices": dict(slices)})


def certificates(log: EventLog) -> list[Certificate]:
    """The newest certificate of every branch and month."""
    found = {(event.data["branch_id"], event.data["period"]): _certificate(event) for event in log.read(CERTIFIED)}
    return list(found.values())


def state_of_closes(log: EventLog) -> Sequence[str]:
    """What decides how a night shows closed months, as text for its fingerprint."""
    return [
        *(f"close {one.close_id} {one.snapshot_sha256} {one.in_force}" for one in closes(log)),
        *(f"certified {one.branch_id} {one.period} {sorted(one.slices.items())}" for one in certificates(log)),
    ]


def _close(event: Event) -> Close:
    return Close(**{**event.data, "months": tuple(event.data["months"])}, closed_at=event.at)


def _certificate(event: Event) -> Certificate:
    said = event.data
    return Certificate(said["branch_id"], said["period"], said["by"], event.at, said["slices"])
