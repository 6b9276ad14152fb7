"""Golden records of parties and products as tables of schema `lake`.

Not here: how they are found (`pipelines.conformance.golden`), and their golden values (dbt).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

_TEXT, _SHARE = pl.String(), pl.Decimal(5, 4)
_MEMBER: dict[str, pl.DataType] = {
    "kind": _TEXT,
    "branch_id": _TEXT,
    "role": _TEXT,
    "code": _TEXT,
    "golden_id": _TEXT,
    "rule": _TEXT,
    "confidence": _SHARE,
    "identifier_problem": _TEXT,
}
_PAIR: dict[str, pl.DataType] = {
    "kind": _TEXT,
    "branch_a": _TEXT,
    "role_a": _TEXT,
    "code_a": _TEXT,
    "branch_b": _TEXT,
    "role_b": _TEXT,
    "code_b": _TEXT,
    "rule": _TEXT,
    "confidence": _SHARE,
    "decision": _TEXT,
    "reason": _TEXT,
}
_SUPERSEDED: dict[str, pl.DataType] = {
    "kind": _TEXT,
    "golden_id": _TEXT,
    "superseded_by": _TEXT,
    "since": pl.Date(),
}

Frame = Callable[[dict[str, pl.DataType], Sequence[tuple[object, ...]]], pl.DataFrame]


@dataclass(frozen=True)
class GoldenTables:
    """Rows of the three tables, in the order of their columns. `confidence` runs from 0 to 1."""

    members: Sequence[tuple[str, str, str, str, str, str, Decimal, str | None]] = ()
    pairs: Sequence[tuple[str, str, str, str, str, str, str, str, Decimal, str, str]] = ()
    superseded: Sequence[tuple[str, str, str, date]] = ()


def golden_tables(golden: GoldenTables, frame: Frame) -> dict[str, pl.DataFrame]:
    """Tables golden_member (one row a branch's record), golden_pair (a pair), golden_superseded (an id given up)."""
    return {
        "golden_member": frame(_MEMBER, golden.members),
        "golden_pair": frame(_PAIR, golden.pairs),
        "golden_superseded": frame(_SUPERSEDED, golden.superseded),
    }
