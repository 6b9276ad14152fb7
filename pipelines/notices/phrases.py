"""The catalogue of phrases, one file a language, and how a language writes numbers, amounts and days.

A branch's language without a file of its own falls back to English. Not here: what is said when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.notices.harmless import one_line

FALLBACK = "en"
FOLDER = Path(__file__).parent / "phrases"
_SAME = {"no": "nb", "nn": "nb"}  # what people write for Norwegian
_LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}  # where a language alone does not say how numbers are written
_CURRENCY_PARTS = ("functional", "transaction")
_LEAST_DECIMALS = 2


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@dataclass(frozen=True)
class Language:
    """One language's phrases and ways of writing. `code` is the catalogue's, such as nb."""

    code: str
    phrases: Mapping[str, Any]

    def say(self, place: str, **facts: object) -> str:
        """The phrase at `place` ('receipt.title'), filled in. KeyError where there is none: our own mistake."""
        found: Any = self.phrases
        for step in place.split("."):
            found = found[step]
        return str(found).format(**facts)

    def rule(self, rule: str) -> tuple[str, str]:
        """A rule in words, and what to do where it is broken. A workspace's own rule is told by its name."""
        what, to_do = self.phrases["rule"].get(rule) or self.phrases["rule"]["otherwise"]
        return str(what).format(rule=one_line(rule)), str(self.phrases["to_do"][to_do])

    def dataset(self, dataset: str) -> str:
        """A dataset in words; a workspace's own by its name."""
        return str(self.phrases["dataset"].get(dataset, dataset))

    def datasets(self, names: tuple[str, ...]) -> str:
        return ("、" if self.code == "zh" else ", ").join(self.dataset(name) for name in names)

    def measure(self, measure: str) -> str:
        """A measure in words: `net_amount_functional` → net (own currency)."""
        said, known = measure, self.phrases["measure"]
        for part in _CURRENCY_PARTS:
            name = measure.removesuffix(f"_{part}")
            if name != measure and name in known:
                said = str(known[part]).format(measure=known[name])
        return said

    def rank(self, measure: str) -> int:
        """Where a measure stands among the others: as the catalogue lists them, debit before credit."""
        known = list(self.phrases["measure"])
        names = [measure.removesuffix(f"_{part}") for part in _CURRENCY_PARTS]
        return min((known.index(name) for name in names if name in known), default=len(known))

    def count(self, number: int) -> str:
        from babel.numbers import format_decimal  # noqa: PLC0415  (only nights with something to tell pay for it)

        return format_decimal(number, locale=self._locale)

    def amount(self, amount: Decimal | None) -> str:
        """With the language's separators and two decimals; more where the amount has more, never rounded."""
        from babel.numbers import format_decimal  # noqa: PLC0415

        if amount is None:
            return "–"
        places = max(_LEAST_DECIMALS, -int(amount.normalize().as_tuple().exponent))
        return format_decimal(amount, format=f"#,##0.{'0' * places}", locale=self._locale)

    def figure(self, text: str) -> str:
        """A figure given as text: an amount where it has decimals, a count where not, else the text itself."""
        try:
            amount = Decimal(text.strip())
        except InvalidOperation:
            return one_line(text, 60)
        if not amount.is_finite():
            return one_line(text, 60)
        return self.amount(amount) if "." in text else self.count(int(amount))

    def day(self, day: date) -> str:
        from babel.dates import format_date  # noqa: PLC0415

        return format_date(day, format="long", locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """A local time to the minute."""
        return f"{self.day(moment.date())}, {moment:%H:%M}"

    @property
    def _locale(self) -> str:
        return _LOCALES.get(self.code, self.code)


@cache
def language(said: str) -> Language:
    """The language that a branch or the settings name ('de', 'no', 'zh-CN'); English where it has no catalogue."""
    code = said.split("-", maxsplit=1)[0].lower()
    code = _SAME.get(code, code)
    code = code if code in languages() else FALLBACK
    phrases = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return Language(code, phrases)
