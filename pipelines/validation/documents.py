"""Which rows belong to one document, and which rows repeat a key.

Exact, and cheap where a file lists its documents one after the other: only the first row of each block is hashed.
Not here: what follows from it (judging).
"""

from __future__ import annotations

import polars as pl

from pipelines.contracts.model import Contract


def document_ids(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.Series:
    """One integer a row, equal for rows of one document. A row whose key has a null is a document of its own.

    The integers are increasing where documents follow one another as blocks.
    """
    varying = _varying(frame, key)
    if not varying:
        # One document, or nothing but rows whose key is missing in part.
        return _alone(frame, key, pl.zeros(frame.height, dtype=pl.UInt32, eager=True))
    starts = frame.select(pl.any_horizontal(pl.col(k).ne_missing(pl.col(k).shift(1)) for k in varying).alias("s"))["s"]
    blocks = starts.fill_null(value=True).cast(pl.UInt32).cum_sum()
    first_of_block = pl.Series("first", [True]).append(blocks.diff().slice(1) != 0) if frame.height else starts
    heads = frame.select(varying).filter(first_of_block)
    if heads.is_unique().all():
        ids = blocks
    else:
        numbered = heads.with_row_index("number")
        groups = numbered.select(pl.col("number").min().over(varying))["number"]
        ids = groups.gather(blocks - blocks.min())
    return _alone(frame, key, ids.cast(pl.UInt32))


def repeated_keys(frame: pl.DataFrame, ids: pl.Series, contract: Contract) -> pl.Series:
    """Positions (UInt32) of the rows whose primary key occurs more than once; `ids` as from `document_ids`."""
    rest = [name for name in contract.primary_key if name not in contract.document_key]
    if _surely_unique(frame, ids, rest):
        return pl.Series("rows", [], dtype=pl.UInt32)
    keyed = pl.DataFrame([ids.alias("_document"), *(frame[name] for name in rest)])
    complete = frame.select(pl.all_horizontal(pl.col(k).is_not_null() for k in contract.primary_key)).to_series()
    return (keyed.is_duplicated() & complete).arg_true()


def _surely_unique(frame: pl.DataFrame, ids: pl.Series, rest: list[str]) -> bool:
    """True where one pass shows that keys are unique; False says nothing."""
    if frame.height == 0:
        return True
    step = ids.cast(pl.Int64).diff().slice(1)
    if not rest:
        return bool((step > 0).all())
    if len(rest) > 1 or not frame[rest[0]].dtype.is_integer():
        return False
    # Documents in blocks, each counting its lines upwards.
    rising = (step > 0) | ((step == 0) & (frame[rest[0]].diff().slice(1) > 0))
    return rising.null_count() == 0 and bool(rising.all())


def _varying(frame: pl.DataFrame, key: tuple[str, ...]) -> list[str]:
    """The parts of the key that differ between rows: a column of one value tells no documents apart."""
    if frame.height == 0:
        return list(key)
    same = frame.select(pl.col(k).eq_missing(pl.col(k).first()).all() for k in key).row(0)
    return [name for name, is_same in zip(key, same, strict=True) if not is_same]


def _alone(frame: pl.DataFrame, key: tuple[str, ...], ids: pl.Series) -> pl.Series:
    lacking = frame.select(pl.any_horizontal(pl.col(k).is_null() for k in key)).to_series()
    if not lacking.any():
        return ids
    own = pl.int_range(0, frame.height, dtype=pl.UInt32, eager=True) + (ids.max() or 0) + 1
    return pl.select(pl.when(lacking).then(own).otherwise(ids)).to_series()
