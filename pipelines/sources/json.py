"""The reader of JSON and NDJSON: the file's records one by one, in bounded memory. Not here: values of one record.

One of the file's own records is held whole, with all that is nested in it; nothing else is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from pipelines.errors import SourceError
from pipelines.sources.encoding import to_utf8
from pipelines.sources.jsonlayout import JsonColumn, JsonLayout, JsonSection
from pipelines.sources.jsonouter import Outer
from pipelines.sources.jsontext import TOO_DEEP, Decoder, JsonText, was_cut_off
from pipelines.sources.jsonvalues import Values, flat
from pipelines.sources.limits import MAX_JSON_CHARS, MAX_REPEATED_CHARS, RAW_CHARS, check_size
from pipelines.sources.recognise import expect_kind
from pipelines.sources.spill import Collector
from pipelines.sources.table import ROW, NonData, TextTable, UnreadableRow

_SAY_WHICH = "Say in the layout which one is meant: take: first, last or join, or a key in the path."


class _Record(NamedTuple):
    """One of the file's own records: its number (NDJSON: its line), its value, or why it cannot be read."""

    number: int
    where: Callable[[], str]  # for people; asked for at once or never
    value: Any
    fault: str = ""
    raw: str = ""
    blank: bool = False


@dataclass
class _Section:
    """A kind of record while it is read. `above`: what its records need from the objects that hold them, by depth."""

    file: str
    name: str
    layout: JsonSection
    steps: tuple[str, ...]
    own: Values
    above: dict[int, Values]
    rows: Collector
    count: int = 0
    repeated: int = 0  # characters that the rows of one record repeat of what stands above them
    told: bool = False  # whether the file says anything about these records, be it that there are none
    non_data: list[NonData] = field(default_factory=list)
    unreadable: list[UnreadableRow] = field(default_factory=list)

    def take(self, record: _Record) -> None:
        """Add the rows that one of the file's records holds."""
        self.repeated = 0
        if not self.steps:
            self.count = record.number - 1
        if record.blank:
            if not self.steps:
                self.non_data.append(NonData(record.number, "blank", ""))
        elif record.fault:
            self._refuse(record, record.fault)
        elif not isinstance(record.value, dict):
            self._refuse(record, "this is no object; expected one with the record's values by name")
        else:
            self._descend(record, record.value, 0, [], "")

    def _descend(self, record: _Record, value: Any, depth: int, cells: list[str | None], unclear: str) -> None:
        if not isinstance(value, dict):
            if value is not None:
                self._refuse(record, f"{'.'.join(self.steps[:depth])} holds {value!r:.40}; expected objects")
            return
        if depth == len(self.steps):
            own, problem = self.own.read(value)
            if problem := unclear or problem:
                self._refuse(record, f"{problem}. {_SAY_WHICH}", _text(value) if self.steps else "")
                return
            self._refuse_repetition(record, cells)
            self.count += 1
            self.rows.add((self.count,), cells + own)
            return
        if depth in self.above:
            found, problem = self.above[depth].read(value)
            cells, unclear = cells + found, unclear or problem
        step = self.steps[depth]
        if step in value:
            self.told = self.told or depth == len(self.steps) - 1
            for below in flat(value[step]):
                self._descend(record, below, depth + 1, cells, unclear)

    def _refuse_repetition(self, record: _Record, above: list[str | None]) -> None:
        """One long text above a hundred thousand lines would fill memory and disk."""
        self.repeated += sum(map(len, filter(None, above)))
        if self.repeated > MAX_REPEATED_CHARS:
            raise SourceError(
                self.file,
                record.where(),
                f"its {self.name} repeat more than {MAX_REPEATED_CHARS:,} characters of the values above them.",
                "Leave the long text out of the columns of this section, or send smaller records.",
            )

    def _refuse(self, record: _Record, reason: str, raw: str = "") -> None:
        self.count += 1
        self.unreadable.append(UnreadableRow(self.count, f"{record.where()}: {reason}", raw or record.raw))


def read_json(path: Path, layout: JsonLayout, scratch: Path) -> list[TextTable]:
    """One table per section of which the file says something, be it that there is no record.

    A record's number is its line (NDJSON) or its place in the array; a nested one is counted over the whole file.
    A record that is no JSON (NDJSON), no object, or not clear is listed as unreadable. Raises `SourceError` when the
    file is no JSON, was cut off, or does not hold what the layout says.
    """
    check_size(path)
    expect_kind(path, layout.kind, frozenset({"text"}))
    text = to_utf8(path, layout.encoding, scratch)
    sections = _sections(path.name, layout, scratch)
    outer = Outer(path.name, layout)
    records = 0
    with text.path.open(encoding="utf-8", newline="\n") as stream:
        for record in _lines(path.name, stream) if layout.lines else _elements(outer, stream):
            records += not record.blank
            for section in sections:
                section.take(record)
    return _tables(path.name, layout, sections, outer.values(), records)


# ---- the file's own records ----------------------------------------------------------------------------------------


def _elements(outer: Outer, stream: TextIO) -> Iterator[_Record]:
    """The elements of the array of records; raises `SourceError` where the document is broken."""
    for number, (text, value) in enumerate(outer.records(stream), start=1):
        yield _Record(number, partial(_where, text, number), value, text.fault, text.raw)


def _where(text: JsonText, number: int) -> str:
    return f"record {number}, line {text.line_of_value}"


def _lines(file: str, stream: TextIO) -> Iterator[_Record]:
    """The lines of NDJSON; a line that is no JSON is a record with a fault, as the next one stands for itself."""
    decoder, number, begun = Decoder(), 0, False
    while line := stream.readline(MAX_JSON_CHARS):
        number += 1
        where, content = partial("line {}".format, number), line.strip()
        if not content:
            yield _Record(number, where, None, blank=True)
            continue
        if not begun and (content.startswith("[") or content == "{"):
            raise SourceError(
                file,
                where(),
                f"found {content[:40]!r}, expected one whole object a line (NDJSON).",
                "Set lines: false in the layout (and records, where the array of records is not the file itself).",
            )
        begun = True
        if len(line) >= MAX_JSON_CHARS and not line.endswith("\n"):
            _finish(stream)
            value, fault = None, f"the line goes on beyond {MAX_JSON_CHARS:,} characters"
        else:
            value, fault = _decoded(file, decoder, content, where(), ended=not line.endswith("\n"))
        yield _Record(number, where, value, fault, content[:RAW_CHARS])


def _decoded(file: str, decoder: Decoder, content: str, place: str, *, ended: bool) -> tuple[Any, str]:
    try:
        value, end = decoder.read(content)
    except RecursionError:
        return None, TOO_DEEP
    except json.JSONDecodeError as err:
        if ended and was_cut_off(err.msg, content, err.pos):
            raise SourceError(
                file,
                place,
                f"the file ends within this line ({err.msg}): it was cut off.",
                "Send the whole file again.",
            ) from err
        return None, f"this is no JSON ({err.msg}, column {err.colno}: {content[err.pos : err.pos + 20]!r})"
    if end < len(content):
        return None, f"more follows after the object (column {end + 1}: {content[end : end + 20]!r})"
    return value, decoder.fault


def _finish(stream: TextIO) -> None:
    """Read to the end of the line."""
    while (rest := stream.readline(MAX_JSON_CHARS)) and not rest.endswith("\n"):
        pass


# ---- sections and tables -------------------------------------------------------------------------------------------


def _sections(file: str, layout: JsonLayout, scratch: Path) -> list[_Section]:
    places = {section.record_steps for section in layout.sections.values()}
    return [_section(file, name, section, places, scratch) for name, section in layout.sections.items()]


def _section(file: str, name: str, layout: JsonSection, places: set[tuple[str, ...]], scratch: Path) -> _Section:
    steps = layout.record_steps
    by_depth: dict[int, dict[str, JsonColumn]] = {len(steps): {}}
    for header, column in layout.columns.items():
        by_depth.setdefault(len(steps) - column.ups, {})[header] = column
    values = {depth: _values(columns) for depth, columns in sorted(by_depth.items())}
    for depth, one in values.items():
        for place in places:
            if len(place) > depth and place[:depth] == steps[:depth]:
                one.leave_to_others(place[depth:])
    own = values.pop(len(steps))
    names = tuple(header for one in (*values.values(), own) for header in one.names)
    return _Section(file, name, layout, steps, own, values, Collector(scratch, names), told=not steps)


def _values(columns: dict[str, JsonColumn]) -> Values:
    return Values({name: (column, column.steps[column.ups :]) for name, column in columns.items()})


def _tables(
    file: str, layout: JsonLayout, sections: list[_Section], outer: dict[str, str], records: int
) -> list[TextTable]:
    places = {section.steps for section in sections}
    metadata = {name: outer[key] for name in layout.metadata if (key := f"metadata.{name}") in outer}
    tables = []
    for section in sections:
        wanted = {name: f"sections.{section.name}.controls.{name}" for name in section.layout.controls}
        controls = {name: outer[key] for name, key in wanted.items() if key in outer}
        if records and not (section.told or section.unreadable or controls):
            continue
        section.rows.flush()
        undeclared = _undeclared(section, places)
        tables.append(
            TextTable(
                section=section.name,
                frame=section.rows.spill.frame().select(ROW, *section.layout.columns),
                columns=tuple(section.layout.columns),
                data_rows=section.rows.spill.rows,
                non_data=tuple(section.non_data),
                unreadable=tuple(section.unreadable),
                metadata={**metadata, **({"reader.undeclared": undeclared} if undeclared else {})},
                controls=controls,
                sheet=section.name,
            )
        )
    if not tables:
        expected = " or ".join(repr(section.layout.record) for section in sections)
        raise SourceError(
            file,
            "",
            f"none of its {records:,} records holds {expected}.",
            "Send a file of the agreed kind, or correct record of the sections in the layout.",
        )
    return tables


def _undeclared(section: _Section, places: set[tuple[str, ...]]) -> str:
    """What nobody declared, also beside the records where no section reads what holds them."""
    found = set(section.own.undeclared)
    for depth, values in section.above.items():
        if section.steps[:depth] not in places:
            found |= {"../" * (len(section.steps) - depth) + path for path in values.undeclared}
    return ", ".join(sorted(found))


def _text(value: Any) -> str:
    """The beginning of a nested record, for people; its numbers come as text."""
    try:
        return json.dumps(value, ensure_ascii=False)[:RAW_CHARS]
    except RecursionError:
        return ""
