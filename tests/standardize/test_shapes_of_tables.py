"""Wide tables made long, master data repeated on every row, and amounts that stand in one of several shapes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.standardize import Mapping

RATES: dict[str, Any] = {
    "unpivot": {"columns": "[A-Z]{3}", "header": "currency", "value": "rate", "empty_words": "N/A"},
    "dates": {"formats": "%Y-%m-%d"},
    "columns": {
        "transaction_currency_code": "currency",
        "rate": "rate",
        "posting_date": "Date",
        "ledger": {"value": "x"},
    },
}


def test_each_filled_cell_of_a_wide_table_is_a_row(run: Any) -> None:
    done = run(
        {
            "Date": ["2026-01-30", "2026-01-31", "2026-02-01"],
            "USD": ["1.1172", "N/A", None],
            "SEK": ["10.978", "10.99", "N/A"],
            "column 4": [None, None, None],
        },
        RATES,
    )
    frame, problems = done.collect()
    found = frame.select("source_row", "source_part", "transaction_currency_code", "rate").rows()
    # The part is the column's place in the file, so that it stays when another cell is filled.
    assert found == [
        (2, 1, "USD", Decimal("1.1172")),
        (2, 2, "SEK", Decimal("10.978")),
        (3, 2, "SEK", Decimal("10.99")),
    ]
    assert problems.is_empty()
    assert [(row.row, row.count) for row in done.non_data] == [(4, 1)]  # a row without values is listed


def test_a_cell_that_is_no_number_is_a_problem_of_its_own_part(run: Any) -> None:
    frame, problems = run({"Date": ["2026-01-30"], "USD": ["1.1"], "SEK": ["ten"]}, RATES).collect()
    assert frame.height == 2
    assert problems.select("source_row", "source_part", "rule", "value").rows() == [(2, 2, "not_a_number", "ten")]


def test_a_wide_table_without_any_such_column_is_refused_with_its_columns(run: Any) -> None:
    with pytest.raises(SourceError, match=r"no column's name matches .*the file has: Date, Rate"):
        run({"Date": ["2026-01-30"], "Rate": ["1"]}, RATES)


ACCOUNTS: dict[str, Any] = {
    "distinct": True,
    "columns": {"account_code": "Account", "line_text": "Name", "fiscal_year": "Year"},
}


def test_master_data_repeated_on_each_row_is_kept_once_and_counted(run: Any) -> None:
    done = run(
        {
            "Account": ["411", " 411 ", "707", "411", "707", "512"],
            "Name": ["Clients", "Clients", "Ventes", "Clients", "Ventes B", None],
            "Year": ["2026"] * 6,
            "Amount": ["1", "2", "3", "4", "5", "6"],
        },
        ACCOUNTS,
    )
    frame = done.collect()[0]
    # What differs in any mapped field stays: the contract then refuses it as a key with two contents.
    assert frame.select("source_row", "account_code", "line_text").rows() == [
        (2, "411", "Clients"),
        (4, "707", "Ventes"),
        (6, "707", "Ventes B"),
        (7, "512", None),
    ]
    assert [(row.row, row.count) for row in done.out_of_scope] == [(3, 2)]


def test_a_row_that_cannot_be_read_repeats_nothing(run: Any) -> None:
    done = run({"Account": ["411", "411", "411"], "Name": ["a"] * 3, "Year": ["20x6", "20y6", "2026"]}, ACCOUNTS)
    frame, problems = done.collect()
    assert frame.get_column("source_row").to_list() == [2, 3, 4]
    assert problems.get_column("value").to_list() == ["20x6", "20y6"]
    assert done.out_of_scope == ()


def test_distinct_rows_have_no_amounts_or_numbers() -> None:
    with pytest.raises(ValueError, match="distinct is for master data"):
        Mapping.model_validate({**ACCOUNTS, "columns": {"line_number": {"row_number": "file"}}})


SHAPES: dict[str, Any] = {
    "columns": {"account_code": "Account"},
    "numbers": {"decimal_mark": ","},
    "amounts": [
        {"shape": "two_columns", "debit": "Debit", "credit": ["Credit", "Crédit"]},
        {
            "shape": "indicator",
            "amount": "Montant",
            "indicator": "Sens",
            "debit_words": ["D", "+1"],
            "credit_words": ["C", "-1"],
        },
    ],
}


@pytest.mark.parametrize(
    "columns",
    [
        {"Account": ["1", "2"], "Debit": ["12,50", "0,00"], "Crédit": ["0,00", "12,50"]},
        {"Account": ["1", "2"], "Montant": ["12,50", "12,50"], "Sens": ["D", "C"]},
        {"Account": ["1", "2"], "Montant": ["12,50", "12,50"], "Sens": ["+1", "-1"]},
    ],
)
def test_the_first_shape_whose_columns_the_file_has_counts(run: Any, columns: dict[str, list[str | None]]) -> None:
    frame = run(columns, SHAPES).collect()[0]
    assert frame.select("debit_amount_functional", "credit_amount_functional").rows() == [
        (Decimal("12.5"), Decimal(0)),
        (Decimal(0), Decimal("12.5")),
    ]


def test_where_no_shape_fits_the_first_ones_columns_are_missed(run: Any) -> None:
    with pytest.raises(SourceError, match="missing: 'Debit'"):
        run({"Account": ["1"], "Montant": ["1"]}, SHAPES)


def test_of_very_many_rows_left_out_the_receipt_lists_the_first_and_counts_the_rest(run: Any) -> None:
    mapping = {"out_of_scope": [{"name": "statistic", "values": {"K": "S"}}], "columns": {"account_code": "A"}}
    done = run({"A": ["1"] * 3001, "K": ["S"] * 3000 + ["x"]}, mapping)
    assert done.collect()[0].height == 1
    assert len(done.out_of_scope) == 1001
    assert sum(row.count for row in done.out_of_scope) == 3000
