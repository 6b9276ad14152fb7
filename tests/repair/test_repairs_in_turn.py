"""Repairs that meet: one after the other, of a document's name, over the end of a month. Truth: worked out by hand."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pipelines.intake.replay import outdated
from pipelines.intake.taking import take_in
from pipelines.lake.manifests import read_manifest
from pipelines.lake.resolving import resolve
from pipelines.repair.exporting import export_branch
from pipelines.repair.records import approve, proposals
from pipelines.repair.standing import standing_repairs

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from door import Door, ledger_file

HEAD = "Journal;Document;Line;Date;Account;Debit;Credit\n"
SOUND = "".join(f"GJ;F{n};1;2026-02-04;1200;1;0\nGJ;F{n};2;2026-02-04;4000;0;1\n" for n in range(50))
FIRST = 2 + 2 * 50  # the row after them


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, ledger_file())


def night(door: Door) -> None:
    branch = door.branch
    for file in outdated(door.log, branch):
        take_in(door.lake, door.log, branch, file)
    door.night()
    resolve(door.lake, door.log, door.contracts["gl_entry"], door.branch_id)


def deliver(door: Door, rows: str, day: str = "20260303") -> None:
    door.drop(f"ledger_202602_{day}.csv", HEAD + SOUND + rows)
    night(door)


def correct(door: Door, cells: dict[tuple[int, str], str], at: int = 0) -> list[str]:
    """Fill in a fresh workbook, (source row, column) → text, and send it back; the ids of what waits then."""
    workbook = export_branch(door.lake, door.log, door.branch, door.root / "workbooks")
    assert workbook is not None
    book = openpyxl.load_workbook(workbook)
    book["read me"]["B3"] = "Maker"
    page = book["gl_entry"]
    titles = [cell.value for cell in page[1]]
    rows = {int(str(row[3].value)): row for row in page.iter_rows(min_row=2)}
    for (row, column), text in cells.items():
        rows[row][titles.index(column, 9)].value = text
    book.save(workbook)
    door.drop(f"returned{at}.xlsx", workbook.read_bytes())
    night(door)
    return [one.repair_id for one in proposals(door.log) if one.decision == "proposed"]


def in_force(door: Door) -> dict[tuple[str, int], tuple[str, Decimal]]:
    """(document, line) → month of its slice and debit − credit, without the sound ones."""
    manifest = read_manifest(door.lake, "gl_entry", door.branch_id)
    assert manifest is not None
    found = {}
    for period, one in manifest.slices.items():
        for row in pl.read_parquet(door.lake.root / one.file).iter_rows(named=True):
            if not row["document_number"].startswith("F"):
                amount = row["debit_amount_functional"] - row["credit_amount_functional"]
                found[row["document_number"], row["line_number"]] = (period, amount)
    return found


def states(door: Door) -> list[str]:
    return [one.state for one in standing_repairs(door.lake, door.log, {door.branch_id: door.branch})]


def test_half_a_repair_brings_nothing_in(door: Door) -> None:
    deliver(door, "GJ;D1;1;2026-02-30;1200;5;0\nGJ;D1;2;2026-02-31;4000;0;5\n")
    cells = {(FIRST, "Date"): "2026-02-28", (FIRST + 1, "Date"): "2026-02-28"}
    one, other = correct(door, cells)
    approve(door.log, [one], by="Checker")
    night(door)
    assert in_force(door) == {}
    assert states(door) == ["still_refused", "proposed"]
    approve(door.log, [other], by="Checker")
    night(door)
    assert in_force(door) == {("D1", 1): ("2026-02", Decimal(5)), ("D1", 2): ("2026-02", Decimal(-5))}
    assert states(door) == ["in_force", "in_force"]


def test_a_document_that_gets_its_name_here_is_known_when_the_branch_sends_it(door: Door) -> None:
    rows = "GJ;{};1;2026-02-03;1200;5;0\nGJ;{};2;2026-02-03;4000;0;5\n"
    deliver(door, rows.format("", ""))
    cells = {(FIRST, "Document"): "D7", (FIRST + 1, "Document"): "D7"}
    approve(door.log, correct(door, cells), by="Checker")
    night(door)
    assert in_force(door) == {("D7", 1): ("2026-02", Decimal(5)), ("D7", 2): ("2026-02", Decimal(-5))}
    assert states(door) == ["in_force", "in_force"]
    deliver(door, rows.format("D7", "D7"), "20260310")
    assert in_force(door) == {("D7", 1): ("2026-02", Decimal(5)), ("D7", 2): ("2026-02", Decimal(-5))}
    assert states(door) == ["superseded", "superseded"]


def test_a_repair_cannot_move_a_row_out_of_the_delivered_month(door: Door) -> None:
    deliver(door, "GJ;D1;1;2026-02-30;1200;5;0\nGJ;D1;2;2026-02-28;4000;0;5\n")
    approve(door.log, correct(door, {(FIRST, "Date"): "2026-03-01"}), by="Checker")
    night(door)
    assert in_force(door) == {}
    assert states(door) == ["still_refused"]


def test_a_repair_that_takes_a_sound_documents_key_is_seen_and_can_be_repaired(door: Door) -> None:
    """Two documents of one name with other content: nobody knows which is right, so both wait; nothing is lost."""
    deliver(door, "GJ;D1;1;2026-02-03;1200;5;0\nGJ;D1;2;2026-02-03;4000;0;5\nGJ;D2;1;2026-02-30;1200;9;0\n")
    row = FIRST + 2
    approve(door.log, correct(door, {(row, "Date"): "2026-02-03", (row, "Document"): "D1"}), by="Checker")
    night(door)
    assert in_force(door) == {}
    assert set(states(door)) == {"still_refused"}
    approve(door.log, correct(door, {(row, "Line"): "3", (row, "Debit"): "0"}, at=1), by="Checker")
    night(door)
    assert {key: amount for key, (_, amount) in in_force(door).items()} == {
        ("D1", 1): Decimal(5),
        ("D1", 2): Decimal(-5),
        ("D1", 3): Decimal(0),
    }


def test_the_same_wrong_file_under_another_name_does_not_undo_a_repair(door: Door) -> None:
    rows = "GJ;D1;1;2026-02-03;1200;5;0\nGJ;D1;2;2026-02-03;4000;0;6\n"
    deliver(door, rows)
    approve(door.log, correct(door, {(FIRST + 1, "Credit"): "5"}), by="Checker")
    night(door)
    repaired = {("D1", 1): ("2026-02", Decimal(5)), ("D1", 2): ("2026-02", Decimal(-5))}
    assert in_force(door) == repaired
    deliver(door, rows, "20260303_copy")
    assert in_force(door) == repaired
    assert states(door) == ["to_be_booked_at_source"]


def test_a_delivery_that_was_refused_whole_is_repaired_row_by_row(door: Door) -> None:
    door.drop("ledger_202602_20260303.csv", HEAD + "GJ;D1;1;2026-02-03;1200;5;0\nGJ;D1;2;2026-02-30;4000;0;5\n")
    night(door)
    assert read_manifest(door.lake, "gl_entry", door.branch_id) is None
    approve(door.log, correct(door, {(3, "Date"): "2026-02-03"}), by="Checker")
    night(door)
    assert in_force(door) == {("D1", 1): ("2026-02", Decimal(5)), ("D1", 2): ("2026-02", Decimal(-5))}
    assert states(door) == ["in_force"]


def test_a_newer_month_counts_before_and_after_its_repair(door: Door) -> None:
    """A sound month, then a corrected month with a refused document: the newer file's month counts, also unrepaired."""
    deliver(door, "GJ;D1;1;2026-02-03;1200;5;0\nGJ;D1;2;2026-02-03;4000;0;5\n")
    deliver(door, "GJ;D1;1;2026-02-03;1200;7;0\nGJ;D1;2;2026-02-30;4000;0;7\n", "20260310")
    assert in_force(door) == {}
    approve(door.log, correct(door, {(FIRST + 1, "Date"): "2026-02-03"}), by="Checker")
    night(door)
    assert in_force(door) == {("D1", 1): ("2026-02", Decimal(7)), ("D1", 2): ("2026-02", Decimal(-7))}
