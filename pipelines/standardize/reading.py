"""What a text means: numbers, dates, yes and no by the branch's declared conventions, as polars expressions.

Numbers never pass through a float. Beyond a field's scale they round half away from zero; a bare cast would round half
to even (1.00005 → 1.0000). Not here: where the text stands, and what must hold for a value (contracts, validation).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.contracts.model import Field, Kind
from pipelines.standardize.conventions import EXCEL_SERIALS, Booleans, Dates, FiscalYear, Numbers, has_time, has_year
from pipelines.standardize.steps import Steps

_WIDE = pl.Decimal(38, 18)  # room to see what stands beyond a field's scale
_BLANKS = " \u00a0\u202f\u2009\u2007"
_APOSTROPHES = "'\u2019\u02bc"
_NOISE_DIGITS = 15  # spreadsheets keep 15 digits; what follows is noise of their binary numbers
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Check:
    """A way in which a field could fail to be read: where `failed` holds, `text` is shown with `rule` and `message`."""

    column: str
    failed: pl.Expr
    rule: str
    text: pl.Expr
    message: str


@dataclass(frozen=True)
class Reading:
    """One field's typed expression, and the ways in which it could fail."""

    value: pl.Expr
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Conventions:
    """How one field's values are written."""

    numbers: Numbers
    dates: DateReader | None
    booleans: Booleans


def read_text(field: Field, text: pl.Expr, written: Conventions, steps: Steps) -> Reading:
    """A field's value out of trimmed text (null where empty), by the field's kind."""
    match field.kind:
        case Kind.STRING:
            return Reading(text)
        case Kind.DECIMAL:
            return read_decimal(field, text, written.numbers, steps)
        case Kind.INTEGER:
            return _read_integer(field, text, written.numbers, steps)
        case Kind.BOOLEAN:
            return _read_boolean(field, text, written.booleans, steps)
        case Kind.DATE | Kind.TIMESTAMP:
            if written.dates is None:
                raise AssertionError(f"{field.name}: no date formats; configuration is checked before rows are read")
            return written.dates.read(field, text, steps)


# --- numbers ---------------------------------------------------------------------------------------------------------


def read_decimal(field: Field, text: pl.Expr, numbers: Numbers, steps: Steps) -> Reading:
    """Exact decimal of the field's precision and scale. Decimals behind the eighteenth count only as noise."""
    plain = plain_number(text, numbers, steps)
    wide = steps.keep(plain.cast(_WIDE, strict=False))
    near = steps.keep(wide.round(field.scale, mode="half_away_from_zero"))
    value = steps.keep(near.cast(pl.Decimal(field.precision, field.scale), strict=False))
    digits = plain.str.len_bytes() - 1 - plain.str.starts_with("-").cast(pl.UInt32)  # beside the mark and the sign
    too_precise = f"has more than {field.scale} decimals. Send it rounded, as the books hold it."
    return Reading(
        value,
        (
            Check(field.name, text.is_not_null() & value.is_null(), "not_a_number", text, _expected(numbers, field)),
            Check(field.name, (near != wide) & (digits < _NOISE_DIGITS), "too_precise", text, too_precise),
        ),
    )


def plain_number(text: pl.Expr, numbers: Numbers, steps: Steps) -> pl.Expr:
    """`-1234.5` out of a number written by `numbers`; null where the text is no such number."""
    bare = steps.keep(_with_leading_sign(text, numbers))
    marks = _thousands(numbers)
    decimal = re.escape(numbers.decimal_mark)
    groups = rf"|\d{{1,3}}(?:[{re.escape(marks)}]\d{{3}})+" if marks else ""
    if "," in marks:  # 12,34,567: groups of two before the last, as in India
        groups += r"|\d{1,2}(?:,\d{2})+,\d{3}"
    well_formed = bare.str.contains(rf"^[+-]?(?:(?:\d+{groups})(?:{decimal}\d*)?|{decimal}\d+)$")
    plain = bare
    for mark in marks:
        plain = plain.str.replace_all(mark, "", literal=True)
    if numbers.decimal_mark != ".":
        plain = plain.str.replace(numbers.decimal_mark, ".", literal=True)
    if numbers.implied_decimals:
        plain = _with_implied_mark(plain, numbers.implied_decimals)
    return steps.keep(pl.when(well_formed).then(plain))


def _thousands(numbers: Numbers) -> str:
    """Every character that may part groups: a blank stands for all blanks, an apostrophe for all apostrophes."""
    kinds = {" ": _BLANKS, "'": _APOSTROPHES}
    return "".join(kinds.get(mark, mark) for mark in numbers.thousands_marks)


def _with_leading_sign(text: pl.Expr, numbers: Numbers) -> pl.Expr:
    bare = text
    if "typographic_minus" in numbers.negative:
        bare = bare.str.replace("\u2212", "-", literal=True)
    for around in numbers.strip:
        bare = bare.str.replace_all(around, "", literal=True)
    if numbers.strip:
        bare = bare.str.strip_chars()
    if "parentheses" in numbers.negative:
        inside = bare.str.strip_prefix("(").str.strip_suffix(")").str.strip_chars()
        bare = pl.when(bare.str.starts_with("(") & bare.str.ends_with(")")).then("-" + inside).otherwise(bare)
    if "trailing_minus" in numbers.negative:
        bare = pl.when(bare.str.ends_with("-")).then("-" + bare.str.strip_suffix("-").str.strip_chars()).otherwise(bare)
    if "cr_dr" in numbers.negative:
        side = bare.str.extract(r"(?i)([CD])R?\.?$").str.to_uppercase()  # 10 CR, 10 Cr., 10C
        without = bare.str.replace(r"(?i)\s*[CD]R?\.?$", "")
        bare = pl.when(side == "C").then("-" + without).when(side == "D").then(without).otherwise(bare)
    if numbers.strip or numbers.negative:
        bare = bare.str.replace(r"^([+-])\s+", "$1")
    return bare


def _with_implied_mark(plain: pl.Expr, places: int) -> pl.Expr:
    sign = plain.str.extract(r"^([+-]?)")
    digits = plain.str.strip_chars_start("+-").str.zfill(places + 1)
    marked = sign + digits.str.head(-places) + "." + digits.str.tail(places)
    return pl.when(plain.str.contains(".", literal=True)).then(plain).otherwise(marked)


def _expected(numbers: Numbers, field: Field) -> str:
    marks = "".join(numbers.thousands_marks)
    between = f", thousands mark {marks!r}" if marks else ""
    digits = field.precision - field.scale
    return (
        f"is no number of at most {digits} digits before the decimal mark {numbers.decimal_mark!r}{between}. "
        "Correct it at source, or declare how numbers are written."
    )


def _read_integer(field: Field, text: pl.Expr, numbers: Numbers, steps: Steps) -> Reading:
    plain = plain_number(text, numbers, steps)
    # a whole number may be written 3.0; 3.5 is none
    whole = plain.str.strip_prefix("+").str.replace(r"\.0*$", "")
    value = steps.keep(whole.cast(pl.Int64, strict=False))
    failed = text.is_not_null() & value.is_null()
    return Reading(
        value, (Check(field.name, failed, "not_an_integer", text, "is no whole number. Correct it at source."),)
    )


def _read_boolean(field: Field, text: pl.Expr, booleans: Booleans, steps: Steps) -> Reading:
    word = text.str.to_lowercase()
    yes, no = ([word.lower() for word in words] for words in (booleans.true_words, booleans.false_words))
    value = steps.keep(pl.when(word.is_in(yes)).then(pl.lit(True)).when(word.is_in(no)).then(pl.lit(False)))
    expected = f"is neither yes ({', '.join(booleans.true_words)}) nor no ({', '.join(booleans.false_words)})."
    failed = text.is_not_null() & value.is_null()
    return Reading(
        value, (Check(field.name, failed, "not_a_boolean", text, f"{expected} Correct it or declare the word."),)
    )


# --- dates -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DateReader:
    """Reads dates in every declared format; `first` and `last` bound the fiscal year where a format has no year."""

    dates: Dates
    first: date | None = None
    last: date | None = None

    def read(self, field: Field, text: pl.Expr, steps: Steps) -> Reading:
        """Date (or timestamp) of the text; impossible days and years outside 1900–2199 cannot be read."""
        if field.kind is Kind.TIMESTAMP:
            value = pl.coalesce(
                [text.str.to_datetime(_engine_format(fmt), strict=False, time_unit="us") for fmt in self.dates.formats]
            )
        else:
            value = pl.coalesce([self._read(text, fmt) for fmt in self.dates.formats])
            value = steps.keep(value)
            value = pl.when(value.is_between(_EARLIEST, _LATEST)).then(value)
        value = steps.keep(value)
        within = f" within the fiscal year {self.first} to {self.last}" if self.first else ""
        formats = " or ".join(self.dates.formats)
        message = f"is no date written as {formats}{within}. Correct it at source, or declare its format."
        failed = text.is_not_null() & value.is_null()
        return Reading(value, (Check(field.name, failed, "not_a_date", text, message),))

    def _read(self, text: pl.Expr, fmt: str) -> pl.Expr:
        if fmt in EXCEL_SERIALS:
            days = text.str.extract(r"^(\d{2,6})(?:\.\d*)?$").cast(pl.Int32, strict=False)
            # 60 is a 29 February 1900 that never was; earlier serials are off by one and no bookkeeping is that old
            return pl.when(days > 60).then(pl.lit(EXCEL_SERIALS[fmt]) + pl.duration(days=days))
        if not has_year(fmt):
            return self._in_fiscal_year(text, fmt)
        if has_time(fmt):
            return text.str.to_datetime(_engine_format(fmt), strict=False).dt.date()
        return text.str.to_date(fmt, strict=False)

    def _in_fiscal_year(self, text: pl.Expr, fmt: str) -> pl.Expr:
        if self.first is None or self.last is None:
            raise AssertionError("a format without a year needs the fiscal year; configuration is checked before")
        if "%" not in fmt.replace("%d%m", ""):  # 101 is the first of January: the leading zero got lost
            text = pl.when(text.str.len_bytes() == 3).then(pl.lit("0") + text).otherwise(text)
        years = range(self.first.year, self.last.year + 1)
        readings = [(text + f" {year}").str.to_date(f"{fmt} %Y", strict=False) for year in years]
        return pl.coalesce([pl.when(day.is_between(self.first, self.last)).then(day) for day in readings])


def _engine_format(fmt: str) -> str:
    """Fractions of a second are `.%f` everywhere but in the engine, which counts nanoseconds by that."""
    return fmt.replace(".%f", "%.f")


def fiscal_year_bounds(said: FiscalYear, start: date, end: date | None) -> tuple[date, date]:
    """First and last day of the fiscal year; without an end it has twelve months. ValueError where it is longer."""
    following = (
        start.replace(year=start.year + 1) if (start.month, start.day) != (2, 29) else date(start.year + 1, 3, 1)
    )
    last = end or date.fromordinal(following.toordinal() - 1)
    if last < start or last >= following:
        raise ValueError(
            f"the fiscal year {start} to {last} ({said.start[0]}) has not between one day and twelve months"
        )
    return start, last
