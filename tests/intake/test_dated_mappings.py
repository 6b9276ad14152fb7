"""A system that renames a column in April: what came before is read as it was, what comes after as it is now."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from door import Door, ledger_file

from pipelines.intake.replay import outdated
from pipelines.intake.taking import take_in
from pipelines.lake.deliveries import accepted_rows, in_effect

OLD = "Journal;Document;Line;Date;Account;Debit;Credit"
NEW = "Journal;Document;Line;Date;Account;Soll;Credit"
DATED = ledger_file().replace(
    "debit_amount_functional: Debit",
    'debit_amount_functional:\n                versions: [{column: Debit}, {column: Soll, valid_from: "2026-04-01"}]',
)


def month(header: str, day: str, amount: str) -> str:
    return f"{header}\nGJ;D{day};1;{day};1000;{amount};0.00\nGJ;D{day};2;{day};2000;0.00;{amount}\n"


def given(at: Door) -> dict[str, tuple[str, str]]:
    """File → fingerprint and mapping version of what it gave."""
    receipts = in_effect(at.lake, at.log, "testing", "gl_entry")
    return {one.source_file: (one.fingerprint, one.mapping_version) for one in receipts}


def test_a_renamed_column_is_mapped_from_its_day_on_and_history_stays_as_it_was(tmp_path: Path) -> None:
    at = Door(tmp_path, ledger_file())
    for name, day in (("01_20260203", "2026-01-31"), ("03_20260331", "2026-03-31")):
        at.drop(f"ledger_2026{name}.csv", month(OLD, day, "10.50"))
    at.night()
    before = given(at)
    assert len(before) == 2

    at.files = DATED
    assert outdated(at.log, at.branch) == []  # nothing of January or March is read again
    at.drop("ledger_202604_20260502.csv", month(NEW, "2026-04-30", "7.25"))
    at.drop("ledger_202602_20260305.csv", month(OLD, "2026-02-28", "3.10"))  # February, two months late
    taken = {one.file.path: one.receipts[0] for one in at.night()}
    assert {one.status for one in taken.values()} == {"accepted"}
    after = given(at)
    assert {name: after[name] for name in before} == before
    january = before["ledger_202601_20260203.csv"][1]
    assert taken["ledger_202602_20260305.csv"].mapping_version == january
    assert taken["ledger_202604_20260502.csv"].mapping_version != january
    sums = {name: accepted_rows(at.lake, one).collect()["debit_amount_functional"].sum() for name, one in taken.items()}
    assert sums == {
        "ledger_202604_20260502.csv": Decimal("7.2500"),
        "ledger_202602_20260305.csv": Decimal("3.1000"),
    }


def test_history_that_is_read_again_is_read_with_the_mapping_of_its_day(tmp_path: Path) -> None:
    at = Door(tmp_path, DATED)
    at.drop("ledger_202601_20260203.csv", month(OLD, "2026-01-31", "10.50"))
    at.drop("ledger_202604_20260502.csv", month(NEW, "2026-04-30", "7.25"))
    assert [one.receipts[0].status for one in at.night()] == ["accepted", "accepted"]
    at.files = DATED.replace('entry_kind: {value: "normal"}', 'entry_kind: {value: "adjustment"}')  # of all days
    again = outdated(at.log, at.branch)
    assert len(again) == 2
    assert [take_in(at.lake, at.log, at.branch, one).receipts[0].status for one in again] == ["accepted", "accepted"]


def test_a_mapping_that_is_changed_for_later_days_alone_reads_only_those_again(tmp_path: Path) -> None:
    at = Door(tmp_path, DATED)
    at.drop("ledger_202601_20260203.csv", month(OLD, "2026-01-31", "10.50"))
    at.drop("ledger_202604_20260502.csv", month("Journal;Document;Line;Date;Account;Betrag;Credit", "2026-04-30", "1"))
    assert [one.receipts[0].status for one in at.night()] == ["accepted", "refused"]
    at.files = DATED.replace("column: Soll", "column: [Soll, Betrag]")
    [again] = outdated(at.log, at.branch)
    assert again.path == "ledger_202604_20260502.csv"
    assert take_in(at.lake, at.log, at.branch, again).receipts[0].status == "accepted"
