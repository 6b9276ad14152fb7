"""Columns that are worked out on the way, each once: what is kept becomes a column for all that build on it.

Polars repeats a subexpression wherever it stands, which takes ten times the time with millions of rows. Not here: what
any column means.
"""

from __future__ import annotations

import polars as pl


class Steps:
    """Collects intermediate columns in levels; a level builds only on the source's columns and on levels before it."""

    def __init__(self) -> None:
        self._levels: list[list[pl.Expr]] = []
        self._level_of: dict[str, int] = {}

    def keep(self, expression: pl.Expr, name: str | None = None) -> pl.Expr:
        """Add a column and return the expression that reads it; what already is a column or a constant stays so."""
        roots = expression.meta.root_names()
        if name is None and (not roots or expression.meta.is_column()):
            return expression
        own = name or f"@{len(self._level_of)}"
        level = max((self._level_of.get(root, -1) for root in roots), default=-1) + 1
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(expression.alias(own))
        self._level_of[own] = level
        return pl.col(own)

    def applied(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with every kept column."""
        for level in self._levels:
            frame = frame.with_columns(level)
        return frame
