"""Twin declarations kept honest: facts and their docs against the contracts, conserved sums, the reference tables."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import PROVENANCE

REPOSITORY = Path(__file__).resolve().parents[2]
CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
FACTS = [name for name, contract in CONTRACTS.items() if contract.slice_date is not None]


def duckdb_type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return {pl.String: "VARCHAR", pl.Date: "DATE", pl.Int64: "BIGINT", pl.Boolean: "BOOLEAN"}[type(dtype)]


@pytest.mark.parametrize("dataset", FACTS)
def test_fact_holds_every_field_of_its_contract_and_the_provenance(built: Any, dataset: str) -> None:
    found = dict(
        built.query(f"select column_name, data_type from information_schema.columns where table_name = 'fct_{dataset}'")
    )
    schema = {**CONTRACTS[dataset].schema, **PROVENANCE}
    assert found == {name: duckdb_type(dtype) for name, dtype in schema.items()}


def test_every_model_states_grain_owner_and_every_column() -> None:
    models = [
        model
        for path in (REPOSITORY / "dbt_project/models").rglob("_*.yml")
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or [])
    ]
    files = {path.stem for path in (REPOSITORY / "dbt_project/models").rglob("*.sql")}
    assert {model["name"] for model in models} == files
    assert [model["name"] for model in models if not model["description"].startswith("Grain: ")] == []
    published = [model for model in models if model["name"].split("_")[0] not in {"stg", "int"}]
    assert all(
        column.get("description") and column.get("data_type") for model in published for column in model["columns"]
    )


def test_conserved_sums_are_those_of_the_contracts(built: Any) -> None:
    found = built.query("select distinct dataset, measure from ops.fact_slice where measure <> 'rows'")
    # The small lake has no discounts and write-offs; every other measure of every contract is in it.
    empty = {("payment_allocation", f"{kind}_amount_transaction") for kind in ("discount", "write_off")}
    assert set(found) == {(name, measure) for name in FACTS for measure, _ in CONTRACTS[name].sums} - empty


def test_account_map_names_only_accounts_of_the_group_chart() -> None:
    folder = REPOSITORY / "seeds/reference"
    with (folder / "group_account.csv").open(encoding="utf-8", newline="") as file:
        chart = {row["code"] for row in csv.DictReader(file)}
    with (folder / "account_map.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["group_account_code"] for row in rows} <= chart - {"9999"}
    assert all(row["approved_by"] and row["approved_by"] != row["proposed_by"] for row in rows)


def test_reference_tables_are_read_as_text_and_never_written(built: Any) -> None:
    original = (REPOSITORY / "seeds/reference/group_account.csv").read_text(encoding="utf-8")
    assert (built.seeds / "group_account.csv").read_text(encoding="utf-8") == original
    policy = built.query("select hold_over_minor, action from audit.audit_policy where check_name = 'control_total'")
    assert policy == [(None, "warn")]
