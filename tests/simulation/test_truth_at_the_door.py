"""The sample group at the pipeline's door: exactly what the simulation says is refused, counted and reported."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.branches.loading import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.intake.taking import take_in
from pipelines.lake.deliveries import current_receipts, read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.lake.received import waiting

ROOT = Path(__file__).parents[2]
SENDERS = ("germany", "norway", "united_states", "france", "china", "united_kingdom", "group")
CLASSES = ("read", "accepted", "quarantined", "duplicate", "out_of_scope", "non_data")
File = tuple[str, str, str]  # sender, dataset, file
Place = tuple[str, str, str, str, int]  # file, sheet, row


@dataclass
class Door:
    """What came of the files."""

    outcomes: dict[tuple[str, str], str] = field(default_factory=dict)
    refused_whole: list[str] = field(default_factory=list)
    reasons: dict[Place, str] = field(default_factory=dict)
    warnings: set[tuple[str, str, str, int, str]] = field(default_factory=set)
    counts: dict[File, list[int]] = field(default_factory=dict)


def truth(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    lake = Lake(tmp_path_factory.mktemp("lake"))
    log = EventLog(lake.events, clock=lambda: datetime(2026, 4, 10, 2, tzinfo=UTC))
    contracts = load_contracts(ROOT / "data_contracts")
    found = Door()
    for sender in SENDERS:
        folder = ROOT / "pipelines" / "defs" / "branches" / sender
        branch = load_branch(folder / "defs.yaml", contracts, ROOT / "pipelines" / "profiles")
        receive_new(lake, log, ROOT / "seeds" / "deliveries", sender)
        for file in waiting(log, sender):
            found.outcomes[sender, file.path] = take_in(lake, log, branch, file).outcome
    for standing in current_receipts(lake, log):
        receipt = standing.receipt
        place = (receipt.branch_id, receipt.dataset, receipt.source_file)
        if receipt.refused_reason:
            found.refused_whole.append(receipt.refused_reason)
        found.counts[place] = [getattr(receipt.rows, name) for name in CLASSES]
        for row in read_frame(lake, receipt, "quarantine").iter_rows(named=True):
            found.reasons[(*place, row["source_sheet"], row["source_row"])] = row["reasons"]
        for row in read_frame(lake, receipt, "findings").iter_rows(named=True):
            if row["severity"] == "warning":
                found.warnings.add((*place, row["source_row"] or 0, row["rule"]))
    return found


def test_every_file_is_recognised_and_repeated_ones_add_nothing(door: Door) -> None:
    expected = {
        (row["branch_id"], row["source_file"]): "nothing_new" if row["fate"] == "repeated" else "taken_in"
        for row in truth("files")
    }
    assert door.outcomes == expected
    assert door.refused_whole == []


def test_exactly_the_planted_rows_are_refused_each_for_its_reason(door: Door) -> None:
    expected = {
        (r["branch_id"], r["dataset"], r["source_file"], r["source_sheet"], int(r["source_row"])): r["rule"]
        for r in truth("refusals")
    }
    assert sorted(door.reasons) == sorted(expected)
    for place, rule in expected.items():
        assert rule in door.reasons[place], (place, door.reasons[place])


def test_every_row_is_counted_as_the_simulation_counts_it(door: Door) -> None:
    expected: dict[File, list[int]] = defaultdict(lambda: [0] * len(CLASSES))
    for row in truth("counts"):
        counted = expected[row["branch_id"], row["dataset"], row["source_file"]]
        for at, name in enumerate(CLASSES):
            counted[at] += int(row[f"rows_{name}"])
    assert door.counts == dict(expected)


def test_exactly_the_planted_warnings_are_found(door: Door) -> None:
    expected = {
        (r["branch_id"], r["dataset"], r["source_file"], int(r["source_row"] or 0), r["rule"])
        for r in truth("findings")
    }
    assert door.warnings == expected
