"""The nearest right word for a wrong one, asked wherever a person types a name. Not here: which words are right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_CLOSE = 0.6


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
    close = difflib.get_close_matches(said, list(plain), n=1, cutoff=_CLOSE)
    if close:
        return plain[close[0]]
    within = [one for one in plain if len(said) > 3 and len(one) > 3 and (said in one or one in said)]
    return plain[min(within, key=lambda one: abs(len(one) - len(said)))] if within else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?``, to be put at the end of a sentence; nothing where no known word is close."""
    near = nearest_word(word, known)
    return "" if near is None else f" Did you mean {near!r}?"


def _plain(word: str) -> str:
    return "".join(char for char in word.casefold() if char not in " -_")
