"""The same rows give the same bytes, however their frame came about."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipelines.lake.parquet import read_rows, scan_rows, write_parquet

ROWS = 300_000  # more than one row group


def rows() -> pl.DataFrame:
    number = pl.int_range(0, ROWS, dtype=pl.Int64, eager=True)
    return pl.DataFrame({"number": number}).with_columns(
        text=pl.format("text {}", pl.col("number") % 5000),
        gaps=pl.when(pl.col("number") % 7 == 0).then(pl.lit("x")),
        amount=(pl.col("number") * 7919 % 99991).cast(pl.Decimal(20, 4)),
        empty=pl.lit(None, pl.String),
        branch_id=pl.lit("germany"),
        slice_period=pl.when(pl.col("number") < 200_000).then(pl.lit("b")).otherwise(pl.lit("a")),
        flag=pl.col("number") % 2 == 0,
    )


def test_chunks_filters_and_joins_leave_no_trace(tmp_path: Path) -> None:
    whole = rows()
    odd = pl.DataFrame({"number": pl.int_range(0, ROWS, 2, eager=True, dtype=pl.Int64)})
    ways = {
        "filtered": whole.filter(~pl.col("flag")),
        "gathered": whole[list(range(1, ROWS, 2))],
        "joined": whole.join(odd, on="number", how="anti", maintain_order="left"),
        "chunked": pl.concat([whole[:70_000], whole[70_000:]], rechunk=False).filter(~pl.col("flag")),
    }
    for name, frame in ways.items():
        write_parquet(frame, tmp_path / name)
    # and once more from disk, sliced out of something larger
    pl.concat([whole[:10], ways["filtered"]]).write_parquet(tmp_path / "larger.parquet", compression="lz4")
    write_parquet(pl.read_parquet(tmp_path / "larger.parquet").slice(10), tmp_path / "sliced")
    contents = {name: (tmp_path / name).read_bytes() for name in (*ways, "sliced")}
    assert {name for name, content in contents.items() if content != contents["filtered"]} == set()
    assert read_rows(tmp_path / "filtered").equals(ways["filtered"])


def test_sql_engines_read_listed_texts_as_text(tmp_path: Path) -> None:
    write_parquet(rows().head(3), tmp_path / "one.parquet")
    write_parquet(rows().tail(3), tmp_path / "two.parquet")
    found = duckdb.sql(
        f"select slice_period, typeof(slice_period) from read_parquet('{tmp_path}/*.parquet') order by 1"
    )
    assert found.fetchall() == [("a", "VARCHAR")] * 3 + [("b", "VARCHAR")] * 3
    both = scan_rows([tmp_path / "one.parquet", tmp_path / "two.parquet"]).collect()
    assert both["slice_period"].to_list() == ["b"] * 3 + ["a"] * 3
    assert both.schema["slice_period"] == pl.String()
