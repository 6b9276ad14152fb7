"""Which accounts of a ledger the workspace's account map does not know yet. Not here: mapping them (dbt does)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from pipelines.conformance.rules import rule_of


def uncovered_accounts(folder: Path, branch_id: str, accounts: Iterable[str]) -> list[str]:
    """The accounts that no approved rule of the branch in ``account_map.csv`` holds for, whatever the period.

    A file being tried says no types, so rules by type count for nothing here.
    """
    file = folder / "account_map.csv"
    if not file.is_file():
        return list(accounts)
    with file.open(encoding="utf-8", newline="") as stream:
        lines = [rule_of(line) for line in csv.DictReader(stream) if line.get("branch_id") == branch_id]
    rules = [rule for rule in lines if rule.is_applied]
    return [one for one in accounts if not any(rule.holds_for(one, None) for rule in rules)]
