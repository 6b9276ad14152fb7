"""Which accounts need a person: unmapped, waiting for approval, or mapped in a way that is doubtful; and why.

Not here: suggesting (suggesting), and showing or deciding it (workbook, importing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.conformance.account_file import AccountMap
from pipelines.conformance.charts import Chart
from pipelines.conformance.naming import words_in
from pipelines.conformance.rules import AccountRule, winning_rule
from pipelines.conformance.suggesting import GroupAccount, OwnAccount, Suggestion, Suggestions

State = Literal["unmapped", "waiting", "doubtful"]
_RESULT = ("revenue", "expense")
_WORTH_SAYING = Decimal("0.2")  # a weaker suggestion is none
_TELLING = 0.6  # how much of a name its telling words must be to speak against a mapping


@dataclass(frozen=True)
class OpenAccount:
    """An account that somebody has to decide about. `mapped_to`: the group account that holds now, empty for none."""

    account: OwnAccount
    state: State
    why: str
    mapped_to: str = ""
    suggestion: Suggestion | None = None
    suggested_by: str = ""


def open_accounts(
    accounts: Sequence[OwnAccount],
    found: AccountMap,
    chart: Mapping[str, GroupAccount],
    left: Mapping[tuple[str, str], str] | None = None,
) -> list[OpenAccount]:
    """Every account that is unmapped, waits or is doubtful; by branch, state, size of the balance and code.

    `left`: (branch, account) → why it was left unmapped on purpose; those are not asked about again.
    """
    applied: dict[str, list[AccountRule]] = {}
    waiting: dict[str, list[AccountRule]] = {}
    for one in found.rules:
        (applied if one.is_applied else waiting).setdefault(one.branch_id, []).append(one)

    def winner(rules: Mapping[str, list[AccountRule]], account: OwnAccount) -> AccountRule | None:
        return winning_rule(rules.get(account.branch_id, ()), account.account_code, account.account_type)

    held = [(account, winner(applied, account)) for account in accounts]
    learned = Suggestions(chart, [(account, rule.group_account_code) for account, rule in held if rule])
    of_branch: dict[str, list[OwnAccount]] = {}
    for account in accounts:
        of_branch.setdefault(account.branch_id, []).append(account)
    recognised = {
        branch: learned.recognised_chart(own)
        for branch, own in of_branch.items()
        if any(rule is None for account, rule in held if account.branch_id == branch)
    }
    result: list[OpenAccount] = []
    for account, rule in held:
        if rule is None:
            if (account.branch_id, account.account_code) in (left or {}):
                continue
            best = _best(learned, account, recognised[account.branch_id])
            result.append(_unmapped(account, winner(waiting, account), best))
        elif why := _doubt(account, rule, chart):
            best = _best(learned, account, None)
            by = "tieout" if best else ""
            result.append(OpenAccount(account, "doubtful", why, rule.group_account_code, best, by))
    order = {"unmapped": 0, "doubtful": 1, "waiting": 2}
    result.sort(
        key=lambda one: (
            one.account.branch_id,
            order[one.state],
            -abs(one.account.balance or Decimal(0)),
            one.account.account_code,
        )
    )
    return result


def _best(learned: Suggestions, account: OwnAccount, chart: Chart | None) -> Suggestion | None:
    return next((one for one in learned.suggest(account, chart, 1) if one.score >= _WORTH_SAYING), None)


def _unmapped(account: OwnAccount, waiting: AccountRule | None, best: Suggestion | None) -> OpenAccount:
    if waiting is not None:
        why = f"{waiting.words} → {waiting.group_account_code} waits for a second person"
        return OpenAccount(account, "waiting", why, "", best, "tieout" if best else "")
    return OpenAccount(account, "unmapped", "no rule holds for it", "", best, "tieout" if best else "")


def _doubt(account: OwnAccount, rule: AccountRule, chart: Mapping[str, GroupAccount]) -> str:
    """Why a mapping is doubtful, empty where it is not."""
    group = chart.get(rule.group_account_code)
    if group is None:
        return f"group account {rule.group_account_code} is not in the group chart"
    if rule.kind == "type":
        return f"only {rule.words} holds for it"
    kind = account.account_type
    if kind and kind != "statistical" and (kind in _RESULT) != (group.account_type in _RESULT):
        return f"its type is {kind}, and {group.code} {group.name} is {group.account_type}"
    matches = words_in(account.name, account.country_code)
    if kind or not matches or any(one.group_account_code == group.code for one in matches):
        return ""
    said = matches[0]
    named = chart.get(said.group_account_code)
    if said.share < _TELLING or named is None or (named.account_type in _RESULT) == (group.account_type in _RESULT):
        return ""
    return f"its name says {said.words!r} as {named.code} {named.name}, and it is mapped to {group.code}"
