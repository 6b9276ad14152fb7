"""Decisions on breaks and on suggested matches, as the event log knows them.

A decision is of a break and of the amount that it had then; what becomes of it when the amount changes or the break
comes back is said by dbt's `recon.recon_break`. Append-only: a later decision stands in place of an earlier one. Not
here: which breaks there are (published), workbooks, meetings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.errors import BreakError
from pipelines.lake.events import Event, EventLog
from pipelines.repair.records import same_person

DECIDED, APPROVED, ASSIGNED, MATCH_DECIDED = (
    "break_decided",
    "break_decision_approved",
    "break_assigned",
    "match_decided",
)

# What may be decided, and what it says.
KINDS: Mapping[str, str] = {
    "explain": "the cause is known and nothing has to be booked",
    "accept": "the difference is carried as it is, until a day",
    "correct": "a branch books a correction, until a day",
    "dispute": "the two sides do not agree; it goes to the meeting",
    "open": "an earlier decision no longer stands",
}
NEEDS_UNTIL = frozenset({"accept", "correct"})
NEEDS_SECOND_PERSON = frozenset({"accept"})
CAUSES = (
    "timing",
    "missing",
    "amount",
    "rate",
    "rounding",
    "tax",
    "revaluation",
    "mapping",
    "duplicate",
    "reversed_sign",
    "unallocated",
    "refused",
)


@dataclass(frozen=True)
class Decision:
    """A decision on one break. `amount` is the break's when it was decided, in `currency`; `cause` where it was named.

    `approved_by` is empty while a second person is asked for; the decision does not count until then.
    """

    decision_id: str
    break_id: str
    branch_id: str
    kind: str
    amount: Decimal
    currency: str
    reason: str
    decided_by: str
    decided_at: datetime
    until: date | None = None
    cause: str | None = None
    approved_by: str | None = None

    @property
    def counts(self) -> bool:
        return self.kind not in NEEDS_SECOND_PERSON or bool(self.approved_by)


@dataclass(frozen=True)
class Wish:
    """A decision as somebody asks for it, of the break as the published version shows it."""

    break_id: str
    branch_id: str
    kind: str
    amount: Decimal
    currency: str
    reason: str
    by: str
    until: date | None = None
    cause: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True)
class Assignment:
    """Who owns a break, in place of whom the table of owners names."""

    break_id: str
    department: str
    person: str
    assigned_by: str
    assigned_at: datetime
    reason: str


@dataclass(frozen=True)
class MatchDecision:
    """What a person says of a suggested match: its items are one group (confirm), or must never be (reject)."""

    match_id: str
    recon_code: str
    branch_id: str
    decision: str
    items: tuple[str, ...]
    reason: str
    decided_by: str
    decided_at: datetime


def mistakes_of(wish: Wish, today: date) -> list[str]:
    """What is wrong with a wish, a sentence each, in the order of its fields."""
    found = []
    if wish.kind not in KINDS:
        found.append(f"{wish.kind!r} is no decision; expected one of {', '.join(KINDS)}.")
    if not wish.reason.strip():
        found.append("the reason is empty; it stays on record. Say why.")
    if not wish.by.strip():
        found.append("nobody decides. Say who.")
    if wish.cause is not None and wish.cause not in CAUSES:
        found.append(f"{wish.cause!r} is no cause; expected one of {', '.join(CAUSES)}.")
    if wish.kind in NEEDS_UNTIL and wish.until is None:
        found.append(f"'{wish.kind}' needs a day until which it holds. Say one such as {today.replace(day=28)}.")
    if wish.until is not None and wish.until < today:
        found.append(f"it would hold until {wish.until}, and today is {today}. Say a later day.")
    if wish.approved_by and same_person(wish.by, wish.approved_by):
        found.append(f"{wish.approved_by} decides and approves; expected two persons. Let somebody else approve.")
    return found


def decide(log: EventLog, wishes: Sequence[Wish], today: date) -> list[Decision]:
    """Record decisions, all or none. Raises `BreakError` with every mistake, each with its break."""
    wrong = [f"{wish.break_id}: {one}" for wish in wishes for one in mistakes_of(wish, today)]
    if wrong:
        raise BreakError("\n".join(wrong))
    first = len(log.read(DECIDED)) + 1
    events = log.append_all([(DECIDED, _said(wish, f"D{first + at}")) for at, wish in enumerate(wishes)])
    return [_decision(event) for event in events]


def approve(log: EventLog, decision_id: str, *, by: str) -> Decision:
    """Let a waiting decision count. Raises `BreakError` where it does not wait, or `by` decided it."""
    known = {one.decision_id: one for one in decisions(log)}
    wanted = decision_id.strip().upper()
    if wanted not in known:
        raise BreakError(f"There is no decision {decision_id!r}. `tieout breaks list --show waiting` shows what waits.")
    one = known[wanted]
    if one.counts:
        raise BreakError(f"{wanted} waits for nobody: {_who(one)}.")
    if not by.strip() or same_person(one.decided_by, by):
        raise BreakError(
            f"{wanted} was decided by {one.decided_by}; found {by.strip() or 'nobody'} to approve it, expected"
            " another person. Say --by NAME."
        )
    if superseding := next((later for later in known.values() if _replaces(later, one)), None):
        raise BreakError(f"{wanted} was replaced by {superseding.decision_id} ({superseding.kind}). Approve that one.")
    log.append(APPROVED, {"decision_id": wanted, "branch_id": one.branch_id, "by": by.strip()})
    return replace(one, approved_by=by.strip())


def assign(log: EventLog, break_ids: Sequence[tuple[str, str]], *, to: tuple[str, str], by: str, reason: str) -> None:
    """Give breaks (id, branch) to a department and person. Raises `BreakError` without department, reason or name."""
    department, person = (one.strip() for one in to)
    if not department or not by.strip() or not reason.strip():
        raise BreakError("An assignment needs a department, a reason and who decides: --to, --reason and --by.")
    log.append_all(
        [
            (
                ASSIGNED,
                {
                    "break_id": break_id,
                    "branch_id": branch_id,
                    "department": department,
                    "person": person,
                    "by": by.strip(),
                    "reason": reason.strip(),
                },
            )
            for break_id, branch_id in break_ids
        ]
    )


def decide_match(log: EventLog, wanted: MatchDecision) -> None:
    """Record what a person says of a suggested match. Raises `BreakError` without a name or a reason to reject."""
    if wanted.decision not in ("confirm", "reject"):
        raise BreakError(f"{wanted.decision!r} is no word on a match; expected confirm or reject.")
    if not wanted.decided_by.strip():
        raise BreakError("A word on a match needs a person. Say --by NAME.")
    if wanted.decision == "reject" and not wanted.reason.strip():
        raise BreakError('A rejected match needs a reason, since it is never suggested again. Say --reason "…".')
    log.append(
        MATCH_DECIDED,
        {
            "match_id": wanted.match_id,
            "recon_code": wanted.recon_code,
            "branch_id": wanted.branch_id,
            "decision": wanted.decision,
            "items": list(wanted.items),
            "reason": wanted.reason.strip(),
            "by": wanted.decided_by.strip(),
        },
    )


def decisions(log: EventLog) -> list[Decision]:
    """Every decision ever made, oldest first, with who approved it."""
    found: dict[str, Decision] = {}
    for event in log.read(DECIDED, APPROVED):
        key = event.data["decision_id"]
        found[key] = _decision(event) if event.kind == DECIDED else replace(found[key], approved_by=event.data["by"])
    return list(found.values())


def standing(made: Iterable[Decision]) -> dict[str, Decision]:
    """Break → the newest decision on it, counting or waiting."""
    return {one.break_id: one for one in made}


def assignments(log: EventLog) -> list[Assignment]:
    """Every assignment ever made, oldest first."""
    return [
        Assignment(said["break_id"], said["department"], said["person"], said["by"], event.at, said["reason"])
        for event in log.read(ASSIGNED)
        for said in (event.data,)
    ]


def match_decisions(log: EventLog) -> list[MatchDecision]:
    """The newest word on every match, in the order of the log."""
    found = {event.data["match_id"]: _match(event) for event in log.read(MATCH_DECIDED)}
    return list(found.values())


def state_of_decisions(log: EventLog) -> Sequence[str]:
    """What decides how a night shows breaks, as text for its fingerprint."""
    return [f"{event.kind} {event.hash}" for event in log.read(DECIDED, APPROVED, ASSIGNED, MATCH_DECIDED)]


def _replaces(later: Decision, one: Decision) -> bool:
    return later.break_id == one.break_id and int(later.decision_id[1:]) > int(one.decision_id[1:])


def _who(one: Decision) -> str:
    approved = f", approved by {one.approved_by}" if one.approved_by else ""
    return f"'{one.kind}' by {one.decided_by}{approved}"


def _said(wish: Wish, decision_id: str) -> dict[str, Any]:
    return {
        "decision_id": decision_id,
        "break_id": wish.break_id,
        "branch_id": wish.branch_id,
        "decision": wish.kind,
        "amount": str(wish.amount),
        "currency": wish.currency,
        "reason": wish.reason.strip(),
        "by": wish.by.strip(),
        "until": wish.until.isoformat() if wish.until else None,
        "cause": wish.cause,
        "approved_by": (wish.approved_by or "").strip() or None,
    }


def _decision(event: Event) -> Decision:
    said = event.data
    return Decision(
        decision_id=said["decision_id"],
        break_id=said["break_id"],
        branch_id=said["branch_id"],
        kind=said["decision"],
        amount=Decimal(said["amount"]),
        currency=said["currency"],
        reason=said["reason"],
        decided_by=said["by"],
        decided_at=event.at,
        until=date.fromisoformat(said["until"]) if said["until"] else None,
        cause=said["cause"],
        approved_by=said["approved_by"],
    )


def _match(event: Event) -> MatchDecision:
    said = event.data
    return MatchDecision(
        said["match_id"],
        said["recon_code"],
        said["branch_id"],
        said["decision"],
        tuple(said["items"]),
        said["reason"],
        said["by"],
        event.at,
    )
