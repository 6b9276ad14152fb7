"""Reads a workbook of accounts that came back: checks every decision in it, and makes the change of the account map.

All or nothing: one mistake, and nothing is taken. Formulas are never calculated. Not here: writing the file and the log
(account_file), and writing workbooks (workbook).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pipelines.conformance.account_file import AccountMap, Change
from pipelines.conformance.rules import AccountRule, rule_of, shape_mistakes, winning_rule
from pipelines.conformance.suggesting import GroupAccount
from pipelines.conformance.workbook import (
    ACCOUNT_GREY,
    ACCOUNT_WHITE,
    ACCOUNTS,
    CHECK,
    MARKER,
    RULE_GREY,
    RULE_WHITE,
    WAITING,
    check_of,
    rule_cells,
)
from pipelines.errors import AccountMapError, SourceError
from pipelines.nearest import did_you_mean
from pipelines.repair.records import same_person
from pipelines.repair.returned import formula_cells
from pipelines.sources.archive import inspect_archive

_FORMULA = ("=", "+", "-", "@")  # what spreadsheets take for the start of a formula
_UNMAPPED = "9999"


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its place for messages, its cells by title, and which of them hold a formula."""

    where: str
    cells: Mapping[str, str]
    grey: tuple[str, ...]
    check: str
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class ReturnedAccounts:
    """A workbook as it came back."""

    workbook_id: str
    accounts: tuple[Row, ...]
    waiting: tuple[Row, ...]


@dataclass(frozen=True)
class Decided:
    """What a workbook decides. `left`: (branch, account, reviewer) → why the account stays unmapped."""

    change: Change
    left: Mapping[tuple[str, str, str], str] = field(default_factory=dict)


def read_accounts(path: Path) -> ReturnedAccounts:
    """Read a workbook that `tieout accounts export` wrote; raises `AccountMapError` where it is none or unreadable."""
    try:
        inspect_archive(path)
        formulas = formula_cells(path)
        with CalamineWorkbook.from_path(path) as book:
            sheets = {one: book.get_sheet_by_name(one).to_python(skip_empty_area=False) for one in book.sheet_names}
    except (SourceError, OSError, PasswordError, CalamineError, etree.XMLSyntaxError) as error:
        raise AccountMapError(
            f"{path}: the workbook cannot be read ({error}). Save it as .xlsx, no password."
        ) from error
    marks = {str(row[0]): str(row[1]) for row in sheets.get(MARKER, []) if len(row) > 1}
    if not marks.get("workbook") or not {ACCOUNTS, WAITING} <= set(sheets):
        raise AccountMapError(
            f"{path} is no workbook of `tieout accounts export`, or lost its sheets. Export it again."
        )
    return ReturnedAccounts(
        marks["workbook"],
        tuple(_rows(ACCOUNTS, sheets[ACCOUNTS], (ACCOUNT_GREY, ACCOUNT_WHITE), formulas.get(ACCOUNTS, set()))),
        tuple(_rows(WAITING, sheets[WAITING], (RULE_GREY, RULE_WHITE), formulas.get(WAITING, set()))),
    )


def decide(returned: ReturnedAccounts, found: AccountMap, chart: Mapping[str, GroupAccount], file_name: str) -> Decided:
    """The change that a workbook asks for. Raises `AccountMapError` with every mistake in it, a sentence each."""
    mistakes: list[str] = []
    added: list[AccountRule] = []
    left: dict[tuple[str, str, str], str] = {}
    approved: dict[AccountRule, str] = {}
    for row in returned.accounts:
        if not any(row.cells[name] for name in ACCOUNT_WHITE) and not row.formulas:
            continue
        same = _taken(row, found)
        if same is not None and (same.is_applied or not row.cells["approved by"]):
            continue  # of an earlier import of this workbook
        wrong = [*_tampered(row, returned.workbook_id), *_account_mistakes(row, found, chart)]
        mistakes += [f"{row.where}: {one}" for one in wrong]
        if same is not None:
            approved[same] = row.cells["approved by"]
        elif row.cells["group account"]:
            added.append(_rule(row, file_name))
        elif row.cells["reason if not mapped"]:
            key = (row.cells["branch"], row.cells["account"], row.cells["reviewed by"])
            left[key] = row.cells["reason if not mapped"]
    waiting = {rule_cells(rule, chart, returned.workbook_id)[:-1]: rule for rule in found.rules if not rule.is_applied}
    rejected: dict[AccountRule, str] = {}
    for row in returned.waiting:
        if not any(row.cells[f"your {name}"] for name in RULE_WHITE) and not row.formulas:
            continue
        rule = waiting.get(row.grey)
        wrong = [*_tampered(row, returned.workbook_id), *_waiting_mistakes(row, rule)]
        mistakes += [f"{row.where}: {one}" for one in wrong]
        if rule is not None and row.cells["your approved by"]:
            approved[rule] = row.cells["your approved by"]
        elif rule is not None:
            rejected[rule] = row.cells["your rejected because"]
    if mistakes:
        raise AccountMapError("\n".join([*mistakes, "Nothing was taken."]))
    return Decided(Change(tuple(added), approved, rejected), left)


def _tampered(row: Row, workbook_id: str) -> Iterator[str]:
    if check_of(row.grey, workbook_id) != row.check:
        yield "grey cells were changed; they say which account it is and must stay. Export again and decide there."
    for name in row.formulas:
        yield f"{name!r} holds a formula; expected text. Write the value itself."


def _account_mistakes(row: Row, found: AccountMap, chart: Mapping[str, GroupAccount]) -> Iterator[str]:
    said = row.cells
    group, reviewer, approver = said["group account"], said["reviewed by"], said["approved by"]
    reason = said["reason if not mapped"]
    if group and (group not in chart or group == _UNMAPPED):
        near = did_you_mean(group, sorted(chart))
        yield f"group account {group!r} is not one of the group chart. Correct it, or give a reason instead.{near}"
    if group and reason:
        yield "it has a group account and a reason why it has none. Empty one of them."
    if not group and not reason:
        yield "it says who decided, and not what. Write the group account or a reason."
    if not reviewer:
        yield "'reviewed by' is empty; a suggestion is never taken unreviewed. Say who reviewed it."
    if approver and same_person(reviewer, approver):
        yield f"{approver} reviewed and approves; expected two persons. Let somebody else approve, or leave it empty."
    yield from (one for one in shape_mistakes(_as_line(row)) if group)
    for name in (reviewer, approver):
        if name.startswith(_FORMULA):
            yield f"{name!r} is no name. Correct it."
    now = winning_rule(found.of(said["branch"], applied=True), said["account"], said["type"] or None)
    if (now.group_account_code if now else "") != said["mapped to"]:
        was, is_now = said["mapped to"] or "nothing", now.group_account_code if now else "nothing"
        yield f"the workbook is stale: it was mapped to {was}, and is to {is_now} by now. Export again."


def _waiting_mistakes(row: Row, rule: AccountRule | None) -> Iterator[str]:
    approver, reason = row.cells["your approved by"], row.cells["your rejected because"]
    if rule is None:
        yield "the workbook is stale: this rule waits no more, or was changed. Export again."
    if approver and reason:
        yield "it is approved and rejected. Empty one of the two."
    if approver and same_person(row.cells["proposed by"], approver):
        yield f"{approver} proposed it; expected another person to approve it."
    if approver.startswith(_FORMULA):
        yield f"{approver!r} is no name. Correct it."


def _taken(row: Row, found: AccountMap) -> AccountRule | None:
    """The map's rule that is this row's decision already, approved or not."""

    def key(rule: AccountRule) -> tuple[str, ...]:
        return (rule.branch_id, rule.account_from, rule.group_account_code, rule.valid_from, rule.valid_to)

    own = rule_of(_as_line(row))
    return next((one for one in found.rules if key(one) == key(own) and one.proposed_by == own.proposed_by), None)


def _as_line(row: Row) -> dict[str, str]:
    """A row as it would stand in account_map.csv."""
    said = row.cells
    return {
        "branch_id": said["branch"],
        "account_from": said["account"],
        "account_to": said["account"],
        "group_account_code": said["group account"],
        "valid_from": said["from period"],
        "valid_to": said["to period"],
        "note": "",
        "proposed_by": said["reviewed by"],
        "approved_by": said["approved by"],
    }


def _rule(row: Row, file_name: str) -> AccountRule:
    taken = row.cells["group account"] == row.cells["suggestion"]
    how = f"as suggested, {row.cells['score']}" if taken else "by hand"
    return rule_of({**_as_line(row), "note": f"workbook {file_name}: {how}"})


def _rows(
    sheet: str,
    rows: Sequence[Sequence[object]],
    titles: tuple[Sequence[str], Sequence[str]],
    formulas: set[tuple[int, int]],
) -> Iterator[Row]:
    """The filled rows of a sheet. White cells whose title a grey one has as well are named `your …`."""
    grey, white = titles
    expected = [*grey, *white]
    if not rows or [str(cell) for cell in rows[0][: len(expected)]] != expected:
        raise AccountMapError(f"Sheet {sheet!r} has other titles than it was exported with. Export it again.")
    mine = [f"your {name}" if titles[1] is RULE_WHITE else name for name in white]
    for number, cells in enumerate(rows[1:], start=2):
        values = [_text(cell) for cell in cells[: len(expected)]]
        values += [""] * (len(expected) - len(values))
        if any(values):
            yield Row(
                where=f"{sheet!r} row {number}",
                cells=dict(
                    zip([*grey, *mine], [*values[: len(grey)], *map(str.strip, values[len(grey) :])], strict=True)
                ),
                grey=tuple(values[: grey.index(CHECK)]),
                check=values[grey.index(CHECK)],
                formulas=tuple(
                    expected[at] for row, at in sorted(formulas) if row == number - 1 and at < len(expected)
                ),
            )


def _text(cell: object) -> str:
    """A cell as text; a spreadsheet turns 4000 into a number where a person typed it."""
    return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)
