"""Rules of the account map: which accounts one holds for, when, which of several wins, and where two contradict.

The same meaning as `int_account_rule` gives them in the warehouse. Not here: reading or writing the file
(account_file), and applying rules to records (dbt).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["exact", "range", "pattern", "type"]

EVER, FOR_EVER = "1900-01", "9999-12"
TYPES = ("asset", "liability", "equity", "revenue", "expense", "statistical")
_TYPE = "type:"
_RANK: dict[Kind, int] = {"exact": 1, "range": 2, "pattern": 3, "type": 4}
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?")


@dataclass(frozen=True)
class AccountRule:
    """One row of the account map. `valid_from`, `valid_to`: posting periods 'YYYY-MM', both inclusive."""

    branch_id: str
    account_from: str
    account_to: str
    group_account_code: str
    valid_from: str = EVER
    valid_to: str = FOR_EVER
    note: str = ""
    proposed_by: str = ""
    approved_by: str = ""
    line: int = 0  # in the file, from 1; 0 where it comes from none

    @property
    def kind(self) -> Kind:
        """What the row is: `type:` and a type, a pattern with `*` or `?`, one code, or a range of two."""
        if self.account_from.startswith(_TYPE):
            return "type"
        if "*" in self.account_from or "?" in self.account_from:
            return "pattern"
        return "exact" if self.account_to in ("", self.account_from) else "range"

    @property
    def is_applied(self) -> bool:
        """Whether two different persons answer for it; a row that waits for the second is not applied."""
        return bool(self.proposed_by and self.approved_by and self.proposed_by != self.approved_by)

    @property
    def words(self) -> str:
        """The rule as people write it: `4400`, `4400 to 4499`, `44*`, `type:revenue`."""
        return f"{self.account_from} to {self.account_to}" if self.kind == "range" else self.account_from

    def holds_for(self, account_code: str, account_type: str | None) -> bool:
        """Whether it names this account; a range compares codes of equal length, as text."""
        match self.kind:
            case "exact":
                return account_code == self.account_from
            case "range":
                same = len(account_code) == len(self.account_from)
                return same and self.account_from <= account_code <= self.account_to
            case "pattern":
                return _expression(self.account_from).fullmatch(account_code) is not None
            case "type":
                return account_type is not None and self.account_from == _TYPE + account_type

    def holds_in(self, period: str) -> bool:
        return self.valid_from <= period <= self.valid_to


def rule_of(cells: dict[str, str], line: int = 0) -> AccountRule:
    """A row of account_map.csv as a rule; a date stands for its month."""
    return AccountRule(
        branch_id=cells["branch_id"],
        account_from=cells["account_from"],
        account_to=cells["account_to"],
        group_account_code=cells["group_account_code"],
        valid_from=cells["valid_from"][:7] or EVER,
        valid_to=cells["valid_to"][:7] or FOR_EVER,
        note=cells["note"],
        proposed_by=cells["proposed_by"],
        approved_by=cells["approved_by"],
        line=line,
    )


def winning_rule(
    rules: Iterable[AccountRule], account_code: str, account_type: str | None, period: str = FOR_EVER
) -> AccountRule | None:
    """The most specific of one branch's rules that holds in the period: exact, narrower range, longer pattern, type."""
    held = [rule for rule in rules if rule.holds_in(period) and rule.holds_for(account_code, account_type)]
    # Ranges nest, so the narrowest begins last and, of those, ends first.
    held.sort(key=lambda rule: rule.account_to)
    held.sort(key=lambda rule: rule.account_from, reverse=True)
    return min(held, key=lambda rule: (_RANK[rule.kind], -_literal(rule)), default=None)


def shape_mistakes(cells: dict[str, str]) -> Iterator[str]:
    """What makes a row no rule at all, each as a sentence with its fix."""
    low, high = cells["account_from"], cells["account_to"]
    kind = rule_of(cells).kind
    if not low:
        yield "account_from is empty; expected a code, a pattern such as 47*, or type:expense. Fill it in."
    if kind in ("pattern", "type") and high not in ("", low):
        yield f"account_to {high!r} stands beside the {kind} {low!r}; expected nothing there. Empty it."
    if kind == "type" and low.removeprefix(_TYPE) not in TYPES:
        yield f"{low!r} names no type; expected type: and one of {', '.join(TYPES)}. Correct it."
    if kind == "range" and (len(low) != len(high) or low > high):
        yield f"{low!r} to {high!r} is no range; expected two codes of equal length, the lower first. Correct it."
    for name, edge in (("valid_from", "the first"), ("valid_to", "the last")):
        said = cells[name]
        if said and _PERIOD.fullmatch(said) is None:
            yield f"{name} {said!r} is no posting period; expected a month such as 2026-07. Correct it."
        elif len(said) == len("2026-07-01") and not _is_edge(said, first=name == "valid_from"):
            yield f"{name} {said} is not {edge} day of a month; a mapping holds for whole periods. Write the month."
    if cells["valid_from"] and cells["valid_to"] and cells["valid_from"][:7] > cells["valid_to"][:7]:
        yield f"valid_from {cells['valid_from']} is after valid_to {cells['valid_to']}. Correct them."


@dataclass(frozen=True)
class Conflict:
    """Two rules of equal specificity that hold for `example` in `period` and name different group accounts."""

    one: AccountRule
    other: AccountRule
    example: str
    period: str


def conflicts(rules: Sequence[AccountRule]) -> list[Conflict]:
    """Every pair of applied rules that contradict each other, whether or not the branch has such an account yet."""
    found = []
    by_branch: dict[tuple[str, str], list[AccountRule]] = {}
    for rule in rules:
        if rule.is_applied:
            by_branch.setdefault((rule.branch_id, rule.kind), []).append(rule)
    for same in by_branch.values():
        for at, one in enumerate(same):
            for other in same[at + 1 :]:
                period = max(one.valid_from, other.valid_from)
                if one.group_account_code == other.group_account_code or period > min(one.valid_to, other.valid_to):
                    continue
                example = _common(one, other)
                if example is not None:
                    found.append(Conflict(one, other, example, period))
    return found


def _common(one: AccountRule, other: AccountRule) -> str | None:
    """An account for which two rules of one kind hold with equal specificity; None where there is none."""
    match one.kind:
        case "exact" | "type":
            return one.account_from if one.account_from == other.account_from else None
        case "range":
            return _overlap(one, other)
        case "pattern":
            return _common_text(one.account_from, other.account_from) if _literal(one) == _literal(other) else None


def _overlap(one: AccountRule, other: AccountRule) -> str | None:
    if len(one.account_from) != len(other.account_from):
        return None
    first, last = max(one.account_from, other.account_from), min(one.account_to, other.account_to)
    (low, high), (own_low, own_high) = (one.account_from, one.account_to), (other.account_from, other.account_to)
    equal = (low, high) == (own_low, own_high)
    nested = (low <= own_low and own_high <= high) or (own_low <= low and high <= own_high)
    return first if first <= last and (equal or not nested) else None


@cache
def _common_text(one: str, other: str) -> str | None:
    """A shortest text that both patterns fit (`0` for an open place); None where no text fits both."""
    if not one and not other:
        return ""
    tails: list[str] = []
    for first, second in ((one, other), (other, one)):
        if first.startswith("*"):
            empty = _common_text(first[1:], second)
            tails += [empty] if empty is not None else []
            if second and not second.startswith("*"):
                more = _common_text(first, second[1:])
                tails += [second[0].replace("?", "0") + more] if more is not None else []
    if one and other and "*" not in (one[0], other[0]) and (one[0] == other[0] or "?" in (one[0], other[0])):
        rest = _common_text(one[1:], other[1:])
        own = other[0] if one[0] == "?" else one[0]
        tails += [own.replace("?", "0") + rest] if rest is not None else []
    return min(tails, key=lambda text: (len(text), text), default=None)


def _literal(rule: AccountRule) -> int:
    """How many characters of a pattern are its own; 0 for the other kinds."""
    return len(rule.account_from.replace("*", "").replace("?", "")) if rule.kind == "pattern" else 0


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern), re.DOTALL)


def _is_edge(date: str, *, first: bool) -> bool:
    """Whether a day is the first, or the last, of its month."""
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        return False
    return day.day == 1 if first else (day + dt.timedelta(days=1)).day == 1
