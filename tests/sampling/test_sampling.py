"""Samples: one seed draws the same items, large ones are always in, sheets hold what belongs to an item."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import SampleError
from pipelines.sampling.drawing import Wanted, draw
from pipelines.sampling.evidence import write_evidence
from pipelines.sampling.populations import POPULATIONS, Population

PLAIN = Population(
    "things",
    "select item_key, null::date as item_date, null::varchar as party_code, amount, currency_code, 'f.csv' as"
    " source_file, 1 as source_row from thing where $branch = 'a' and ($period is null or month = $period)",
    (),
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as one:
        yield one


def things(connection: duckdb.DuckDBPyConnection, amounts: list[str], currency: str = "EUR") -> None:
    connection.execute(
        "create or replace table thing (item_key varchar, amount decimal(20,4), currency_code varchar, month varchar)"
    )
    for number, amount in enumerate(amounts):
        connection.execute(
            "insert into thing values (?, ?, ?, '2026-03')", [f"k{number:03d}", Decimal(amount), currency]
        )


@given(st.lists(st.integers(1, 10**6), min_size=6, max_size=40), st.integers(1, 5), st.integers(0, 10**9))
def test_every_monetary_unit_has_its_chance_and_no_item_is_drawn_twice(
    amounts: list[int], size: int, seed: int
) -> None:
    """An item as large as the interval is certain; the sample is never larger than asked."""
    with duckdb.connect() as connection:
        things(connection, [f"{one}.00" for one in amounts])
        wanted = Wanted("a", None, size, "monetary", seed)
        drawn = draw(connection, PLAIN, wanted)
        assert drawn.interval == Decimal(sum(amounts)) / size
        keys = [one.item_key for one in drawn.items]
        assert len(set(keys)) == len(keys) <= size
        certain = {f"k{n:03d}" for n, amount in enumerate(amounts) if Decimal(amount) >= drawn.interval}
        assert certain <= set(keys)
        assert draw(connection, PLAIN, wanted) == drawn


def test_points_at_even_distance_hit_as_many_items_as_asked(connection: duckdb.DuckDBPyConnection) -> None:
    """100 items of 10.00, 20 asked: the interval is 50.00, of which each item covers a fifth. 20 different items."""
    things(connection, ["10.00"] * 100)
    drawn = draw(connection, PLAIN, Wanted("a", "2026-03", 20, "monetary", 7))
    assert (len(drawn.items), drawn.interval, drawn.population_amount) == (20, Decimal("50"), Decimal("1000"))
    other = draw(connection, PLAIN, Wanted("a", "2026-03", 20, "monetary", 8))
    assert other.items != drawn.items


def test_credit_notes_count_by_their_size_and_nothing_is_drawn_of_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    things(connection, ["-900.00", "0.00", *["1.00"] * 50])
    drawn = draw(connection, PLAIN, Wanted("a", None, 2, "monetary", 1))
    assert "k000" in {one.item_key for one in drawn.items}
    assert drawn.population_items == 51


def test_a_small_population_is_taken_whole(connection: duckdb.DuckDBPyConnection) -> None:
    things(connection, ["1.00", "2.00"])
    drawn = draw(connection, PLAIN, Wanted("a", None, 25, "monetary", 1))
    assert [one.item_key for one in drawn.items] == ["k000", "k001"]


def test_an_item_more_changes_a_random_sample_by_one_at_most(connection: duckdb.DuckDBPyConnection) -> None:
    things(connection, ["1.00"] * 60)
    wanted = Wanted("a", None, 10, "random", 3)
    before = {one.item_key for one in draw(connection, PLAIN, wanted).items}
    things(connection, ["1.00"] * 61)
    after = {one.item_key for one in draw(connection, PLAIN, wanted).items}
    assert len(before) == 10
    assert len(before - after) <= 1


def test_what_cannot_be_drawn_is_a_sentence(connection: duckdb.DuckDBPyConnection) -> None:
    things(connection, ["1.00", "2.00", "3.00"])
    with pytest.raises(SampleError, match="A sample of 0 items"):
        draw(connection, PLAIN, Wanted("a", None, 0, "monetary", 1))
    with pytest.raises(SampleError, match="a has no things in 2026-04"):
        draw(connection, PLAIN, Wanted("a", "2026-04", 1, "monetary", 1))
    connection.execute("update thing set currency_code = 'USD' where item_key = 'k001'")
    with pytest.raises(SampleError, match="EUR and USD, which do not add up"):
        draw(connection, PLAIN, Wanted("a", None, 1, "monetary", 1))


def test_the_sheet_of_an_invoice_holds_its_lines_its_journal_and_its_payments(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(
        """
        create schema core;
        create table core.fct_sales_invoice as select 'a' as branch_id, 'I=1' as invoice_number,
            date '2026-03-05' as invoice_date, 'C1' as customer_code, 119.00::decimal(20,4) as gross_amount_functional,
            'EUR' as functional_currency_code, 'sales.csv' as source_file, 7 as source_row;
        create table core.fct_sales_invoice_line as select 'a' as branch_id, 'I=1' as invoice_number,
            1 as line_number, '=P' as product_code, 'x' as product_name, 2.5::decimal(20,6) as quantity,
            'kg' as unit_code, 40::decimal(20,4) as unit_price, 100::decimal(20,4) as net_amount_transaction,
            19::decimal(20,4) as tax_amount_transaction, 'EUR' as currency_code, 'S19' as tax_code,
            '4400' as account_code, 'lines.csv' as source_file, 8 as source_row;
        create table core.fct_gl_entry as select 'a' as branch_id, 2026 as fiscal_year, 'J' as journal_code,
            'D1' as document_number, 1 as line_number, date '2026-03-05' as posting_date, '1400' as account_code,
            119::decimal(20,4) as debit_amount_functional, 0::decimal(20,4) as credit_amount_functional,
            'EUR' as functional_currency_code, 'sold' as line_text, 'I=1' as source_document,
            'ledger.txt' as source_file, 9 as source_row;
        create table core.fct_payment_allocation as select 'a' as branch_id, 'P1' as payment_number,
            date '2026-03-20' as payment_date, 119::decimal(20,4) as allocated_amount_transaction,
            'EUR' as currency_code, 'pay.csv' as source_file, 10 as source_row, 'X' as document_number;
        """
    )
    wanted = Wanted("a", "2026-03", 5, "monetary", 1)
    drawn = draw(connection, POPULATIONS["sales_invoice"], wanted)
    path = tmp_path / "s.xlsx"
    write_evidence(path, connection, POPULATIONS["sales_invoice"], wanted, drawn)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["sample", "item 1"]
    cells = {str(cell.value): cell for row in book["item 1"] for cell in row if cell.value is not None}
    for shown in ("lines.csv", "ledger.txt", "Payments that settle it", "none", "119", "=P"):
        assert shown in cells, shown
    assert cells["=P"].data_type == "s"
    assert "pay.csv" not in cells  # of another document
    listed = [cell.value for cell in book["sample"][6]][:8]
    assert listed == ["item 1", "I=1", "2026-03-05", "C1", 119, "EUR", "sales.csv", "7"]
