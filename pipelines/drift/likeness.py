"""How likely a new header is an old one under another name, and which known code a new one means.

Not here: what follows from it (comparing, explaining).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipelines.drift.shape import EMPTY, INTEGER, MIXED, NUMBER, Shape
from pipelines.drift.uses import alike

# The name counts half, content and place a quarter each: a translated header in its old place that holds the same kind
# of text is one that was renamed; a like name alone, elsewhere, has to be very like.
_NAME, _KIND, _PLACE = 0.5, 0.25, 0.25
_UNSEEN = 0.65  # what nobody can look into speaks by its name alone
_ENOUGH = 0.5
_LIKE_NAME = 80  # of 100
_LIKE_CODE = 60


@dataclass(frozen=True)
class Renamed:
    """An old header, the new one that most likely took its place, and what speaks for it."""

    old: str
    new: str
    why: tuple[str, ...]


def renamed(removed: Sequence[str], added: Sequence[str], before: Shape, after: Shape) -> list[Renamed]:
    """Pairs of removed and added headers, the likeliest first, each header once."""
    scored = [(_score(old, new, before, after), old, new) for old in removed for new in added]
    found: list[Renamed] = []
    for (score, why), old, new in sorted(scored, key=lambda one: -one[0][0]):
        if score >= _ENOUGH and old not in {one.old for one in found} and new not in {one.new for one in found}:
            found.append(Renamed(old, new, why))
    return found


def likely_code(code: str, known: Iterable[str]) -> str | None:
    """The known code that a new one looks like: another spelling or abbreviation; None where none is."""
    words = list(known)
    same = [word for word in words if alike(word).strip(" .") == alike(code).strip(" .")]
    if same:
        return same[0]
    scored = [(max(fuzz.ratio(alike(code), alike(word)), _begins(code, word)), word) for word in words]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= _LIKE_CODE else None


def _begins(code: str, word: str) -> float:
    """A word of which the other is the beginning (Rechn, Rechnung) is like it; single letters are not."""
    short, long = sorted((alike(code), alike(word)), key=len)
    return float(_LIKE_NAME) if len(short) > 1 and long.startswith(short) else 0.0


def _score(old: str, new: str, before: Shape, after: Shape) -> tuple[float, tuple[str, ...]]:
    kind, new_kind = before.kinds.get(old, EMPTY), after.kinds.get(new, EMPTY)
    name = max(fuzz.ratio(alike(old), alike(new)), fuzz.token_set_ratio(_words(old), _words(new)))
    same_kind = kind not in (EMPTY, MIXED) and (kind == new_kind or {kind, new_kind} == {INTEGER, NUMBER})
    if not same_kind and not {EMPTY, MIXED} & {kind, new_kind}:
        return 0.0, ()
    same_place = old in before.columns and _same_place(old, new, before.columns, after.columns)
    why = [
        *(["a like name"] if name >= _LIKE_NAME else []),
        *(["the same place"] if same_place else []),
        *([f"the same kind of content: {new_kind}"] if same_kind else []),
    ]
    if new_kind == EMPTY:
        return _UNSEEN * name / 100, tuple(why)
    return _NAME * name / 100 + _KIND * same_kind + _PLACE * same_place, tuple(why)


def _words(name: str) -> str:
    """total_amount, TotalAmount and total.amount are two words."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\W_]+", " ", alike(parted))


def _same_place(old: str, new: str, before: Sequence[str], after: Sequence[str]) -> bool:
    """At the same position, or between the same columns."""
    here, there = before.index(old), after.index(new)
    return here == there or _beside(before, here) == _beside(after, there)


def _beside(columns: Sequence[str], at: int) -> tuple[str | None, str | None]:
    return (columns[at - 1] if at else None, columns[at + 1] if at + 1 < len(columns) else None)
