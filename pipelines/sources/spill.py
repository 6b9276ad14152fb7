"""Batches of a table on disk, so that a large file does not need its size in memory. Not here: what the rows hold."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.sources.table import ROW


class Spill:
    """Collects frames of the same columns under `scratch`, and gives them back as one lazy frame, in order."""

    def __init__(self, scratch: Path, columns: Sequence[str], integers: Sequence[str] = (ROW,)) -> None:
        self._scratch = scratch
        self._folder: Path | None = None
        self._files: list[Path] = []
        self.schema: dict[str, type[pl.DataType]] = {
            **dict.fromkeys(integers, pl.Int64),
            **dict.fromkeys(columns, pl.String),
        }
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Write one batch."""
        if frame.is_empty():
            return
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(dir=self._scratch))
        file = self._folder / f"{len(self._files):06d}.parquet"
        frame.select(list(self.schema)).write_parquet(file, compression="lz4", statistics=False)
        self._files.append(file)
        self.rows += frame.height

    def frame(self) -> pl.LazyFrame:
        """All batches, lazily."""
        if not self._files:
            return pl.LazyFrame(schema=self.schema)
        return pl.scan_parquet(self._files, glob=False)
