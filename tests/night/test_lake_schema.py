"""Schema `lake` of the build database: exact amounts, whole reference data, hostile paths."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.contracts.loading import load_contracts
from pipelines.errors import LakeError
from pipelines.lake.manifests import Manifest, Slice
from pipelines.lake.places import Lake
from pipelines.lake.tallies import Tally
from pipelines.night.lake_schema import LakeState, fill_lake_schema
from pipelines.night.lake_state import differing
from pipelines.night.records import HeldBranch

CONTRACTS = load_contracts(Path(__file__).parents[2] / "data_contracts")
LARGE = Decimal("9999999999999999.9999")  # a float would make 10000000000000000 of it


def manifest(lake: Lake, dataset: str, periods: dict[str, dict[str, object]], version: str = "1.0.0") -> Manifest:
    """One row per period; columns that are not given are null."""
    slices = {}
    for period, values in periods.items():
        schema = CONTRACTS[dataset].lake_schema
        if version != CONTRACTS[dataset].version:
            schema.pop("line_text", None)
        said = {"branch_id": "norway", "dataset": dataset, "slice_period": period, **values}
        frame = pl.DataFrame({name: [said.get(name)] for name in schema}, schema=schema)
        path = lake.root / "current" / f"{dataset}-{period}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)
        sums = {("debit_amount_functional", "NOK"): LARGE}
        slices[period] = Slice(path.relative_to(lake.root).as_posix(), f"hash of {period}", Tally(1, sums), {})
    return Manifest(dataset, "norway", version, (), slices, {}, "2026-03-03")


def state(manifests: list[Manifest], touched: set[tuple[str, str, str]]) -> LakeState:
    return LakeState(
        night_id="2026-03-03.1",
        night_date=date(2026, 3, 3),
        started_at=datetime(2026, 3, 3, 1, tzinfo=UTC),
        manifests={(one.dataset, one.branch_id): one for one in manifests},
        deliveries=[],
        touched=frozenset(touched),
        due=[],
        held=[HeldBranch("norway", "held", "2026-03-01.1", "it's out of balance", None)],
    )


def test_touched_slices_of_facts_and_all_of_reference_data(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "o'lake; drop")
    entries = manifest(
        lake,
        "gl_entry",
        {"2026-01": {"debit_amount_functional": Decimal("1.5")}, "2026-02": {"debit_amount_functional": LARGE}},
    )
    rates = manifest(lake, "fx_rate", {"2026-01": {"rate": Decimal("0.0000000001")}, "2026-02": {}})
    build = tmp_path / "build.duckdb"
    fill_lake_schema(build, lake, CONTRACTS, state([entries, rates], {("gl_entry", "norway", "2026-02")}))
    with duckdb.connect(str(build), read_only=True) as connection:
        ask = connection.execute
        assert ask("select slice_period, debit_amount_functional from lake.gl_entry").fetchall() == [("2026-02", LARGE)]
        assert ask("select slice_period, rate from lake.fx_rate order by all").fetchall() == [
            ("2026-01", Decimal("0.0000000001")),
            ("2026-02", None),
        ]
        assert ask("select typeof(debit_amount_functional) from lake.gl_entry").fetchall() == [("DECIMAL(20,4)",)]
        assert ask(
            "select slice_period, row_count, content_hash from lake.slice where dataset = 'gl_entry'"
        ).fetchall() == [
            ("2026-01", 1, "hash of 2026-01"),
            ("2026-02", 1, "hash of 2026-02"),
        ]
        assert ask("select distinct amount, typeof(amount) from lake.slice_sum").fetchall() == [
            (LARGE, "DECIMAL(38,4)")
        ]
        assert ask("select reason, data_night from lake.held_branch").fetchall() == [("it's out of balance", None)]
        # Nothing sent: still a table with the contract's columns, and no row.
        assert ask("select count(*) from lake.payment").fetchall() == [(0,)]
        columns = [name for name, *_ in ask("describe lake.payment").fetchall()]
        assert columns == list(CONTRACTS["payment"].lake_schema)
        assert ask("select count(*) from lake.finding").fetchall() == [(0,)]


def test_slices_of_an_older_contract_stay_readable(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    old = manifest(lake, "gl_entry", {"2026-01": {"debit_amount_functional": Decimal("1.5")}}, version="0.9.0")
    fill_lake_schema(tmp_path / "b.duckdb", lake, CONTRACTS, state([old], {("gl_entry", "norway", "2026-01")}))
    with duckdb.connect(str(tmp_path / "b.duckdb"), read_only=True) as connection:
        found = connection.execute("select debit_amount_functional, line_text from lake.gl_entry").fetchall()
    assert found == [(Decimal("1.5"), None)]


def test_missing_slice_is_an_error_that_names_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    entries = manifest(lake, "gl_entry", {"2026-01": {}})
    (lake.root / entries.slices["2026-01"].file).unlink()
    with pytest.raises(LakeError, match=r"gl_entry-2026-01.parquet: a manifest names this slice but it is missing"):
        fill_lake_schema(tmp_path / "b.duckdb", lake, CONTRACTS, state([entries], {("gl_entry", "norway", "2026-01")}))


def test_differing_slices_are_the_changed_the_new_and_the_vanished() -> None:
    before = {("d", "b", "2026-01"): "1", ("d", "b", "2026-02"): "2", ("d", "b", "2026-03"): "3"}
    after = {("d", "b", "2026-01"): "1", ("d", "b", "2026-02"): "other", ("d", "b", "2026-04"): "4"}
    assert differing(before, after) == {("d", "b", "2026-02"), ("d", "b", "2026-03"), ("d", "b", "2026-04")}
