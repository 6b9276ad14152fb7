"""What a night makes of repairs, and cells that workbooks do not hold as they are. No dbt runs here."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipelines.intake.replay import outdated
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.deliveries import accepted_rows, current_receipts
from pipelines.night.inputs import inputs_fingerprint
from pipelines.night.lake_schema import LakeState, fill_lake_schema
from pipelines.repair.exporting import export_branch
from pipelines.repair.records import approve, proposals
from pipelines.repair.standing import standing_repairs

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from door import Door, ledger_file

FILE = "ledger_202602_20260305.csv"
HEAD = "Journal;Document;Line;Date;Account;Debit;Credit\n"
SOUND = "".join(f"GJ;F{n};1;2026-02-04;1200;1;0\nGJ;F{n};2;2026-02-04;4000;0;1\n" for n in range(20))
WRONG = "GJ;D1;1;2026-02-28;1200;5;0\nGJ;D1;2;2026-02-28;4000;0;4\n"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, ledger_file())


def returned(door: Door, row: int, column: str, value: str) -> TakenIn:
    """Export, change one cell, send it back, take it in."""
    path = export_branch(door.lake, door.log, door.branch, door.root / "out")
    assert path is not None
    book = openpyxl.load_workbook(path)
    book["read me"]["B3"] = "Ada"
    page = book["gl_entry"]
    titles = [one.value for one in page[1]]
    line = next(one[0].row for one in page.iter_rows(min_row=2) if one[3].value == str(row))
    page.cell(line, titles.index(column) + 1).value = value
    book.save(door.root / "landing" / door.branch_id / f"{column}.xlsx")
    return door.night()[-1]


def test_the_warehouse_is_told_of_every_repair_and_its_size(door: Door, tmp_path: Path) -> None:
    door.drop(FILE, HEAD + WRONG + SOUND)
    door.night()
    taken = returned(door, 3, "Credit", "5")
    assert taken.proposed is not None
    assert taken.proposed.sentence == "1 repair waits for a second person (`tieout repair list`)"
    nothing = inputs_fingerprint(door.log, ("", ""), {}, (), door.contracts)
    approve(door.log, ["R1"], by="Bob")
    assert inputs_fingerprint(door.log, ("", ""), {}, (), door.contracts) != nothing, "a night has to publish it"
    take_in(door.lake, door.log, door.branch, outdated(door.log, door.branch)[0])
    state = LakeState(
        night_id="2026-03-06.1",
        night_date=date(2026, 3, 6),
        started_at=datetime(2026, 3, 6, tzinfo=UTC),
        manifests={},
        deliveries=[],
        touched=frozenset(),
        due=[],
        held=[],
        repairs=standing_repairs(door.lake, door.log, {door.branch_id: door.branch}),
    )
    fill_lake_schema(tmp_path / "build.duckdb", door.lake, door.contracts, state)
    with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select repair_id, source_row, column_name, kind, old_value, new_value, state, is_open, made_by, decided_by"
            " from lake.repair"
        ).fetchall()
        assert found == [("R1", 3, "Credit", "amount", "4", "5", "to_be_booked_at_source", True, "Ada", "Bob")]
        sizes = connection.execute("select measure, currency_code, amount_difference::varchar from lake.repair_amount")
        assert sizes.fetchall() == [("credit_amount_functional", "EUR", "1.0000")]


@pytest.mark.parametrize(
    "account",
    ["_x0041_", '"two\nlines"', "tab\there", "\x01bell", "+49 30", "@sum", "1E5", "0012", "x" * 32_500, " 1 "],
)
def test_what_a_workbook_cannot_hold_is_no_correction(door: Door, account: str) -> None:
    door.drop(FILE, HEAD + WRONG.replace("1200", account) + SOUND)
    door.night()
    taken = returned(door, 2, "Date", "2026-02-27")
    assert taken.notes == ()
    assert [one.cell.column for one in proposals(door.log)] == ["Date"]


def test_a_file_out_of_an_archive_is_repaired_like_any_other(door: Door) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            FILE, HEAD + WRONG.replace(";4\n", ";5\n").replace("2026-02-28;4000", "2026-02-31;4000") + SOUND
        )
    files = ledger_file().replace('pattern: "ledger', 'pattern: "(.*!)?ledger')
    at = Door(door.root, files)
    at.drop("deliver.zip", packed.getvalue())
    at.night()
    returned(at, 3, "Date", "2026-02-28")
    approve(at.log, ["R1"], by="Bob")
    (again,) = outdated(at.log, at.branch)
    (receipt,) = take_in(at.lake, at.log, at.branch, again).receipts
    assert (again.member, receipt.rows.quarantined, receipt.rows.accepted) == (FILE, 0, 42)


def test_a_corrected_contract_replays_what_it_had_refused(door: Door) -> None:
    contract = door.contracts["gl_entry"]
    strict = replace(
        contract,
        version="0.1.0",
        fields=tuple(replace(one, pattern="[0-9]+") if one.name == "account_code" else one for one in contract.fields),
    )
    door.contracts["gl_entry"] = strict
    door.drop(FILE, HEAD + WRONG.replace(";4\n", ";5\n").replace("1200", "12-00") + SOUND)
    assert door.night()[0].receipts[0].rows.quarantined == 2
    door.contracts["gl_entry"] = contract
    (again,) = outdated(door.log, door.branch)
    take_in(door.lake, door.log, door.branch, again)
    receipt = current_receipts(door.lake, door.log)[-1].receipt
    assert (receipt.rows.quarantined, receipt.contract_version) == (0, contract.version)
    assert "12-00" in set(accepted_rows(door.lake, receipt).collect()["account_code"])
    assert outdated(door.log, door.branch) == []
