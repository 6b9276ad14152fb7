"""The workspace's account_map.csv: read as rules, rows added, approved or taken out, and what of it the log keeps.

Nothing here decides: callers bring names and rows that were checked. Not here: what rules mean (rules), workbooks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.conformance.rules import EVER, FOR_EVER, AccountRule, Conflict, conflicts, rule_of
from pipelines.errors import AccountMapError
from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write
from pipelines.repair.records import same_person

COLUMNS = (
    "branch_id", "account_from", "account_to", "group_account_code", "valid_from", "valid_to", "note", "proposed_by",
    "approved_by",
)  # fmt: skip
PROPOSED, APPROVED, REJECTED = "account_rule_proposed", "account_rule_approved", "account_rule_rejected"
LEFT_UNMAPPED = "account_left_unmapped"
EXPORTED, IMPORTED = "account_workbook_exported", "account_workbook_imported"


@dataclass(frozen=True)
class AccountMap:
    """The file as it was read. `content`: its bytes, so that nobody's change in between is written over."""

    file: Path
    content: bytes
    rules: tuple[AccountRule, ...]

    def of(self, branch_id: str, *, applied: bool) -> list[AccountRule]:
        """A branch's rules: those that are applied, or those that wait for a second person."""
        return [one for one in self.rules if one.branch_id == branch_id and one.is_applied == applied]


@dataclass(frozen=True)
class Change:
    """What is to become of the map. `approved`: waiting rule → who approves it; `rejected`: rule → why."""

    added: tuple[AccountRule, ...] = ()
    approved: Mapping[AccountRule, str] = field(default_factory=dict)
    rejected: Mapping[AccountRule, str] = field(default_factory=dict)


def read_map(folder: Path) -> AccountMap:
    """Read account_map.csv of a workspace's reference tables; raises `AccountMapError` where it is missing or other."""
    file = folder / "account_map.csv"
    if not file.is_file():
        raise AccountMapError(f"{file}: the account map is missing; expected columns {','.join(COLUMNS)}. Add it.")
    content = file.read_bytes()
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise AccountMapError(
            f"{file}:1: found columns {','.join(reader.fieldnames or ())}; expected {','.join(COLUMNS)}. Correct it."
        )
    rules = []
    for row in reader:
        if None in row or None in row.values():
            raise AccountMapError(f"{file}:{reader.line_num}: expected {len(COLUMNS)} cells. `tieout check` says more.")
        rules.append(rule_of(row, reader.line_num))
    return AccountMap(file, content, tuple(rules))


def change_map(found: AccountMap, change: Change, log: EventLog, by: str) -> None:
    """Write a change to the file in one step, then one event for each row.

    Raises `AccountMapError`, and changes nothing, where a rule would contradict another, a maker would approve his own
    row, or somebody changed the file in the meantime.
    """
    for rule, checker in change.approved.items():
        if same_person(rule.proposed_by, checker):
            raise AccountMapError(f"{rule.words} was proposed by {rule.proposed_by}, who cannot approve it as well.")
    kept = [
        replace(rule, approved_by=change.approved.get(rule, rule.approved_by))
        for rule in found.rules
        if rule not in change.rejected
    ]
    wrong = [_told(one) for one in _new_conflicts(found.rules, [*kept, *change.added])]
    if wrong:
        raise AccountMapError("\n".join(wrong))
    if found.file.read_bytes() != found.content:
        raise AccountMapError(f"{found.file} was changed in the meantime; nothing was written. Do it again.")
    atomic_write(found.file, _content([*kept, *change.added]))
    log.append_all(
        [
            *((PROPOSED, _said(rule, by)) for rule in change.added),
            *((APPROVED, _said(rule, by)) for rule in change.added if rule.is_applied),
            *((APPROVED, _said(replace(rule, approved_by=who), by)) for rule, who in change.approved.items()),
            *((REJECTED, {**_said(rule, by), "reason": reason}) for rule, reason in change.rejected.items()),
        ]
    )


def left_unmapped(log: EventLog) -> dict[tuple[str, str], str]:
    """(branch, account) → why people left it unmapped, the last word counts."""
    return {
        (event.data["branch_id"], event.data["account_code"]): event.data["reason"] for event in log.read(LEFT_UNMAPPED)
    }


def _new_conflicts(before: Sequence[AccountRule], after: Sequence[AccountRule]) -> list[Conflict]:
    """Contradictions that a change would bring; those that are there already are `tieout check`'s to tell."""
    known = {(one.one.line, one.other.line) for one in conflicts(before)}
    return [one for one in conflicts(after) if (one.one.line, one.other.line) not in known]


def _told(found: Conflict) -> str:
    one, other = found.one, found.other
    where = f"line {one.line}, " if one.line else ""
    return (
        f"{other.branch_id}: {other.words} → {other.group_account_code} would contradict {where}{one.words} →"
        f" {one.group_account_code}: both would hold for {found.example} in {found.period}. End the one with valid_to"
        " before the other begins. Nothing was written."
    )


def _said(rule: AccountRule, by: str) -> dict[str, str]:
    return {**dict(zip(COLUMNS, _cells(rule), strict=True)), "by": by}


def _cells(rule: AccountRule) -> tuple[str, ...]:
    return (
        rule.branch_id,
        rule.account_from,
        rule.account_to,
        rule.group_account_code,
        "" if rule.valid_from == EVER else rule.valid_from,
        "" if rule.valid_to == FOR_EVER else rule.valid_to,
        rule.note,
        rule.proposed_by,
        rule.approved_by,
    )


def _content(rules: Sequence[AccountRule]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(rule) for rule in rules)
    return text.getvalue().encode("utf-8")
