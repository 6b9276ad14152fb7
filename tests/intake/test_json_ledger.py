"""A ledger as an API dumps it, one journal a line: from the landing area to receipts that add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from door import Door

from pipelines.errors import ConfigError
from pipelines.intake.replay import outdated
from pipelines.lake.deliveries import accepted_rows, read_frame

DoorMaker = Callable[[str], Door]

FILES = """
    journals:
      pattern: "journals_\\\\d{8}[.]ndjson"
      layout:
        kind: json
        lines: true
        sections:
          lines:
            record: lines
            columns:
              Journal: ../journal.code
              Document: ../number
              Date: ../date
              Line: line
              Account: account.code
              Amount: amount
      delivery_date: {file_name: "_(\\\\d{8})", format: "%Y%m%d"}
      datasets:
        gl_entry:
          rule: append
          mapping:
            section: lines
            columns:
              ledger: {value: "local"}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: Journal
              document_number: Document
              line_number: Line
              posting_date: Date
              entry_kind: {value: "normal"}
              is_posted: {value: "true"}
              account_code: Account
              functional_currency_code: {value: "GBP"}
            amounts: {shape: signed, amount: Amount}
"""


def journal(number: str, *amounts: str) -> str:
    """One line; amounts as the API writes them, without a float in between."""
    lines = [
        f'{{"line": {at}, "account": {{"code": {4000 + at}}}, "amount": {amount}}}'
        for at, amount in enumerate(amounts, start=1)
    ]
    head = f'"number": "{number}", "date": "2026-01-05", "journal": {{"code": "GL"}}'
    return f'{{{head}, "lines": [{", ".join(lines)}]}}\n'


GOOD = journal("A1", "1200.10", "-1000.05", "-200.05") + journal("A2", "99999999999999.9999", "-99999999999999.9999")


def taken(at: Door) -> Any:
    (one,) = at.night()
    (receipt,) = one.receipts
    return receipt


def test_every_line_is_accounted_for_to_the_cent(door: DoorMaker) -> None:
    at = door(FILES)
    at.drop("journals_20260203.ndjson", GOOD)
    receipt = taken(at)
    assert (receipt.status, receipt.rows.read, receipt.rows.accepted) == ("accepted", 5, 5)
    total = Decimal("1200.10") + Decimal("99999999999999.9999")
    assert receipt.total("accepted").sums["debit_amount_functional", "GBP"] == total
    rows = accepted_rows(at.lake, receipt).collect()
    assert rows.select("source_sheet", "source_row", "document_number", "account_code").rows() == [
        ("lines", 1, "A1", "4001"),
        ("lines", 2, "A1", "4002"),
        ("lines", 3, "A1", "4003"),
        ("lines", 4, "A2", "4001"),
        ("lines", 5, "A2", "4002"),
    ]
    assert outdated(at.log, at.branch) == []


def test_a_line_that_is_no_json_is_quarantined_with_its_number(door: DoorMaker) -> None:
    at = door(FILES)
    broken = journal("A3", "1.00", "-1.00").replace('"date":', '"date"')
    many = "".join(journal(f"B{number}", "1.00", "-1.00") for number in range(50))
    at.drop("journals_20260203.ndjson", GOOD + "\n" + broken + many)
    receipt = taken(at)
    assert (receipt.status, receipt.rows.read, receipt.rows.quarantined) == ("accepted", 106, 1)
    (row,) = read_frame(at.lake, receipt, "quarantine").rows(named=True)
    assert (row["source_sheet"], row["source_row"]) == ("lines", 6)
    assert row["reasons"].startswith("unreadable_row: line 4: this is no JSON")
    assert row["raw"].startswith('{"number": "A3", "date" "2026-01-05"')


def test_a_file_that_was_cut_off_is_refused_whole(door: DoorMaker) -> None:
    at = door(FILES)
    at.drop("journals_20260203.ndjson", GOOD[:-10])
    receipt = taken(at)
    assert receipt.status == "refused"
    assert "journals_20260203.ndjson, line 2: the file ends within this line" in receipt.refused_reason


def test_mistakes_in_the_layout_are_said_with_file_line_and_fix(door: DoorMaker) -> None:
    at = door(FILES.replace("record: lines", "records: lines").replace("section: lines", "section: line"))
    with pytest.raises(ConfigError) as caught:
        _ = at.branch
    assert "defs.yaml:21: unknown key 'records'" in str(caught.value)
    assert "Did you mean 'record'?" in str(caught.value)
    at.files = FILES.replace("section: lines", "section: line")
    with pytest.raises(ConfigError, match="there is no section 'line'; expected one of lines"):
        _ = at.branch


def test_the_example_is_json() -> None:
    assert [len(json.loads(line)["lines"]) for line in GOOD.splitlines()] == [3, 2]
