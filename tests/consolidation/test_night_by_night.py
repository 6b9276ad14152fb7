"""Nights upon nights give the books, the group's balances and the statements that one rebuild from nothing gives.

Groups of the hand-worked cases lie in one lake, and each of them meets another kind of change; the changes come in two
nights. A group that a later night leaves alone still shows what an earlier one made of it. Not here: what the figures
are (`test_group_books`), and facts (`tests/warehouse/test_slices_replaced`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from case_files import all_cases
from case_lake import closes_of, slices_of
from test_group_books import by_hand, write_seeds

CASES = [case for case in all_cases() if case.key[:3] in {"c01", "c03", "c09", "c15", "c16", "c20"}]
LATE = ("gl_entry", "c03_sub", "2025-12")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Any]:
    """A new warehouse by name, all of one lake and one folder of reference tables."""
    before = dict(os.environ)
    module = by_hand()
    for folder in ("seeds", "bench"):
        (tmp_path / folder).mkdir()
    write_seeds(tmp_path / "seeds", CASES)

    def warehouse(name: str) -> Any:
        (tmp_path / name).mkdir()
        return module.Warehouse(tmp_path / name, tmp_path / "bench", tmp_path / "seeds")

    warehouse.lake = module.Lake  # type: ignore[attr-defined]
    yield warehouse
    os.environ.clear()
    os.environ.update(before)


def change(lake: Any, slice_key: tuple[str, str, str], column: str, value: Decimal, **where: Any) -> None:
    """Another value in the rows of a slice that are as `where` says."""
    rows = [dict(row) for row in lake.slices[slice_key]]
    chosen = [row for row in rows if all(row[name] == wanted for name, wanted in where.items())]
    assert chosen
    for row in chosen:
        row[column] = value
    lake.put(*slice_key, rows)


def map_otherwise(seeds: Path) -> None:
    """The income of c01's branch stands elsewhere on the group's chart from now on."""
    file = seeds / "account_map.csv"
    lines = file.read_text().splitlines()
    place = lines[0].split(",").index("group_account_code")
    moved = [line for line in lines if line.startswith("c01_sub,") and line.split(",")[place] == "4000"]
    assert len(moved) == 1
    cells = moved[0].split(",")
    cells[place] = "4100"
    file.write_text("\n".join(",".join(cells) if line == moved[0] else line for line in lines) + "\n")


def everything(warehouse: Any) -> dict[str, list[Any]]:
    tables = warehouse.query(
        "select table_schema || '.' || table_name from information_schema.tables where table_catalog = 'candidate'"
    )
    return {name: warehouse.query(f"select * from {name} order by all") for (name,) in tables}


def told_anew(warehouse: Any) -> tuple[set[str], dict[str, int]]:
    """Branches whose books the last night told anew; units whose statements it wrote, with the first month (0: all)."""
    with duckdb.connect(str(warehouse.bench / "build.duckdb"), read_only=True) as connection:
        books = {row[0] for row in connection.execute("from intermediate.int_book_change").fetchall()}
        units = dict(connection.execute("from intermediate.int_statement_change").fetchall())
    return books, units


def test_nights_upon_nights_equal_one_rebuild(at: Any) -> None:
    nightly, lake = at("nightly"), at.lake()
    for key, rows in slices_of(CASES).items():
        lake.put(*key, rows)
    lake.state.update(closes_of(CASES))
    late = lake.slices.pop(LATE)
    nightly.build(lake)
    assert told_anew(nightly)[0] == {key[1] for key in lake.slices if key[0] == "gl_entry"}

    # A closed period is reopened: no books change, but all statements, since nothing is restated any more.
    lake.state["period_close"] = [{**row, "is_in_force": False} for row in lake.state["period_close"]]
    nightly.build(lake)
    books, units = told_anew(nightly)
    assert books == set()
    assert {unit for unit in units if unit.startswith("c16")} == {"c16_head", "c16_sub", "c16_head:group"}

    lake.put(*LATE, late)  # a new month
    change(
        lake, ("gl_entry", "c15_sub", "2025-01"), "debit_amount_functional", Decimal(310), debit_amount_functional=300
    )
    change(lake, ("ownership", "group", "all"), "ownership_pct", Decimal(60), owned_branch_code="c09_seller")
    change(
        lake, ("fx_rate", "group", "2025-01"), "rate", Decimal("0.042"),
        from_currency_code="CZK", rate_type="closing", rate=Decimal("0.041"),
    )  # fmt: skip
    map_otherwise(nightly.seeds)
    nightly.build(lake)
    books, units = told_anew(nightly)
    assert books == {"c03_sub", "c15_sub", "c01_sub"}
    july = 2025 * 12 + 6  # the month after the last one in which anything had moved
    assert {unit: units.get(unit) for unit in ("c03_sub", "c03_head:group", "c03_head")} == {
        "c03_sub": july,
        "c03_head:group": july,
        "c03_head": july,  # nothing moved in it, but it goes on to the group's last month
    }
    assert not any(unit.startswith("c16") for unit in units)
    assert {"c15_sub", "c09_head:group", "c20_head:group", "c01_sub"} <= set(units)

    incremental = everything(nightly)
    fresh = at("fresh")
    fresh.build(lake, full_refresh=True)
    rebuilt = everything(fresh)
    assert incremental.keys() == rebuilt.keys()
    assert [name for name, rows in rebuilt.items() if incremental[name] != rows] == []
    empty = [
        name for name in rebuilt if name.startswith(("kept.", "finance.rpt_b", "finance.rpt_c")) and not rebuilt[name]
    ]
    assert empty == []
