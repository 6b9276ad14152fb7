"""The group's figures as the simulation itself consolidates them, from the branches' books and the office's events.

By other code and in another order than any pipeline: integers of minor units and exact fractions, rounded once. Not
here: the steps (consolidation_translation, _inside, _capital), files (group_truth).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipelines.simulation.calendar import Month
from pipelines.simulation.collected import BranchBooks
from pipelines.simulation.consolidation_capital import (
    CAPITAL,
    INVESTMENT,
    OTHERS_RESULT,
    RETAINED,
    Goodwill,
    Shares,
)
from pipelines.simulation.consolidation_inside import Inside
from pipelines.simulation.consolidation_translation import EXCHANGE, Proof, Row, Translation, Way, is_result, rounded
from pipelines.simulation.consolidation_units import Unit, units
from pipelines.simulation.events import Group
from pipelines.simulation.group_events import equity_events, journals

# Of Germany's rent and freight, which stand on its warehouse, so much is cost of sales (the group's own table).
ALLOCATED = ("germany", ("rent", "freight"), "6200", "5000", 80)


@dataclass(frozen=True)
class Consolidated:
    """One group: all of its rows, the proofs of its translation, its goodwill."""

    unit: Unit
    rows: list[Row]
    proofs: list[Proof]
    goodwill: list[Goodwill]


def consolidate(group: Group, books: dict[str, BranchBooks], months: list[Month]) -> list[Consolidated]:
    """Every group and sub-group; raises `AssertionError` where a month does not come to nothing."""
    return [_of_unit(group, unit, books, months) for unit in units(group)]


def _of_unit(group: Group, unit: Unit, books: dict[str, BranchBooks], months: list[Month]) -> Consolidated:
    events = list(equity_events(group, months[-1].last))
    translated: list[Row] = []
    proofs: list[Proof] = []
    for member in unit.members:
        own = [e for e in events if (e.branch, e.currency) == (member.branch, unit.currency)]
        way = Way(group.rates, member.currencies)
        done = Translation(group.branches[member.branch], books[member.branch], way, own).run(months)
        translated += done.rows
        proofs += [p for p in done.proofs if member.is_in(_month(months, p.month))]
    translated = _as_their_capital(unit, translated)
    shares = Shares(group, unit, months, translated)
    counted = list(_controlled(unit, months, translated, shares))
    inside = list(Inside(group, unit, books, translated, months).rows())
    charged = [*_adjusted(group, unit, months), *shares.amortised()]
    stock = [row for row in inside if row.rule.startswith("stock_profit")]
    rows: list[Row] = [
        *counted, *inside, *charged, *_allocated(group, unit, books, months), *shares.capital(),
        *shares.others([*counted, *charged, *stock]),
    ]  # fmt: skip
    rows = [row for row in rows if row.amount]
    rows += _rolled(rows, months)
    for month in months:
        left = sum(row.amount for row in rows if row.month == month.text)
        assert left == 0, f"{unit.unit} {month.text}: debits and credits differ by {left} minor units"
    return Consolidated(unit, rows, proofs, shares.goodwill)


def _as_their_capital(unit: Unit, rows: list[Row]) -> list[Row]:
    """Shares in a founded branch are translated as the capital that they are of (IAS 21.23)."""
    opening = [row for row in rows if row.movement == "opening"]
    found = list(rows)
    for member in unit.full[1:]:
        held = [r for r in opening if (r.branch, r.account, r.partner) == (member.owner, INVESTMENT, member.branch)]
        if member.since is not None or not held:
            continue
        capital = sum(r.amount for r in opening if (r.branch, r.account) == (member.branch, CAPITAL))
        off = -rounded(capital * member.direct) - sum(r.amount for r in held)
        first = held[0]
        found.append(first._replace(amount=off))
        found.append(first._replace(account=EXCHANGE, partner="", rule="cta_opening", amount=-off))
    return found


def _month(months: list[Month], text: str) -> Month:
    return next(month for month in months if month.text == text)


def _controlled(unit: Unit, months: list[Month], translated: list[Row], shares: Shares) -> Iterator[Row]:
    """The rows that count: of subsidiaries, while they are."""
    for member in unit.full:
        counting = {month.text for month in months if member.is_in(month)}
        yield from (row for row in translated if row.branch == member.branch and row.month in counting)
        for month in months:
            if member.enters(month):
                yield from shares.entered(member, month)


def _adjusted(group: Group, unit: Unit, months: list[Month]) -> Iterator[Row]:
    """Group journals, all lines of one at the same rate; where said so they are taken back the month after."""
    lines = journals(group, months[-1].last)
    for line in lines:
        member = unit.member(line.branch)
        if member is None or member.method != "full" or line.unit not in ("", unit.unit):
            continue
        month = _month(months, line.month)
        way = Way(group.rates, member.currencies if line.currency != unit.currency else (unit.currency,))
        result = any(is_result(other.account) for other in lines if other.journal == line.journal)
        amount = rounded(line.amount * (way.average(month) if result else way.closing(month)))
        yield Row(line.branch, line.month, line.account, "", "adjustment", "adjustment", amount)
        if line.reversed and month.next in months:
            after = month.next.text
            yield Row(line.branch, after, line.account, "", "adjustment_reversal", "adjustment", -amount)


def _allocated(group: Group, unit: Unit, books: dict[str, BranchBooks], months: list[Month]) -> Iterator[Row]:
    branch, roles, source, target, share = ALLOCATED
    member = unit.member(branch)
    if member is None or branch not in books:
        return
    for month in months:
        moved = rounded(Fraction(sum(books[branch].moved(role, month.text) for role in roles) * share, 100))
        amount = rounded(moved * Way(group.rates, member.currencies).average(month))
        rule = "cost_of_sales_allocation"
        yield Row(branch, month.text, source, "", "reclassification", rule, -amount)
        yield Row(branch, month.text, target, "", "reclassification", rule, amount)


def _rolled(rows: list[Row], months: list[Month]) -> list[Row]:
    """A year's result goes to retained earnings when the next one begins, the others' part of it with it."""
    found: list[Row] = []
    for month in months[1:]:
        if month.number != 1:
            continue
        ended: dict[tuple[str, str], int] = defaultdict(int)
        for row in (*rows, *found):
            if row.month < month.text and (is_result(row.account) or row.account == OTHERS_RESULT):
                ended[row.branch, row.account] += row.amount
        for (branch, account), amount in ended.items():
            rule = "result_brought_forward"
            found.append(Row(branch, month.text, account, "", rule, rule, -amount))
            found.append(Row(branch, month.text, RETAINED, "", rule, rule, amount))
    return found
