"""Plausibility against the last published night."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.audit.plausibility import FACT_ROWS, PAST_SALES, compare_with_base


def warehouse(path: Path, ledger_rows: int, january: str, february: str) -> Path:
    """A file with just what plausibility looks at: one branch, two months."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core; create schema performance")
        connection.execute(f"create table core.fct_gl_entry as select 'norway' as branch_id from range({ledger_rows})")
        connection.execute(
            "create table core.fct_gl_balance as select * from (values ('norway', 2026, 1, '2026-01'), "
            "('norway', 2026, 2, '2026-02')) as t(branch_id, fiscal_year, fiscal_period, slice_period)"
        )
        connection.execute(
            "create table performance.kpi_monthly as select branch_id, 2026 as fiscal_year, fiscal_period, "
            "'NOK' as functional_currency_code, cast(sales as decimal(20, 4)) as sales_amount_functional "
            f"from (values ('norway', 1, '{january}'), ('norway', 2, '{february}')) "
            "as t(branch_id, fiscal_period, sales)"
        )
    return path


def failed(before: Path, after: Path, **how: object) -> list[tuple[str, str, int | None]]:
    arguments: dict[str, object] = {"explained": set(), "all_explained": False, **how}
    rows = compare_with_base(after, before, **arguments)  # type: ignore[arg-type]
    return [(row.check_name, row.subject, row.difference_minor) for row in rows if not row.passed]


def test_first_night_has_nothing_to_compare(tmp_path: Path) -> None:
    after = warehouse(tmp_path / "after.duckdb", 100, "10", "20")
    assert compare_with_base(after, None, explained=set(), all_explained=False) == []


def test_unchanged_night_is_plausible(tmp_path: Path) -> None:
    before = warehouse(tmp_path / "before.duckdb", 100, "10", "20")
    assert failed(before, warehouse(tmp_path / "after.duckdb", 100, "10", "20")) == []


def test_a_fifth_may_go_and_no_more(tmp_path: Path) -> None:
    before = warehouse(tmp_path / "before.duckdb", 100, "10", "20")
    assert failed(before, warehouse(tmp_path / "a.duckdb", 80, "10", "20")) == []
    assert failed(before, warehouse(tmp_path / "b.duckdb", 79, "10", "20")) == [(FACT_ROWS, "fct_gl_entry", -1)]


def test_past_sales_may_change_only_where_a_delivery_explains_it(tmp_path: Path) -> None:
    before = warehouse(tmp_path / "before.duckdb", 100, "10.00", "20.00")
    after = warehouse(tmp_path / "after.duckdb", 100, "12.50", "20.00")
    found = [(PAST_SALES, "sales of 2026-01", 250)]
    assert failed(before, after) == found
    assert failed(before, after, explained={("norway", "2026-02"), ("germany", "2026-01")}) == found
    assert failed(before, after, explained={("norway", "2026-01")}) == []
    assert failed(before, after, all_explained=True) == []
