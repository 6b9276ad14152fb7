"""Batches of a table on disk, so that a large file does not need its size in memory. Not here: what the rows hold."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.sources.table import ROW

_BATCH = 20_000  # rows
_BATCH_CHARS = 1 << 26


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


class Collector:
    """Rows of text on their way to disk, beside whole numbers that tell where they belong."""

    def __init__(self, scratch: Path, columns: tuple[str, ...], integers: tuple[str, ...] = (ROW,)) -> None:
        self.spill = Spill(scratch, columns, integers)
        self._integers, self._columns = integers, columns
        self._numbers: list[tuple[int, ...]] = []
        self._values: list[list[str | None]] = []
        self._chars = 0

    def add(self, numbers: tuple[int, ...], values: list[str | None]) -> None:
        """Keep one row."""
        self._numbers.append(numbers)
        self._values.append(values)
        self._chars += sum(map(len, filter(None, values)))
        if len(self._values) >= _BATCH or self._chars >= _BATCH_CHARS:
            self.flush()

    def flush(self) -> None:
        """Write what was kept so far."""
        if not self._values:
            return
        numbers = pl.DataFrame(self._numbers, schema=dict.fromkeys(self._integers, pl.Int64), orient="row")
        values = pl.DataFrame(
            [
                pl.Series(name, cells, dtype=pl.String)
                for name, cells in zip(self._columns, zip(*self._values, strict=True), strict=True)
            ]
        )
        self.spill.add(pl.concat([numbers, values], how="horizontal"))
        self._numbers, self._values, self._chars = [], [], 0
