"""What is in force: the fold of deliveries over slices, as pure functions on receipts, tallies and document keys.

A delivery replaces by its rule: `full` everything earlier, `period` the slices of its periods, `append` the documents
that it brings again, in whatever slice they stood. Not here: writing slices (resolving), order of deliveries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines.lake.parquet import read_rows
from pipelines.lake.receipts import Receipt
from pipelines.lake.tallies import Tally, tallies_by, total

# Reads from a slice's file: the document key, the summed columns and `delivery_id`, for all its rows.
ReadKeys = Callable[[Path], pl.DataFrame]


@dataclass(frozen=True)
class Grain:
    """At what grain deliveries meet: the document key, the sums to keep count of, and how to read both from a file."""

    document_key: Sequence[str]
    sums: Sequence[tuple[str, str]]
    read_keys: ReadKeys


@dataclass(frozen=True)
class Chunk:
    """Rows of one file that stand in a slice, in the file's order.

    `parts`: delivery → what of it stands here. `without`: document keys whose rows no longer do; None when the whole
    file stands.
    """

    file: Path
    parts: Mapping[str, Tally]
    without: pl.DataFrame | None = None


@dataclass(frozen=True)
class Folded:
    """Per period the chunks that make its slice, oldest first; and what the new deliveries superseded, by delivery."""

    slices: Mapping[str, tuple[Chunk, ...]]
    superseded: Mapping[str, Tally]


@dataclass
class _Taken:
    """What the deliveries looked at so far, from the newest backwards, have taken over."""

    everything: bool = False
    periods: set[str] = field(default_factory=set)
    documents: pl.DataFrame | None = None


def fold(
    standing: Mapping[str, Chunk],
    deliveries: Sequence[tuple[Receipt, Mapping[str, Path]]],
    grain: Grain,
) -> Folded:
    """Apply `deliveries`, in order, each with its file per period, to what stands so far (empty: fold from nothing).

    Goes backwards from the newest: a row is in force when no later delivery took it over, so that a replaced file is
    never opened, and document keys are read only where a later `append` may have brought them again.
    """
    taken = _Taken()
    kept: dict[str, list[Chunk]] = {}
    superseded: dict[str, Tally] = {}

    def settle(period: str, chunk: Chunk) -> None:
        remaining, lost = _split(period, chunk, taken, grain)
        for delivery, amount in lost.items():
            superseded[delivery] = superseded.get(delivery, Tally()) + amount
        if remaining:
            kept.setdefault(period, []).append(remaining)

    for receipt, files in reversed(deliveries):
        for period, part in receipt.slices.items():
            settle(period, Chunk(files[period], {receipt.delivery_id: part.tally}))
        _take_over(taken, receipt, files, grain)
    for period, chunk in standing.items():
        settle(period, chunk)
    return Folded({period: tuple(reversed(chunks)) for period, chunks in kept.items()}, superseded)


def _take_over(taken: _Taken, receipt: Receipt, files: Mapping[str, Path], grain: Grain) -> None:
    """Note what this delivery takes from all earlier ones."""
    if receipt.rule == "full":
        taken.everything = True
    elif receipt.rule == "period":
        taken.periods.update(receipt.periods)
    elif not taken.everything:
        brought = [grain.read_keys(files[period]).select(grain.document_key).unique() for period in receipt.slices]
        if brought:
            before = [] if taken.documents is None else [taken.documents]
            taken.documents = pl.concat([*before, *brought]).unique()


def _split(period: str, chunk: Chunk, taken: _Taken, grain: Grain) -> tuple[Chunk | None, Mapping[str, Tally]]:
    """What of a chunk stays, and what each delivery loses in it."""
    if taken.everything or period in taken.periods:
        return None, chunk.parts
    if taken.documents is None:
        return chunk, {}
    key = list(grain.document_key)
    rows = grain.read_keys(chunk.file)
    lost = rows.join(taken.documents, on=key, how="semi", nulls_equal=True)
    if lost.is_empty():
        return chunk, {}
    losses = tallies_by(lost, "delivery_id", grain.sums)
    if lost.height == rows.height:
        return None, losses
    without = lost.select(key).unique()
    staying = rows.join(without, on=key, how="anti", nulls_equal=True)
    stays = tallies_by(staying, "delivery_id", grain.sums)
    return Chunk(chunk.file, stays, without), losses


def chunk_tally(chunks: Sequence[Chunk]) -> dict[str, Tally]:
    """Delivery → what of it stands in a slice."""
    found: dict[str, Tally] = {}
    for chunk in chunks:
        for delivery, amount in chunk.parts.items():
            found[delivery] = total([found.get(delivery, Tally()), amount])
    return found


def rows_of(chunks: Sequence[Chunk], document_key: Sequence[str], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The rows of a slice, oldest delivery first and within it in source order, with exactly the columns of `schema`.

    A file written under an older contract lacks fields that came later: they are null.
    """
    return pl.concat([_conformed(_rows(chunk, document_key), schema) for chunk in chunks])


def _rows(chunk: Chunk, document_key: Sequence[str]) -> pl.DataFrame:
    rows = read_rows(chunk.file)
    if chunk.without is None:
        return rows
    return rows.join(chunk.without, on=list(document_key), how="anti", nulls_equal=True, maintain_order="left")


def _conformed(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
