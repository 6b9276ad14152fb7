"""The one way in which the lake writes Parquet, so that the same rows always give the same bytes.

Not here: which rows, and in which order.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import polars as pl

# Small enough that reading a few documents touches little, large enough that the footer stays small.
_ROWS_PER_GROUP = 250_000
_SYSTEM_ERROR = re.compile(r"\(os error (\d+)\)")


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write `frame` with fixed settings. One contiguous chunk, since chunk borders would show in the bytes.

    Raises `OSError` with the system's number where the engine could not write (it words them in errors of its own).
    """
    try:
        frame.rechunk().write_parquet(
            path, compression="zstd", compression_level=1, statistics=True, row_group_size=_ROWS_PER_GROUP
        )
    except pl.exceptions.PolarsError as error:
        found = _SYSTEM_ERROR.search(str(error))
        if found is None:
            raise
        raise OSError(int(found[1]), os.strerror(int(found[1])), str(path)) from error
