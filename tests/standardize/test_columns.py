"""Where values stand: headers, metadata, constants, joined and derived values; and what when they are not there."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from pipelines.contracts.model import Contract
from pipelines.errors import SourceError
from pipelines.sources.table import ROW, TextTable, UnreadableRow
from pipelines.standardize import Mapping, standardize


def first(run: Any, source: Any, field: str = "line_text", **columns: list[str | None]) -> Any:
    """The first row's value of one field."""
    frame, _ = run(columns or {"A": ["1"]}, {"columns": {field: source}}, currency="EUR", start="20250701").collect()
    return frame.item(0, field)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A", "x"),
        (["missing", "B"], "y"),
        ({"value": "local"}, "local"),
        ({"metadata": "currency"}, "EUR"),
        ({"metadata": ["absent", "currency"]}, "EUR"),
        ({"first_of": ["empty", "B"]}, "y"),
        ({"first_of": [{"column": "absent", "optional": True}, {"value": "z"}]}, "z"),
        ({"joined": ["A", "empty", "B"], "separator": "-"}, "x-y"),
        ({"column": "code", "pattern": r"^(\d+) -"}, "12"),
        ({"column": "A", "values": {"x": "one"}}, "one"),
        ({"column": "A", "values": {"q": "one"}, "otherwise": "other"}, "other"),
        ({"column": "A", "values": {"q": "one"}, "keep_unlisted": True}, "x"),
        ({"column": "empty", "when_empty": "none"}, "none"),
        ({"column": "na", "empty_words": ["n/a", "-"]}, None),
        ({"column": "zeros", "strip_leading_zeros": True}, "70"),
        ("zeros", "0070"),
        ({"row_number": "file"}, "2"),
        ({"metadata": "file_name", "pattern": r"^(\w+)\."}, "lines"),
    ],
)
def test_every_origin_gives_its_text(run: Any, source: Any, expected: str | None) -> None:
    columns: dict[str, list[str | None]] = {
        "A": ["x"],
        "B": [" \u00a0y\u202f "],
        "empty": ["  "],
        "code": ["12 - Assets"],
        "na": ["n/a"],
        "zeros": ["0070"],
    }
    assert first(run, source, **columns) == expected


def test_headers_may_differ_in_capitals_and_blanks(run: Any) -> None:
    assert first(run, "Account No.", **{" account\u00a0 no.": ["1200"]}) == "1200"


def test_two_headers_that_differ_only_so_are_not_guessed(run: Any) -> None:
    with pytest.raises(SourceError, match="'KONTO'"):
        first(run, "KONTO", Konto=["1"], konto=["2"])


def test_a_missing_column_names_both_lists_and_the_nearest(run: Any) -> None:
    mapping = {
        "columns": {"line_text": "Buchungstxt", "account_code": "Konto", "document_number": ["Beleg", "Belegnr"]}
    }
    with pytest.raises(SourceError) as caught:
        run({"Buchungstext": ["a"], "Konto": ["1"]}, mapping)
    sentence = str(caught.value)
    assert "'Buchungstxt' (nearest: 'Buchungstext')" in sentence
    assert "'Beleg' or 'Belegnr'" in sentence  # every missing column at once
    assert "The file has: Buchungstext, Konto." in sentence
    assert "The mapping found: Konto." in sentence


def test_missing_metadata_names_what_the_file_says(run: Any) -> None:
    with pytest.raises(SourceError, match=r"'curency'.*the file says currency, file_name, start"):
        first(run, {"metadata": "curency"})


def test_columns_that_nobody_mapped_are_named(run: Any) -> None:
    columns = {"A": ["1"], "B": ["2"], "C": ["3"]}
    mapping: dict[str, Any] = {"columns": {"line_text": "B"}}
    assert run(columns, mapping).extra_columns == ("A", "C")
    assert run(columns, {**mapping, "unmapped": ["C"]}).extra_columns == ("A",)


def test_a_code_without_a_standard_value_is_a_problem(run: Any) -> None:
    mapping = {"columns": {"entry_kind": {"column": "Art", "values": {"EB": "opening", "N": "normal"}}}}
    frame, problems = run({"Art": ["EB", "??", None]}, mapping).collect()
    assert frame.get_column("entry_kind").to_list() == ["opening", None, None]
    assert problems.select("source_row", "rule", "column", "value").rows() == [(3, "unknown_value", "entry_kind", "??")]
    assert "known are EB, N" in problems.item(0, "message")


def test_yes_and_no_are_words(run: Any) -> None:
    mapping = {
        "columns": {"is_posted": {"column": "P", "booleans": {"true_words": ["Ja", "X"], "false_words": "Nein"}}}
    }
    frame, problems = run({"P": ["ja", "X", "NEIN", "vielleicht", None]}, mapping).collect()
    assert frame.get_column("is_posted").to_list() == [True, True, False, None, None]
    assert problems.get_column("rule").to_list() == ["not_a_boolean"]


def test_whole_numbers_are_whole(run: Any) -> None:
    frame, problems = run({"N": ["007", "3.0", "1.5", "-2", "x"]}, {"columns": {"line_number": "N"}}).collect()
    assert frame.get_column("line_number").to_list() == [7, 3, None, -2, None]
    assert problems.get_column("rule").to_list() == ["not_an_integer"] * 2


@pytest.mark.parametrize(
    ("derivation", "calendar", "expected"),
    [
        ("year_of", {"first_month": 1}, 2026),
        ("month_of", {"first_month": 1}, 2),
        ("fiscal_year_of", {"first_month": 7}, 2025),
        ("fiscal_year_of", {"first_month": 7, "named_after": "end"}, 2026),
        ("fiscal_year_of", {"first_month": 1, "named_after": "end"}, 2026),
        ("fiscal_period_of", {"first_month": 7}, 8),  # July is 1, February 8
        ("fiscal_period_of", {"start": "start"}, 8),
    ],
)
def test_years_and_periods_follow_from_the_date(run: Any, derivation: str, calendar: Any, expected: int) -> None:
    columns = {"posting_date": "D", "fiscal_period": {"derive": derivation, "from": "posting_date"}}
    mapping = {"columns": columns, "dates": {"formats": "%Y-%m-%d"}, "fiscal_calendar": calendar}
    frame, _ = run({"D": ["2026-02-28"]}, mapping, start="20250701").collect()
    assert frame.item(0, "fiscal_period") == expected


def test_a_period_ends_with_its_month(run: Any) -> None:
    columns = {
        "fiscal_year": "Y",
        "fiscal_period": "P",
        "posting_date": {"derive": "month_end_of", "from": ["fiscal_year", "fiscal_period"]},
    }
    frame, _ = run({"Y": ["2024", "2026", "2026"], "P": ["2", "12", "13"]}, {"columns": columns}).collect()
    assert frame.get_column("posting_date").to_list() == [date(2024, 2, 29), date(2026, 12, 31), date(2026, 12, 31)]


def test_lines_are_counted_within_their_document(run: Any) -> None:
    columns = {"ledger": {"value": "local"}, "document_number": "D", "line_number": {"row_number": "document"}}
    frame, _ = run({"D": ["a", "b", "a", "a", "b"]}, {"columns": columns}).collect()
    assert frame.sort("source_row").get_column("line_number").to_list() == [1, 1, 2, 3, 2]


def test_rows_are_left_out_by_rule_and_listed(run: Any) -> None:
    mapping = {
        "columns": {"line_text": "T"},
        "non_data": [
            {"name": "total", "empty": "T", "filled": "N"},
            {"name": "repeated", "repeats": ["D", "L"], "zero": "N"},
        ],
        "out_of_scope": [{"name": "budget", "values": {"K": ["BUDGET"]}}],
    }
    columns: dict[str, list[str | None]] = {
        "D": ["1", "1", "1", None, "2"],
        "L": ["1", "1", "2", None, "1"],
        "N": ["10", "0.00", "0", "10", "5"],
        "K": ["ACT", "ACT", "ACT", None, "BUDGET"],
        "T": ["a", "b", "c", None, "e"],
    }
    done = run(columns, mapping)
    assert done.collect()[0].get_column("line_text").to_list() == ["a", "c"]
    assert [(row.row, row.kind) for row in done.non_data] == [(3, "repeated"), (5, "total")]
    assert [(row.row, row.kind, row.text) for row in done.out_of_scope] == [(6, "budget", "2; 1; 5; BUDGET; e")]


def test_a_source_has_one_origin() -> None:
    with pytest.raises(ValidationError, match="found column and value; expected exactly one"):
        Mapping.model_validate({"columns": {"line_text": {"column": "A", "value": "b"}}})


def test_nothing_failing_costs_no_second_pass(run: Any) -> None:
    done = run({"T": ["a"]}, {"columns": {"line_text": "T"}})
    _, problems = done.collect()
    assert problems.height == 0
    assert problems.columns == ["source_row", "source_part", "rule", "column", "value", "message"]


def test_metadata_that_cannot_be_read_is_a_problem_of_every_row(run: Any) -> None:
    columns = {"line_text": "T", "posting_date": {"metadata": "ended"}}
    mapping = {"columns": columns, "dates": {"formats": "%Y-%m-%d"}}
    frame, problems = run({"T": ["a", "b"]}, mapping, ended="2026-02-30").collect()
    assert frame.get_column("posting_date").to_list() == [None, None]
    assert problems.select("source_row", "rule", "value").rows() == [
        (row, "not_a_date", "2026-02-30") for row in (2, 3)
    ]


def test_a_table_without_rows_has_its_columns_all_the_same(run: Any) -> None:
    columns = {"line_text": "T", "line_number": {"row_number": "document"}, "posting_date": {"metadata": "ended"}}
    mapping = {"columns": columns, "dates": {"formats": "%Y-%m-%d"}}
    frame, problems = run({"T": []}, mapping, ended="2026-02-28").collect()
    assert (frame.height, problems.height) == (0, 0)
    assert {"line_text", "posting_date", "source_row", "source_part"} <= set(frame.columns)


def test_an_empty_cell_repeats_the_one_above_where_it_is_said(run: Any) -> None:
    """A report prints the account as a heading above its lines, the number once a document, and totals between."""
    report = {
        "A": ["Account: 1000 Cash", "J1", None, "Total", "Account: 2000 Sales", "J1", " ", "Total"],
        "B": [None, "5", "6", "11", None, "-5", "-6", "-11"],
    }
    mapping = {
        "non_data": [
            {"name": "heading", "matches": {"A": "^Account:"}},
            {"name": "total", "values": {"A": "Total"}},
        ],
        "columns": {
            "account_code": {"column": "A", "carried": True, "pattern": r"^Account: (\d+)"},
            "document_number": {"column": "A", "carried": True, "pattern": r"^(J\d+)$"},
            "line_text": "A",
        },
        "amounts": {"shape": "signed", "amount": "B"},
    }
    frame, problems = run(report, mapping).collect()
    assert problems.is_empty()
    assert frame.select("source_row", "account_code", "document_number", "line_text").rows() == [
        (3, "1000", "J1", "J1"),
        (4, "1000", "J1", None),
        (7, "2000", "J1", "J1"),
        (8, "2000", "J1", None),
    ]


def test_nothing_is_carried_from_above_the_first_or_across_a_row_that_could_not_be_read(contract: Contract) -> None:
    """The unreadable row may have begun another document; its lines must not fall to the one before."""
    frame = pl.LazyFrame({ROW: [2, 3, 5, 6, 7], "No": [None, "J1", None, "J3", None]}, schema_overrides={ROW: pl.Int64})
    table = TextTable("", frame, ("No",), 5, unreadable=(UnreadableRow(4, "broken", "J2;x"),))
    mapping = Mapping.model_validate({"columns": {"document_number": {"column": "No", "carried": True}}})
    found, _ = standardize(table, mapping, contract).collect()
    assert found["document_number"].to_list() == [None, "J1", None, "J3", "J3"]


def test_only_a_column_can_be_carried() -> None:
    with pytest.raises(ValueError, match="carried repeats the cell of a column"):
        Mapping.model_validate({"columns": {"document_number": {"value": "x", "carried": True}}})
