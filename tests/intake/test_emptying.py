"""A file with a header and no record: refused where it would empty what it replaces, unless the branch may send it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from door import Door, ledger_file

from pipelines.lake.manifests import read_manifest
from pipelines.lake.resolving import resolve

DoorMaker = Callable[[str], Door]
HEADER = "Journal;Document;Line;Date;Account;Debit;Credit\n"
RECORDS = "GL;7;1;2026-01-05;1000;1.00;0.00\nGL;7;2;2026-01-05;1000;0.00;1.00\n"


def rows_in_force(at: Door) -> int:
    resolve(at.lake, at.log, at.contracts["gl_entry"], at.branch_id)
    manifest = read_manifest(at.lake, "gl_entry", at.branch_id)
    return sum(one.rows for one in manifest.slices.values()) if manifest else 0


@pytest.mark.parametrize(("rule", "what"), [("period", "2026-01"), ("full", "everything sent before")])
def test_a_header_alone_empties_nothing(door: DoorMaker, rule: str, what: str) -> None:
    at = door(ledger_file(rule))
    at.drop("ledger_202601_20260203.csv", HEADER + RECORDS)
    at.night()
    at.drop("ledger_202601_20260210.csv", HEADER)
    (receipt,) = at.night()[0].receipts
    assert receipt.status == "refused"
    assert f"would empty {what}" in str(receipt.refused_reason) and "may_be_empty: true" in str(receipt.refused_reason)
    assert rows_in_force(at) == 2


def test_a_branch_may_say_that_it_is_meant(door: DoorMaker) -> None:
    files = ledger_file().replace("rule: period", "rule: period\n          may_be_empty: true")
    at = door(files)
    at.drop("ledger_202601_20260203.csv", HEADER + RECORDS)
    at.drop("ledger_202601_20260210.csv", HEADER)
    assert [one.receipts[0].status for one in at.night()] == ["accepted", "accepted"]
    assert rows_in_force(at) == 0


def test_nothing_to_append_replaces_nothing(door: DoorMaker) -> None:
    at = door(ledger_file("append"))
    at.drop("ledger_202601_20260203.csv", HEADER)
    assert at.night()[0].receipts[0].status == "accepted"


def test_saying_it_is_not_another_mapping_until_it_is_said(door: DoorMaker) -> None:
    unsaid, said = (
        door(ledger_file().replace("rule: period", f"rule: period\n          may_be_empty: {word}")).branch
        for word in ("false", "true")
    )
    assert unsaid.files[0].datasets["gl_entry"].mapping_version != said.files[0].datasets["gl_entry"].mapping_version
    plain = door(ledger_file()).branch
    assert unsaid.files[0].datasets["gl_entry"].mapping_version == plain.files[0].datasets["gl_entry"].mapping_version
