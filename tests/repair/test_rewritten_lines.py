"""A line that nobody could tell apart, rewritten by hand: whoever changes an amount on the way changes an amount."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from pipelines.repair.exporting import export_branch
from pipelines.repair.records import proposals

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))

from door import Door, ledger_file

HEAD = "Journal;Document;Line;Date;Account;Debit;Credit\n"
SOUND = "".join(f"GJ;F{n};1;2026-02-04;1200;1;0\nGJ;F{n};2;2026-02-04;4000;0;1\n" for n in range(50))
SENT = "GJ;D1;1;2026-02-03;1200;310.00;0;stray"


@pytest.mark.parametrize(
    ("line", "kind", "debit"),
    [
        ("GJ;D1;1;2026-02-03;1200;310.00;0", "coding", Decimal(310)),
        ("GJ;D1;1;2026-02-03;4711;310.00;0", "coding", Decimal(310)),
        ("GJ;D1;1;2026-02-03;1200;10.00;0", "amount", Decimal(10)),
        ("GJ;D1;1;2026-02-03;1200;3;0", "amount", Decimal(3)),
        ("GJ;D1;1;2026-02-03;1200;0;310.00", "amount", None),
        ("GJ;D1;1;2026-02-03;1200;;0", "amount", None),
    ],
)
def test_a_rewritten_line_is_coding_only_while_its_amounts_stay_where_they_were(
    tmp_path: Path, line: str, kind: str, debit: Decimal | None
) -> None:
    door = Door(tmp_path, ledger_file())
    door.drop("ledger_202602_20260303.csv", HEAD + SOUND + SENT + "\nGJ;D1;2;2026-02-03;4000;0;310.00\n")
    door.night()
    workbook = export_branch(door.lake, door.log, door.branch, tmp_path)
    assert workbook is not None
    book = openpyxl.load_workbook(workbook)
    book["read me"]["B3"] = "Maker"
    (page,) = (one for one in book.worksheets if one.title.endswith("lines"))
    assert page["J2"].value == SENT
    page["K2"] = line
    book.save(workbook)
    door.drop("returned.xlsx", workbook.read_bytes())
    door.night()
    (repair,) = proposals(door.log)
    debits = [one.amount for one in repair.correction.differences if one.measure == "debit_amount_functional"]
    assert (repair.correction.kind, debits) == (kind, [] if kind == "coding" or debit is None else [debit])
