"""What is generated from the contracts is what lies in the repository, and says what the contracts say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.contracts.dictionary import dbt_sources_text, generated
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import PROVENANCE
from pipelines.settings import REPOSITORY

CONTRACTS = load_contracts(REPOSITORY / "data_contracts")


@pytest.mark.parametrize("path", list(generated()))
def test_generated_files_are_current(path: Path) -> None:
    written = (REPOSITORY / path).read_text(encoding="utf-8")
    assert written == generated()[path], "Run `python -m pipelines.contracts.dictionary` and commit what it writes."


def test_dbt_knows_every_column_with_its_type() -> None:
    (source,) = yaml.safe_load(dbt_sources_text(CONTRACTS))["sources"]
    assert (source["name"], source["schema"]) == ("lake", "lake")
    assert "database" not in source
    tables = {table["name"]: table for table in source["tables"]}
    assert set(tables) == set(CONTRACTS)
    ledger = tables["gl_entry"]
    columns = {column["name"]: column["data_type"] for column in ledger["columns"]}
    assert list(columns) == [*CONTRACTS["gl_entry"].names, *PROVENANCE]
    assert columns["debit_amount_functional"] == "DECIMAL(20,4)"
    assert columns["line_number"] == "BIGINT"
    assert columns["is_posted"] == "BOOLEAN"
    assert columns["delivery_date"] == "DATE"
    assert columns["source_row"] == "BIGINT"
    assert ledger["config"]["meta"]["owner"] == "group-accounting"


def test_the_dictionary_shows_meaning_class_and_rules() -> None:
    text = generated()[Path("docs/data-dictionary.md")]
    assert "| `bank_account` | VARCHAR |  | up to 64 characters | personal |" in text
    assert "`balanced` | document | error" in text
    assert "refused whole when more than 20 % of its rows" in text
    assert text.count("AED, AFN, ALL") == 1
