"""Delimited text record by record, with recovery after broken quotes. Not here: columns, rules, speed.

A record whose quotes or cell count are wrong must not swallow its neighbours: when it spans several lines, only its
first line is given up, and reading resumes at the next one.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

from pipelines.errors import SourceError
from pipelines.sources.layout import DelimitedLayout
from pipelines.sources.limits import MAX_RECORD_CHARS, MAX_RECORD_LINES, RAW_CHARS

Judge = Callable[[list[str]], str]  # cells → why they are no record of the table; empty when they are one


class Record(NamedTuple):
    """One record: its number from 1, its cells, and why it cannot be read (then `raw` holds its text)."""

    row: int
    cells: list[str]
    reason: str = ""
    raw: str = ""


class _TooLongError(Exception):
    """A record went on beyond the limits."""


class _Lines:
    """The lines of the file; those of the current record are held, so that they can be given back."""

    def __init__(self, file: str, stream: TextIO) -> None:
        self._file, self._stream = file, stream
        self._waiting: deque[str] = deque()
        self.held: list[str] = []
        self.breaks = 0  # "\n" in all records that were finished
        self._read_lines = 0
        self.doubtful = 0  # lines that were given back and not yet read again

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        held = self.held
        if len(held) >= MAX_RECORD_LINES or (held and sum(map(len, held)) > MAX_RECORD_CHARS):
            raise _TooLongError
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            raise StopIteration
        held.append(line)
        return line

    def _read(self) -> str:
        line = self._stream.readline(MAX_RECORD_CHARS)
        if len(line) >= MAX_RECORD_CHARS and not line.endswith(("\n", "\r")):
            raise SourceError(
                self._file,
                f"line {self._read_lines + 1}",
                f"a line goes on beyond {MAX_RECORD_CHARS:,} characters; no record of a table is that long.",
                "Check that rows end in line breaks and that the file is the agreed export, and send it again.",
            )
        self._read_lines += 1
        return line

    def finish(self) -> None:
        """The record is done: forget its lines."""
        self.doubtful = max(0, self.doubtful - len(self.held))
        self.breaks += sum(line.count("\n") for line in self.held)
        self.held.clear()

    def give_back(self) -> str:
        """Keep the record's first line as its text, read the others again."""
        first, rest = self.held[0], self.held[1:]
        self._waiting.extendleft(reversed(rest))
        self.doubtful = max(self.doubtful - 1, len(rest))
        self.breaks += first.count("\n")
        self.held.clear()
        return first


class RecordReader:
    """Iterates over the records of a text stream (opened with newline=''). `judge` may be set between records."""

    def __init__(self, file: str, stream: TextIO, layout: DelimitedLayout) -> None:
        csv.field_size_limit(MAX_RECORD_CHARS)
        self._lines = _Lines(file, stream)
        self._quote = layout.quote
        self._reader = csv.reader(
            self._lines,
            delimiter=layout.delimiter,
            quotechar=layout.quote,
            quoting=csv.QUOTE_NONE if layout.quote is None else csv.QUOTE_MINIMAL,
            doublequote=True,
            escapechar=layout.escape,
            strict=True,
        )
        self.judge: Judge = lambda _cells: ""
        self.row = 0

    @property
    def breaks(self) -> int:
        """How many line feeds the records so far took."""
        return self._lines.breaks

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        return self._settle(*self._read())

    def _settle(self, cells: list[str], reason: str) -> Record:
        self.row += 1
        lines = self._lines
        reason = reason or self.judge(cells) or self._stray_quote()
        if not reason:
            lines.finish()
            return Record(self.row, cells)
        if len(lines.held) > 1:
            raw = lines.give_back()
            reason = f"{reason}; if a quote was opened, it was not closed where it should be"
            cells = []
        else:
            raw = "".join(lines.held)
            lines.finish()
        return Record(self.row, cells, reason, raw.rstrip("\r\n")[:RAW_CHARS])

    def batch(self, size: int, width: int) -> list[Record]:
        """Up to `size` further records. One line of `width` cells, by far the usual case, is taken without ado."""
        records: list[Record] = []
        lines, reader, held = self._lines, self._reader, self._lines.held
        while len(records) < size:
            reason, cells = "", list[str]()
            try:
                cells = next(reader)
            except StopIteration:
                break
            except (csv.Error, _TooLongError) as err:
                reason = _in_words(err)
            if len(cells) == width and len(held) == 1 and not lines.doubtful:
                self.row += 1
                held.clear()
                records.append(Record(self.row, cells))
            else:
                records.append(self._settle(cells, reason))
        return records

    def _read(self) -> tuple[list[str], str]:
        try:
            return next(self._reader), ""
        except (csv.Error, _TooLongError) as err:
            return [], _in_words(err)

    def _stray_quote(self) -> str:
        """A line that was given back is trusted only when its quotes come in pairs."""
        if not self._lines.doubtful or self._quote is None or len(self._lines.held) != 1:
            return ""
        odd = self._lines.held[0].count(self._quote) % 2
        return "a quote is left over from a cell that was opened in a row above" if odd else ""


def loose_cells(raw: str, layout: DelimitedLayout) -> list[str]:
    """The cells of one line whose quotes are not in order: good enough for a title or a header, never for a record."""
    if layout.quote is None:
        return raw.split(layout.delimiter)
    return next(csv.reader([raw], delimiter=layout.delimiter, quotechar=layout.quote, strict=False), [])


def _in_words(error: Exception) -> str:
    if isinstance(error, _TooLongError):
        return "a quote is opened and never closed"
    text = str(error)
    if "unexpected end of data" in text:
        return "a quote is opened and never closed before the file ends"
    if "expected after" in text:
        return "text follows a closing quote"
    return f"the quotes cannot be made out ({text})"
