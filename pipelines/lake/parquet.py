"""The one way in which the lake writes Parquet, so that the same rows always give the same bytes.

Not here: which rows, and in which order.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

# Small enough that reading a few documents touches little, large enough that the footer stays small.
_ROWS_PER_GROUP = 250_000


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` with fixed settings. One contiguous chunk, since chunk borders would show in the bytes."""
    frame.rechunk().write_parquet(
        path, compression="zstd", compression_level=1, statistics=True, row_group_size=_ROWS_PER_GROUP
    )
