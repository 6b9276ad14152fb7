"""What is wrong after a night, as facts: each problem with its branch, its size and the key by which it is known again.

No value of a record ever gets in: places, counts, sums and names of rules only. Not here: wording (messages), and
whether somebody was told already (outbox).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from pipelines.audit.gate import Finding
from pipelines.audit.policy import Outcome
from pipelines.errors import ConfigError, ContractError, LakeError, NightInProgressError, PublishError
from pipelines.lake.receipts import Receipt
from pipelines.notices.arrived import Arrived
from pipelines.notices.standing import Standing

_CONTROLS = "control_total"
_OURS = "error of the program"  # what taking in writes of an error that no person can mend
_BUILT = re.compile(r"(.*?could not be built: [\w.]+)", re.DOTALL)  # then follows what the database says
_SENTENCES = {kind.__name__ for kind in (LakeError, PublishError, ContractError, ConfigError, NightInProgressError)}


@dataclass(frozen=True)
class Problem:
    """One thing to do. `kind` names its phrases; `branch_id` is None where it is the group's.

    `keys`: what makes it the same problem again tomorrow; several where it stands for several datasets. `facts` fill
    the phrases in: text, counts (int), amounts (Decimal), days (date), datasets and rules (tuples).
    """

    kind: str
    branch_id: str | None
    keys: tuple[str, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A branch that shows an earlier night: 'held' or 'failed', why, and since which night."""

    branch_id: str
    status: str
    reason: str
    since: str


def of_the_night(night_id: str, outcome: str, reason: str) -> list[Problem]:
    """A night that the audit stopped or that ended with an error: the group's problem."""
    if outcome not in ("stopped", "failed"):
        return []
    kind = "stopped" if outcome == "stopped" else "night_failed"
    return [_problem(kind, None, [f"{kind}/{night_id}"], reason=_told(reason))]


def of_branches(shown: Iterable[Shown]) -> list[Problem]:
    """Branches that are held or failed. The text of an error of ours may quote a record: it stays in the log."""
    return [
        _problem(
            "program_error" if _OURS in one.reason else one.status,
            one.branch_id,
            [f"{one.status}/{one.since}/{one.reason}"],
            reason=one.reason,
            since=one.since,
        )
        for one in shown
    ]


def of_deliveries(branch_id: str, arrived: Arrived) -> list[Problem]:
    """Refused and partly refused deliveries, control totals that differ, files of no known kind."""
    refused = [one for one in arrived.receipts if one.status == "refused"]
    taken = [one for one in arrived.receipts if one.status != "refused"]
    return [
        *_refused(branch_id, refused),
        *(_quarantined(one) for one in taken if one.rows.quarantined),
        *(problem for one in taken for problem in _controls(one)),
        *(_problem("unrecognised", branch_id, [f"unrecognised/{path}"], file=path) for path in arrived.unrecognised),
    ]


def of_the_calendar(standings: Sequence[Standing], night_date: date, arrived: Mapping[str, Arrived]) -> list[Problem]:
    """What is missing, and what of tonight's deliveries came late; datasets of one branch, month and day together."""
    found: list[Problem] = []
    came = {(one.branch_id, one.dataset) for branch in arrived.values() for one in branch.receipts}
    overdue = [one for one in standings if one.status == "missing" and one.due_date < night_date]
    for (branch_id, period, due), group in groupby(overdue, key=lambda one: (one.branch_id, one.period, one.due_date)):
        datasets = tuple(one.dataset for one in group)
        keys = [f"missing/{branch_id}/{dataset}/{period}" for dataset in datasets]
        found.append(
            _problem(
                "missing", branch_id, keys, datasets=datasets, period=period, due=due, days=(night_date - due).days
            )
        )
    late = [one for one in standings if one.status == "late" and (one.branch_id, one.dataset) in came]
    next_due = {(one.branch_id, one.dataset): one.due_date for one in reversed(standings) if one.status == "expected"}
    for one in late:
        facts = {
            "datasets": (one.dataset,),
            "period": one.period,
            "due": one.due_date,
            "days": one.days_late,
            "next": next_due.get((one.branch_id, one.dataset)),
        }
        found.append(_problem("late", one.branch_id, [f"late/{one.branch_id}/{one.dataset}/{one.period}"], **facts))
    return found


def of_the_audit(findings: Iterable[Finding]) -> list[Problem]:
    """What the audit warned of, one problem a check and branch.

    What held or stopped is told as such, and control totals with the delivery that declared them.
    """
    warned = [one.row for one in findings if one.outcome is Outcome.WARNED and one.row.check_name != _CONTROLS]
    warned.sort(key=lambda row: (row.branch_id or "", row.check_name))
    found = []
    for (branch_id, check), rows in groupby(warned, key=lambda row: (row.branch_id, row.check_name)):
        of_check = sorted(rows, key=lambda row: abs(row.difference_minor or 0), reverse=True)
        largest = of_check[0]
        keys = [f"audit/{check}/{branch_id}/{row.subject}/{row.difference_minor}" for row in of_check]
        facts = {
            "check": check,
            "count": len(of_check),
            "subject": largest.subject,
            "expected": largest.expected,
            "actual": largest.actual,
            "currency": largest.currency_code or "",
        }
        found.append(_problem("audit", branch_id, keys, **facts))
    return found


def _refused(branch_id: str, receipts: Sequence[Receipt]) -> list[Problem]:
    """One problem a file, with every dataset that it cost."""
    by_file: dict[tuple[str, str], list[Receipt]] = {}
    for one in receipts:
        by_file.setdefault((one.source_file, one.refused_reason or ""), []).append(one)
    return [
        _problem(
            "refused",
            branch_id,
            [f"refused/{one.delivery_id}/{one.fingerprint}" for one in its],
            file=file,
            datasets=tuple(one.dataset for one in its),
            reason=reason,
        )
        for (file, reason), its in by_file.items()
    ]


def _quarantined(receipt: Receipt) -> Problem:
    rules = sorted(receipt.reasons.items(), key=lambda item: (-item[1], item[0]))
    return _problem(
        "quarantined",
        receipt.branch_id,
        [f"quarantined/{receipt.delivery_id}/{receipt.rows.quarantined}"],
        file=receipt.source_file,
        datasets=(receipt.dataset,),
        count=receipt.rows.quarantined,
        read=receipt.rows.read,
        rules=tuple(rules),
    )


def _controls(receipt: Receipt) -> list[Problem]:
    return [
        _problem(
            "control",
            receipt.branch_id,
            [f"control/{receipt.delivery_id}/{one.name}/{one.computed}"],
            file=receipt.source_file,
            control=one.name,
            declared=one.declared,
            computed=one.computed,
            difference=one.difference,
        )
        for one in receipt.controls
        if not one.agrees
    ]


def _told(reason: str) -> str:
    """Why a night ended, without what a database or library may quote of a record: that stays in the night's log."""
    kind, _, _ = reason.partition(":")
    if built := _BUILT.match(reason):
        return f"{built.group(1)}."
    return reason if kind in _SENTENCES or " " in kind else f"{kind}."


def _problem(kind: str, branch_id: str | None, keys: Sequence[str], **facts: object) -> Problem:
    hashed = tuple(hashlib.sha256(f"{branch_id}/{key}".encode()).hexdigest()[:16] for key in keys)
    return Problem(kind, branch_id, hashed, facts)
