"""Compares the shape of a delivered table with the last accepted one, and says every difference that counts.

What the mapping names by several names is agreed, and no drift. Not here: values that could not be read (misread), and
files that could not (explaining).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.contracts.model import Contract, Kind
from pipelines.drift import proposing
from pipelines.drift.likeness import Renamed, likely_code, renamed
from pipelines.drift.proposing import Place
from pipelines.drift.shape import EMPTY, INTEGER, MIXED, NUMBER, Drift, Shape
from pipelines.drift.uses import Use, alike, header_of
from pipelines.standardize.mapping import Mapping

_NAMED = 12  # columns that one sentence names


@dataclass(frozen=True)
class Terms:
    """What a comparison goes by: the mapping and its contract, every use of a column, every header that is agreed
    (also by other datasets of the same table), where a change would stand, and whether columns stand in order."""

    mapping: Mapping
    contract: Contract
    uses: Sequence[Use]
    agreed: frozenset[str]
    place: Place
    ordered: bool = True

    def action(self, kind: str) -> str:
        """What the contract says of a kind of drift."""
        return self.contract.drift.action(kind)

    def wants(self, header: str) -> bool:
        """Whether any part of the mapping names the header."""
        return alike(header) in self.agreed


def compare(old: Shape | None, new: Shape, kinds: dict[str, str], terms: Terms) -> list[Drift]:
    """Every difference of two shapes of one dataset. `kinds`: what the texts of new, unmapped headers look like.

    Without an old shape there is nothing to compare with; a policy that refuses columns nobody agreed on still holds.
    """
    if old is None:
        strange = [one for one in new.columns if not terms.wants(one)]
        return _added(strange, terms) if terms.action("column_added") == "refuse" else []
    removed = [one for one in old.columns if one not in new.columns and not _agreed_change(one, new, terms)]
    refusing = terms.action("column_added") == "refuse"
    added = [one for one in new.columns if not terms.wants(one) and (refusing or one not in old.columns)]
    known = [one for one in new.columns if terms.wants(one) and one not in old.columns]
    understood = {pair.old for pair in renamed(removed, known, old, new)}  # the mapping has followed already
    removed = [one for one in removed if one not in understood]
    pairs = renamed(removed, added, old, replace(new, kinds={**new.kinds, **kinds}))
    gone = {pair.old for pair in pairs}
    come = {pair.new for pair in pairs}
    return [
        *_renamed(pairs, terms),
        *_added([one for one in added if one not in come], terms),
        *_removed([one for one in removed if one not in gone], terms),
        *(_reordered(old, new, terms) if terms.ordered else ()),
        *_retyped(old, new, terms),
        *_cut_otherwise(old, new, terms),
    ]


def unmapped_headers(old: Shape | None, new: Shape, terms: Terms) -> list[str]:
    """The new headers that nobody mapped: what their texts look like tells whether one is an old one, renamed."""
    return [] if old is None else [one for one in new.columns if one not in old.columns and not terms.wants(one)]


def to_keep(old: Shape | None, new: Shape, found: Iterable[Drift], terms: Terms) -> tuple[str, ...]:
    """The columns whose text is kept: those that just came, and those kept before, until the mapping names them."""
    kept = {one for one in (old.kept if old else ()) if one in new.columns and not terms.wants(one)}
    for drift in found:
        if drift.action == "keep":
            kept |= set(new.columns) & set(drift.new.split("\n"))
    return tuple(one for one in new.columns if one in kept)


def _agreed_change(header: str, new: Shape, terms: Terms) -> bool:
    """Whether the mapping knows another name for the column, and the table has it."""
    mine = [use for use in terms.uses if alike(header) in map(alike, use.names)]
    return bool(mine) and all(header_of(use.names, new.columns) is not None for use in mine)


def _renamed(pairs: list[Renamed], terms: Terms) -> Iterable[Drift]:
    for pair in pairs:
        use = next((use for use in terms.uses if alike(pair.old) in map(alike, use.names)), None)
        why = f" ({', '.join(pair.why)})" if pair.why else ""
        sentence = f"The column {pair.old!r} is gone; {pair.new!r} most likely is the same{why}."
        proposal = ""
        if use is not None:
            sentence += f" Until the mapping names it, {use.field} is empty."
            proposal = proposing.column_renamed(terms.place, terms.mapping, use, pair.new)
        yield Drift("column_renamed", pair.old, pair.old, pair.new, terms.action("column_renamed"), sentence, proposal)


def _added(headers: list[str], terms: Terms) -> list[Drift]:
    if not headers:
        return []
    action = terms.action("column_added")
    more = f" and {len(headers) - _NAMED} more" if len(headers) > _NAMED else ""
    said = ", ".join(map(repr, headers[:_NAMED])) + more
    kept = {"keep": " Their text is kept beside the delivery (tieout drift).", "accept": " They are left out."}
    sentence = (
        f"Columns that the mapping does not name: {said}.{kept.get(action, '')} Map them, or list them as unmapped."
    )
    proposal = proposing.left_out(terms.place, terms.mapping, headers)
    return [Drift("column_added", ", ".join(headers[:_NAMED]), "", "\n".join(headers), action, sentence, proposal)]


def _removed(headers: list[str], terms: Terms) -> Iterable[Drift]:
    for header in headers:
        fields = [use.field for use in terms.uses if alike(header) in map(alike, use.names)]
        filled = f" It filled {', '.join(fields)}, which is empty now." if fields else " Nothing was read from it."
        sentence = f"The column {header!r} is gone.{filled} Ask the branch whether that is meant."
        yield Drift("column_removed", header, header, "", terms.action("column_removed"), sentence)


def _reordered(old: Shape, new: Shape, terms: Terms) -> Iterable[Drift]:
    before = [one for one in old.columns if one in new.columns]
    after = [one for one in new.columns if one in old.columns]
    if before != after:
        moved = [one for one, other in zip(before, after, strict=True) if one != other]
        sentence = "The columns stand in another order; they are found by their names."
        where = ", ".join(moved[:_NAMED])
        yield Drift(
            "columns_reordered",
            where,
            "\n".join(before),
            "\n".join(after),
            terms.action("columns_reordered"),
            sentence,
        )


def _retyped(old: Shape, new: Shape, terms: Terms) -> Iterable[Drift]:
    for header, kind in new.kinds.items():
        before = old.kinds.get(header, EMPTY)
        if before == kind or {EMPTY, MIXED} & {before, kind}:
            continue
        use = next((use for use in terms.uses if header_of(use.names, (header,)) is not None), None)
        if use is None or ({before, kind} == {INTEGER, NUMBER} and use.kind is Kind.DECIMAL):
            continue
        sentence = f"{header!r}, which fills {use.field}, held {_words(before)} and now holds {_words(kind)}."
        yield Drift("column_retyped", header, before, kind, terms.action("column_retyped"), sentence)


def _cut_otherwise(old: Shape, new: Shape, terms: Terms) -> Iterable[Drift]:
    for kind, before, after in (
        ("delimiter_changed", old.delimiter, new.delimiter),
        ("encoding_changed", old.encoding, new.encoding),
    ):
        if before and after and before != after:
            what = kind.removesuffix("_changed")
            sentence = f"The file's {what} is {after!r} and was {before!r}; the layout reads both."
            yield Drift(kind, what, before, after, terms.action(kind), sentence)


def new_code(code: str, field: str, terms: Terms) -> Drift:
    """A code that the mapping does not list: what it looks like, and how to add it."""
    source = terms.mapping.columns.get(field)
    known = dict(source.values or {}) if source is not None else {}
    like = likely_code(code, known)
    meaning = known[like] if like is not None else likely_code(code, dict.fromkeys(known.values()))
    sentence = f"{code!r} is a code of {field} that the mapping does not list."
    proposal = ""
    if meaning is not None:
        looks = (
            f"looks like {like!r}, which is {meaning!r}" if like is not None else f"looks like the value {meaning!r}"
        )
        sentence += f" It {looks}."
        proposal = proposing.code_added(terms.place, terms.mapping, field, code, meaning)
    listed = ", ".join(list(known)[:_NAMED])
    return Drift("new_code", field, listed, code, terms.action("new_code"), sentence, proposal)


def _words(kind: str) -> str:
    return {"integer": "whole numbers", "number": "numbers", "date": "dates", "boolean": "yes or no"}.get(kind, kind)
