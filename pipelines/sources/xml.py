"""The reader of XML: a stream of records by path, in bounded memory. Not here: values of one element, meaning.

The parser builds the tree only as far as the piece just fed; whatever was read, or is not wanted, is cut off after
every piece. A value of an ancestor may stand behind the records it belongs to: rows carry the ancestor's number, and
its values are joined when the document has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from lxml import etree

from pipelines.errors import SourceError
from pipelines.sources.encoding import refuse_utf8_in_disguise
from pipelines.sources.layout import XmlColumn, XmlLayout, XmlSection
from pipelines.sources.limits import RAW_CHARS, check_size
from pipelines.sources.names import nearest
from pipelines.sources.prolog import Prolog, read_prolog
from pipelines.sources.recognise import expect_kind
from pipelines.sources.safexml import local_name, pull_parser, reported
from pipelines.sources.spill import Collector
from pipelines.sources.table import ROW, TextTable, UnreadableRow
from pipelines.sources.xmlvalues import Values

_PIECE = 1 << 19
_SAY_WHICH = "Say in the layout which one is meant: take: first, last or join, or a key in the path."
Place = tuple[str, ...]  # local names from below the root


@dataclass
class _Ancestor:
    """An element above the records whose values the records need."""

    place: Place
    values: Values
    rows: Collector
    key: str
    count: int = 0  # elements that have ended; the open one has this number


@dataclass
class _Section:
    """A kind of record while it is read."""

    name: str
    place: Place
    layout: XmlSection
    values: Values
    ancestors: list[_Ancestor]
    rows: Collector
    count: int = 0
    unreadable: list[UnreadableRow] = field(default_factory=list)

    @property
    def holder(self) -> Place:
        """The element right above the records. Where it is missing the file says nothing about them."""
        return self.place[:-1]


def read_xml(path: Path, layout: XmlLayout, scratch: Path) -> list[TextTable]:
    """One table per section of which the file says something, be it that there is no record.

    An export without master data is no export of empty master data: a section is left out when neither the element
    that holds its records nor one of its controls is there. Raises `SourceError` when the file is no well-formed XML,
    hostile, or says nothing about any section.
    """
    check_size(path)
    expect_kind(path, layout.kind, frozenset({"xml", "html", "text"}))
    prolog = read_prolog(path)
    refuse_utf8_in_disguise(path, prolog.encoding if layout.encoding is None else None)
    if layout.root is not None and prolog.root != layout.root:
        raise SourceError(
            path.name,
            "",
            f"the root element is {prolog.root!r}, expected {layout.root!r}.",
            f"{nearest(layout.root, [prolog.root])} Send a file of the agreed kind, or correct root in the layout.",
        )
    reading = _Reading(path, layout, scratch)
    try:
        root = reading.run(prolog)
    except etree.XMLSyntaxError as err:
        raise _refused(path, layout, str(err.msg or err), err.lineno or 0) from err
    return reading.tables(root)


class _Reading:
    """One pass over one file."""

    def __init__(self, path: Path, layout: XmlLayout, scratch: Path) -> None:
        self._path, self._layout = path, layout
        self._sections = [_section(name, section, scratch) for name, section in layout.sections.items()]
        self._ancestors = [ancestor for section in self._sections for ancestor in section.ancestors]
        self._records: dict[Place, list[_Section]] = {}
        for section in self._sections:
            self._records.setdefault(section.place, []).append(section)
        for section in self._sections:
            for inner in self._records:
                if len(inner) > len(section.place) and inner[: len(section.place)] == section.place:
                    section.values.skip(inner[len(section.place) :])
        self._above: dict[Place, list[_Ancestor]] = {}
        for ancestor in self._ancestors:
            self._above.setdefault(ancestor.place, []).append(ancestor)
        self._holders = {section.holder for section in self._sections}
        self._seen: set[Place] = {()}
        self._wanted = _wanted(layout)
        self._removable: dict[Place, bool] = {}

    def run(self, prolog: Prolog) -> etree._Element:
        """Feed the file piece by piece; gives back the root, which still holds the values wanted from it."""
        places = (*self._records, *self._above, *self._holders)
        tags = {place[-1] for place in places if place} | {prolog.root}
        parser = pull_parser(sorted(tags), ("start", "end"), self._layout.encoding)
        root: etree._Element | None = None
        with self._path.open("rb") as stream:
            stream.seek(prolog.start)
            while piece := stream.read(_PIECE):
                parser.feed(piece)
                self._refuse_silent_error(parser)
                for event, element in reported(parser):
                    if root is None:
                        root = element
                        self._refuse_dtd(root)
                    if event == "end":
                        self._take(element, root)
                if root is not None:
                    self._prune(root, ())
        parser.close()
        if root is None:
            raise SourceError(self._path.name, "", "the file holds no element.", "Send the file again.")
        for _, element in reported(parser):
            self._take(element, root)
        return root

    def _refuse_silent_error(self, parser: etree.XMLPullParser) -> None:
        """An entity that nobody declared stops the parser without raising: ask for its log after every piece."""
        for entry in parser.feed_error_log:
            if entry.level == etree.ErrorLevels.FATAL:
                raise _refused(self._path, self._layout, entry.message, entry.line)

    def _refuse_dtd(self, root: etree._Element) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            raise SourceError(
                self._path.name, "", "the file declares a document type (DTD).", "Export it without <!DOCTYPE>."
            )

    def _take(self, element: etree._Element, root: etree._Element) -> None:
        place = _place(element, root)
        if place in self._holders:
            self._seen.add(place)
        for section in self._records.get(place, ()) if place else ():
            _take_record(section, element)
        for ancestor in self._above.get(place, ()):
            _take_ancestor(self._path.name, ancestor, element)
        if place in self._records and place:
            element.clear()

    def _prune(self, element: etree._Element, place: Place) -> None:
        """Cut off what has ended and is not wanted any more; only the last child may still be open."""
        children = list(element)
        for child in children[:-1]:
            if self._may_go((*place, local_name(child))):
                element.remove(child)
        if children:
            self._prune(children[-1], (*place, local_name(children[-1])))

    def _may_go(self, place: Place) -> bool:
        known = self._removable.get(place)
        if known is None:
            known = self._removable[place] = self._is_spent(place)
        return known

    def _is_spent(self, place: Place) -> bool:
        """An element that has ended may go unless an element above it, still open, wants something at its place."""
        for owner, path in self._wanted:
            shared = min(len(place), len(path))
            if len(owner) < len(place) and place[:shared] == path[:shared] and place[: len(owner)] == owner:
                return False
        inside = [record for record in self._records if len(record) < len(place) and place[: len(record)] == record]
        return not inside or any(record[: len(place)] == place for record in self._records)

    def tables(self, root: etree._Element) -> list[TextTable]:
        """The tables of the sections that are there, with the values of ancestors joined."""
        metadata = _values_of_root(self._path.name, self._layout.metadata, root)
        tables = []
        for section in self._sections:
            controls = _values_of_root(self._path.name, section.layout.controls, root)
            if section.holder not in self._seen and not controls:
                continue
            undeclared = {"reader.undeclared": ", ".join(sorted(section.values.undeclared))}
            tables.append(
                TextTable(
                    section=section.name,
                    frame=_joined(section),
                    columns=tuple(section.layout.columns),
                    data_rows=section.rows.spill.rows,
                    unreadable=tuple(section.unreadable),
                    metadata={**metadata, **(undeclared if section.values.undeclared else {})},
                    controls=controls,
                    sheet=section.name,
                )
            )
        if not tables:
            raise self._nothing_there(root)
        return tables

    def _nothing_there(self, root: etree._Element) -> SourceError:
        expected = ", ".join(sorted({repr("/".join(section.holder)) for section in self._sections}))
        there = ", ".join(dict.fromkeys(repr(local_name(child)) for child in root)) or "nothing"
        return SourceError(
            self._path.name,
            "",
            f"none of the elements that hold its records is there; expected {expected} below the root, found {there}.",
            "Send a file of the agreed kind, or correct the paths of the sections in the layout.",
        )


# ---- preparing -----------------------------------------------------------------------------------------------------


def _section(name: str, layout: XmlSection, scratch: Path) -> _Section:
    place = layout.record_steps
    by_ups: dict[int, dict[str, XmlColumn]] = {}
    for header, column in layout.columns.items():
        by_ups.setdefault(column.ups, {})[header] = column
    ancestors = []
    for ups, columns in sorted(by_ups.items()):
        if ups:
            values, key = _values(columns), f"_up{ups}"
            rows = Collector(scratch, values.names, (key,))
            ancestors.append(_Ancestor(place[: len(place) - ups], values, rows, key))
    own = _values(by_ups.get(0, {}))
    integers = (ROW, *(ancestor.key for ancestor in ancestors))
    return _Section(name, place, layout, own, ancestors, Collector(scratch, own.names, integers))


def _values(columns: dict[str, XmlColumn]) -> Values:
    return Values({name: (column, column.steps[column.ups :]) for name, column in columns.items()})


def _wanted(layout: XmlLayout) -> list[tuple[Place, Place]]:
    """Every place that holds a wanted value, with the element whose end it waits for."""
    wanted: list[tuple[Place, Place]] = [
        ((), tuple(step.name for step in column.steps)) for column in layout.metadata.values()
    ]
    for section in layout.sections.values():
        wanted += [((), tuple(step.name for step in column.steps)) for column in section.controls.values()]
        for column in section.columns.values():
            owner = section.record_steps[: len(section.record_steps) - column.ups]
            wanted.append((owner, (*owner, *(step.name for step in column.steps[column.ups :]))))
    return [(owner, path[:-1] if path[-1].startswith("@") else path) for owner, path in wanted]


# ---- taking --------------------------------------------------------------------------------------------------------


def _place(element: etree._Element, root: etree._Element) -> Place:
    names = []
    at: etree._Element | None = element
    while at is not None and at is not root:
        names.append(local_name(at))
        at = at.getparent()
    return tuple(reversed(names))


def _take_record(section: _Section, element: etree._Element) -> None:
    section.count += 1
    values, unclear = section.values.read(element)
    if unclear:
        raw = etree.tostring(element, encoding="unicode", with_tail=False)[:RAW_CHARS]
        section.unreadable.append(
            UnreadableRow(section.count, f"{unclear} (line {element.sourceline}). {_SAY_WHICH}", raw)
        )
        return
    section.rows.add((section.count, *(ancestor.count for ancestor in section.ancestors)), values)


def _take_ancestor(file: str, ancestor: _Ancestor, element: etree._Element) -> None:
    values, unclear = ancestor.values.read(element)
    if unclear:
        raise SourceError(
            file,
            f"line {element.sourceline}",
            f"in {local_name(element)}, {unclear}.",
            _SAY_WHICH,
        )
    ancestor.rows.add((ancestor.count,), values)
    ancestor.count += 1


def _values_of_root(file: str, columns: dict[str, XmlColumn], root: etree._Element) -> dict[str, str]:
    values = _values(columns)
    read, unclear = values.read(root)
    if unclear:
        raise SourceError(
            file,
            "",
            f"{unclear}.",
            _SAY_WHICH,
        )
    return {name: text.strip() for name, text in zip(values.names, read, strict=True) if text is not None}


def _joined(section: _Section) -> pl.LazyFrame:
    section.rows.flush()
    frame = section.rows.spill.frame()
    for ancestor in section.ancestors:
        ancestor.rows.flush()
        frame = frame.join(ancestor.rows.spill.frame(), on=ancestor.key, how="left", maintain_order="left")
    empty = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in section.layout.columns]
    return frame.select(ROW, *empty)


def _refused(path: Path, layout: XmlLayout, said: str, line: int) -> SourceError:
    place = f"line {line}"
    if "ncoding" in said or "UTF-8" in said or "nput is not proper" in said:
        declared = layout.encoding or "the encoding it declares"
        problem = f"the bytes do not fit {declared} ({said})."
        return SourceError(path.name, place, problem, "Set encoding in the layout to what it really is, e.g. cp1252.")
    if "Premature end" in said or "no element found" in said or "Document is empty" in said or "EndTag" in said:
        return SourceError(path.name, place, f"the file was cut off ({said}).", "Send the file again.")
    return SourceError(path.name, place, f"this is not well-formed XML ({said}).", "Export and send the file again.")
