"""Six branches with every dataset, each alien in its own way, taken in by folders alone: exactly what was planted.

The simulated group writes the files and knows the truth: which rows must be refused for which reason, how every row of
every file is counted, and what must be reported. The folders beside this file are the group's once it has six branches.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.branches import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.intake.taking import take_in
from pipelines.lake.deliveries import current_receipts, read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.lake.received import waiting
from pipelines.settings import REPOSITORY
from pipelines.simulation.group import simulate

HERE = Path(__file__).parent
CONTRACTS = REPOSITORY / "data_contracts"
BRANCHES = ("germany", "norway", "united_states", "france", "china", "united_kingdom", "group")
COUNTED = ("read", "accepted", "quarantined", "duplicate", "out_of_scope", "non_data")

pytestmark = pytest.mark.skipif(
    not (CONTRACTS / "open_item.odcs.yaml").is_file(), reason="the contracts of purchases and open items are not there"
)


@dataclass
class Told:
    """What the intake said: refused rows, counts of every file, findings by place."""

    refused: dict[tuple[str, str, str, str, int], str] = field(default_factory=dict)
    counts: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 6))
    findings: set[tuple[str, str, str, int | None, str]] = field(default_factory=set)
    warnings: set[tuple[str, str, str, int | None, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Taken:
    truth: Path
    told: Told


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    root = tmp_path_factory.mktemp("six")
    simulate(root, branches=6)
    profiles = root / "profiles"
    shutil.copytree(REPOSITORY / "pipelines" / "profiles", profiles)
    shutil.copytree(HERE / "profiles", profiles, dirs_exist_ok=True)
    contracts = load_contracts(CONTRACTS)
    lake = Lake(root / "lake")
    log = EventLog(lake.events, clock=lambda: datetime(2026, 4, 10, tzinfo=UTC))
    for name in BRANCHES:
        branch = load_branch(HERE / "branches" / name / "defs.yaml", contracts, profiles)
        receive_new(lake, log, root / "deliveries", name)
        for file in waiting(log, name):
            assert take_in(lake, log, branch, file).outcome in ("taken_in", "nothing_new"), file.path
    return Taken(root / "truth", told(lake, log))


def told(lake: Lake, log: EventLog) -> Told:
    said = Told()
    for receipt in (one.receipt for one in current_receipts(lake, log)):
        place = (receipt.branch_id, receipt.dataset, receipt.source_file)
        counts = said.counts[place]
        for number, count in enumerate(astuple(receipt.rows)):
            counts[number] += count
        for row in read_frame(lake, receipt, "quarantine").iter_rows(named=True):
            said.refused[(*place, row["source_sheet"], row["source_row"])] = row["reasons"]
        for row in read_frame(lake, receipt, "findings").iter_rows(named=True):
            finding = (*place, row["source_row"], row["rule"])
            said.findings.add(finding)
            if row["severity"] == "warning":
                said.warnings.add(finding)
    return said


def rows(taken: Taken, name: str) -> Iterator[dict[str, str]]:
    with (taken.truth / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def test_exactly_the_planted_rows_are_refused(taken: Taken) -> None:
    wanted = {
        (row["branch_id"], row["dataset"], row["source_file"], row["source_sheet"], int(row["source_row"])): row["rule"]
        for row in rows(taken, "refusals")
    }
    assert set(taken.told.refused) == set(wanted)
    for place, rule in wanted.items():
        assert rule in taken.told.refused[place], place


def test_every_row_of_every_file_is_counted_as_the_truth_counts_it(taken: Taken) -> None:
    wanted: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0] * 6)
    for row in rows(taken, "counts"):
        counts = wanted[row["branch_id"], row["dataset"], row["source_file"]]
        for number, name in enumerate(COUNTED):
            counts[number] += int(row[f"rows_{name}"])
    assert len(wanted) > 200
    assert dict(taken.told.counts) == dict(wanted)


def test_what_must_be_reported_is_and_nothing_else(taken: Taken) -> None:
    wanted = {
        (
            *(row["branch_id"], row["dataset"], row["source_file"]),
            *(int(row["source_row"]) if row["source_row"] else None, row["rule"]),
        )
        for row in rows(taken, "findings")
    }
    assert wanted <= taken.told.findings
    assert taken.told.warnings <= wanted
