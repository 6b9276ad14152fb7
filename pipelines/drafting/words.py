"""The words that headers, codes and totals are known by, out of the committed synonyms. Not here: using them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("synonyms.yaml")


@dataclass(frozen=True)
class Meaning:
    """What a header may stand for: a contract field (or `.amount` and the like), in which language."""

    field: str
    language: str
    rank: int  # 0 is the most telling word of the field


@dataclass(frozen=True)
class Language:
    """What a language suggests of the branch that writes it."""

    country: str
    currency: str
    time_zone: str


def plain(text: str) -> str:
    """A word without capitals, accents, blanks and punctuation: `N° Pièce` → `npiece`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(char for char in apart if not unicodedata.combining(char)))


@cache
def meanings() -> Mapping[str, tuple[Meaning, ...]]:
    """Plain header → what it may mean; the contract's own field names count as English."""
    found: dict[str, list[Meaning]] = {}
    for field, languages in _said()["fields"].items():
        for language, headers in ({"en": [field]} if not field.startswith(".") else {}).items():
            found.setdefault(plain(headers[0]), []).append(Meaning(field, language, 0))
        for language, headers in languages.items():
            for rank, header in enumerate(headers):
                found.setdefault(plain(header), []).append(Meaning(field, language, rank))
    return {header: tuple(said) for header, said in found.items()}


@cache
def languages() -> Mapping[str, Language]:
    """Language → country, currency and time zone that it suggests."""
    return {name: Language(**said) for name, said in _said()["languages"].items()}


@cache
def standard_values() -> Mapping[str, tuple[str, ...]]:
    """Plain word → the standard values that it may stand for."""
    found: dict[str, list[str]] = {}
    for value, words in _said()["values"].items():
        for word in (value, *words):
            if value not in found.setdefault(plain(word), []):
                found[plain(word)].append(value)
    return {word: tuple(values) for word, values in found.items()}


@cache
def truth_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words for yes and for no."""
    said = _said()
    return frozenset(map(plain, said["true_words"])), frozenset(map(plain, said["false_words"]))


@cache
def total_words() -> frozenset[str]:
    """The words that a row of totals begins with."""
    return frozenset(map(plain, _said()["total_words"]))


def named_dataset(name: str) -> str | None:
    """The dataset that a file's name suggests by its longest word for one; None where it suggests none."""
    said = plain(name)
    found = [
        (len(plain(word)), dataset)
        for dataset, words in _said()["datasets"].items()
        for word in (dataset, *words)
        if plain(word) in said and (len(plain(word)) > 3 or not word.isascii())
    ]
    return max(found)[1] if found else None


def language_of(headers: Iterable[str]) -> str | None:
    """The language that most of the headers are written in; None where none of them is known."""
    votes: dict[str, float] = {}
    for header in headers:
        spoken = {one.language for one in meanings().get(plain(header), ())}
        for language in spoken:
            votes[language] = votes.get(language, 0) + 1 / len(spoken)
    return max(votes, key=lambda one: votes[one]) if votes else None


@cache
def _said() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return said
