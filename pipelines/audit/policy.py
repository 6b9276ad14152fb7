"""The governed audit policy: how large a failed check must be to warn, to hold its branch or to stop the night.

Source of the rules: `audit_policy.csv` among the workspace's reference tables. Not here: the checks themselves.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipelines.audit.rows import AuditRow
from pipelines.errors import ConfigError

FILE = "audit_policy.csv"
_COLUMNS = ("check_name", "scope", "warn_over_minor", "hold_over_minor", "action")
_ACTIONS = ("warn", "hold", "stop")
_SCOPES = ("branch", "group")


class Outcome(StrEnum):
    """What a row comes to, from harmless to grave."""

    PASSED = "passed"
    TOLERATED = "tolerated"  # failed, but no larger than the policy lets pass
    WARNED = "warned"  # shown, published
    HOLD = "hold"  # its branch goes back to its last good night
    STOP = "stop"  # nothing is published


@dataclass(frozen=True)
class PolicyRow:
    """Bounds in minor units; a difference must be larger than a bound to reach what it names.

    No `hold_over_minor`: never more than a warning. `owner` and `explanation` are what people read beside a finding.
    """

    warn_over_minor: int
    hold_over_minor: int | None
    action: str
    owner: str = ""
    explanation: str = ""


Policy = dict[tuple[str, str], PolicyRow]  # (check_name, scope) -> its bounds

# A check that the table does not name is taken seriously: silence in a table must not open the gate.
_STRICT = {"branch": PolicyRow(0, 0, "hold"), "group": PolicyRow(0, 0, "stop")}


def load_policy(seeds: Path) -> Policy:
    """Read the policy; an absent file means: every failed check holds its branch or stops the night.

    Raises `ConfigError` with one sentence per mistake.
    """
    file = seeds / FILE
    if not file.is_file():
        return {}
    policy: Policy = {}
    mistakes: list[str] = []
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
            raise ConfigError([f"{file}:1: column {', '.join(missing)} is missing. Add it."])
        for line, row in enumerate(reader, start=2):
            found = _mistakes(file, line, row, policy)
            mistakes += found
            if not found:
                policy[row["check_name"], row["scope"]] = PolicyRow(
                    int(row["warn_over_minor"]),
                    int(row["hold_over_minor"]) if row["hold_over_minor"] else None,
                    row["action"],
                    row.get("owner_department") or "",
                    row.get("explanation") or "",
                )
    if mistakes:
        raise ConfigError(mistakes)
    return policy


def _mistakes(file: Path, line: int, row: dict[str, str], policy: Policy) -> list[str]:
    place = f"{file}:{line}"
    found = []
    if row["scope"] not in _SCOPES:
        found.append(f"{place}: scope is {row['scope']!r}; expected branch or group. Correct it.")
    if row["action"] not in _ACTIONS:
        found.append(f"{place}: action is {row['action']!r}; expected warn, hold or stop. Correct it.")
    if (row["check_name"], row["scope"]) in policy:
        found.append(f"{place}: {row['check_name']} for {row['scope']} stands here twice. Keep one line.")
    for column in ("warn_over_minor", "hold_over_minor"):
        text = row[column] or ""
        if not text.isdigit() and (text or column == "warn_over_minor"):
            found.append(f"{place}: {column} is {text!r}; expected whole minor units (cents, rows). Correct it.")
    return found


def judge_row(row: AuditRow, policy: Policy) -> Outcome:
    """What one row comes to. A failed row without a size counts as larger than any bound."""
    if row.passed:
        return Outcome.PASSED
    rule = policy.get((row.check_name, row.scope)) or _STRICT[row.scope]
    size = None if row.difference_minor is None else abs(row.difference_minor)
    if rule.hold_over_minor is not None and (size is None or size > rule.hold_over_minor):
        return _grave(row, rule.action)
    return Outcome.WARNED if size is None or size > rule.warn_over_minor else Outcome.TOLERATED


def _grave(row: AuditRow, action: str) -> Outcome:
    if action == "warn":
        return Outcome.WARNED
    # A finding that names no branch cannot hold one.
    return Outcome.HOLD if action == "hold" and row.branch_id else Outcome.STOP
