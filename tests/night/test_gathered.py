"""Findings of all deliveries in one table: every file is opened once, and only deliveries asked for are shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import duckdb
import polars as pl

from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.night.gathered import Gathered, create_gathered

COLUMNS = {"delivery_id": ("delivery_id", "VARCHAR"), "rule": ("rule_name", "VARCHAR")}
WHAT = Gathered("shown", "findings", COLUMNS)


@dataclass(frozen=True)
class Named:
    """All that is asked of a receipt."""

    delivery_id: str
    fingerprint: str


def deliver(lake: Lake, day: str, fingerprint: str, *rules: str) -> Named:
    """A delivery with one finding for each rule."""
    one = Named(f"north/gl_entry/{day}_000001", fingerprint)
    folder = lake.delivery(one.delivery_id, one.fingerprint)
    folder.mkdir(parents=True)
    rows = [(one.delivery_id, rule, "more") for rule in rules]
    schema = {"delivery_id": pl.String, "rule": pl.String, "message": pl.String}
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / "findings.parquet")
    return one


def shown(lake: Lake, *deliveries: Named) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        create_gathered(connection, lake, cast(list[Receipt], list(deliveries)), WHAT)
        return connection.execute("select delivery_id[-17:-8], rule_name from shown order by all").fetchall()


def test_only_new_deliveries_are_opened(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "o'lake; drop")
    first = deliver(lake, "2026-02-03", "a" * 64, "balanced", "key")
    assert [rule for _, rule in shown(lake, first)] == ["balanced", "key"]
    (lake.delivery(first.delivery_id, first.fingerprint) / "findings.parquet").unlink()
    second = deliver(lake, "2026-03-03", "b" * 64, "late")
    assert [rule for _, rule in shown(lake, first, second)] == ["balanced", "key", "late"]
    assert [rule for _, rule in shown(lake, second)] == ["late"]


def test_the_revision_asked_for_is_the_one_shown(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    before = deliver(lake, "2026-02-03", "a" * 64, "key")
    after = deliver(lake, "2026-02-03", "b" * 64, "key", "late")
    assert [rule for _, rule in shown(lake, before)] == ["key"]
    assert [rule for _, rule in shown(lake, after)] == ["key", "late"]
    assert [rule for _, rule in shown(lake, before)] == ["key"]


def test_without_deliveries_the_table_is_there_and_empty(tmp_path: Path) -> None:
    assert shown(Lake(tmp_path)) == []


def test_a_damaged_cache_is_gathered_anew(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    one = deliver(lake, "2026-02-03", "a" * 64, "key")
    shown(lake, one)
    (cache,) = (lake.root / "index").glob("findings_*.duckdb")
    cache.write_bytes(b"not a database at all, and long enough to be looked at" * 100)
    assert [rule for _, rule in shown(lake, one)] == ["key"]
