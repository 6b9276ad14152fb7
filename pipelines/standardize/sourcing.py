"""Where a value stands: headers and metadata are found, and a `Source` becomes a text expression.

Not here: what the text means (reading), and amounts that several columns make up (amounts).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping as Dictionary
from datetime import date, datetime
from typing import NamedTuple

import polars as pl

from pipelines.errors import SourceError
from pipelines.sources.table import TextTable
from pipelines.standardize.mapping import Mapping, Source
from pipelines.standardize.steps import Steps

FILE_NAME = "file_name"  # metadata key under which a file's own name is known
VALUE = "v:"  # prefix of a contract field's typed column while a frame is being standardized
# What decides a source's text; how it is read and recoded afterwards does not.
_SINCE = "@since"
_NAMED = 100  # columns that an error names; extracts of large systems have up to five hundred
_WHERE = {
    *("column", "metadata", "value", "first_of", "joined", "derive", "row_number", "from_", "separator", "optional"),
    *("pattern", "when_empty", "empty_words", "strip_leading_zeros", "carried"),
}


def file_of(table: TextTable) -> str:
    """The file's name for messages."""
    return table.metadata.get(FILE_NAME, "the file")


class FiscalStart(NamedTuple):
    """`month`: the first of a fiscal year; `later`: by how much the year's name exceeds the year in which it starts."""

    month: int
    later: int


class Origins:
    """The headers and metadata of one table; remembers what was used and what a mapping names in vain.

    `steps` collects the columns that are worked out on the way, `numbers` is how numbers are written by default.
    """

    def __init__(self, table: TextTable, mapping: Mapping) -> None:
        self._file, self._section = file_of(table), table.section
        self._columns = table.columns
        self._metadata: Dictionary[str, str] = table.metadata
        self._alike: dict[str, list[str]] = {}
        for column in table.columns:
            self._alike.setdefault(alike(column), []).append(column)
        self.calendar, self.numbers = mapping.fiscal_calendar, mapping.numbers
        self.steps = Steps()
        self._texts: dict[str, pl.Expr] = {}
        self.used: set[str] = set()
        self._missing: list[tuple[str, ...]] = []
        self._unreadable = [row.row for row in table.unreadable]
        self._carried: dict[str, pl.Expr] = {}

    def header(self, names: tuple[str, ...], *, optional: bool = False) -> str | None:
        """The first of `names` that the file has; capitals and blanks need not agree where only one column is meant."""
        for name in names:
            if name in self._columns:
                self.used.add(name)
                return name
        for name in names:
            found = self._alike.get(alike(name), [])
            if len(found) == 1:
                self.used.add(found[0])
                return found[0]
        if not optional:
            self._missing.append(names)
        return None

    def metadata(self, keys: tuple[str, ...], *, optional: bool = False) -> str | None:
        """The first non-empty metadata value of `keys`; raises SourceError where the file has none of them."""
        for key in keys:
            value = self._metadata.get(key, "").strip()
            if value:
                return value
        if optional:
            return None
        known = ", ".join(sorted(self._metadata)) or "none at all"
        raise SourceError(
            self._file,
            self._section,
            f"the metadata {' or '.join(map(repr, keys))} that the mapping needs is missing; the file says {known}.",
            "Correct the key in the mapping, or declare the metadata in the layout.",
        )

    @property
    def extra(self) -> tuple[str, ...]:
        """The file's columns that no part of the mapping has named so far."""
        return tuple(column for column in self._columns if column not in self.used)

    def complain(self) -> None:
        """Raise one SourceError that names every missing column, both lists and the nearest match of each."""
        if not self._missing:
            return
        wanted = "; ".join(_with_nearest(names, self._columns) for names in dict.fromkeys(self._missing))
        more = f" and {len(self._columns) - _NAMED:,} more" if len(self._columns) > _NAMED else ""
        has = (", ".join(self._columns[:_NAMED]) or "no columns") + more
        raise SourceError(
            self._file,
            self._section,
            f"columns that the mapping names are missing: {wanted}. The file has: {has}. "
            f"The mapping found: {', '.join(sorted(self.used)) or 'none'}.",
            "Correct the names in the mapping (several may be listed), or mark the column `optional: true`.",
        )

    def with_carried(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The table with the columns that repeat the cell above; before any row is left out, be it only a heading."""
        if not self._carried:
            return frame
        # Across a row that could not be read nothing is carried: it may have begun another document.
        since = pl.lit(pl.Series(self._unreadable, dtype=pl.Int64)).search_sorted(pl.col("source_row"))
        columns = [text.forward_fill().over(_SINCE).alias(name) for name, text in self._carried.items()]
        return frame.with_columns(since.alias(_SINCE)).with_columns(columns).drop(_SINCE)

    def _carry(self, header: str, source: Source) -> pl.Expr:
        found = pl.col(header).str.strip_chars()
        if source.pattern is not None:
            found = found.str.extract(source.pattern).str.strip_chars()
        name = f"@carried{len(self._carried)}"
        self._carried[name] = _without(found, ("", *source.empty_words))
        return pl.col(name)

    def text(self, source: Source) -> pl.Expr:
        """The trimmed text of a source, null where it is empty. `values` of inner sources are already applied."""
        said = source.model_dump_json(include=_WHERE)
        if said not in self._texts:
            self._texts[said] = self.steps.keep(self._text(source))
        return self._texts[said]

    def _text(self, source: Source) -> pl.Expr:
        found = self._origin(source)
        if source.pattern is not None and not source.carried:
            found = found.str.extract(source.pattern).str.strip_chars()
        if source.pattern is not None or source.empty_words:
            found = _without(found, ("", *source.empty_words))
        if source.strip_leading_zeros:
            found = found.str.replace(r"^0+(.)", "$1")
        return found if source.when_empty is None else found.fill_null(source.when_empty)

    def _origin(self, source: Source) -> pl.Expr:  # noqa: PLR0911 (one for each origin)
        if source.column is not None:
            header = self.header(source.column, optional=source.optional)
            if header is not None and source.carried:
                return self._carry(header, source)
            return _nothing() if header is None else _without(self.steps.keep(pl.col(header).str.strip_chars()), ("",))
        if source.metadata is not None:
            return pl.lit(self.metadata(source.metadata, optional=source.optional), dtype=pl.String)
        if source.value is not None:
            return pl.lit(source.value, dtype=pl.String)
        if source.first_of is not None:
            return pl.coalesce([self._inner(inner) for inner in source.first_of])
        if source.joined is not None:
            texts = [self._inner(inner) for inner in source.joined]
            return _without(pl.concat_str(texts, separator=source.separator, ignore_nulls=True), ("",))
        if source.derive is not None:
            return derived_text(source, self.fiscal_start())
        if source.row_number == "file":
            return pl.col("source_row").cast(pl.String)
        raise AssertionError(f"no text for {source!r}")

    def _inner(self, source: Source) -> pl.Expr:
        text = self.text(source)
        return text if source.values is None else recoded(text, source)

    def fiscal_start(self) -> FiscalStart:
        """When the branch's fiscal years start, and after which calendar year they are named."""
        month = self.calendar.first_month or 1
        if self.calendar.start is not None:
            text = self.metadata(self.calendar.start)
            month = self.day(text or "", self.calendar.format, self.calendar.start[0]).month
        return FiscalStart(month, int(self.calendar.named_after == "end" and month > 1))

    def day(self, text: str, fmt: str, key: str) -> date:
        """A date from metadata; raises SourceError where it is none."""
        try:
            return datetime.strptime(text, fmt).date()  # noqa: DTZ007 (a day, not an instant)
        except ValueError as err:
            raise SourceError(
                self._file,
                f"metadata {key!r}",
                f"{text!r} is no date written as {fmt}.",
                "Correct the file or the format.",
            ) from err


def recoded(text: pl.Expr, source: Source) -> pl.Expr:
    """Codes to standard values; null for a code that is not listed, unless the source says what becomes of it."""
    values = source.values or {}
    default = text if source.keep_unlisted else source.otherwise
    known = text.replace_strict(list(values), list(values.values()), default=default, return_dtype=pl.String)
    return pl.when(text.is_not_null()).then(known)


def derived_text(source: Source, start: FiscalStart) -> pl.Expr:
    """A derived value as text, for joining."""
    if source.derive == "period_of":
        return pl.col(VALUE + source.from_[0]).dt.to_string("%Y-%m")
    return derived(source, start).cast(pl.String)


def derived(source: Source, start: FiscalStart) -> pl.Expr:
    """A value derived from fields that are read already: integers, a month's last day, or `YYYY-MM`."""
    fields = [pl.col(VALUE + name) for name in source.from_]
    day = fields[0]
    match source.derive:
        case "year_of":
            return day.dt.year().cast(pl.Int64)
        case "month_of":
            return day.dt.month().cast(pl.Int64)
        case "period_of":
            return derived_text(source, start)
        case "fiscal_period_of":
            return (day.dt.month().cast(pl.Int64) - start.month) % 12 + 1
        case "fiscal_year_of":
            return day.dt.year().cast(pl.Int64) + start.later - (day.dt.month() < start.month).cast(pl.Int64)
        case "month_end_of":
            return _month_end(fields, start)
    raise AssertionError(source.derive)


def _month_end(fields: list[pl.Expr], start: FiscalStart) -> pl.Expr:
    if len(fields) == 1:
        return fields[0].dt.month_end()
    year, period = fields
    month = period.clip(1, 12) + (start.month - 2)  # adjustment periods end with the year
    first = pl.date(year - start.later + month // 12, month % 12 + 1, 1)
    return pl.when(year.is_between(1900, 2199) & (period >= 1)).then(first.dt.month_end())


def _without(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return pl.when(text != words[0] if len(words) == 1 else ~text.is_in(words)).then(text)


def _nothing() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def alike(name: str) -> str:
    """A header as it is compared: capitals, kinds of blanks and widths of letters do not count."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()


def _with_nearest(names: tuple[str, ...], columns: tuple[str, ...]) -> str:
    near = [match for name in names for match in difflib.get_close_matches(name, columns, n=1, cutoff=0.5)]
    wanted = " or ".join(map(repr, names))
    return f"{wanted} (nearest: {near[0]!r})" if near else wanted
