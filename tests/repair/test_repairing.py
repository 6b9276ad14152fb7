"""Repairs through the door: export, correct, return, approve, take in again. Truth: rows worked out by hand."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pipelines.errors import RepairError
from pipelines.intake.replay import outdated
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.deliveries import accepted_rows, current_receipts, read_frame
from pipelines.lake.manifests import read_manifest
from pipelines.lake.resolving import resolve
from pipelines.repair.exporting import export_branch
from pipelines.repair.records import approve, proposals, reject, workbook_notes
from pipelines.repair.standing import standing_repairs

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from door import Door, ledger_file

HEAD = "Journal;Document;Line;Date;Account;Debit;Credit\n"
# D1 in rows 2 and 3, what a test adds from row 4 on, then so many sound rows that few refused ones refuse nothing else
SOUND = "GJ;D1;1;2026-02-03;0012;100.00;0\nGJ;D1;2;2026-02-03;4000;0;100.00\n"
MORE = "".join(f"GJ;F{n};1;2026-02-04;1200;1;0\nGJ;F{n};2;2026-02-04;4000;0;1\n" for n in range(100))
WRONG_DATE = "GJ;D2;1;2026-02-30;=1+1;50.00;0\nGJ;D2;2;2026-02-28;4000;0;50.00\n"
Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, ledger_file())


def first_night(door: Door, rows: str = SOUND + WRONG_DATE) -> None:
    door.drop("ledger_202602_20260305.csv", HEAD + rows + MORE)
    door.night()


def returned(door: Door, edit: Edit, name: str = "mended.xlsx") -> TakenIn:
    """Export, edit, drop it into landing, take it in."""
    path = export_branch(door.lake, door.log, door.branch, door.root / "out")
    assert path is not None
    book = openpyxl.load_workbook(path)
    book["read me"]["B3"] = "Erika Mustermann"
    edit(book)
    landing = door.root / "landing" / door.branch_id
    landing.mkdir(parents=True, exist_ok=True)
    book.save(landing / name)
    return door.night()[-1]


def cell(book: openpyxl.Workbook, row: int, column: str, sheet: str = "gl_entry") -> Any:
    """The editable cell of a source row."""
    page = book[sheet]
    titles = [one.value for one in page[1]]
    line = next(one[0].row for one in page.iter_rows(min_row=2) if one[3].value == str(row))
    return page.cell(line, titles.index(column) + 1)


def put(row: int, column: str, value: object, sheet: str = "gl_entry") -> Edit:
    def edit(book: openpyxl.Workbook) -> None:
        cell(book, row, column, sheet).value = value

    return edit


def replay(door: Door) -> None:
    branch = door.branch
    for file in outdated(door.log, branch):
        take_in(door.lake, door.log, branch, file)


def in_force(door: Door) -> set[tuple[object, ...]]:
    contract = door.contracts["gl_entry"]
    resolve(door.lake, door.log, contract, door.branch_id)
    manifest = read_manifest(door.lake, "gl_entry", door.branch_id)
    assert manifest is not None
    if not manifest.slices:
        return set()
    files = [door.lake.root / one.file for one in manifest.slices.values()]
    names = ["document_number", "line_number", "posting_date", "account_code"]
    amounts = ["debit_amount_functional", "credit_amount_functional"]
    rows = pl.concat([pl.read_parquet(file, columns=[*names, *amounts]) for file in files])
    return set(rows.filter(~pl.col("document_number").str.starts_with("F")).rows())


def states(door: Door) -> dict[str, str]:
    return {
        one.repair.repair_id: one.state for one in standing_repairs(door.lake, door.log, {door.branch_id: door.branch})
    }


def document(number: str, day: int, account: str, amount: str) -> set[tuple[object, ...]]:
    """Two lines: `amount` on `account`, to account 4000."""
    date, money, nothing = dt.date(2026, 2, day), Decimal(amount), Decimal(0)
    return {(number, 1, date, account, money, nothing), (number, 2, date, "4000", nothing, money)}


D1 = document("D1", 3, "0012", "100")
D2 = document("D2", 28, "=1+1", "50")


def test_an_approved_repair_brings_the_whole_document_in(door: Door) -> None:
    first_night(door)
    assert in_force(door) == D1
    taken = returned(door, put(4, "Date", "2026-02-28"))
    assert taken.outcome == "repairs" and not taken.notes
    (repair,) = proposals(door.log)
    said = repair.correction
    assert (said.old, said.new, said.kind, said.maker) == ("2026-02-30", "2026-02-28", "coding", "Erika Mustermann")
    assert outdated(door.log, door.branch) == [] and in_force(door) == D1, "an unapproved repair changes nothing"
    approve(door.log, ["r1"], by="Max Prüfer")
    assert states(door) == {"R1": "approved"}
    replay(door)
    assert in_force(door) == D1 | D2
    assert states(door) == {"R1": "in_force"}
    assert outdated(door.log, door.branch) == []
    receipt = current_receipts(door.lake, door.log)[-1].receipt
    found = read_frame(door.lake, receipt, "findings").filter(pl.col("rule") == "repaired").to_dicts()
    assert [(one["source_row"], one["column"], one["severity"]) for one in found] == [(4, "Date", "warning")]
    assert "'2026-02-30' → '2026-02-28', made by Erika Mustermann, approved by Max Prüfer (R1)" in found[0]["message"]
    rows = accepted_rows(door.lake, receipt).collect()
    assert rows.filter(pl.col("document_number") == "D2")["source_row"].to_list() == [4, 5]


def test_nobody_approves_what_he_made(door: Door) -> None:
    first_night(door)
    returned(door, put(4, "Date", "2026-02-28"))
    with pytest.raises(RepairError, match="who cannot approve it too"):
        approve(door.log, ["R1"], by="  erika   MUSTERMANN ")
    assert states(door) == {"R1": "proposed"}


def test_a_rejected_repair_takes_its_effect_back(door: Door) -> None:
    first_night(door)
    returned(door, put(4, "Date", "2026-02-28"))
    approve(door.log, ["R1"], by="Max")
    replay(door)
    reject(door.log, ["R1"], by="Max", reason="booked in March")
    replay(door)
    assert in_force(door) == D1
    assert states(door) == {"R1": "rejected"}


def test_the_same_workbook_twice_proposes_nothing_new(door: Door) -> None:
    first_night(door)
    returned(door, put(4, "Date", "2026-02-28"))
    landing = door.root / "landing" / door.branch_id
    (landing / "again.xlsx").write_bytes((landing / "mended.xlsx").read_bytes())
    (again,) = door.night()
    assert again.outcome == "repairs" and len(proposals(door.log)) == 1
    assert door.night() == []


def test_a_changed_amount_stays_open_until_the_branch_delivers_it(door: Door) -> None:
    first_night(door, SOUND + "GJ;D2;1;2026-02-28;1200;50.00;0\nGJ;D2;2;2026-02-28;4000;0;5O.00\n")
    returned(door, put(5, "Credit", "50.00"))
    (repair,) = proposals(door.log)
    assert repair.correction.kind == "amount"
    assert [(one.measure, one.currency, one.amount) for one in repair.correction.differences] == [
        ("credit_amount_functional", "EUR", Decimal("50.0000"))
    ]
    approve(door.log, ["R1"], by="Max")
    replay(door)
    in_force(door)
    assert states(door) == {"R1": "to_be_booked_at_source"}
    corrected = SOUND + "GJ;D2;1;2026-02-28;1200;50.00;0\nGJ;D2;2;2026-02-28;4000;0;50.00\n"
    door.drop("ledger_202602_20260310.csv", HEAD + corrected + MORE)
    door.night()
    in_force(door)
    (after,) = standing_repairs(door.lake, door.log, {door.branch_id: door.branch})
    assert after.state == "booked_at_source" and after.closed_by == "testing/gl_entry/2026-03-10_000003"
    assert not after.is_open


def test_a_later_file_with_the_same_wrong_amount_leaves_it_open(door: Door) -> None:
    rows = SOUND + "GJ;D2;1;2026-02-28;1200;50.00;0\nGJ;D2;2;2026-02-28;4000;0;40.00\n"
    first_night(door, rows)
    returned(door, put(5, "Credit", "50.00"))
    approve(door.log, ["R1"], by="Max")
    replay(door)
    door.drop("ledger_202602_20260310.csv", HEAD + rows.replace("D1;1", "D1;3") + MORE)
    door.night()
    (after,) = standing_repairs(door.lake, door.log, {door.branch_id: door.branch})
    assert (after.state, after.is_open) == ("to_be_booked_at_source", True)
    assert "refused" in after.sentence


def test_a_repair_of_a_row_that_a_later_file_replaced_does_nothing_and_says_so(door: Door) -> None:
    first_night(door)
    returned(door, put(4, "Date", "2026-02-28"))
    door.drop("ledger_202602_20260310.csv", HEAD + SOUND + MORE)
    door.night()
    (after,) = standing_repairs(door.lake, door.log, {door.branch_id: door.branch})
    assert after.state == "obsolete" and "2026-03-10" in after.sentence


def test_cells_that_look_like_formulas_are_text_and_zeros_stay(door: Door) -> None:
    first_night(door)
    path = export_branch(door.lake, door.log, door.branch, door.root / "out")
    assert path is not None
    book = openpyxl.load_workbook(path)
    kinds = {one.data_type for page in book for line in page.iter_rows() for one in line if one.value is not None}
    assert kinds == {"s"}
    assert cell(book, 4, "Account").value == "=1+1"
    assert cell(book, 4, "Account").protection.locked is False
    assert cell(book, 4, "Account (as sent)").protection.locked is True
    assert cell(book, 5, "Date").value == "2026-02-28", "the sound row of the document is there too"


@pytest.mark.parametrize(
    ("value", "new"),
    [(dt.date(2026, 2, 28), "2026-02-28"), ("2026-02-28", "2026-02-28")],
)
def test_a_date_typed_as_a_date_is_written_as_the_branch_writes_dates(door: Door, value: object, new: str) -> None:
    first_night(door)
    returned(door, put(4, "Date", value))
    assert [one.correction.new for one in proposals(door.log)] == [new]


def test_what_cannot_be_taken_is_said(door: Door) -> None:
    first_night(door)

    def edit(book: openpyxl.Workbook) -> None:
        cell(book, 4, "Date").value = "=DATE(2026,2,28)"
        cell(book, 4, "Document (as sent)").value = "D9"
        cell(book, 5, "Line").value = dt.date(2026, 2, 1)
        cell(book, 5, "Account").value = "4001"

    taken = returned(door, edit)
    said = " ".join(taken.notes)
    assert [one.correction.new for one in proposals(door.log)] == ["4001"]
    assert "holds a formula" in said and "'D9'" in said and "column that holds none" in said
    assert [note for _, _, _, note in workbook_notes(door.log)] == list(taken.notes)


def test_a_workbook_without_a_name_or_of_another_place_is_not_taken(door: Door) -> None:
    first_night(door)

    def nameless(book: openpyxl.Workbook) -> None:
        book["read me"]["B3"] = None
        cell(book, 4, "Date").value = "2026-02-28"

    assert "nobody is named" in returned(door, nameless).notes[0]

    def foreign(book: openpyxl.Workbook) -> None:
        book["tieout_repair"]["B2"] = "0" * 32
        cell(book, 4, "Date").value = "2026-02-28"

    assert "was not exported from here" in returned(door, foreign, "other.xlsx").notes[0]

    def moved(book: openpyxl.Workbook) -> None:
        book["gl_entry"]["D2"] = "1"
        book["gl_entry"]["D3"] = "x"
        titles = [one.value for one in book["gl_entry"][1]]
        book["gl_entry"].cell(2, titles.index("Date") + 1).value = "2026-02-28"

    said = " ".join(returned(door, moved, "moved.xlsx").notes)
    assert "not refused any more" in said and "name no row" in said
    assert proposals(door.log) == []


def test_a_line_whose_cells_cannot_be_told_apart_is_mended_whole(door: Door) -> None:
    broken = "GJ;D2;1;2026-02-28;12;00;50.00;0\nGJ;D2;2;2026-02-28;4000;0;50.00\n"
    first_night(door, SOUND + broken)
    assert in_force(door) == D1
    returned(door, put(4, "line", "GJ;D2;1;2026-02-28;1200;50.00;0", "gl_entry lines"))
    (repair,) = proposals(door.log)
    assert repair.correction.kind == "coding", "no amount was changed"
    approve(door.log, ["R1"], by="Max")
    replay(door)
    assert in_force(door) == D1 | document("D2", 28, "1200", "50")


def test_two_wishes_for_one_cell_are_both_kept_and_only_one_approved(door: Door) -> None:
    first_night(door)
    returned(door, put(4, "Date", "2026-02-28"))
    taken = returned(door, put(4, "Date", "2026-02-27"), "second.xlsx")
    assert "R1 wants '2026-02-28' of the same cell" in taken.notes[0]
    with pytest.raises(RepairError, match="different things of the same cell"):
        approve(door.log, ["R1", "R2"], by="Max")
    approve(door.log, ["R2"], by="Max")
    replay(door)
    assert states(door) == {"R1": "obsolete", "R2": "in_force"}
