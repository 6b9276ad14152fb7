"""Sets of row positions, as sorted UInt32 series. Not here: what the rows mean."""

from __future__ import annotations

import polars as pl

POSITION = "_position"


def nothing() -> pl.Series:
    """No row."""
    return pl.Series(POSITION, [], dtype=pl.UInt32)


def union(*positions: pl.Series | None) -> pl.Series:
    """Rows that are in any of the sets."""
    present = [p.cast(pl.UInt32).alias(POSITION) for p in positions if p is not None]
    return pl.concat([nothing(), *present]).unique().sort()


def without(positions: pl.Series, others: pl.Series) -> pl.Series:
    """Rows of the first set that are not in the second."""
    return positions if others.is_empty() else positions.filter(~positions.is_in(others.implode()))


def mask(positions: pl.Series, height: int) -> pl.Series:
    """A boolean for each of `height` rows: is it in the set?"""
    return pl.select(pl.int_range(0, height, dtype=pl.UInt32).is_in(positions.implode())).to_series()
