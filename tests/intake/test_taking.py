"""From a file in the landing area to a receipt: every row and cent accounted for, by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from door import Door, ledger_file

from pipelines.errors import LakeError
from pipelines.intake.replay import outdated
from pipelines.intake.taking import take_in
from pipelines.lake.deliveries import accepted_rows, current_receipts, read_frame
from pipelines.lake.received import confirmations

HEADER = "Journal;Document;Line;Date;Account;Debit;Credit\n"
GOOD = HEADER + (
    "GL;1;1;2026-01-05;1000;10.00;0.00\n"
    "GL;1;2;2026-01-05;4000;0.00;10.00\n"
    "GL;2;1;2026-01-06;1000;5.50;0.00\n"
    "GL;2;2;2026-01-06;4000;0.00;5.50\n"
)
DoorMaker = Callable[[str], Door]


def only(taken: list[Any]) -> Any:
    (one,) = taken
    (receipt,) = one.receipts
    return receipt


def test_good_file_gives_one_accepted_delivery(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", GOOD)
    receipt = only(at.night())
    assert (receipt.delivery_id, receipt.status) == ("testing/gl_entry/2026-02-03_000001", "accepted")
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.non_data) == (5, 4, 1)
    assert receipt.total("accepted").sums["debit_amount_functional", "EUR"] == Decimal("15.5")
    assert receipt.periods == ("2026-01",)
    rows = accepted_rows(at.lake, receipt).collect()
    assert rows["source_row"].to_list() == [2, 3, 4, 5]
    assert set(rows["source_file"]) == {"ledger_202601_20260203.csv"}
    assert rows["slice_period"].unique().to_list() == ["2026-01"]


def test_refused_line_takes_its_document_and_every_row_is_accounted_for(door: DoorMaker) -> None:
    at = door(ledger_file())
    bad = GOOD + (
        "GL;3;1;2026-01-07;1000;1,5x;0.00\n"  # row 6: not a number
        "GL;3;2;2026-01-07;4000;0.00;15.00\n"  # row 7: good, but its document falls
        "GL;1;1;2026-01-05;1000;10.00;0.00\n"  # row 8: repeats row 2
        "GL;4;1;2026-01-08\n"  # row 9: cells are missing
    )
    at.drop("ledger_202601_20260203.csv", bad + "".join(f"GL;{n};1;2026-01-09;1000;0.00;0.00\n" for n in range(10, 30)))
    receipt = only(at.night())
    rows = receipt.rows
    assert (rows.read, rows.accepted, rows.quarantined, rows.duplicate, rows.non_data) == (29, 24, 3, 1, 1)
    assert receipt.total("quarantined").sums["credit_amount_functional", "EUR"] == Decimal(15)
    assert receipt.total("duplicate").rows == 1
    refused = read_frame(at.lake, receipt, "quarantine")
    assert refused["source_row"].to_list() == [6, 7, 9]
    assert refused["reasons"][0].startswith("not_a_number(debit_amount_functional): ")
    assert refused["reasons"][1].startswith("document_refused: refused with line 6")
    assert refused["reasons"][2].startswith("unreadable_row")
    assert json.loads(refused["raw"][0])["Debit"] == "1,5x"
    assert refused["raw"][2] == "GL;4;1;2026-01-08"
    assert refused["document"][0] == refused["document"][1] == "local/2026/GL/3"
    assert set(refused["owner"]) == {"finance-germany"}
    assert dict(receipt.reasons) == {"document_refused": 1, "not_a_number": 1, "unreadable_row": 1}
    found = read_frame(at.lake, receipt, "findings")
    assert found.filter(rule="duplicate_row")["source_row"].to_list() == [8]
    assert found.filter(rule="unreadable_row")["source_row"].to_list() == [9]


def test_rows_outside_the_declared_period_are_refused(door: DoorMaker) -> None:
    at = door(ledger_file())
    more = "".join(f"GL;{n};1;2026-01-09;1000;0.00;0.00\n" for n in range(10, 30))
    at.drop("ledger_202601_20260203.csv", GOOD + "GL;9;1;2026-02-01;1000;0.00;0.00\n" + more)
    receipt = only(at.night())
    refused = read_frame(at.lake, receipt, "quarantine")
    assert refused["source_row"].to_list() == [6]
    assert "outside_period(posting_date): posting_date 2026-02-01 lies outside" in refused["reasons"][0]
    assert list(receipt.slices) == ["2026-01"]


def test_delivery_over_its_threshold_is_refused_whole(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", GOOD + "GL;3;1;x;1000;1;0\nGL;3;2;x;1000;0;1\n")
    receipt = only(at.night())
    assert receipt.status == "refused"
    assert "2 of 6 records are refused" in receipt.refused_reason
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.quarantined) == (7, 0, 6)
    refused = read_frame(at.lake, receipt, "quarantine")
    assert refused["source_row"].to_list() == [2, 3, 4, 5, 6, 7]
    assert refused["reasons"][0].startswith("delivery_refused: ")
    assert refused["reasons"][4].startswith("not_a_date(posting_date)")
    assert receipt.total("quarantined").sums["debit_amount_functional", "EUR"] == Decimal("16.5")


def test_file_that_cannot_be_read_gives_a_refused_delivery_with_the_reason(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", "")
    receipt = only(at.night())
    assert (receipt.status, receipt.delivery_id) == ("refused", "testing/gl_entry/2026-02-03_000001")
    assert "ledger_202601_20260203.csv" in receipt.refused_reason
    assert receipt.rows.read == 0
    assert read_frame(at.lake, receipt, "findings")["rule"].to_list() == ["delivery_refused"]


def test_missing_column_refuses_the_delivery_and_keeps_its_rows(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", GOOD.replace("Credit", "Kredit"))
    receipt = only(at.night())
    assert receipt.status == "refused"
    assert "Credit" in receipt.refused_reason and "Kredit" in receipt.refused_reason
    assert (receipt.rows.read, receipt.rows.quarantined, receipt.rows.non_data) == (5, 4, 1)
    refused = read_frame(at.lake, receipt, "quarantine")
    assert json.loads(refused["raw"][3])["Kredit"] == "5.50"


def test_empty_period_delivery_that_may_be_speaks_for_its_period(door: DoorMaker) -> None:
    at = door(ledger_file().replace("rule: period", "rule: period\n          may_be_empty: true"))
    at.drop("ledger_202602_20260303.csv", HEADER)
    receipt = only(at.night())
    assert (receipt.status, receipt.periods, dict(receipt.slices)) == ("accepted", ("2026-02",), {})


def test_months_of_one_file_become_slices(door: DoorMaker) -> None:
    at = door(ledger_file("full"))
    rows = "GL;7;1;2026-03-01;1000;1.00;0.00\nGL;7;2;2026-02-01;1000;0.00;1.00\n"
    at.drop("ledger_202601_20260203.csv", GOOD + rows)
    receipt = only(at.night())
    assert {period: part.tally.rows for period, part in receipt.slices.items()} == {
        "2026-01": 4,
        "2026-02": 1,
        "2026-03": 1,
    }


def test_same_bytes_under_another_name_are_nothing_new(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", GOOD)
    at.drop("ledger_202601_20260203_copy.csv", GOOD)
    at.drop("ledger_202601_20260210.csv", GOOD)
    assert [one.outcome for one in at.night()] == ["taken_in", "nothing_new", "nothing_new"]
    assert at.night() == []
    delivery = "testing/gl_entry/2026-02-03_000001"
    assert [(one.branch_id, one.dataset, one.delivery_id, one.delivery_date) for one in confirmations(at.log)] == [
        ("testing", "gl_entry", delivery, date(2026, 2, 3)),
        ("testing", "gl_entry", delivery, date(2026, 2, 10)),
    ]


def test_same_bytes_after_a_correction_say_something_again(door: DoorMaker) -> None:
    """January sent, corrected, and sent in its first form once more: the last one is what the branch means."""
    at = door(ledger_file())
    corrected = GOOD.replace("10.00", "11.00")
    for name, content in (("20260203", GOOD), ("20260204", corrected), ("20260205", GOOD)):
        at.drop(f"ledger_202601_{name}.csv", content)
    assert [one.outcome for one in at.night()] == ["taken_in"] * 3
    at.drop("ledger_202601_20260206.csv", GOOD)
    at.drop("ledger_202602_20260303.csv", GOOD.replace("-01-", "-02-"))
    at.drop("ledger_202601_20260304.csv", GOOD)
    assert [one.outcome for one in at.night()] == ["nothing_new", "nothing_new", "taken_in"]


def test_name_that_comes_with_other_bytes_is_taken_in_anew_also_back_to_the_first(door: DoorMaker) -> None:
    at = door(ledger_file())
    corrected = GOOD.replace("10.00", "11.00")
    found = []
    for content in (GOOD, corrected, GOOD):
        at.drop("ledger_202601_20260203.csv", content)
        found += [one.receipts[0].received_sequence for one in at.night()]
    assert found == [1, 2, 3]


def test_file_that_no_pattern_takes_waits_for_one(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("note.txt", "hello")
    assert [one.outcome for one in at.night()] == ["unrecognised"]
    assert [one.outcome for one in at.night()] == ["unrecognised"]
    assert len(at.log.read("file_unrecognised")) == 1


def test_changed_mapping_takes_files_in_again_from_the_archive(door: DoorMaker) -> None:
    at = door(ledger_file())
    path = at.drop("ledger_202601_20260203.csv", GOOD)
    before = only(at.night())
    path.unlink()
    assert outdated(at.log, at.branch) == []
    at.files = at.files.replace('entry_kind: {value: "normal"}', 'entry_kind: {value: "adjustment"}')
    (file,) = outdated(at.log, at.branch)
    after = only([take_in(at.lake, at.log, at.branch, file)])
    assert after.delivery_id == before.delivery_id
    assert after.mapping_version != before.mapping_version
    assert outdated(at.log, at.branch) == []
    assert set(accepted_rows(at.lake, after).collect()["entry_kind"]) == {"adjustment"}
    assert set(accepted_rows(at.lake, before).collect()["entry_kind"]) == {"normal"}
    (standing,) = current_receipts(at.lake, at.log, "testing")
    assert standing.receipt == after


def test_damaged_archive_is_not_taken_for_the_file(door: DoorMaker) -> None:
    at = door(ledger_file())
    at.drop("ledger_202601_20260203.csv", GOOD)
    receipt = only(at.night())
    path = at.lake.received(receipt.file_sha256)
    path.chmod(0o644)
    path.write_text(GOOD.replace("10.00", "99.00"))
    at.files = at.files.replace('entry_kind: {value: "normal"}', 'entry_kind: {value: "adjustment"}')
    (file,) = outdated(at.log, at.branch)
    with pytest.raises(LakeError, match="were altered"):
        take_in(at.lake, at.log, at.branch, file)
