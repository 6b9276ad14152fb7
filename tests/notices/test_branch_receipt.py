"""A branch's receipt: rows that add up, sums in its language, what was refused and where, and no value of a record."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.lake.deliveries import current_receipts
from pipelines.notices.arrived import Arrived, arrived_since
from pipelines.notices.branch_receipt import BranchReceipt, as_html, as_text, receipt_for

_SPEC = importlib.util.spec_from_file_location("intake_door", Path(__file__).parents[1] / "intake" / "door.py")
assert _SPEC and _SPEC.loader
door_module = importlib.util.module_from_spec(_SPEC)
sys.modules["intake_door"] = door_module
_SPEC.loader.exec_module(door_module)

NAME = "ledger_202603_20260401<b>.csv"
HEAD = "Journal;Document;Line;Date;Account;Debit;Credit\n"
GOOD = [
    f"GJ;{number};{line};2026-03-05;{account};{debit};{credit}\n"
    for number in range(1, 9)
    for line, account, debit, credit in ((1, "1000", "1234.50", "0"), (2, "4000", "0", "1234.50"))
]
# The amount of line 2 is no number: it is refused, and with it the good line of its document.
BAD = ["GJ;99;1;2026-03-06;1000;10.00;0\n", "GJ;99;2;2026-03-06;Kari Nordmann;0;ten\n"]
# Read: 1 title of columns + 16 good + 1 exact repetition + 2 refused.
CONTENT = HEAD + "".join([*GOOD, GOOD[0], *BAD])


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = door_module.Door(tmp_path_factory.mktemp("receipt"), files=door_module.ledger_file())
    made.drop(NAME, CONTENT)
    made.night()
    return made


@pytest.fixture(scope="module")
def receipt(door: Any) -> BranchReceipt:
    arrived = arrived_since(door.lake, door.log, 0)
    return receipt_for(door.lake, door.branch, arrived["testing"], "2026-04-01.1", date(2026, 4, 1))


def test_rows_add_up_and_stand_in_the_branchs_language(receipt: BranchReceipt) -> None:
    text = as_text(receipt)
    assert text.startswith("Quittung für Test branch\nNacht 2026-04-01.1 vom 1. April 2026\n")
    heads = "    Gelesen  Übernommen  Abgelehnt  Wiederholt  Außer Umfang  Keine Daten"
    assert heads in text
    figures = [int(cell) for cell in text.split(heads)[1].split("\n")[1].split()]
    assert figures == [20, 16, 2, 1, 0, 1]
    assert figures[0] == sum(figures[1:])
    assert "Hauptbuch: übernommen. Lieferdatum 1. April 2026; Eingegangen 1. April 2026, 14:00" in text


def test_sums_are_those_of_the_rows_in_the_languages_numbers(receipt: BranchReceipt) -> None:
    # 8 × 1,234.50 on each side; of the refused document only 10.00 of debit could be read.
    assert re.search(r"Soll \(Hauswährung\)\s+EUR\s+9\.876,00\s+10,00\n", as_text(receipt))
    assert re.search(r"Haben \(Hauswährung\)\s+EUR\s+9\.876,00\s+0,00\n", as_text(receipt))


def test_refusals_name_place_reason_and_what_to_do_but_no_value(receipt: BranchReceipt) -> None:
    text = as_text(receipt)
    assert "- keine Zahl in der Schreibweise der Niederlassung (credit_amount_functional): Zeile 20\n" in text
    assert "- eine andere Zeile des Belegs wurde abgelehnt: Zeile 19\n" in text
    assert "→ Nichts: Die Zeile ist in Ordnung und wartet auf die abgelehnte ihres Belegs." in text
    for page in (text, as_html(receipt)):
        assert "Kari" not in page
        assert "ten" not in re.findall(r"\w+", page)


def test_the_page_says_the_same_and_escapes_names(receipt: BranchReceipt) -> None:
    page = as_html(receipt)
    assert '<html lang="de">' in page
    assert "ledger_202603_20260401&lt;b&gt;.csv" in page
    assert "<b>" not in page
    assert [int(cell) for cell in re.findall(r'<td class="n">(\d+)</td>', page)[:6]] == [20, 16, 2, 1, 0, 1]
    assert "9.876,00" in page


def test_only_what_came_since_and_says_something_new_is_told(door: Any) -> None:
    log = door.log
    upto = log.read()[-1].sequence
    assert arrived_since(door.lake, log, upto) == {}
    # Read again under the same rules, the file says nothing new.
    [taken_in] = log.read("file_taken_in")
    log.append("file_taken_in", taken_in.data)
    assert arrived_since(door.lake, log, upto) == {}
    assert [one.source_file for one in arrived_since(door.lake, log, 0)["testing"].receipts] == [NAME]


def test_what_was_sent_again_is_on_time_and_a_refused_file_says_why(tmp_path: Path) -> None:
    door = door_module.Door(tmp_path, files=door_module.ledger_file())
    door.drop("ledger_202603_20260402.csv", "")
    door.night()
    [refused] = [one.receipt for one in current_receipts(door.lake, door.log)]
    arrived = Arrived(receipts=[refused], repeated=["ledger_202602_20260402.csv"])
    text = as_text(receipt_for(door.lake, door.branch, arrived, "2026-04-02.1", date(2026, 4, 2)))
    assert "Hauptbuch: ganz abgelehnt." in text
    assert "Die ganze Datei wurde abgelehnt: " in text
    assert "ledger_202602_20260402.csv: dasselbe wie zuvor. Pünktlich, nichts Neues." in text
