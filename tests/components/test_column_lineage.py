"""Where the columns of a model come from, as Dagster's pages show it: read off the SQL below by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.components import column_lineage
from pipelines.components.column_lineage import Compiled, column_origins

ENTRIES = "select branch, amount, text from build.lake.entry"
RATES = "select currency, rate from build.lake.rate"
TOTALS = """
with entered as (select branch, amount, upper(text) as words from build.staging.entries),
owned as (
    select branch, amount, 'a' as kind from entered
    union all
    select currency, rate, 'b' from build.staging.rates
)
select
    branch,
    sum(amount) over (partition by kind order by branch) as running,
    (select max(rate) from build.staging.rates where currency = branch) as highest,
    1 as one
from owned
where kind <> 'c'
"""
COLUMNS = {
    ("build", "lake", "entry"): {"branch": "VARCHAR", "amount": "DECIMAL(20,4)", "text": "VARCHAR"},
    ("build", "lake", "rate"): {"currency": "VARCHAR", "rate": "DECIMAL(20,10)"},
    ("build", "staging", "entries"): {"branch": "VARCHAR", "amount": "DECIMAL(20,4)", "text": "VARCHAR"},
    ("build", "staging", "rates"): {"currency": "VARCHAR", "rate": "DECIMAL(20,10)"},
}
ENTRY, RATE = "model.m.entries", "model.m.rates"
FOUND = {
    "branch": [(ENTRY, "branch"), (RATE, "currency")],  # both halves of the union
    "running": [(ENTRY, "amount"), (ENTRY, "branch"), (RATE, "currency"), (RATE, "rate")],
    "highest": [(RATE, "rate")],  # what the query within answers with, not what it is filtered by
    "one": [],
}


def test_columns_are_followed_through_unions_windows_and_queries_within(tmp_path: Path) -> None:
    found = column_origins(written(tmp_path, TOTALS))
    assert found["model.m.totals"] == FOUND
    assert found[ENTRY]["amount"] == [("source.m.lake.entry", "amount")]


def test_what_cannot_be_followed_is_left_out(tmp_path: Path) -> None:
    found = column_origins(written(tmp_path, "select nothing from build.staging.absent where ("))
    assert set(found) == {ENTRY, RATE}


def test_a_model_is_followed_again_when_it_or_what_it_reads_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = column_origins(written(tmp_path, TOTALS))
    followed: list[str] = []
    follow = column_lineage._follow
    monkeypatch.setattr(column_lineage, "_follow", lambda key, *rest: (followed.append(key), follow(key, *rest))[1])
    again = column_origins(written(tmp_path, TOTALS))
    assert not followed
    assert {key: set(names) for key, names in again.items()} == {key: set(names) for key, names in before.items()}
    other = TOTALS.replace("1 as one", "2 as two")
    assert "two" in column_origins(written(tmp_path, other))["model.m.totals"]
    wider = {**COLUMNS, ("build", "lake", "rate"): {"currency": "VARCHAR", "rate": "DOUBLE"}}
    column_origins(written(tmp_path, other, wider))
    assert followed == ["model.m.totals", "model.m.rates"]


def written(target: Path, totals: str, columns: Any = COLUMNS) -> Compiled:
    """Three models and two sources as dbt leaves them: a manifest, and compiled files in `target`."""
    models = {
        "entries": ("staging", ENTRIES, ["source.m.lake.entry"]),
        "rates": ("staging", RATES, ["source.m.lake.rate"]),
        "totals": ("marts", totals, [ENTRY, RATE]),
    }
    nodes = {}
    for name, (schema, sql, behind) in models.items():
        file = target / "compiled" / "m" / f"{name}.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sql, encoding="utf-8")
        nodes[f"model.m.{name}"] = {
            "resource_type": "model", "database": "build", "schema": schema, "alias": name, "name": name,
            "package_name": "m", "original_file_path": f"{name}.sql", "raw_code": sql,
            "depends_on": {"nodes": behind, "macros": []},
        }  # fmt: skip
    sources = {
        f"source.m.lake.{name}": {"database": "build", "schema": "lake", "identifier": name, "name": name}
        for name in ("entry", "rate")
    }
    return Compiled({"nodes": nodes, "sources": sources, "macros": {}}, target, columns)
