"""The truth of who is who and what is what across branches, as files. Not here: making it so (shared)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.simulation.shared import TrueParty
from pipelines.simulation.shared_products import TrueProduct


def write_sameness(folder: Path, parties: Iterable[TrueParty], products: Iterable[TrueProduct]) -> None:
    """`parties.csv` (branch_id, role, code, true_party) and `products.csv` (branch_id, code, true_product)."""
    people = [(one.branch_id, one.role, one.code, one.true_party) for one in parties]
    _write(folder / "parties.csv", ("branch_id", "role", "code", "true_party"), people)
    things = [(one.branch_id, one.code, one.true_product) for one in products]
    _write(folder / "products.csv", ("branch_id", "code", "true_product"), things)


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
