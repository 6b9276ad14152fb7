"""One lake with every hand-worked case, one night, and the group's books to the cent.

The cases' own arithmetic is checked in `test_cases_by_hand`. Here only: what the warehouse makes of them.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from case_figures import differences
from case_files import Case, all_cases
from case_lake import Row, account_map, closes_of, policies, slices_of, tax_rates

WAREHOUSE_TESTS = Path(__file__).parents[1] / "warehouse" / "conftest.py"
REFERENCE = Path(__file__).parents[2] / "seeds" / "reference"
CASES = all_cases()
READY = [case for case in CASES if not case.waiting]


def by_hand() -> Any:
    """The hand-made lake and warehouse of `tests/warehouse`."""
    spec = importlib.util.spec_from_file_location("hand_made_warehouse", WAREHOUSE_TESTS)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["hand_made_warehouse"] = module
    spec.loader.exec_module(module)
    return module


def write_seeds(folder: Path, cases: list[Case]) -> None:
    """The product's own reference tables; what a group governs itself comes from the cases."""
    governed: dict[str, list[Row]] = {
        "account_map": account_map(cases),
        "branch_tax_rate": tax_rates(cases),
        "consolidation_policy": [{"head_branch_id": "*", "translation_method": "step_by_step"}, *policies(cases)],
        "cost_allocation": [],
        "segment_map": [],
    }
    defaults = {"currency_code": "", "first_month_of_year": 1, "ledger": "local"}
    for reference in sorted(REFERENCE.glob("*.csv")):
        text = reference.read_text()
        if reference.stem not in governed:
            (folder / reference.name).write_text(text)
            continue
        columns = text.splitlines()[0].split(",")
        with (folder / reference.name).open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            for row in governed[reference.stem]:
                writer.writerow({"proposed_by": "maker", "approved_by": "checker", **defaults, **row})


def build(folder: Path, cases: list[Case]) -> Any:
    """One night on one lake that holds all the cases."""
    module = by_hand()
    seeds, bench = folder / "seeds", folder / "bench"
    seeds.mkdir()
    bench.mkdir()
    write_seeds(seeds, cases)
    lake = module.Lake()
    for (dataset, branch, period), rows in slices_of(cases).items():
        lake.put(dataset, branch, period, rows)
    lake.state.update(closes_of(cases))
    warehouse = module.Warehouse(folder, bench, seeds)
    warehouse.build(lake)
    return warehouse


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    before = dict(os.environ)
    yield build(tmp_path_factory.mktemp("group_books"), READY)
    os.environ.clear()
    os.environ.update(before)


# One test for all, so that the lake is built once however the tests are spread over processes.
def test_the_books_are_as_worked_out_by_hand(books: Any, subtests: pytest.Subtests) -> None:
    for case in CASES:
        with subtests.test(case.key):
            if case.waiting:
                pytest.skip(f"{case.title}: {case.waiting}.")
            assert differences(books.query, case) == []
    with subtests.test("every unit and month adds up to zero"):
        off = books.query(
            "select unit_id, scenario, group_period, sum(amount_group) from finance.fct_group_balance"
            " where scenario = 'actual' group by all having sum(amount_group) <> 0 order by all"
        )
        assert off == []
    with subtests.test("what others own is their share of what a branch is worth"):
        off = books.query(
            "select branch_id, subject, expected, actual from audit.audit_nci_share where not passed order by all"
        )
        assert off == []
    with subtests.test("every case has its group"):
        units = {row[0] for row in books.query("select distinct unit_id from finance.fct_group_balance")}
        assert {case.unit_id(f"{case.root}:group") for case in READY} - units == set()
