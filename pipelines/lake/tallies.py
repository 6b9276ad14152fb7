"""Rows and sums of a set of rows, as Decimal, with arithmetic: what conservation is checked in.

Not here: which rows are counted, and receipts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

Sums = Mapping[tuple[str, str], Decimal]  # (measure, currency code) -> amount


@dataclass(frozen=True)
class Tally:
    """How many rows, and per measure and currency how much. A sum of nothing (no row, only nulls) is left out."""

    rows: int = 0
    sums: Sums = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return self._combined(other, 1)

    def __sub__(self, other: Tally) -> Tally:
        return self._combined(other, -1)

    def __eq__(self, other: object) -> bool:
        """Equal rows and equal sums; a sum of zero is the same as none."""
        if not isinstance(other, Tally):
            return NotImplemented
        return self.rows == other.rows and _without_zero(self.sums) == _without_zero(other.sums)

    def __hash__(self) -> int:
        return hash((self.rows, tuple(sorted(_without_zero(self.sums).items()))))

    def _combined(self, other: Tally, sign: int) -> Tally:
        sums = dict(self.sums)
        for key, amount in other.sums.items():
            sums[key] = sums.get(key, Decimal(0)) + sign * amount
        return Tally(self.rows + sign * other.rows, sums)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "sums": [
                {"measure": measure, "currency": currency, "amount": format(amount, "f")}
                for (measure, currency), amount in sorted(self.sums.items())
            ],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Tally:
        sums = {(one["measure"], one["currency"]): Decimal(one["amount"]) for one in said["sums"]}
        return cls(said["rows"], sums)


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies; nothing where there are none."""
    result = Tally()
    for tally in tallies:
        result = result + tally
    return result


def tally(frame: pl.DataFrame, sums: Sequence[tuple[str, str]]) -> Tally:
    """Count the rows of `frame` and sum each (measure, currency field) pair per currency.

    A null currency counts under "", so that no amount is lost.
    """
    found: dict[tuple[str, str], Decimal] = {}
    for currency in dict.fromkeys(currency for _, currency in sums):
        measures = [measure for measure, its_currency in sums if its_currency == currency]
        present = [pl.col(name).sum() for name in measures]
        counted = [pl.col(name).is_not_null().any().alias(f"{name}?") for name in measures]
        for row in _per_currency(frame, currency, present + counted):
            for name in measures:
                if row[f"{name}?"]:
                    found[name, row[currency]] = Decimal(row[name])
    return Tally(frame.height, found)


def _per_currency(frame: pl.DataFrame, currency: str, wanted: list[pl.Expr]) -> Iterator[dict[str, Any]]:
    """One row per currency; where all rows are of one, as most ledgers are, nothing has to be grouped."""
    codes = frame[currency]
    if frame.height and not codes.null_count() and (codes == codes[0]).all():
        yield {currency: codes[0], **frame.select(wanted).row(0, named=True)}
    else:
        yield from frame.group_by(pl.col(currency).fill_null("")).agg(wanted).iter_rows(named=True)


def tallies_by(frame: pl.DataFrame, by: str, sums: Sequence[tuple[str, str]]) -> dict[str, Tally]:
    """One tally for each value of the column `by`."""
    parts = frame.select(by, *_columns(sums)).partition_by(by, as_dict=True)
    return {str(value[0]): tally(part, sums) for value, part in parts.items()}


def _columns(sums: Sequence[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for pair in sums for name in pair))


def _without_zero(sums: Sums) -> dict[tuple[str, str], Decimal]:
    return {key: amount for key, amount in sums.items() if amount}
