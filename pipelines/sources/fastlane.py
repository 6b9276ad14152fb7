"""Cheap and exact: is every line of this text one whole record of so many cells? Not here: what to do when it is not.

The engine's own scan fills short rows in silence, so its lines are counted here first; bounded memory, one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.sources.layout import DelimitedLayout
from pipelines.sources.limits import MAX_RECORD_CHARS
from pipelines.sources.table import ROW

_LINE = "line"
_BARE = "bare"  # the line without its quoted parts
_MAX_WRONG = 10_000  # lines of the wrong width that are looked at one by one
# every blank of Unicode but the line feed: a row of them is blank here as it is on the careful way
_BLANKS = "\t\x0b\x0c \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_PROBE = 1 << 20  # bytes within which the first line break has to come
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Lines:
    """What stands below the head of a file whose every line is one record; `wrong` are those of another width."""

    rows: int
    blank: int
    wrong: tuple[tuple[int, str], ...]  # line from 0, its text


def one_record_each(path: Path, layout: DelimitedLayout, width: int, breaks: int) -> Lines | None:
    """The lines below the first `breaks` ones, when the engine may scan them.

    None when some line is not plainly one record (quotes that span lines or are out of order), or when many are of
    the wrong width: then only reading it record by record is exact.
    """
    if not _engine_knows(layout) or not _breaks_early(path):
        return None
    if layout.quote is not None and not _occurs(layout.quote, path):
        layout = layout.model_copy(update={"quote": None})  # nothing to take off lines: a sixth of the time
    bare = _without_quoted(layout).alias(_BARE)
    lines = pl.scan_lines(path, name=_LINE, glob=False).slice(breaks).with_columns(bare)
    facts = lines.select(*_facts(layout, width)).collect(engine="streaming").row(0, named=True)
    if not facts["rows"] or facts["odd"] or facts["wrong"] > _MAX_WRONG or not _first_is_whole(lines, layout, width):
        return None
    if facts["quoted"] and _engine_count(path, layout, width, breaks) != facts["rows"]:
        return None
    return Lines(facts["rows"], facts["blank"], _wrong_lines(lines, layout, width) if facts["wrong"] else ())


def _engine_knows(layout: DelimitedLayout) -> bool:
    return layout.escape is None and layout.delimiter.isascii() and (layout.quote or '"').isascii()


def _breaks_early(path: Path) -> bool:
    """A file without line feeds (old Mac text, or one endless line) would be loaded whole as its only line."""
    with path.open("rb") as stream:
        first = stream.read(_PROBE)
    return b"\n" in first or len(first) < _PROBE


def _occurs(sign: str, path: Path) -> bool:
    """Whether an ASCII sign stands anywhere in the file."""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if sign.encode() in chunk:
                return True
    return False


def _facts(layout: DelimitedLayout, width: int) -> list[pl.Expr]:
    line = pl.col(_LINE)
    odd = line.str.contains("\r", literal=True) | (line.str.len_bytes() > MAX_RECORD_CHARS // 2)
    quoted = pl.lit(value=False)
    if layout.quote is not None:
        odd = odd | pl.col(_BARE).str.contains(layout.quote, literal=True)
        quoted = line.str.contains(layout.quote, literal=True)
    return [
        pl.len().alias("rows"),
        _is_blank(layout).sum().alias("blank"),
        _is_wrong(layout, width).sum().alias("wrong"),
        odd.any().alias("odd"),
        quoted.any().alias("quoted"),
    ]


def _is_blank(layout: DelimitedLayout) -> pl.Expr:
    return pl.col(_LINE).str.strip_chars(f"{layout.delimiter}{layout.quote or ''}{_BLANKS}") == ""


def _is_wrong(layout: DelimitedLayout, width: int) -> pl.Expr:
    cells = _cells(layout)
    whole = cells <= width if layout.short_rows == "fill" else cells == width
    return ~whole & ~_is_blank(layout)


def _wrong_lines(lines: pl.LazyFrame, layout: DelimitedLayout, width: int) -> tuple[tuple[int, str], ...]:
    wrong = lines.with_row_index("at").filter(_is_wrong(layout, width)).sort("at").collect(engine="streaming")
    return tuple(wrong.select("at", _LINE).iter_rows())


def _without_quoted(layout: DelimitedLayout) -> pl.Expr:
    if layout.quote is None:
        return pl.col(_LINE)
    quote = re.escape(layout.quote)
    return pl.col(_LINE).str.replace_all(f"{quote}[^{quote}]*{quote}", "")


def _cells(layout: DelimitedLayout) -> pl.Expr:
    return pl.col(_BARE).str.count_matches(layout.delimiter, literal=True) + 1


def _first_is_whole(lines: pl.LazyFrame, layout: DelimitedLayout, width: int) -> bool:
    """The engine takes the number of columns from the first line, whatever schema it is given."""
    return bool(lines.head(1).select(_cells(layout) == width).collect().item())


def engine_scan(
    path: Path, layout: DelimitedLayout, columns: tuple[str, ...], breaks: int, first_row: int = 1
) -> pl.LazyFrame:
    """The engine's lazy scan: every column String, as it stands in the file, and `source_row` from `first_row` on.

    Rows of another width are filled or cut by the engine: they are known from `Lines.wrong`, and left out later.
    """
    return pl.scan_csv(
        path,
        has_header=False,
        separator=layout.delimiter,
        quote_char=layout.quote,
        skip_lines=breaks,
        schema=dict.fromkeys(columns, pl.String),
        truncate_ragged_lines=True,
        row_index_name=ROW,
        row_index_offset=first_row,
        glob=False,
    ).with_columns(pl.col(ROW).cast(pl.Int64))


def _engine_count(path: Path, layout: DelimitedLayout, width: int, breaks: int) -> int:
    """How many records the engine sees when it parses the quotes itself; -1 when it cannot."""
    columns = tuple(f"c{number}" for number in range(width))
    scan = engine_scan(path, layout, columns, breaks)
    try:
        # quotes are examined only in columns that are asked for: ask for all
        counted = scan.select(pl.len(), pl.col(columns).str.len_bytes().sum()).collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return -1
    return int(counted.item(0, 0))
