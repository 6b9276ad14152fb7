"""How a branch writes numbers, dates and yes or no: strict models of declared conventions.

Not here: where a value comes from (mapping), and the expressions that read values by these conventions.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    model_validator,
)

EXCEL_SERIALS = {"excel_serial": date(1899, 12, 30), "excel_serial_1904": date(1904, 1, 1)}
_TOKENS = frozenset("dmyYbBHIMSfp%")
_TIME_TOKENS = ("%H", "%I", "%M", "%S", "%f")


class Strict(BaseModel):
    """Every configuration model: an unknown key is an error, and what was read never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def one_or_more(value: Any) -> Any:
    """A single value stands for a list of one; YAML's lists become tuples."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


def _plain_format(value: str) -> str:
    if value in EXCEL_SERIALS:
        return value
    tokens = [value[i + 1 : i + 2] for i, char in enumerate(value) if char == "%" and value[i - 1 : i] != "%"]
    unknown = [f"%{token}" for token in tokens if token not in _TOKENS]
    if unknown or not tokens:
        said = f"holds {', '.join(unknown)}" if unknown else "holds no day, month or year"
        raise ValueError(
            f"{value!r} {said}; expected a date format of %d %m %Y (or %y, %b, %H:%M:%S), {' or '.join(EXCEL_SERIALS)}."
        )
    if not {"d", "m"} <= set(tokens) and not {"d", "b"} <= set(tokens) and not {"d", "B"} <= set(tokens):
        raise ValueError(f"{value!r} names no day and month; a date needs both, e.g. %d.%m.%Y.")
    return value


Words = Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more), Field(min_length=1)]
DateFormat = Annotated[StrictStr, AfterValidator(_plain_format)]


class Numbers(Strict):
    """How numbers are written. A leading + or - is always understood; everything else is declared.

    `thousands_marks`: characters that may part groups of digits (a blank stands for every kind of blank, ' for every
    apostrophe). `negative`: further ways to say minus. `strip`: texts that may stand around a number (a currency, a
    leading apostrophe). `implied_decimals`: the last n digits are decimals though no mark is written.
    """

    decimal_mark: Literal[".", ","] = "."
    thousands_marks: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()
    negative: Annotated[
        tuple[Literal["trailing_minus", "typographic_minus", "parentheses", "cr_dr"], ...], BeforeValidator(one_or_more)
    ] = ()
    strip: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()
    implied_decimals: Annotated[StrictInt, Field(ge=0, le=6)] = 0

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if any(len(mark) != 1 or mark.isalnum() for mark in self.thousands_marks):
            raise ValueError(f"thousands_marks {list(self.thousands_marks)}: each is one sign such as '.' or ' '.")
        if self.decimal_mark in self.thousands_marks:
            raise ValueError(
                f"{self.decimal_mark!r} is both decimal and thousands mark: 1{self.decimal_mark}234 would be ambiguous."
            )
        if any(not text.strip() for text in self.strip):
            raise ValueError("strip holds an empty text; blanks around a number are always removed.")
        return self


class FiscalYear(Strict):
    """Where a file says which year its dates lie in: metadata keys of the fiscal year's first and last day.

    Of several keys the first that the file fills counts. Without `end` the year has twelve months from `start`.
    """

    start: Words
    end: Words | None = None
    format: DateFormat = "%Y%m%d"


class Dates(Strict):
    """How dates are written: every declared format is tried; two that could read one text differently are an error."""

    formats: Annotated[tuple[DateFormat, ...], BeforeValidator(one_or_more), Field(min_length=1)]
    year_from: FiscalYear | None = None

    @model_validator(mode="after")
    def _one_reading(self) -> Self:
        for one, other in combinations(self.formats, 2):
            doubt = doubtful_text(one, other)
            if doubt:
                text, first, second = doubt
                raise ValueError(
                    f"the formats {one!r} and {other!r} are ambiguous: {text!r} would be {first} or {second}. "
                    "Keep one of them."
                )
        without = [fmt for fmt in self.formats if not has_year(fmt)]
        if without and self.year_from is None:
            raise ValueError(
                f"{without[0]!r} holds no year. Say in year_from which metadata holds the fiscal year's start."
            )
        return self


class Booleans(Strict):
    """The words for yes and no; compared without regard to capitals."""

    true_words: Words = ("true", "1")
    false_words: Words = ("false", "0")

    @model_validator(mode="after")
    def _words_differ(self) -> Self:
        both = {word.casefold() for word in self.true_words} & {word.casefold() for word in self.false_words}
        if both:
            raise ValueError(f"{sorted(both)} stand in true_words and in false_words. Remove them from one.")
        return self


def has_year(fmt: str) -> bool:
    """Whether a date in this format says its year."""
    return fmt in EXCEL_SERIALS or "%Y" in fmt or "%y" in fmt


def has_time(fmt: str) -> bool:
    """Whether a date in this format carries a time of day."""
    return any(token in fmt for token in _TIME_TOKENS)


def doubtful_text(one: str, other: str) -> tuple[str, date, date] | None:
    """A text that both formats read, but as different dates; None where there is none."""
    if one in EXCEL_SERIALS and other in EXCEL_SERIALS:
        first, second = (EXCEL_SERIALS[fmt] + timedelta(days=46000) for fmt in (one, other))
        return "46000", first, second
    if one in EXCEL_SERIALS or other in EXCEL_SERIALS:
        return None  # serials are read as at most five digits; formats of six digits and more never are
    samples = [
        date(year, month, day) for year in (2003, 2011, 2026) for month in (1, 2, 3, 11) for day in (2, 11, 12, 26)
    ]
    for written, read in ((one, other), (other, one)):
        for sample in samples:
            text = sample.strftime(written)
            again = _parsed(text, read)
            if again is not None and _comparable(again, read, written) != _comparable(sample, read, written):
                return text, sample, again
    return None


def _parsed(text: str, fmt: str) -> date | None:
    if not has_year(fmt):  # read in a leap year, so that 29 February exists
        text, fmt = f"{text} 2004", f"{fmt} %Y"
    try:
        read = datetime.strptime(text, fmt)  # noqa: DTZ007 (a day, not an instant)
    except ValueError:
        return None
    return read.date() if 1900 <= read.year < 2200 else None


def _comparable(day: date, *formats: str) -> tuple[int, ...]:
    """A date without its year where one of the formats does not know it."""
    return (day.month, day.day) if not all(map(has_year, formats)) else (day.year, day.month, day.day)
