"""What stands around the records of a JSON document: the way down to their array, and values outside it.

Not here: the records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

from pipelines.errors import SourceError
from pipelines.sources.jsonlayout import JsonLayout
from pipelines.sources.jsontext import JsonText
from pipelines.sources.jsonvalues import Values
from pipelines.sources.names import nearest

_Tree = dict[str, "_Tree"]
_MANY = 40  # keys that an error names


class Outer:
    """One walk through a document; `values` is what stood outside the records, once the walk is done."""

    def __init__(self, file: str, layout: JsonLayout) -> None:
        self._file, self._layout = file, layout
        self._columns = layout.root_columns
        self._wanted: _Tree = {}
        for column in self._columns.values():
            at = self._wanted
            for step in column.steps:
                at = at.setdefault(step.name, {})
        self._kept: Any = {}  # the outline of the document: what the records stand in, and the wanted values
        self._found = False
        self._keys: list[str] = []

    def records(self, stream: TextIO) -> Iterator[tuple[JsonText, Any]]:
        """Each element of the array of records, beside the text that just read it."""
        text = JsonText(self._file, stream)
        steps = self._layout.records_steps
        first = text.peek()
        if (first != "[" and not steps) or first not in ("[", "{"):
            raise SourceError(
                self._file,
                f"line {text.line}",
                f"the file begins with {first!r}, expected {'an object or array' if steps else 'an array of records'}.",
                "Say in the layout where the array stands, e.g. records: data.items, or lines: true for one object a "
                "line.",
            )
        yield from self._way(text, steps, self._wanted, self._kept, 0)
        if text.peek():
            raise SourceError(
                self._file,
                f"line {text.line}",
                "more follows after the end of the document.",
                "For one object a line set lines: true in the layout; otherwise export the file again.",
            )
        if not self._found:
            path = self._layout.records or ""
            raise SourceError(
                self._file,
                "",
                f"no array of records stands at {path!r}.",
                f"{nearest(path.rpartition('.')[2], self._keys)} Send a file of the agreed kind, or correct records in "
                f"the layout.",
            )

    def values(self) -> dict[str, str]:
        """The values outside the records by their key in the layout; raises `SourceError` where one is not clear."""
        values = Values({key: (column, column.steps) for key, column in self._columns.items()})
        read, unclear = values.read(self._kept)
        if unclear:
            say = "Say in the layout which one is meant: take: first, last or join, or a key in the path."
            raise SourceError(self._file, "", f"{unclear}.", say)
        return {key: text.strip() for key, text in zip(values.names, read, strict=True) if text is not None}

    def _way(
        self, text: JsonText, steps: tuple[str, ...], wanted: _Tree, kept: dict[str, Any], depth: int
    ) -> Iterator[tuple[JsonText, Any]]:
        text.refuse_depth(depth)
        first = text.peek()
        if first == "[":
            if not steps:
                self._found = True
            for _ in text.elements():
                if steps:
                    yield from self._way(text, steps, wanted, kept, depth + 1)
                else:
                    yield text, text.value()
        elif first == "{" and steps:
            yield from self._object(text, steps, wanted, kept, depth)
        else:
            line = text.line
            text.value()
            raise SourceError(
                self._file,
                f"line {line}",
                f"found {text.raw[:40]!r} on the way to the records at {self._layout.records!r}, expected an array.",
                "Send a file of the agreed kind, or correct records in the layout.",
            )

    def _object(
        self, text: JsonText, steps: tuple[str, ...], wanted: _Tree, kept: dict[str, Any], depth: int
    ) -> Iterator[tuple[JsonText, Any]]:
        seen: set[str] = set()
        for key in text.members():
            self._remember(key)
            if key != steps[0] and key not in wanted:
                text.skip()
                continue
            if key in seen:
                raise SourceError(
                    self._file, f"line {text.line}", f"the key {key!r} stands twice in one object.", "Export it again."
                )
            seen.add(key)
            if key == steps[0]:
                inner: dict[str, Any] = {}
                kept.setdefault(key, []).append(inner)
                yield from self._way(text, steps[1:], wanted.get(key, {}), inner, depth + 1)
            else:
                self._keep(text, key, kept)

    def _keep(self, text: JsonText, key: str, kept: dict[str, Any]) -> None:
        value = text.value()
        if text.fault:
            raise SourceError(
                self._file, f"line {text.line_of_value}", f"in {key!r}, {text.fault}.", "Export the file again."
            )
        kept[key] = [*kept[key], value] if key in kept else [value]

    def _remember(self, key: str) -> None:
        if len(self._keys) < _MANY and key not in self._keys:
            self._keys.append(key)
