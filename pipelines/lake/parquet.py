"""The one way in which the lake writes Parquet, so that the same rows always give the same bytes; and reading it back.

Not here: which rows, and in which order.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.contracts.model import PROVENANCE

# Small enough that reading a few documents touches little, large enough that the footer stays small.
_ROWS_PER_GROUP = 250_000
_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")
_REPETITIVE = tuple(name for name, dtype in PROVENANCE.items() if dtype == pl.String())


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` with fixed settings. One contiguous chunk, since chunk borders would show in the bytes.

    Texts of the provenance, a few values over millions of rows, are written as a list of values and numbers into it:
    that takes a tenth of the time. SQL engines read them as plain text, `read_rows` gives them back as such.
    Raises `OSError` with the system's number where the engine could not write (it words them in errors of its own).
    """
    try:
        frame.with_columns(_listed(frame)).rechunk().write_parquet(
            path, compression="zstd", compression_level=1, statistics=True, row_group_size=_ROWS_PER_GROUP
        )
    except pl.exceptions.PolarsError as error:
        found = _SYSTEM_ERROR.search(str(error))
        if found is None:
            raise
        raise OSError(int(found[1]), os.strerror(int(found[1])), str(path)) from error


def constant(value: str) -> pl.Expr:
    """The same text in every row, in the form in which it is written."""
    return pl.lit(value, dtype=pl.Enum([value]))


def read_rows(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Rows as they were written, texts as text."""
    rows = pl.read_parquet(path, columns=list(columns) if columns is not None else None, glob=False)
    return rows.with_columns(_as_text(rows.schema))


def scan_rows(paths: Sequence[Path]) -> pl.LazyFrame:
    """All rows of several files, lazily; a frame without columns where there are none."""
    scans = [pl.scan_parquet(path, glob=False) for path in paths]
    texts = [scan.with_columns(_as_text(scan.collect_schema())) for scan in scans]
    return pl.concat(texts) if texts else pl.LazyFrame()


def _listed(frame: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.col(name).cast(pl.Enum(frame[name].unique().drop_nulls().sort()))
        for name in _REPETITIVE
        if name in frame.columns and frame.schema[name] == pl.String()
    ]


def _as_text(schema: pl.Schema) -> list[pl.Expr]:
    return [pl.col(name).cast(pl.String) for name, dtype in schema.items() if isinstance(dtype, pl.Enum)]
