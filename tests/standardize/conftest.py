"""A small ledger contract and text tables, so that each test states only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipelines.contracts.model import Contract, Field, Kind, ServiceLevel
from pipelines.sources.table import TextTable
from pipelines.standardize import Mapping, Standardized, standardize

FIELDS = (
    Field("ledger", Kind.STRING, "", required=True),
    Field("fiscal_year", Kind.INTEGER, "", required=True),
    Field("fiscal_period", Kind.INTEGER, ""),
    Field("document_number", Kind.STRING, "", required=True),
    Field("line_number", Kind.INTEGER, "", required=True),
    Field("posting_date", Kind.DATE, "", required=True),
    Field("is_posted", Kind.BOOLEAN, ""),
    Field("entry_kind", Kind.STRING, "", allowed=("opening", "normal")),
    Field("account_code", Kind.STRING, "", required=True),
    Field("debit_amount_functional", Kind.DECIMAL, "", required=True),
    Field("credit_amount_functional", Kind.DECIMAL, "", required=True),
    Field("functional_currency_code", Kind.STRING, ""),
    Field("transaction_currency_code", Kind.STRING, ""),
    Field("transaction_amount", Kind.DECIMAL, ""),
    Field("tax_code", Kind.STRING, ""),
    Field("party_type", Kind.STRING, ""),
    Field("party_code", Kind.STRING, ""),
    Field("rate", Kind.DECIMAL, "", scale=10),
    Field("line_text", Kind.STRING, ""),
)
LEDGER = Contract(
    dataset="ledger_line",
    version="1.0.0",
    status="active",
    title="Ledger line",
    description="",
    grain="a line",
    owner_team="test",
    fields=FIELDS,
    primary_key=("ledger", "fiscal_year", "document_number", "line_number"),
    document_key=("ledger", "fiscal_year", "document_number"),
    slice_date="posting_date",
    sums=(),
    rules=(),
    references=(),
    service_level=ServiceLevel(5, Decimal("0.2")),
)

Run = Callable[..., Standardized]


def text_table(columns: Dictionary[str, list[str | None]], **metadata: str) -> TextTable:
    """A table whose first data row is row 2, as below a header."""
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    numbered = frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("source_row"))
    said = {"file_name": "lines.csv", **metadata}
    return TextTable("", numbered.lazy(), tuple(columns), frame.height, metadata=said)


@pytest.fixture
def contract() -> Contract:
    return LEDGER


@pytest.fixture
def run() -> Run:
    """Standardize columns of text by a mapping given as YAML would give it."""

    def _run(
        columns: Dictionary[str, list[str | None]], mapping: Dictionary[str, Any], **metadata: str
    ) -> Standardized:
        return standardize(text_table(columns, **metadata), Mapping.model_validate(mapping), LEDGER)

    return _run
