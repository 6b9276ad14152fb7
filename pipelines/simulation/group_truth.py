"""What a group's statements must show, as files beside the branches' truth: figures, goodwill, minorities, translation.

Not here: how they are worked out (consolidation).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.simulation.calendar import Month
from pipelines.simulation.charts import GROUP_LINES
from pipelines.simulation.collected import Collected
from pipelines.simulation.consolidation import Consolidated, consolidate
from pipelines.simulation.consolidation_capital import OTHERS
from pipelines.simulation.consolidation_translation import is_result
from pipelines.simulation.events import Group
from pipelines.simulation.group_flows import flows
from pipelines.simulation.money import plain

# Lines that only a group has, beside those of the branches.
_LINES = {
    "1010": "goodwill",
    "1180": "investments_in_subsidiaries",
    "1190": "equity_accounted_investments",
    "1420": "deferred_tax_assets",
    "1900": "intercompany_differences",
    "2150": "result_of_non_controlling_interests",
    "2500": "currency_translation",
    "2900": "non_controlling_interests",
    "3120": "deferred_tax_liabilities",
    "7210": "fx_differences",
    "7300": "share_of_result_of_associates",
    "7350": "bargain_purchase_gain",
    "8010": "income_tax",
} | {code: line for code, (_, line) in GROUP_LINES.items()}
Amounts = dict[tuple[str, str, str], int]  # unit, month, account


def write_group_truth(folder: Path, group: Group, collected: Collected, months: list[Month]) -> None:
    """Consolidate what must be shown and what the full books say, and write both."""
    shown, full = (consolidate(group, books, months) for books in (collected.shown, collected.full))
    when = ("unit_id", "group_period")
    columns = (*when, "group_account_code", "amount", "closing", "amount_in_books", "closing_in_books")
    _write(folder / "group_balance.csv", columns, _balances(shown, full, months))
    _write(folder / "group_statements.csv", (*when, "statement", "statement_line", "amount"), _lines(shown, months))
    moved = [(*flow[:-1], plain(flow.amount)) for flow in flows(shown)]
    _write(folder / "group_flows.csv", (*when, "statement", "section", "line", "amount"), moved)
    _write(folder / "nci.csv", (*when, "branch_id", "rule", "amount"), _others(shown))
    bought = ("unit_id", "branch_id", "group_period", "price", "non_controlling_interests", "net_assets", "goodwill")
    goodwill = [(g.unit.unit, w.branch, w.month, *map(plain, w[2:])) for g in shown for w in g.goodwill]
    _write(folder / "goodwill.csv", bought, goodwill)
    parts = ("opening_net_assets", "result", "equity_movements", "rounding", "total")
    proofs = [(g.unit.unit, p.month, p.branch, *map(plain, p[2:])) for g in shown for p in g.proofs]
    _write(folder / "translation.csv", (*when, "branch_id", *parts), sorted(proofs))


def _moved(groups: Iterable[Consolidated], *, with_year_end: bool) -> Amounts:
    """What moved on every account; the roll of a year's result at its end only where asked for."""
    found: Amounts = defaultdict(int)
    for group in groups:
        for row in group.rows:
            if with_year_end or row.movement != "result_brought_forward":
                found[group.unit.unit, row.month, row.account] += row.amount
    return found


def _closing(moved: Amounts, months: Sequence[Month]) -> Amounts:
    """Balances at every month's end, also where nothing moved."""
    found: Amounts = {}
    for unit, account in sorted({(unit, account) for unit, _, account in moved}):
        balance = 0
        for month in months:
            balance += moved.get((unit, month.text, account), 0)
            found[unit, month.text, account] = balance
    return found


def _balances(
    shown: list[Consolidated], full: list[Consolidated], months: Sequence[Month]
) -> Iterable[tuple[str, ...]]:
    ours, books = (_moved(groups, with_year_end=False) for groups in (shown, full))
    closing, in_books = (_closing(_moved(groups, with_year_end=True), months) for groups in (shown, full))
    for place in sorted(closing.keys() | in_books.keys()):
        amounts = tuple(each.get(place, 0) for each in (ours, closing, books, in_books))
        if any(amounts):
            yield (*place, *map(plain, amounts))


def _lines(shown: list[Consolidated], months: Sequence[Month]) -> Iterable[tuple[str, ...]]:
    """The month's income statement, income positive and expense negative, and the balance sheet at its end, where both
    sides are positive."""
    moved = _moved(shown, with_year_end=False)
    closing = _closing(_moved(shown, with_year_end=True), months)
    found: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for place, balance in closing.items():
        unit, month, account = place
        result = is_result(account)
        amount = moved.get(place, 0) if result else balance
        sign = -1 if result or account[0] in "23" else 1
        statement = "income_statement" if result else "balance_sheet"
        found[unit, month, statement, _LINES[account]] += sign * amount
    return [(*place, plain(amount)) for place, amount in sorted(found.items()) if amount]


def _others(shown: list[Consolidated]) -> Iterable[tuple[str, ...]]:
    found: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for group in shown:
        for row in group.rows:
            if row.account == OTHERS:
                found[group.unit.unit, row.month, row.branch, row.rule] -= row.amount
    return [(*place, plain(amount)) for place, amount in sorted(found.items()) if amount]


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
