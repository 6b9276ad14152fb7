"""How a file writes numbers and dates, seen from its values; what could be read in two ways is said, never decided.

Not here: which columns hold numbers or dates (matching), and reading them for good (standardize).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

_BLANKS = " \u00a0\u202f\u2009"
_APOSTROPHES = "'’"
_BODY = re.compile(rf"[\d.,{_BLANKS}{_APOSTROPHES}]*\d[\d.,{_BLANKS}{_APOSTROPHES}]*")
_CURRENCY = re.compile(r"^(?P<before>[^\d\-+(.,]*?)\s*(?P<number>[-+(]?[\d.,].*?)\s*(?P<after>[^\d\-)]*?)$")
# Tried in this order; of several that fit all values the first that suits the language counts, and the rest is said.
DATE_FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%d%m%Y",
    "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
)  # fmt: skip


_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class NumberHabit:
    """How numbers are written. `doubt`: a sentence on what the values do not tell, else empty."""

    decimal_mark: str | None = None  # None: no value has decimals
    thousands_marks: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class DateHabit:
    """The one format that the values fit; `others` fit them too, as in 03/04/2026."""

    format: str
    others: tuple[str, ...] = ()


def is_number(text: str) -> bool:
    """Whether a text is a number, in whatever way it is written."""
    return _parts(text) is not None


def number_habit(values: Iterable[str]) -> NumberHabit:
    """How these values are written; values that are no numbers are left out."""
    decimal: dict[str, str] = {}  # mark → the first value that shows it
    thousands: dict[str, str] = {}
    either: dict[str, str] = {}
    negative: dict[str, None] = {}
    strip: dict[str, None] = {}
    for value in values:
        parts = _parts(value)
        if parts is None:
            continue
        body, signs, texts = parts
        negative |= dict.fromkeys(signs)
        strip |= dict.fromkeys(texts)
        for marks, found in zip((decimal, thousands, either), _marks(body), strict=True):
            for mark in found:
                marks.setdefault(mark, value)
    return _decided(decimal, thousands, either, tuple(negative), tuple(strip))


def date_habit(values: Sequence[str], *, month_first: bool = False) -> DateHabit | None:
    """The format that nearly all values fit (some may be wrong), else None. `month_first`: 12/31 before 31/12."""
    read = {fmt: sum(_reads(value, fmt) for value in values) for fmt in DATE_FORMATS}
    most = max(read.values())
    fitting = [fmt for fmt, count in read.items() if count == most]
    if not values or most < _NEARLY_ALL * len(values):
        return None
    if month_first:
        fitting.sort(key=lambda fmt: not fmt.startswith("%m"))
    return DateHabit(fitting[0], tuple(fitting[1:]))


def _reads(value: str, fmt: str) -> bool:
    try:
        return 1900 <= datetime.strptime(value.strip(), fmt).year < 2200  # noqa: DTZ007 (a day, not an instant)
    except ValueError:
        return False


def _parts(text: str) -> tuple[str, list[str], list[str]] | None:
    """Digits with their marks, further ways to say minus, and texts around; None where it is no number."""
    rest, signs, texts = text.strip(), [], []
    found = _CURRENCY.match(rest.replace("−", "-"))
    if "−" in rest:
        signs.append("typographic_minus")
    if found is None:
        return None
    rest = found["number"]
    for around in (found["before"].strip(), found["after"].strip()):
        if around.casefold() in ("cr", "dr"):
            signs.append("cr_dr")
        elif around and around not in _APOSTROPHES and len(around) > 3:
            return None
        elif around:
            texts.append(around)
    if rest.startswith("(") and rest.endswith(")"):
        signs.append("parentheses")
        rest = rest[1:-1]
    if rest.endswith("-"):
        signs.append("trailing_minus")
        rest = rest[:-1]
    rest = rest.strip().lstrip("+-").strip()
    return (rest, signs, texts) if _BODY.fullmatch(rest) else None


def _marks(body: str) -> tuple[set[str], set[str], set[str]]:
    """Marks that surely part decimals, surely part groups of digits, and those that could do either."""
    thousands = {" " for char in body if char in _BLANKS} | {"'" for char in body if char in _APOSTROPHES}
    inner = [char for char in body if char in ".,"]
    if not inner:
        return set(), thousands, set()
    last = inner[-1]
    if len(set(inner)) == 2:
        return {last}, {*thousands, *(set(inner) - {last})}, set()
    if len(inner) > 1:
        return set(), {*thousands, last}, set()
    before, _, after = body.partition(last)
    could_be_group = len(after) == 3 and 1 <= len(before) <= 3 and before != "0" and not thousands
    return (set(), thousands, {last}) if could_be_group else ({last}, thousands, set())


def _decided(
    decimal: dict[str, str],
    thousands: dict[str, str],
    either: dict[str, str],
    negative: tuple[str, ...],
    strip: tuple[str, ...],
) -> NumberHabit:
    if len(decimal) > 1 or set(decimal) & set(thousands):
        shown = ", ".join(repr(value) for value in (*decimal.values(), *thousands.values()))
        return NumberHabit(None, (), negative, strip, f"numbers are written in more than one way: {shown}")
    mark = next(iter(decimal), None)
    marks = dict.fromkeys(thousands)
    for one, value in either.items():
        if mark is not None and one != mark:
            marks[one] = None
        elif mark is None and one in thousands:
            continue
        elif mark is None:
            other = value.replace(one, "")
            return NumberHabit(
                None, tuple(marks), negative, strip, f"{value!r} could be {other} or a number with decimals"
            )
    return NumberHabit(mark, tuple(marks), negative, strip)
