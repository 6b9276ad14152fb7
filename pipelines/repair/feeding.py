"""Which contract fields a source column feeds, by the branch's mapping: what makes a cell an amount or coding.

Not here: carrying a mapping out (standardize), and what a changed cell comes to (intake).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from pipelines.branches.config import DatasetConfig
from pipelines.contracts.model import Kind
from pipelines.standardize.conventions import Dates, Numbers
from pipelines.standardize.mapping import Source, TwoAccounts
from pipelines.standardize.sourcing import alike

# Sources of a shape of amounts that say where an amount goes, not how much it is.
_CODING = {"account", "contra_account", "tax_key"}


@dataclass(frozen=True)
class Feed:
    """One way in which a column is used. `numbers`, `dates`: how its text is written, where it is a number or date."""

    fields: tuple[str, ...]
    is_amount: bool
    numbers: Numbers | None = None
    dates: Dates | None = None


def feeds(column: str, config: DatasetConfig) -> tuple[Feed, ...]:
    """Every use that the dataset's mapping makes of a source column; empty where nothing reads it.

    An amount is what fills a decimal field (amounts, quantities, prices, rates), the side of an amount and its
    currency; everything else is coding.
    """
    mapping = config.mapping
    names = [column]
    if mapping.unpivot is not None and re.fullmatch(mapping.unpivot.columns, column):
        names.append(mapping.unpivot.value)
    wanted = {alike(name) for name in names}
    currencies = {currency for _, currency in config.contract.sums}
    found: list[Feed] = []
    for name, source in mapping.columns.items():
        if wanted & _columns(source):
            field = config.contract.field(name)
            number = field.kind in (Kind.DECIMAL, Kind.INTEGER)
            dated = field.kind in (Kind.DATE, Kind.TIMESTAMP)
            found.append(
                Feed(
                    (name,),
                    is_amount=field.kind is Kind.DECIMAL or name in currencies,
                    numbers=(source.numbers or mapping.numbers) if number else None,
                    dates=(source.dates or mapping.dates) if dated else None,
                )
            )
    for shape in mapping.amounts:
        for part in type(shape).model_fields:
            source = getattr(shape, part)
            if isinstance(source, Source) and wanted & _columns(source):
                coding = part in _CODING and isinstance(shape, TwoAccounts)
                side = part in ("indicator", "reversal")
                numbers = None if coding or side else (source.numbers or mapping.numbers)
                found.append(Feed(mapping.filled_by_amounts, is_amount=not coding, numbers=numbers))
    return tuple(found)


def is_amount(column: str, configs: Sequence[DatasetConfig]) -> bool:
    """Whether any dataset reads the column as an amount."""
    return any(feed.is_amount for config in configs for feed in feeds(column, config))


def _columns(source: Source) -> set[str]:
    """Every header that a source reads, also inside first_of, joined and balance; written alike."""
    return {alike(name) for one in _all(source) for name in _names(one)}


def _all(source: Source) -> Iterator[Source]:
    yield source
    for inner in source.inner:
        yield from _all(inner)


def _names(source: Source) -> Iterator[str]:
    yield from source.column or ()
    balance: BaseModel | None = source.balance
    if balance is not None:
        for part in ("debit", "credit", "amount", "indicator"):
            yield from getattr(balance, part) or ()
