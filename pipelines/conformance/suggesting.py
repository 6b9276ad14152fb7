"""Which group account an unmapped account probably belongs to, with a score and the reasons in words.

Learns from accounts that are mapped already. The same input gives the same answer; nothing is applied by it. Not here:
what names say (naming), starting maps (charts), and showing it to people (workbook, console).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pipelines.conformance.charts import Chart, charts_of
from pipelines.conformance.naming import NameIndex, words_in
from pipelines.conformance.rules import winning_rule

# How far each kind of evidence can be trusted by itself: what remains of doubt is multiplied.
_NAME, _WORD, _CHART, _NUMBER = 0.85, 0.75, 0.5, 0.5
_LEAST_ALIKE = 0.25  # names less alike than this say nothing
_OTHER_STATEMENT, _OTHER_TYPE, _OTHER_SIDE = 0.1, 0.6, 0.9  # what a contradiction leaves of a score
_FEW = 4  # accounts with telling names from which a chart can be recognised
_LOOKED_AT = 500  # accounts are enough to recognise a chart by
_UNMAPPED = "9999"
_Beginning = tuple[str, int, str]


@dataclass(frozen=True)
class OwnAccount:
    """An account of a branch as its books show it. Amounts in the branch's currency; `balance`: debit positive."""

    branch_id: str
    account_code: str
    name: str
    account_type: str | None = None
    country_code: str | None = None
    currency_code: str = ""
    balance: Decimal | None = None
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    entries: int = 0
    first_month: str = ""
    last_month: str = ""


@dataclass(frozen=True)
class GroupAccount:
    """An account of the group chart, as far as suggestions need it."""

    code: str
    name: str
    account_type: str
    normal_side: str


@dataclass(frozen=True)
class Suggestion:
    """A group account with a score of 0 to 1 and the reasons, the weightiest first."""

    group_account_code: str
    score: Decimal
    why: str


class Suggestions:
    """Suggests group accounts; learns from `mapped`: pairs of an account and the group account that people gave it."""

    def __init__(self, chart: Mapping[str, GroupAccount], mapped: Iterable[tuple[OwnAccount, str]]) -> None:
        self._chart = chart
        self._mapped = [(account, code) for account, code in mapped if code in chart and code != _UNMAPPED]
        self._names = NameIndex(account.name for account, _ in self._mapped if account.name)
        self._named: dict[str, list[tuple[OwnAccount, str]]] = {}
        for account, code in self._mapped:
            self._named.setdefault(account.name, []).append((account, code))
        self._near = self._neighbours()

    def recognised_chart(self, accounts: Sequence[OwnAccount]) -> Chart | None:
        """The chart of the branch's country whose numbers agree best with the names of these accounts, if most do."""
        told = [(one, words_in(one.name, one.country_code)) for one in accounts]
        told = [(one, matches) for one, matches in told if matches][:_LOOKED_AT]
        best, most = None, 0.5
        for chart in charts_of(accounts[0].country_code) if len(told) >= _FEW else ():
            rules = chart.rules(accounts[0].branch_id, [one.account_code for one in accounts])
            placed = [(winning_rule(rules, one.account_code, None), matches) for one, matches in told]
            agreed = [
                rule for rule, matches in placed if rule and rule.group_account_code == matches[0].group_account_code
            ]
            if len(agreed) / len(told) > most:
                best, most = chart, len(agreed) / len(told)
        return best

    def suggest(self, account: OwnAccount, recognised: Chart | None = None, limit: int = 3) -> list[Suggestion]:
        """The likeliest group accounts, best first; equal scores in the order of their codes."""
        evidence: dict[str, list[tuple[float, str]]] = {}
        for code, strength, why in (
            *self._by_name(account),
            *self._by_word(account),
            *self._by_chart(account, recognised),
            *self._by_number(account),
        ):
            if code in self._chart:
                evidence.setdefault(code, []).append((strength, why))
        found = [self._judged(account, code, told) for code, told in evidence.items()]
        found.sort(key=lambda one: (-one.score, one.group_account_code))
        return found[:limit]

    def _judged(self, account: OwnAccount, code: str, told: Sequence[tuple[float, str]]) -> Suggestion:
        doubt = 1.0
        for strength, _ in told:
            doubt *= 1 - strength
        factor, notes = self._fit(account, self._chart[code])
        reasons = [why for _, why in sorted(told, key=lambda one: (-one[0], one[1]))]
        score = Decimal(repr((1 - doubt) * factor)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return Suggestion(code, score, "; ".join([*reasons, *notes]))

    def _by_name(self, account: OwnAccount) -> Iterable[tuple[str, float, str]]:
        """Per group account the mapped account whose name is most alike."""
        alike = self._names.likeness(account.name) if account.name else {}
        best: dict[str, tuple[float, OwnAccount]] = {}
        for name in sorted(alike):
            for other, code in self._named[name]:
                if other.branch_id == account.branch_id and other.account_code == account.account_code:
                    continue
                if alike[name] >= _LEAST_ALIKE and alike[name] > best.get(code, (0.0, other))[0]:
                    best[code] = (alike[name], other)
        for code, (likeness, other) in best.items():
            why = (
                f"name {round(100 * min(1.0, likeness))} % like {other.name!r} ({other.branch_id} {other.account_code})"
            )
            yield code, _NAME * min(1.0, likeness), why

    def _by_word(self, account: OwnAccount) -> Iterable[tuple[str, float, str]]:
        """Telling words; those that make up less of the name than the best match count for less."""
        matches = words_in(account.name, account.country_code)
        most = matches[0].share if matches else 1.0
        for match in matches:
            strength = _WORD * (0.5 + 0.5 * match.share) * (match.share / most)
            yield match.group_account_code, strength, f"its name says {match.words!r}"

    def _by_chart(self, account: OwnAccount, chart: Chart | None) -> Iterable[tuple[str, float, str]]:
        if chart is None:
            return
        rule = winning_rule(chart.rules(account.branch_id, [account.account_code]), account.account_code, None)
        if rule is not None:
            yield rule.group_account_code, _CHART, f"{rule.words} in {rule.note}"

    def _neighbours(self) -> dict[_Beginning, dict[str, list[tuple[str, str]]]]:
        """Branch or country, length of code and beginning → group account → at most two accounts (branch, code)."""
        found: dict[_Beginning, dict[str, list[tuple[str, str]]]] = {}
        for account, code in self._mapped:
            own = account.account_code
            for kin in (account.branch_id, f"country {account.country_code}" if account.country_code else None):
                for length in range(2, len(own) + 1) if kin else ():
                    there = found.setdefault((kin or "", len(own), own[:length]), {}).setdefault(code, [])
                    if len(there) < 2:
                        there.append((account.branch_id, own))
        return found

    def _by_number(self, account: OwnAccount) -> Iterable[tuple[str, float, str]]:
        """Mapped neighbours: accounts of the same branch or country whose number begins alike."""
        found: dict[str, str] = {}
        for length in range(len(account.account_code), 1, -1):  # one common digit is a whole class of accounts
            for kin in (account.branch_id, f"country {account.country_code}"):
                near = self._near.get((kin, len(account.account_code), account.account_code[:length]), {})
                for code, others in near.items():
                    other = next((one for one in others if one != (account.branch_id, account.account_code)), None)
                    if other and code not in found:
                        found[code] = other[1]
                        strength = _NUMBER * length / len(account.account_code)
                        yield code, strength, f"number near {other[1]}"

    def _fit(self, account: OwnAccount, group: GroupAccount) -> tuple[float, list[str]]:
        """What type, or without one the balance's behaviour, leaves of a score, and how to say it."""
        if account.account_type:
            if account.account_type == group.account_type:
                return 1.0, [f"type {group.account_type}"]
            same = _statement(account.account_type) == _statement(group.account_type)
            note = f"but its type is {account.account_type}, not {group.account_type}"
            return (_OTHER_TYPE if same else _OTHER_STATEMENT), [note]
        factor, notes = 1.0, []
        if account.balance:
            side = "debit" if account.balance > 0 else "credit"
            if side != group.normal_side:
                factor *= _OTHER_SIDE
                notes.append(f"but its balance is {side}")
        if account.entries and _statement(group.account_type) == "result" and account.debit and account.credit:
            smaller, larger = sorted((abs(account.debit), abs(account.credit)))
            if 2 * smaller > larger:  # income and expense gather on one side; balances come and go
                factor *= _OTHER_SIDE
                notes.append("but it moves on both sides")
        return factor, notes


def _statement(account_type: str) -> str:
    return "result" if account_type in ("revenue", "expense") else "balance"
