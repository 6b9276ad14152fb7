"""The reader of tagged text (SIE and its kin): line by line, in bounded memory but for records that are kept by key.

Not here: the cells of one line (tagcells), and what the tags mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipelines.errors import SourceError
from pipelines.sources.encoding import to_utf8
from pipelines.sources.limits import MAX_RECORD_CHARS, RAW_CHARS, check_size
from pipelines.sources.recognise import expect_kind
from pipelines.sources.spill import Collector
from pipelines.sources.table import ROW, TextTable, UnreadableRow
from pipelines.sources.tagcells import CellsError, cells_of, listed_value
from pipelines.sources.taglayout import TagColumn, TagCondition, TaggedLayout, TagSection


class _Line(NamedTuple):
    """One tagged line; `opens`: a brace follows on the same line."""

    number: int
    tag: str
    cells: list[str]
    opens: bool

    def cell(self, position: int) -> str | None:
        text = self.cells[position - 1] if position <= len(self.cells) else ""
        return text or None

    def meets(self, condition: TagCondition | None) -> bool:
        return condition is None or (self.cell(condition.cell) or "") == condition.holds


@dataclass
class _Section:
    """A kind of record while it is read; `kept`: lines of one key, in the order of their first."""

    name: str
    layout: TagSection
    rows: Collector
    tags: frozenset[str]
    kept: dict[str, list[_Line]] = field(default_factory=dict)
    unreadable: list[UnreadableRow] = field(default_factory=list)
    told: bool = False

    def take(self, line: _Line, parent: _Line | None) -> str:
        """Add a line of one of the section's tags; says why it is no record, or nothing."""
        self.told = True
        if self.layout.parent is not None and (parent is None or parent.tag != self.layout.parent.upper()):
            return f"expected in braces below a line {self.layout.parent}"
        if not line.meets(self.layout.where):
            return ""
        if self.layout.key is None:
            self.rows.add((line.number,), [_value(column, [line], parent) for column in self.layout.columns.values()])
            return ""
        key = line.cell(self.layout.key)
        if key is None:
            return f"cell {self.layout.key}, which tells the records apart, is empty"
        self.kept.setdefault(key, []).append(line)
        return ""

    def finish(self) -> None:
        for lines in self.kept.values():
            self.rows.add((lines[0].number,), [_value(column, lines, None) for column in self.layout.columns.values()])
        self.rows.flush()


def _value(column: TagColumn, lines: Sequence[_Line], parent: _Line | None) -> str | None:
    if column.parent is not None:
        return parent.cell(column.parent) if parent is not None else None
    assert column.cell is not None
    for tag in column.tag or (lines[0].tag,):
        for line in lines:
            if line.tag == tag.upper() and (text := line.cell(column.cell)) is not None:
                return listed_value(text, column.listed) if column.listed is not None else text
    return None


def read_tagged(path: Path, layout: TaggedLayout, scratch: Path) -> list[TextTable]:
    """One table per section of which the file has a line, be it that no line meets its conditions.

    A line whose cells cannot be told apart, or that stands outside its braces, is listed as unreadable by the section
    of its tag; a line without a tag by the section whose braces are open, else by the first. Raises `SourceError`
    when the file is empty, ends within braces, or has no line of any section.
    """
    check_size(path)
    expect_kind(path, layout.kind, frozenset({"text"}))
    text = to_utf8(path, layout.encoding, scratch, layout.encodings)
    reading = _Reading(path.name, layout, scratch)
    with text.path.open(encoding="utf-8", newline=None) as stream:
        number = 0
        while line := stream.readline(MAX_RECORD_CHARS):
            number += 1
            reading.take(number, line)
    return reading.tables(number)


class _Reading:
    """One pass over one file."""

    def __init__(self, file: str, layout: TaggedLayout, scratch: Path) -> None:
        self._file, self._layout = file, layout
        self._sections = [
            _Section(name, said, Collector(scratch, tuple(said.columns)), frozenset(tag.upper() for tag in said.record))
            for name, said in layout.sections.items()
        ]
        self._parents = {said.parent.upper() for said in layout.sections.values() if said.parent is not None}
        self._metadata: dict[str, str] = {}
        self._undeclared: set[str] = set()
        self._declared = self._parents | {said.tag.upper() for said in layout.metadata.values()}
        self._declared = self._declared.union(*(section.tags for section in self._sections))
        self._last: _Line | None = None  # the line before, which an opening brace would belong to
        self._holder: _Line | None = None  # the line whose braces are open
        self._opened_at = 0

    def take(self, number: int, text: str) -> None:
        """One line of the file."""
        content = text.strip(" \t\r\n\x1a")
        if not content:
            return
        if content == "{":
            self._open(number, self._last)
        elif content == "}":
            self._holder, self._opened_at = None, 0
        elif content.startswith(self._layout.mark):
            self._tagged(number, content)
        else:
            self._refuse(self._section_for(None), number, f"the line begins with no {self._layout.mark}", content)

    def _open(self, number: int, line: _Line | None) -> None:
        self._holder, self._opened_at = line, number

    def _tagged(self, number: int, content: str) -> None:
        tag, _, rest = content[len(self._layout.mark) :].replace("\t", " ").partition(" ")
        tag = tag.upper()
        if tag not in self._declared:
            self._undeclared.add(tag)
            self._last = _Line(number, tag, [], False)
            return
        try:
            cells, opens = cells_of(rest)
        except CellsError as err:
            self._refuse(self._section_for(tag), number, str(err), content)
            self._last = _Line(number, tag, [], False)
            return
        line = _Line(number, tag, cells, opens)
        self._last = line
        self._note(line)
        for section in self._sections:
            if tag in section.tags and (why := section.take(line, self._holder)):
                self._refuse(section, number, why, content)
        if opens:
            self._open(number, line)

    def _note(self, line: _Line) -> None:
        for name, said in self._layout.metadata.items():
            if name not in self._metadata and line.tag == said.tag.upper() and line.meets(said.where):
                text = line.cell(said.cell)
                if text is not None:
                    self._metadata[name] = text

    def _section_for(self, tag: str | None) -> _Section:
        """Which section answers for a line that cannot be read: its tag's, its braces', else the first."""
        holder = self._holder.tag if self._holder is not None else None
        for section in self._sections:
            below = section.layout.parent.upper() if section.layout.parent is not None else None
            if (tag is not None and (tag in section.tags or tag == below)) or (
                tag is None and below is not None and below == holder
            ):
                return section
        return self._sections[0]

    @staticmethod
    def _refuse(section: _Section, number: int, why: str, content: str) -> None:
        section.told = True
        section.unreadable.append(UnreadableRow(number, why, content[:RAW_CHARS]))

    def tables(self, lines: int) -> list[TextTable]:
        """What was read; `lines` is how many lines the file has."""
        if self._opened_at:
            raise SourceError(
                self._file,
                f"line {self._opened_at}",
                "braces are opened here and not closed before the file ends: it was cut off.",
                "Send the whole file again.",
            )
        metadata = dict(self._metadata)
        if self._undeclared:
            metadata["reader.undeclared"] = ", ".join(sorted(self._undeclared))
        found = [self._table(section, metadata) for section in self._sections if section.told]
        if found:
            return found
        expected = " or ".join(f"{self._layout.mark}{tag}" for said in self._sections for tag in said.layout.record)
        raise SourceError(
            self._file,
            "",
            f"none of its {lines:,} lines is {expected}.",
            "Send a file of the agreed kind, or correct record of the sections in the layout.",
        )

    @staticmethod
    def _table(section: _Section, metadata: dict[str, str]) -> TextTable:
        section.finish()
        return TextTable(
            section=section.name,
            frame=section.rows.spill.frame().select(ROW, *section.layout.columns),
            columns=tuple(section.layout.columns),
            data_rows=section.rows.spill.rows,
            unreadable=tuple(section.unreadable),
            metadata=metadata,
            sheet=section.name,
        )
