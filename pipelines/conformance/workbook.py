"""Accounts that need a person as a workbook: what is known of each, a suggestion, and white cells to decide in.

Nothing in it can run: every cell is text. Not here: reading it again (importing), and which accounts need a person
(open_accounts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.conformance.open_accounts import OpenAccount
from pipelines.conformance.rules import EVER, FOR_EVER, AccountRule
from pipelines.conformance.suggesting import GroupAccount
from pipelines.errors import AccountMapError

MARKER = "tieout_accounts"  # the hidden sheet by which a returned workbook is known
COVER, ACCOUNTS, WAITING, CHART = "read me", "accounts", "waiting rules", "group chart"
CHECK = "check"

ACCOUNT_GREY = (
    "branch", "account", "name", "type", "balance", "currency", "entries", "first month", "last month", "state", "why",
    "mapped to", "suggestion", "suggested name", "score", "reasons", "suggested by", CHECK,
)  # fmt: skip
ACCOUNT_WHITE = ("group account", "from period", "to period", "reviewed by", "approved by", "reason if not mapped")
RULE_GREY = (
    "branch", "rule", "to", "group account", "group name", "from period", "to period", "note", "proposed by", CHECK,
)  # fmt: skip
RULE_WHITE = ("approved by", "rejected because")

_WIDTHS = {
    "name": 40,
    "why": 36,
    "suggested name": 28,
    "reasons": 60,
    "note": 50,
    "group name": 28,
    "reason if not mapped": 36,
    "rejected because": 36,
    "reviewed by": 18,
    "approved by": 18,
}
_CELL_CHARS = 32_000
_ADVICE = (
    "Sheet 'accounts': your own accounts that the group's statements do not know yet, or that look wrongly mapped.",
    "Write the group's account into the white cell (sheet 'group chart' has them), and who reviewed it.",
    "A second person writes his name under 'approved by'. Without it the row waits and is not applied.",
    "Where an account is to stay unmapped, write the reason instead, and who reviewed it.",
    "Periods are months such as 2026-07; leave them empty where the account always belonged there.",
    "Sheet 'waiting rules': rows that were proposed; approve them with another person's name, or say why not.",
    "Change white cells only, and leave rows that you do not decide. Then: tieout accounts import FILE --by NAME.",
)


@dataclass(frozen=True)
class AccountWorkbook:
    """What goes into one workbook."""

    workbook_id: str
    accounts: Sequence[OpenAccount]
    waiting: Sequence[AccountRule]
    chart: Mapping[str, GroupAccount]


def write_workbook(path: Path, content: AccountWorkbook) -> None:
    """Write it; raises `AccountMapError` where it cannot be written."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), options) as book:
            text = {"num_format": "@", "valign": "top"}
            title = book.add_format({**text, "bold": True, "bg_color": "#D9D9D9", "text_wrap": True})
            locked = book.add_format({**text, "bg_color": "#F2F2F2", "text_wrap": True})
            free = book.add_format({**text, "locked": False})
            cover = book.add_worksheet(COVER)
            cover.set_column(0, 0, 110)
            for at, line in enumerate(("Accounts to be mapped", *_ADVICE)):
                cover.write_string(at, 0, line, locked if at else title)
            cover.protect()
            accounts = [account_cells(one, content.chart, content.workbook_id) for one in content.accounts]
            _sheet(book.add_worksheet(ACCOUNTS), (ACCOUNT_GREY, ACCOUNT_WHITE), accounts, (title, locked, free))
            rules = [rule_cells(one, content.chart, content.workbook_id) for one in content.waiting]
            _sheet(book.add_worksheet(WAITING), (RULE_GREY, RULE_WHITE), rules, (title, locked, free))
            chart = [(one.code, one.name, one.account_type) for one in content.chart.values()]
            _sheet(book.add_worksheet(CHART), (("code", "name", "type"), ()), chart, (title, locked, free))
            marker = book.add_worksheet(MARKER)
            marker.write_string(0, 0, "workbook")
            marker.write_string(0, 1, content.workbook_id)
            marker.protect()
            marker.hide()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise AccountMapError(
            f"{path}: the workbook cannot be written ({error}). Say another file with --to."
        ) from error


def account_cells(one: OpenAccount, chart: Mapping[str, GroupAccount], workbook_id: str) -> tuple[str, ...]:
    """The grey cells of an account; the last one proves that the others were not changed."""
    account, said = one.account, one.suggestion
    group = chart.get(said.group_account_code) if said else None
    cells = (
        account.branch_id,
        account.account_code,
        account.name,
        account.account_type or "",
        "" if account.balance is None else f"{account.balance:.2f}",
        account.currency_code,
        str(account.entries),
        account.first_month,
        account.last_month,
        one.state,
        one.why,
        one.mapped_to,
        said.group_account_code if said else "",
        group.name if group else "",
        str(said.score) if said else "",
        said.why if said else "",
        one.suggested_by,
    )
    return _checked(cells, workbook_id)


def rule_cells(rule: AccountRule, chart: Mapping[str, GroupAccount], workbook_id: str) -> tuple[str, ...]:
    """The grey cells of a rule that waits; the last one proves that the others were not changed."""
    group = chart.get(rule.group_account_code)
    cells = (
        rule.branch_id,
        rule.account_from,
        rule.account_to,
        rule.group_account_code,
        group.name if group else "",
        "" if rule.valid_from == EVER else rule.valid_from,
        "" if rule.valid_to == FOR_EVER else rule.valid_to,
        rule.note,
        rule.proposed_by,
    )
    return _checked(cells, workbook_id)


def check_of(cells: Sequence[str], workbook_id: str) -> str:
    """Twelve letters that follow from the workbook and a row's grey cells."""
    return hashlib.sha256("\x1f".join((workbook_id, *cells)).encode()).hexdigest()[:12]


def _checked(cells: Sequence[str], workbook_id: str) -> tuple[str, ...]:
    # A cell holds neither control characters nor more than 32,767 characters, so what is checked is what it can hold.
    plain = tuple("".join(char if char >= " " else " " for char in cell)[:_CELL_CHARS] for cell in cells)
    return (*plain, check_of(plain, workbook_id))


def _sheet(
    sheet: Worksheet,
    titles: tuple[Sequence[str], Sequence[str]],
    rows: Sequence[Sequence[str]],
    formats: tuple[object, object, object],
) -> None:
    """Grey cells as given, white ones empty; text all of it."""
    grey, white = titles
    title, locked, free = formats
    for at, name in enumerate((*grey, *white)):
        sheet.write_string(0, at, name, title)
        sheet.set_column(at, at, _WIDTHS.get(name, 13))
    for at, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells):
            sheet.write_string(at, column, value, locked)
        for column in range(len(grey), len(grey) + len(white)):
            sheet.write_blank(at, column, None, free)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(1, len(rows)), len(grey) + len(white) - 1)
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
