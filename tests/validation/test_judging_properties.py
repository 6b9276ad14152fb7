"""What holds for every delivery, whatever is in it: rows are conserved, documents whole, verdicts free of row order."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.contracts.loading import load_contracts
from pipelines.settings import REPOSITORY
from pipelines.validation.documents import document_ids, repeated_keys
from pipelines.validation.judging import PROBLEMS, Judgement, judge

LEDGER = load_contracts(REPOSITORY / "data_contracts")["gl_entry"]
SCHEMA = {**LEDGER.schema, "source_row": pl.Int64(), "source_part": pl.Int64()}
AMOUNTS = st.sampled_from(["0", "0.0001", "10", "9007199254740993.0001"]).map(Decimal)

LINES = st.lists(
    st.fixed_dictionaries(
        {
            "journal_code": st.sampled_from(["GL", "AR"]),
            "document_number": st.sampled_from(["1", "01", None]),
            "line_number": st.sampled_from([1, 2, None]),
            "account_code": st.sampled_from(["1000", "1000", "1000", None]),
            "functional_currency_code": st.sampled_from(["EUR", "EUR", "EUR", "XYZ"]),
            "debit_amount_functional": AMOUNTS,
            "credit_amount_functional": AMOUNTS,
        }
    ),
    max_size=12,
)
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def frame(lines: list[dict[str, Any]]) -> pl.DataFrame:
    fixed = {
        "ledger": "local", "fiscal_year": 2026, "fiscal_period": 1, "posting_date": date(2026, 1, 31),
        "entry_kind": "normal", "is_posted": True, "source_part": 1,
    }  # fmt: skip
    rows = [{**fixed, **line, "source_row": row} for row, line in enumerate(lines, start=2)]
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA)


def problems(table: pl.DataFrame, unread: set[int]) -> pl.DataFrame:
    places = table.filter(pl.col("source_row").is_in(sorted(unread))).select("source_row", "source_part")
    text = {"rule": "not_a_date", "column": "due_date", "value": "x", "message": "due_date is 'x'"}
    return places.with_columns(pl.lit(value).alias(name) for name, value in text.items()).select(list(PROBLEMS))


def document(row: dict[str, Any]) -> tuple[Any, ...]:
    key = tuple(row[name] for name in LEDGER.document_key)
    return key if None not in key else (*key, row["source_row"])


@FEW
@given(lines=LINES, unread=st.sets(st.integers(2, 13), max_size=2))
def test_rows_are_conserved_and_documents_never_split(lines: list[dict[str, Any]], unread: set[int]) -> None:
    table = frame(lines)
    result = judge(table, problems(table, unread), LEDGER)
    parts = [set(part["source_row"]) for part in (result.accepted, result.refused, result.duplicates)]
    assert sum(map(len, parts)) == table.height
    assert set.union(*parts) == set(table["source_row"])
    rows = {row["source_row"]: row for row in table.iter_rows(named=True)}
    assert not {document(rows[n]) for n in parts[0]} & {document(rows[n]) for n in parts[1]}
    assert parts[1] == set(result.findings.filter(pl.col("severity") == "error")["source_row"].drop_nulls())


@FEW
@given(lines=LINES)
def test_whatever_is_accepted_keeps_the_contract(lines: list[dict[str, Any]]) -> None:
    accepted = judge(frame(lines), pl.DataFrame(schema=PROBLEMS), LEDGER).accepted
    sums: dict[tuple[Any, ...], Decimal] = {}
    keys = set()
    for row in accepted.iter_rows(named=True):
        assert row["account_code"] is not None
        assert row["functional_currency_code"] == "EUR"
        keys.add((document(row), row["line_number"]))
        movement = row["debit_amount_functional"] - row["credit_amount_functional"]
        sums[document(row)] = sums.get(document(row), Decimal(0)) + movement
    assert set(sums.values()) <= {Decimal(0)}
    assert len(keys) == accepted.height


def _told(result: Judgement) -> tuple[Any, ...]:
    place = ["source_row", "source_part"]
    frames = (result.accepted.sort(place), result.refused, result.duplicates, result.findings)
    return (*(table.rows() for table in frames), result.delivery_refused)


@FEW
@given(lines=LINES, seed=st.integers(0, 1000), unread=st.sets(st.integers(2, 13), max_size=2))
def test_the_order_of_rows_does_not_change_the_verdict(
    lines: list[dict[str, Any]], seed: int, unread: set[int]
) -> None:
    table = frame(lines)
    order = list(range(table.height))
    random.Random(seed).shuffle(order)
    found = problems(table, unread)
    assert _told(judge(table, found, LEDGER)) == _told(judge(table[order], found, LEDGER))


@FEW
@given(lines=LINES)
def test_documents_and_repeated_keys_are_those_that_counting_finds(lines: list[dict[str, Any]]) -> None:
    table = frame(lines)
    ids = document_ids(table, LEDGER.document_key).to_list()
    rows = list(table.iter_rows(named=True))
    for one, id_one in zip(rows, ids, strict=True):
        for other, id_other in zip(rows, ids, strict=True):
            assert (id_one == id_other) == (document(one) == document(other))
    keys = [tuple(row[name] for name in LEDGER.primary_key) for row in rows]
    expected = [n for n, key in enumerate(keys) if None not in key and keys.count(key) > 1]
    assert repeated_keys(table, pl.Series(ids, dtype=pl.UInt32), LEDGER).to_list() == expected
