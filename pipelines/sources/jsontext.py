"""JSON text value by value, in bounded memory: numbers keep their text, what is no JSON is an error with its line.

Not here: which values are wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from pipelines.errors import SourceError
from pipelines.sources.jsonpath import written
from pipelines.sources.limits import MAX_JSON_CHARS, MAX_NESTING, RAW_CHARS, TEXT_CHARS

_PIECE = 1 << 19
_SPACE = re.compile(r"[ \t\n\r]*")
_AFTER_NUMBER = 2  # "1.5e+" ends in the middle of a number, of which "1.5" could be read alone
_DOUBTFUL = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
TOO_DEEP = "objects and arrays are nested too deep"


class Decoder:
    """Decodes single values. `fault` says what is wrong with the last one although it could be read; else empty."""

    def __init__(self) -> None:
        self._faults: list[str] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=str, parse_int=str, parse_constant=self._constant
        )

    def read(self, text: str, at: int = 0) -> tuple[Any, int]:
        """The value that begins at `at` and where it ends; raises JSONDecodeError, or RecursionError when too deep."""
        self._faults.clear()
        value, end = self._decoder.raw_decode(text, at)
        if _DOUBTFUL.search(text, at, end):
            self._faults += _bad_characters(value)
        return value, end

    @property
    def fault(self) -> str:
        return self._faults[0] if self._faults else ""

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            repeated = next(name for name in found if names.count(name) > 1)
            self._faults.append(f"the key {written(repeated)!r} stands twice in one object")
        return found

    def _constant(self, text: str) -> str:
        self._faults.append(f"{text} stands where a value should, and is none in JSON")
        return text


class JsonText:
    """A position in a JSON document that is read piece by piece."""

    def __init__(self, file: str, stream: TextIO) -> None:
        self._file, self._stream = file, stream
        self._decoder = Decoder()
        self._text, self._at, self._ended = "", 0, False
        self._began = 0  # where the last value began
        self._lines_before = 0

    def peek(self) -> str:
        """The next character that is no white space; empty at the end of the file."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    @property
    def line(self) -> int:
        """The line of the position."""
        return self._line_of(self._at)

    @property
    def line_of_value(self) -> int:
        """The line in which the last value began."""
        return self._line_of(self._began)

    @property
    def raw(self) -> str:
        """The beginning of the last value as it stands in the file; until the next step forward."""
        return self._text[self._began : min(self._at, self._began + RAW_CHARS)]

    @property
    def fault(self) -> str:
        """What is wrong with the last value although it could be read; else empty."""
        return self._decoder.fault

    def value(self) -> Any:
        """The whole value at the position; raises `SourceError` when it is no JSON, cut off or too long."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.read(self._text, self._at)
            except RecursionError as err:
                raise self._refused(self.line, f"{TOO_DEEP}.", "Check what was exported.") from err
            except json.JSONDecodeError as err:
                if self._ended:
                    raise self._broken(err.msg, err.pos) from err
            else:
                if self._ended or end + _AFTER_NUMBER < len(self._text):
                    self._began, self._at = self._at, end
                    return value
            if len(self._text) - self._at > MAX_JSON_CHARS:
                problem = f"a record goes on beyond {MAX_JSON_CHARS:,} characters, or is broken somewhere within."
                raise self._refused(self.line, problem, "Correct records in the layout, or send smaller records.")
            self._more()

    def members(self) -> Iterator[str]:
        """The keys of the object at the position; whoever asks for the next one has read or skipped the value."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            if self.peek() != '"':
                raise self._broken("Expecting a key in double quotes", self._at)
            key = str(self.value())
            self.take(":")
            yield key
            if self.take(",}") == "}":
                return

    def elements(self) -> Iterator[int]:
        """The numbers (from 1) of the array's elements at the position; whoever asks on has read or skipped each."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        number = 0
        while True:
            number += 1
            yield number
            if self.take(",]") == "]":
                return

    def take(self, allowed: str) -> str:
        """Step over the next character, which has to be one of `allowed`."""
        found = self.peek()
        if not found or found not in allowed:
            raise self._broken(f"Expecting {' or '.join(allowed)}", self._at)
        self._at += 1
        return found

    def skip(self, depth: int = 0) -> None:
        """Step over the value at the position, however large it is."""
        first = self.peek()
        self.refuse_depth(depth)
        if self._stepped_over():
            return
        if first == "{":
            for _ in self.members():
                self.skip(depth + 1)
        elif first == "[":
            for _ in self.elements():
                self.skip(depth + 1)
        else:
            self.value()

    def refuse_depth(self, depth: int) -> None:
        """Raise `SourceError` when the walk has gone deeper than any export does."""
        if depth > MAX_NESTING:
            raise self._refused(self.line, f"{TOO_DEEP}.", "Check what was exported.")

    def _stepped_over(self) -> bool:
        """Whether the value stood whole in the piece at hand, and is behind us."""
        try:
            _, end = self._decoder.read(self._text, self._at)
        except (json.JSONDecodeError, RecursionError):
            return False
        if not self._ended and end + _AFTER_NUMBER >= len(self._text):
            return False
        self._at = end
        return True

    def _more(self) -> None:
        """Forget what lies behind, read on; twice as much each time, so that a long value is not read too often."""
        left = len(self._text) - self._at
        piece = self._stream.read(max(_PIECE, left))
        self._lines_before += self._text.count("\n", 0, self._at)
        self._text, self._at, self._began = self._text[self._at :] + piece, 0, 0
        self._ended = not piece

    def _line_of(self, position: int) -> int:
        return 1 + self._lines_before + self._text.count("\n", 0, position)

    def _broken(self, said: str, position: int) -> SourceError:
        line = self._line_of(position)
        if was_cut_off(said, self._text, position):
            return self._refused(line, f"the file was cut off ({said}).", "Send the file again.")
        found = self._text[position : position + TEXT_CHARS].split("\n")[0][:40]
        return self._refused(
            line, f"this is not well-formed JSON ({said}, found {found!r}).", "Export and send the file again."
        )

    def _refused(self, line: int, problem: str, fix: str) -> SourceError:
        return SourceError(self._file, f"line {line}", problem, fix)


def was_cut_off(said: str, text: str, position: int) -> bool:
    """Whether a decoder's complaint means that the text ended too early."""
    return "Unterminated" in said or not text[position:].strip()


def _bad_characters(value: Any) -> Iterator[str]:
    """Characters that no text of a record holds: NUL, and half of a pair that only together means a character."""
    left = [value]
    while left:
        here = left.pop()
        if isinstance(here, dict):
            left += [*here, *here.values()]
        elif isinstance(here, list):
            left += here
        elif isinstance(here, str) and "\0" in here:
            yield "a text holds a NUL character"
        elif isinstance(here, str) and any("\ud800" <= character <= "\udfff" for character in here):
            yield "a text holds half of a surrogate pair (\\ud800 to \\udfff), which is no character"
