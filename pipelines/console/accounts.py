"""`tieout accounts …`: which accounts need a person, as a list or a workbook; decisions taken in; starting maps.

Not here: what suggestions, rules and workbooks are (`pipelines.conformance`).
"""

from __future__ import annotations

import csv
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipelines.conformance.account_file import (
    EXPORTED,
    IMPORTED,
    LEFT_UNMAPPED,
    AccountMap,
    Change,
    change_map,
    left_unmapped,
    read_map,
)
from pipelines.conformance.charts import chart_named
from pipelines.conformance.importing import decide, read_accounts
from pipelines.conformance.open_accounts import OpenAccount, open_accounts
from pipelines.conformance.published import group_accounts, own_accounts
from pipelines.conformance.rules import AccountRule
from pipelines.conformance.suggesting import GroupAccount, OwnAccount
from pipelines.conformance.workbook import AccountWorkbook, write_workbook
from pipelines.console.querying import published
from pipelines.console.terminal import err, harmless, money, out
from pipelines.errors import AccountMapError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.nearest import did_you_mean
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace

_SHOWN = 50


def list_accounts(branch: str | None) -> None:
    """Print accounts that are unmapped or doubtful, with a suggestion, and count the rules that wait for approval."""
    workspace = Workspace.load()
    found, waiting, _ = _open(workspace, branch)
    if not found and not waiting:
        out().print("Every account is mapped, and no rule waits for approval.")
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for name in ("account", "state", "balance", "suggestion"):
        table.add_column(name, overflow="fold", justify="right" if name == "balance" else "left")
    for one in found[:_SHOWN]:
        account, said = one.account, one.suggestion
        table.add_row(
            Text(harmless(f"{account.branch_id} {account.account_code}\n{account.name}")),
            Text(f"{one.state}\n{one.why}"),
            Text(f"{money(account.balance)} {account.currency_code}\n{account.entries} entries"),
            Text(harmless(f"{said.group_account_code}, score {said.score}\n{said.why}") if said else "none"),
        )
    if found:
        out().print(table)
    if len(found) > _SHOWN:
        out().print(f"… and {len(found) - _SHOWN} more: `tieout accounts export` has them all.")
    for name, number in sorted(Counter(rule.branch_id for rule in waiting).items()):
        out().print(f"{name}: {number} rule{'s' * (number > 1)} wait for a second person and are not applied.")


def export_accounts(branch: str | None, to: Path | None) -> None:
    """Write the workbook of accounts that need a person and print its path."""
    workspace = Workspace.load()
    found, waiting, chart = _open(workspace, branch)
    if not found and not waiting:
        out().print("Every account is mapped, and no rule waits for approval: no workbook was written.")
        return
    workbook_id = uuid.uuid4().hex
    path = to or Path(f"accounts_{branch or 'group'}_{workbook_id[:8]}.xlsx")
    write_workbook(path, AccountWorkbook(workbook_id, found, waiting, chart))
    data = {"workbook_id": workbook_id, "accounts": len(found), "rules": len(waiting)}
    _log(workspace).append(EXPORTED, {**data, **({"branch_id": branch} if branch else {})})
    out().print(str(path), soft_wrap=True)
    err().print(
        f"{len(found)} accounts and {len(waiting)} waiting rules. Decide in the white cells, then"
        f" `tieout accounts import {path.name} --by NAME`.",
        style="dim",
        soft_wrap=True,
    )


def import_accounts(path: Path, by: str) -> None:
    """Take a workbook's decisions into the account map and the event log, all of them or, with an error, none."""
    workspace = Workspace.load()
    log = _log(workspace)
    returned = read_accounts(path)
    if returned.workbook_id not in {event.data["workbook_id"] for event in log.read(EXPORTED)}:
        raise AccountMapError(f"{path}: this workspace never exported this workbook. Export one here and decide there.")
    found = read_map(workspace.seeds_dir)
    decided = decide(returned, found, _chart(workspace), path.name)
    change = decided.change
    if not (change.added or change.approved or change.rejected or decided.left):
        out().print(f"{path} decides nothing that is not taken already.", soft_wrap=True)
        return
    change_map(found, change, log, by)
    log.append_all(
        [
            (LEFT_UNMAPPED, {"branch_id": own, "account_code": code, "reviewed_by": who, "reason": why, "by": by})
            for (own, code, who), why in decided.left.items()
        ]
    )
    log.append(IMPORTED, {"workbook_id": returned.workbook_id, "file": path.name, "by": by})
    applied = sum(rule.is_applied for rule in change.added)
    for number, words in (
        (applied, "added and approved"),
        (len(change.added) - applied, "added, waiting for a second person"),
        (len(change.approved), "approved"),
        (len(change.rejected), "rejected and taken out"),
        (len(decided.left), "left unmapped, with the reason"),
    ):
        if number:
            out().print(f"{number} {words}.")
    if applied or change.approved:
        out().print("The next `tieout run` applies what is approved.")


def start_accounts(chart: str, branch: str, by: str) -> None:
    """Propose a chart's ranges for a branch, as rules that wait for a second person."""
    workspace = Workspace.load()
    found = read_map(workspace.seeds_dir)
    published_accounts = _accounts(workspace) if resolve_published(workspace) else ()
    accounts = [one.account_code for one in published_accounts if one.branch_id == branch]
    held = {(rule.account_from, rule.account_to) for rule in found.rules if rule.branch_id == branch}
    proposed = [
        rule
        for rule in chart_named(chart).rules(branch, accounts, by)
        if (rule.account_from, rule.account_to) not in held
    ]
    if not proposed:
        out().print(f"{branch}: the map has a rule for every range of {chart} already.")
        return
    change_map(found, Change(added=tuple(proposed)), _log(workspace), by)
    out().print(
        f"{branch}: {len(proposed)} ranges of {chart} are proposed by {by} and wait. They are not applied until"
        f" a second person approves them: `tieout accounts export --branch {branch}`, sheet 'waiting rules'.",
        soft_wrap=True,
    )


def _open(
    workspace: Workspace, branch: str | None
) -> tuple[list[OpenAccount], list[AccountRule], dict[str, GroupAccount]]:
    """Accounts that need a person, rules that wait, of one branch or all, and the group chart."""
    accounts = _accounts(workspace)
    found = read_map(workspace.seeds_dir)
    known = {one.branch_id for one in accounts} | {rule.branch_id for rule in found.rules}
    if branch is not None and branch not in known:
        raise AccountMapError(f"There is no branch {branch!r}.{did_you_mean(branch, sorted(known))}")
    chart = _chart(workspace)
    everywhere = open_accounts(accounts, found, chart, left_unmapped(_log(workspace)))
    waiting = _waiting(found)
    if branch is None:
        return everywhere, waiting, chart
    return (
        [one for one in everywhere if one.account.branch_id == branch],
        [rule for rule in waiting if rule.branch_id == branch],
        chart,
    )


def _waiting(found: AccountMap) -> list[AccountRule]:
    return [rule for rule in found.rules if not rule.is_applied]


def _accounts(workspace: Workspace) -> Sequence[OwnAccount]:
    with published(workspace) as connection:
        return [replace(one, name=harmless(one.name)) for one in own_accounts(connection)]


def _chart(workspace: Workspace) -> dict[str, GroupAccount]:
    with (workspace.seeds_dir / "group_account.csv").open(encoding="utf-8", newline="") as file:
        return group_accounts(list(csv.DictReader(file)))


def _log(workspace: Workspace) -> EventLog:
    return EventLog(Lake.of(workspace).events)
