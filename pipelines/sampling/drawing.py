"""Draws a sample: by monetary unit, where large items are the likelier, or every item alike; always by a fixed seed.

The same version, seed and size give the same items on any machine. Monetary-unit sampling: with a fixed interval and a
start within it, an item is drawn for every point of the running total that falls into it, so that an item as large as
the interval is always in (ISA 530, appendix 4, systematic selection). Not here: what the items are (populations).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import duckdb

from pipelines.errors import SampleError
from pipelines.sampling.populations import Population

Method = Literal["monetary", "random"]


@dataclass(frozen=True)
class Item:
    """One item of a population. `amount` in the currency of the books."""

    item_key: str
    item_date: date | None
    party_code: str | None
    amount: Decimal
    currency_code: str
    source_file: str
    source_row: int


@dataclass(frozen=True)
class Drawn:
    """A sample and what it was drawn from. `interval`: of monetary units, None where every item counted alike."""

    items: tuple[Item, ...]
    population_items: int
    population_amount: Decimal  # of absolute amounts
    interval: Decimal | None


@dataclass(frozen=True)
class Wanted:
    """Which sample: of a branch's population in a month (None: all), how many, how and by which seed."""

    branch_id: str
    period: str | None
    size: int
    method: Method
    seed: int


def draw(connection: duckdb.DuckDBPyConnection, population: Population, wanted: Wanted) -> Drawn:
    """The sample. Raises `SampleError` where there is nothing to draw from, or currencies are mixed."""
    if wanted.size < 1:
        raise SampleError(f"A sample of {wanted.size} items cannot be drawn; expected 1 or more.")
    rows = connection.execute(
        f"select * from ({population.items}) where amount <> 0 order by item_key",
        {"branch": wanted.branch_id, "period": wanted.period},
    ).fetchall()
    items = [Item(*row) for row in rows]
    if not items:
        month = f" in {wanted.period}" if wanted.period else ""
        raise SampleError(f"{wanted.branch_id} has no {population.title}{month} in the published version.")
    currencies = sorted({one.currency_code for one in items})
    if wanted.method == "monetary" and len(currencies) > 1:
        raise SampleError(
            f"The books of {wanted.branch_id} are in {' and '.join(currencies)}, which do not add up."
            " Say --method random."
        )
    total = sum((abs(one.amount) for one in items), Decimal(0))
    if wanted.size >= len(items):
        return Drawn(tuple(items), len(items), total, None)
    if wanted.method == "random":
        return Drawn(tuple(_alike(items, wanted)), len(items), total, None)
    interval = total / wanted.size
    return Drawn(tuple(_by_monetary_unit(items, interval, wanted)), len(items), total, interval)


def _alike(items: Sequence[Item], wanted: Wanted) -> list[Item]:
    """The items whose keys hash lowest: adding an item to the population replaces at most one of the sample."""
    chosen = sorted(items, key=lambda one: hashlib.sha256(f"{wanted.seed}|{one.item_key}".encode()).digest())
    return sorted(chosen[: wanted.size], key=lambda one: one.item_key)


def _by_monetary_unit(items: Sequence[Item], interval: Decimal, wanted: Wanted) -> list[Item]:
    # In an order that has nothing to do with amounts or dates, so that a pattern in them meets no point by design.
    mixed = sorted(items, key=lambda one: hashlib.sha256(f"order|{one.item_key}".encode()).digest())
    share = int.from_bytes(hashlib.sha256(f"{wanted.seed}".encode()).digest()[:8], "big")
    point = interval * share / 2**64
    running = Decimal(0)
    chosen = []
    for one in mixed:
        running += abs(one.amount)
        if point < running:
            chosen.append(one)
            while point < running:
                point += interval
    return sorted(chosen, key=lambda one: one.item_key)
