"""Columns that only another table holds: found by key, in the right file, and again when that file comes or changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from door import Door

from pipelines.errors import ConfigError
from pipelines.intake.replay import outdated
from pipelines.intake.taking import take_in
from pipelines.lake.deliveries import accepted_rows, current_receipts
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import withdraw

FILES = """
    headers:
      pattern: "headers_\\\\d{6}[.]csv"
      layout: {kind: delimited, delimiter: ";"}
      delivery_date: arrival
      datasets: {}
    lines:
      pattern: "lines_\\\\d{6}[.]csv"
      layout: {kind: delimited, delimiter: ";"}
      delivery_date: arrival
      datasets:
        gl_entry:
          rule: append
          lookups:
            header: {file: headers, match: {Id: Key}, same: "_(\\\\d{6})"}
          mapping:
            columns:
              ledger: {value: "local"}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: {value: "GL"}
              document_number: Id
              line_number: {row_number: document}
              posting_date: header.Date
              entry_kind: {value: "normal"}
              is_posted: {value: "true"}
              account_code: Account
              functional_currency_code: {value: "EUR"}
            amounts: {shape: signed, amount: Amount}
"""
LINES = "Id;Account;Amount\n1;100;5\n1;200;-5\n2;100;7\n2;200;-7\n"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path, FILES)


def ledger(door: Door) -> Receipt:
    return next(one.receipt for one in current_receipts(door.lake, door.log) if one.receipt.dataset == "gl_entry")


def again(door: Door) -> int:
    """Takes in what must be taken in again; how many files that were."""
    files = outdated(door.log, door.branch)
    for file in files:
        take_in(door.lake, door.log, door.branch, file)
    return len(files)


def dates(door: Door) -> list[str]:
    rows = accepted_rows(door.lake, ledger(door)).collect().sort("document_number", "line_number")
    return [str(day) for day in rows["posting_date"]]


def test_a_line_has_the_date_of_its_header_whichever_file_came_first(door: Door) -> None:
    door.drop("lines_202601.csv", LINES)
    door.drop("headers_202601.csv", "Key;Date\n1;2026-01-05\n 2 ;2026-01-06\n")
    door.night()
    assert dates(door) == ["2026-01-05", "2026-01-05", "2026-01-06", "2026-01-06"]
    assert again(door) == 0


def test_without_the_other_file_the_delivery_is_refused_and_taken_in_once_it_came(door: Door) -> None:
    door.drop("lines_202601.csv", LINES)
    door.drop("headers_202512.csv", "Key;Date\n1;2025-12-05\n")  # another month's: not the one
    door.night()
    assert "needs a file headers of this branch" in (ledger(door).refused_reason or "")
    assert ledger(door).rows.quarantined == 4
    door.drop("headers_202601.csv", "Key;Date\n1;2026-01-05\n2;2026-01-06\n")
    door.night()
    assert again(door) == 1
    assert dates(door) == ["2026-01-05", "2026-01-05", "2026-01-06", "2026-01-06"]


def test_a_corrected_or_withdrawn_header_file_changes_the_lines(door: Door) -> None:
    door.drop("headers_202601.csv", "Key;Date\n1;2026-01-05\n2;2026-01-06\n")
    door.drop("lines_202601.csv", LINES)
    door.night()
    door.drop("headers_202601.csv", "Key;Date\n1;2026-01-15\n2;2026-01-16\n")
    door.night()
    assert again(door) == 1
    assert dates(door)[0] == "2026-01-15"
    withdraw(door.log, "testing", "headers_202601.csv", reason="wrong", by="test")
    assert again(door) == 1
    assert dates(door)[0] == "2026-01-05"


def test_a_line_without_a_header_is_refused_by_itself(door: Door) -> None:
    door.drop("headers_202601.csv", "Key;Date\n" + "".join(f"{n};2026-01-05\n" for n in range(1, 20)))
    door.drop("lines_202601.csv", LINES + "".join(f"{n};100;0\n" for n in range(3, 20)) + "99;100;0\n")
    door.night()
    assert ledger(door).rows.quarantined == 1
    assert ledger(door).reasons["required"] >= 1


def test_a_key_with_two_meanings_refuses_the_delivery(door: Door) -> None:
    door.drop("headers_202601.csv", "Key;Date\n1;2026-01-05\n1;2026-01-06\n2;2026-01-06\n")
    door.drop("lines_202601.csv", LINES)
    door.night()
    assert "stands in several rows that say different things" in (ledger(door).refused_reason or "")


def test_the_same_header_twice_says_the_same(door: Door) -> None:
    door.drop("headers_202601.csv", "Key;Date\n1;2026-01-05\n1;2026-01-05\n2;2026-01-06\n")
    door.drop("lines_202601.csv", LINES)
    door.night()
    assert len(dates(door)) == 4


def test_a_column_that_the_lookup_needs_and_the_file_lacks_is_named(door: Door) -> None:
    door.drop("headers_202601.csv", "Nr;Date\n1;2026-01-05\n")
    door.drop("lines_202601.csv", LINES)
    door.night()
    assert "the column 'Key' that a lookup needs is missing" in (ledger(door).refused_reason or "")


def test_a_lookup_in_a_file_that_nobody_declares_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no file 'header'; expected one of headers, lines.* Did you mean 'headers'"):
        _ = Door(tmp_path, FILES.replace("file: headers", "file: header")).branch


def test_a_file_that_nobody_reads_is_a_mistake(tmp_path: Path) -> None:
    unused = FILES.replace("          lookups:\n", "").replace(
        "            header: {file: headers, match: {Id: Key}", "#"
    )
    with pytest.raises(ConfigError, match="the file headers gives no dataset, and no lookup reads it"):
        _ = Door(tmp_path, unused).branch


XML = """
    journal:
      pattern: "journal[.]xml"
      layout:
        kind: xml
        sections:
          Head: {record: Head, columns: {Id: Id, Date: Date}}
          Line: {record: Line, columns: {Id: Id, Account: Account, Amount: Amount}}
      delivery_date: arrival
      datasets:
        gl_entry:
          rule: append
          lookups:
            header: {section: Head, match: {Id: Id}}
"""


def test_a_table_of_the_same_file_is_looked_up_in_too(tmp_path: Path) -> None:
    mapping = FILES[FILES.index("          mapping:") :].replace("mapping:", "mapping:\n            section: Line", 1)
    door = Door(tmp_path, XML + mapping)
    line = "<Line><Id>{}</Id><Account>{}</Account><Amount>{}</Amount></Line>"
    door.drop(
        "journal.xml",
        "<J>" + line.format(1, 100, 5) + line.format(1, 200, -5) + "<Head><Id>1</Id><Date>2026-01-05</Date></Head></J>",
    )
    door.night()
    assert dates(door) == ["2026-01-05", "2026-01-05"]
