"""Which headers a mapping looks for, what it takes from them, and where it says so. Not here: reading them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.contracts.model import Contract, Kind
from pipelines.standardize.mapping import Mapping, Source

Path = tuple[str | int, ...]
# Parts of `amounts` that hold numbers; the others are codes and words.
_AMOUNTS = ("amount", "debit", "credit", "base_amount")


@dataclass(frozen=True)
class Use:
    """One place in a mapping that names columns: `names` (any of them), the field, the kind that it needs.

    `path` leads to it below the mapping. `source` is the whole statement about the column; `whole` whether its text is
    taken as it stands.
    """

    names: tuple[str, ...]
    field: str
    path: Path
    kind: Kind
    source: Source | None
    optional: bool
    whole: bool


def uses(mapping: Mapping, contract: Contract) -> list[Use]:
    """Every column that the mapping's fields and amounts name; of several shapes of amounts the first."""
    found: list[Use] = []
    for name, source in mapping.columns.items():
        field = contract.field(name)
        found += _of_source(source, name, ("columns", name), field.kind)
    if mapping.amounts:
        one = mapping.amounts[0]
        at: Path = ("amounts",) if len(mapping.amounts) == 1 else ("amounts", 0)
        for key in type(one).model_fields:
            source = getattr(one, key)
            if isinstance(source, Source):
                kind = Kind.DECIMAL if key in _AMOUNTS else Kind.STRING
                several = len(mapping.amounts) > 1  # another shape may fit where this one does not
                for use in _of_source(source, key, (*at, key), kind):
                    found.append(_optional(use) if several else use)
    return found


def named(mapping: Mapping, contract: Contract) -> frozenset[str]:
    """Every header that any part of the mapping names, as headers are compared; `unmapped` ones count too."""
    names = [name for use in uses(mapping, contract) for name in use.names]
    for shape in mapping.amounts[1:]:
        for key in type(shape).model_fields:
            source = getattr(shape, key)
            if isinstance(source, Source):
                names += [n for use in _of_source(source, key, (), Kind.STRING) for n in use.names]
    for rule in (*mapping.non_data, *mapping.out_of_scope):
        names += rule.columns
    return frozenset(alike(name) for name in (*names, *mapping.unmapped))


def header_of(names: Sequence[str], columns: Sequence[str]) -> str | None:
    """The header among `columns` that one of `names` means, as standardizing finds it; None where there is none."""
    for name in names:
        if name in columns:
            return name
    for name in names:
        found = [column for column in columns if alike(column) == alike(name)]
        if len(found) == 1:
            return found[0]
    return None


def alike(name: str) -> str:
    """A header as it is compared: capitals, kinds of blanks and widths of letters do not count."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()


def _of_source(source: Source, field: str, path: Path, kind: Kind) -> Iterator[Use]:
    if source.column is not None:
        whole = source.pattern is None and not source.empty_words
        yield Use(source.column, field, (*path, "column"), kind, source, source.optional, whole)
    for key in ("first_of", "joined"):
        for at, inner in enumerate(getattr(source, key) or ()):
            inside = kind if key == "first_of" else Kind.STRING
            yield from _of_source(inner, field, (*path, key, at), inside)
    if source.balance is not None:
        for key in ("debit", "credit", "amount", "indicator"):
            names = getattr(source.balance, key)
            if names is not None:
                inside = Kind.STRING if key == "indicator" else Kind.DECIMAL
                yield Use(names, field, (*path, "balance", key), inside, source, False, True)


def _optional(use: Use) -> Use:
    return Use(use.names, use.field, use.path, use.kind, use.source, True, use.whole)
