"""What the name of an account says: likeness to other names, and the accounting words it holds, in any language.

Not here: what numbers, types and balances say (suggesting).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("words.yaml")
_LANGUAGE_OF = {
    **dict.fromkeys(("DE", "AT", "LI"), "de"),
    **dict.fromkeys(("FR", "MC"), "fr"),
    **dict.fromkeys(("CN", "TW", "HK"), "zh"),
    "NO": "nb",
    "SE": "sv",
}
_COMPOUNDING = ("de", "nb", "sv")  # languages that write words together
_INFLECTION = 3  # letters by which a word may go on and still be the same word
_TOGETHER, _FIRST_PART = 1.6, 0.4
_WITHIN = 5  # letters from which a word may stand within another


def plain_name(text: str) -> str:
    """A name without capitals, accents and punctuation, words parted by one blank: `Büro-Bedarf` → `buro bedarf`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(char for char in apart if not unicodedata.combining(char))))


@dataclass(frozen=True)
class WordMatch:
    """The telling words of a concept that a name holds, and how much of the name they are (0 to 1)."""

    group_account_code: str
    words: str
    share: float


def words_in(name: str, country: str | None = None) -> list[WordMatch]:
    """What the word list finds in a name: per group account the most telling match, most telling first.

    In a country whose language the list has, only that language and longer English words count. Where a name goes from
    the general to the special (`管理费用-工资`, `Taxes: payroll`), its last part says more; so does the last part of a
    compound: cash discounts (`Kassarabatter`) are no cash.
    """
    own = _LANGUAGE_OF.get(country or "")
    parts = [plain_name(part) for part in re.split(r"\s[-–]\s|(?<=[\u4e00-\u9fff])[-–_]|[:\\/]", name)]
    plain = plain_name(name)
    best: dict[str, tuple[float, str]] = {}
    for code, language, entry in _entries():
        pieces = entry.split(" ")
        if own is not None and language != own and (language != "en" or len(entry) < _WITHIN):
            continue
        if not all(_holds(plain, piece, language) for piece in pieces):
            continue
        last = len(parts) > 1 and all(_holds(parts[-1], piece, language) for piece in pieces)
        share = sum(len(piece) for piece in pieces) / max(1, len((parts[-1] if last else plain).replace(" ", "")))
        # Two words that must both be there say more than one word as long as both.
        share = min(1.0, share * (_TOGETHER if len(pieces) > 1 else 1.0))
        share *= _FIRST_PART if any(_goes_on(plain, piece) for piece in pieces) else 1.0
        if share > best.get(code, (0.0, ""))[0]:
            best[code] = (share, entry)
    found = [WordMatch(code, entry, share) for code, (share, entry) in best.items()]
    return sorted(found, key=lambda match: (-match.share, match.group_account_code))


class NameIndex:
    """Names that are known, weighed by how rare their pieces are; answers with the likeness of another name."""

    def __init__(self, names: Iterable[str]) -> None:
        grams = {name: _grams(plain_name(name)) for name in set(names)}
        spread = Counter(piece for counted in grams.values() for piece in counted)
        self._rarity = {piece: math.log((1 + len(grams)) / (1 + times)) + 1 for piece, times in spread.items()}
        self._usual = math.log(1 + len(grams)) + 1  # of a piece that no known name has
        self._known = {name: self._weighed(counted) for name, counted in grams.items()}
        self._holders: dict[str, list[str]] = {}
        for name in sorted(self._known):
            for piece in self._known[name]:
                self._holders.setdefault(piece, []).append(name)

    def likeness(self, name: str) -> dict[str, float]:
        """Known name → how alike it is, 0 to 1 (cosine of weighed pieces); names without a common piece are out."""
        own = self._weighed(_grams(plain_name(name)))
        found: dict[str, float] = {}
        for piece in sorted(own):
            for other in self._holders.get(piece, ()):
                found[other] = found.get(other, 0.0) + own[piece] * self._known[other][piece]
        return found

    def _weighed(self, counted: Mapping[str, int]) -> dict[str, float]:
        weighed = {piece: times * self._rarity.get(piece, self._usual) for piece, times in counted.items()}
        size = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        return {piece: value / size for piece, value in weighed.items()}


def _grams(plain: str) -> Counter[str]:
    """Pieces of three letters, of words with their edges; of two characters where a word is Chinese."""
    pieces: Counter[str] = Counter()
    for word in plain.split(" "):
        size, padded = (2, word) if _is_chinese(word) else (3, f" {word} ")
        pieces.update(padded[at : at + size] for at in range(max(1, len(padded) - size + 1)))
    return pieces


def _holds(plain: str, piece: str, language: str) -> bool:
    if language == "zh" or (language in _COMPOUNDING and len(piece) >= _WITHIN):
        return piece in plain
    return f" {piece}" in f" {plain}"


def _goes_on(plain: str, piece: str) -> bool:
    """Whether every word that holds the piece goes on after it, by more than an ending."""
    left = [len(word) - word.rindex(piece) - len(piece) for word in plain.split(" ") if piece in word]
    return not _is_chinese(piece) and min(left, default=0) > _INFLECTION


def _is_chinese(word: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in word)


@cache
def _entries() -> tuple[tuple[str, str, str], ...]:
    """(group account, language, words) of the whole list, plain."""
    said: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["concepts"]
    return tuple(
        (one["account"], language, plain_name(entry))
        for one in said
        for language, entries in one.items()
        if language != "account"
        for entry in entries
    )
