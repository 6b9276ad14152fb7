"""The nearest right word for a wrong one, asked wherever a person types a name. Not here: which words are right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import takewhile

_CLOSE = 0.6  # share of letters that two words have in common, in order
_BEGINNING = 0.3  # what a common beginning is worth beside it: people know how a word begins


def nearest_word(word: object, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, None where none is close. Capitals, blanks, `-` and `_` do not count.

    A word that begins or holds another one counts as close too: `customers` for `customer`, `berlin` for
    `Europe/Berlin`.
    """
    said = _plain(str(word))
    plain: dict[str, str] = {}
    for one in known:
        plain.setdefault(_plain(one), one)
    if said in plain:
        return plain[said]
    close = max(plain, key=lambda one: _likeness(said, one), default="")
    if close and _likeness(said, close) >= _CLOSE:
        return plain[close]
    within = [one for one in plain if len(said) > 3 and len(one) > 3 and (said in one or one in said)]
    return plain[min(within, key=lambda one: abs(len(one) - len(said)))] if within else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?``, to be put at the end of a sentence; nothing where no known word is close."""
    near = nearest_word(word, known)
    return "" if near is None else f" Did you mean {near!r}?"


def _likeness(said: str, known: str) -> float:
    """0 to about 1.3; two letters that changed places count as almost the same word."""
    if len(said) == len(known) and sorted(said) == sorted(known):
        return 1 + _BEGINNING
    matcher = SequenceMatcher(None, known, said)
    if matcher.real_quick_ratio() < _CLOSE or matcher.quick_ratio() < _CLOSE:
        return 0.0
    ratio = matcher.ratio()
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(said, known, strict=False)))
    begins = alike / max(len(said), len(known))
    return ratio + _BEGINNING * begins if ratio >= _CLOSE else 0.0


def _plain(word: str) -> str:
    return "".join(char for char in word.casefold() if char not in " -_")
