"""Which accounts of a ledger the workspace's account map does not know yet. Not here: mapping them (dbt does)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path


def uncovered_accounts(folder: Path, branch_id: str, accounts: Iterable[str]) -> list[str]:
    """The accounts that no range of the branch in ``account_map.csv`` holds; a range compares codes of its length."""
    file = folder / "account_map.csv"
    if not file.is_file():
        return list(accounts)
    with file.open(encoding="utf-8", newline="") as stream:
        ranges = [
            (line["account_from"], line["account_to"])
            for line in csv.DictReader(stream)
            if line.get("branch_id") == branch_id
        ]
    return [one for one in accounts if not any(len(one) == len(low) and low <= one <= high for low, high in ranges)]
