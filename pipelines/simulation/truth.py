"""What must come of the deliveries: which rows are refused and why, what the statements show afterwards.

Kept while the files are written, from the books alone. Not here: the defects themselves, and any idea of how a
pipeline works.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pipelines.simulation.charts import GROUP_LINES, group_account
from pipelines.simulation.collected import Collected
from pipelines.simulation.ledger import Balance, Ledger
from pipelines.simulation.money import divide, plain
from pipelines.simulation.periods import Period
from pipelines.simulation.world import Branch

CLASSES = ("read", "accepted", "quarantined", "duplicate", "out_of_scope", "non_data")
_SALES = ("4000", "4010")


class Table(NamedTuple):
    """One table of one file: a sheet, a kind of XML record, or the file itself."""

    branch: str
    dataset: str
    file: str
    sheet: str


class Mark(NamedTuple):
    """A row and what must be said of it; row 0 is the file as a whole."""

    branch: str
    dataset: str
    file: str
    sheet: str
    row: int
    rule: str
    document: str
    planted: str


class Replaced(NamedTuple):
    """A cell that a defect changed: what is delivered in it, and what the books say. No column: the row as a whole."""

    branch: str
    dataset: str
    file: str
    sheet: str
    row: int
    column: str
    delivered: str
    books: str
    planted: str


@dataclass
class Truth:
    """Collects what the other files cannot say; small, whatever the scale."""

    refusals: list[Mark] = field(default_factory=list)
    findings: list[Mark] = field(default_factory=list)  # to be reported without refusing anything
    replaced: list[Replaced] = field(default_factory=list)  # only here, not in a file
    counts: dict[Table, dict[str, int]] = field(default_factory=dict)
    files: list[tuple[str, ...]] = field(default_factory=list)
    tables: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    totals: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)
    collected: Collected = field(default_factory=Collected)

    def count(self, table: Table, row_class: str, rows: int = 1) -> None:
        """`rows` source rows of a table belong to this class, and were read."""
        counted = self.counts.get(table)
        if counted is None:
            counted = self.counts[table] = dict.fromkeys(CLASSES, 0)
        counted["read"] += rows
        counted[row_class] += rows

    def file(self, branch: str, name: str, sent: date, fate: str = "taken", because: str = "") -> None:
        """A file, the day it was delivered, and what becomes of it: taken, superseded, repeated."""
        self.files.append((branch, name, sent.isoformat(), fate, because))

    def forget(self, branch: str, file: str) -> None:
        """A file that repeats an earlier one is not read."""
        for table in [table for table in self.counts if (table.branch, table.file) == (branch, file)]:
            del self.counts[table]

    def move(self, table: Table, to_sheet: str, rows_before: int) -> None:
        """What was counted as a table of its own turns out to stand below other rows of one table."""
        for marks in (self.refusals, self.findings):
            for at, mark in enumerate(marks):
                if mark[:4] == table:
                    marks[at] = mark._replace(sheet=to_sheet, row=mark.row + rows_before)
        for at, cell in enumerate(self.replaced):
            if cell[:4] == table:
                self.replaced[at] = cell._replace(sheet=to_sheet, row=cell.row + rows_before)
        counted = self.counts.pop(table, {})
        into = self.counts.setdefault(table._replace(sheet=to_sheet), dict.fromkeys(CLASSES, 0))
        for row_class, rows in counted.items():
            into[row_class] += rows

    def total(self, about: tuple[str, str, str, str], amount: int, *, refused: bool) -> None:
        """A record of a branch, dataset and month, of a kind, is worth so much; refused ones are not shown."""
        shown = self.totals.setdefault(about, [0, 0, 0, 0])
        shown[2:] = [shown[2] + 1, shown[3] + amount]
        if not refused:
            shown[:2] = [shown[0] + 1, shown[1] + amount]

    def close(self, branch: Branch, period: Period, books: Ledger, refused: Ledger) -> None:
        """The period's statements, as they must be shown (`books` less `refused`) and as the branch's books say."""
        self.collected.close(branch, period.month.text, books, refused)
        when = (branch.id, f"{period.year}", f"{period.number}")
        shown = _by_group(books, refused)
        full = _by_group(books, Ledger())
        for code, balance in sorted(shown.items()):
            self._add("trial_balance", (*when, code, *_amounts(balance)))
        for code, balance in sorted(full.items()):
            self._add("books", (*when, code, *_amounts(balance)))
        self._statement("income_statement", when, _lines(shown, "income_statement", closing=False))
        self._statement("balance_sheet", when, _balance_sheet(shown))
        self._add("kpi_monthly", (*when, *_indicators(shown)))
        for account, balance in local_balances(branch, refused):
            if not balance.idle:
                self._add("trial_balance_differences", (*when, account, *_amounts(balance)))

    def write(self, folder: Path) -> None:
        """All of it as small CSV files."""
        folder.mkdir(parents=True, exist_ok=True)
        place = ("branch_id", "dataset", "source_file", "source_sheet", "source_row", "rule", "document", "planted_as")
        _write(folder / "refusals.csv", place, _rows(self.refusals))
        _write(folder / "findings.csv", place, _rows(self.findings))
        header = ("branch_id", "dataset", "source_file", "source_sheet", *(f"rows_{c}" for c in CLASSES))
        _write(
            folder / "counts.csv", header, [(*p, *(f"{c[k]}" for k in CLASSES)) for p, c in sorted(self.counts.items())]
        )
        _write(
            folder / "files.csv", ("branch_id", "source_file", "delivery_date", "fate", "because"), sorted(self.files)
        )
        when = ("branch_id", "fiscal_year", "fiscal_period")
        amounts = ("opening", "debit", "credit", "closing")
        indicators = ("sales", "cost_of_sales", "gross_profit", "gross_margin_pct", "net_profit", "net_margin_pct")
        for name, columns in {
            "trial_balance": (*when, "group_account_code", *amounts),
            "books": (*when, "group_account_code", *amounts),
            "trial_balance_differences": (*when, "account_code", *amounts),
            "income_statement": (*when, "statement_line", "amount"),
            "balance_sheet": (*when, "statement_line", "amount"),
            "kpi_monthly": (*when, *indicators),
        }.items():
            _write(folder / f"{name}.csv", columns, self.tables.get(name, []))
        if self.totals:
            about = ("branch_id", "dataset", "slice_period", "kind")
            worth = ("rows", "amount_functional", "rows_in_books", "amount_in_books")
            rows = [(*k, f"{v[0]}", plain(v[1]), f"{v[2]}", plain(v[3])) for k, v in sorted(self.totals.items())]
            _write(folder / "totals.csv", (*about, *worth), rows)

    def _add(self, table: str, row: tuple[str, ...]) -> None:
        self.tables.setdefault(table, []).append(row)

    def _statement(self, table: str, when: tuple[str, ...], lines: dict[str, int]) -> None:
        for line, amount in lines.items():
            self._add(table, (*when, line, plain(amount)))


def _by_group(books: Ledger, refused: Ledger) -> dict[str, Balance]:
    found: dict[str, Balance] = {}
    for sign, ledger in ((1, books), (-1, refused)):
        for account, balance in ledger.accounts.items():
            into = found.setdefault(group_account(account), Balance())
            into.opening += sign * balance.opening
            into.debit += sign * balance.debit
            into.credit += sign * balance.credit
    return found


def local_balances(branch: Branch, ledger: Ledger) -> list[tuple[str, Balance]]:
    """The ledger by the branch's own account codes, sorted by code."""
    found: dict[str, Balance] = {}
    for account, balance in ledger.accounts.items():
        into = found.setdefault(branch.chart.local(account), Balance())
        into.opening += balance.opening
        into.debit += balance.debit
        into.credit += balance.credit
    return sorted(found.items())


def _lines(balances: dict[str, Balance], statement: str, *, closing: bool) -> dict[str, int]:
    """Statement line → amount as printed: income positive, expense positive, assets and liabilities positive."""
    found: dict[str, int] = {}
    for code, (where, line) in GROUP_LINES.items():
        if where == statement and code in balances:
            balance = balances[code]
            amount = balance.closing if closing else balance.movement
            found[line] = found.get(line, 0) + amount * _presentation(code)
    return found


def _presentation(code: str) -> int:
    """Income, equity and liabilities are printed positive where they are credits."""
    return -1 if code[0] in "234" or code in ("7000", "7010", "7160") else 1


def _result(balances: dict[str, Balance], *, closing: bool) -> int:
    """Profit positive: everything that is not a balance sheet account."""
    own = [b for code, b in balances.items() if GROUP_LINES[code][0] == "income_statement"]
    return -sum(b.closing if closing else b.movement for b in own)


def _balance_sheet(balances: dict[str, Balance]) -> dict[str, int]:
    lines = _lines(balances, "balance_sheet", closing=True)
    lines["result_for_the_year"] = _result(balances, closing=True)
    return lines


def _indicators(balances: dict[str, Balance]) -> tuple[str, ...]:
    sales = -sum(balances[code].movement for code in _SALES if code in balances)
    cost = balances["5000"].movement if "5000" in balances else 0
    gross, net = sales - cost, _result(balances, closing=False)
    return plain(sales), plain(cost), plain(gross), _per_cent(gross, sales), plain(net), _per_cent(net, sales)


def _per_cent(part: int, whole: int) -> str:
    """Per cent with four decimals, half away from zero; empty where there is nothing to divide by."""
    if not whole:
        return ""
    share = divide(part * 1_000_000, whole) if whole > 0 else -divide(part * 1_000_000, -whole)
    sign = "-" if share < 0 else ""
    return f"{sign}{abs(share) // 10_000}.{abs(share) % 10_000:04d}"


def _amounts(balance: Balance) -> tuple[str, str, str, str]:
    return plain(balance.opening), plain(balance.debit), plain(balance.credit), plain(balance.closing)


def _rows(marks: list[Mark]) -> list[tuple[str, ...]]:
    """Marks in order of place; the row is empty where the file as a whole is meant."""
    return [(*m[:4], f"{m.row or ''}", m.rule, m.document, m.planted) for m in sorted(marks)]


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
