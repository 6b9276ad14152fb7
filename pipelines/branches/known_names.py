"""Names of columns and metadata that a mapping uses, held against those that the layout declares.

Where only the file's own header says which columns there are, nothing can be said here; taking the file in does.
Not here: contracts and fields (checking).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary

from pipelines.branches.document import DatasetSaid, FileSaid
from pipelines.nearest import did_you_mean
from pipelines.sources.jsonlayout import JsonLayout
from pipelines.sources.layout import DelimitedLayout, ExcelLayout, Layout, XmlLayout
from pipelines.sources.taglayout import TaggedLayout
from pipelines.standardize.mapping import Mapping, Source

_ALWAYS = ("file_name",)  # metadata that every file has
_READER = "reader."  # what a reader tells of itself
_SHOWN = 40

Said = tuple[tuple[str | int, ...], str]  # the keys below the dataset, and the sentence


def unknown_names(said: DatasetSaid, file: FileSaid, files: Dictionary[str, FileSaid]) -> Iterator[Said]:
    """Every column and every metadata key of the dataset that its file cannot have."""
    mapping = said.mapping
    columns = _columns(file.layout, mapping.section)
    looked_up = {
        name: _columns((files[one.file] if one.file is not None else file).layout, one.section)
        for name, one in said.lookups.items()
        if one.file is None or one.file in files
    }
    if columns is not None and mapping.unpivot is not None:
        columns = (*columns, mapping.unpivot.header, mapping.unpivot.value)
    for path, names in _used(mapping):
        if not any(_is_known(name, columns, looked_up) for name in names):
            yield ("mapping", *path), _sentence("column", names[0], _all(names[0], columns, looked_up))
    for key, one in said.lookups.items():
        for name in one.match:
            if columns is not None and not _among(name, columns):
                yield ("lookups", key, "match"), _sentence("column", name, columns)
    known = _metadata(file.layout, "")
    spans = said.period.metadata if said.period else ()
    for key in (key for span in spans for key in (*span.from_, *(span.to or ()))):
        if key not in known and not key.startswith(_READER):
            yield ("period",), _sentence("metadata", key, known)
    known = _metadata(file.layout, mapping.section)
    for path, keys in _metadata_used(mapping):
        if not any(one in known or one.startswith(_READER) for one in keys):
            yield ("mapping", *path), _sentence("metadata", keys[0], known)


def unknown_day(file: FileSaid) -> Iterator[Said]:
    """Metadata keys that the delivery date names and the layout does not declare."""
    known = _metadata(file.layout, "")
    for key in file.delivery_date.metadata or ():
        if key not in known and not key.startswith(_READER):
            yield ("delivery_date",), _sentence("metadata", key, known)


def _sentence(what: str, name: str, known: Iterable[str]) -> str:
    words = list(known)
    shown = ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
    return f"the layout declares no {what} {name!r}; it has {shown or 'none'}.{did_you_mean(name, words)}"


def _columns(layout: Layout, section: str) -> tuple[str, ...] | None:
    """The columns of a table, None where the file itself names them."""
    if isinstance(layout, XmlLayout | JsonLayout | TaggedLayout):
        sections = layout.sections
        only = next(iter(sections)) if len(sections) == 1 else ""
        found = sections.get(section or only)
        return None if found is None else tuple(found.columns)
    if isinstance(layout, ExcelLayout):
        sheet = layout.sheets.get(section or next(iter(layout.sheets)))
        return None if sheet is None else sheet.header.names
    return layout.header.names


def _metadata(layout: Layout, section: str) -> tuple[str, ...]:
    """The metadata that a table of the file has; of all tables where no section is named."""
    if isinstance(layout, XmlLayout | JsonLayout | TaggedLayout):
        return (*layout.metadata, *_ALWAYS)
    if isinstance(layout, DelimitedLayout):
        rows = layout.metadata
    else:
        sheets = [sheet for name, sheet in layout.sheets.items() if section in ("", name)]
        rows = tuple(row for sheet in sheets for row in sheet.metadata)
    return (*(name for row in rows for name in row.fields), *_ALWAYS)


def _is_known(name: str, columns: tuple[str, ...] | None, looked_up: Dictionary[str, tuple[str, ...] | None]) -> bool:
    if columns is None or _among(name, columns):
        return True
    lookup, _, column = name.partition(".")
    there = looked_up.get(lookup, ())
    return there is None or _among(column, there)


def _all(
    name: str, columns: tuple[str, ...] | None, looked_up: Dictionary[str, tuple[str, ...] | None]
) -> tuple[str, ...]:
    others = [f"{lookup}.{column}" for lookup, there in looked_up.items() for column in there or ()]
    lookup = name.partition(".")[0]
    return tuple(others) if lookup in looked_up else (*(columns or ()), *others)


def _among(name: str, columns: Iterable[str]) -> bool:
    return _alike(name) in {_alike(column) for column in columns}


def _alike(name: str) -> str:
    return " ".join(name.split()).casefold()


def _used(mapping: Mapping) -> Iterator[tuple[tuple[str | int, ...], tuple[str, ...]]]:
    """(keys below mapping, alternative columns) of everything that has to be in the file."""
    for field, source in mapping.columns.items():
        yield from ((("columns", field), names) for names in _names(source))
    if len(mapping.amounts) == 1:  # of several shapes, only one has its columns
        for key in type(mapping.amounts[0]).model_fields:
            value = getattr(mapping.amounts[0], key)
            if isinstance(value, Source):
                yield from ((("amounts", key), names) for names in _names(value))


def _names(source: Source) -> Iterator[tuple[str, ...]]:
    if source.column is not None and not source.optional:
        yield source.column
    if source.balance is not None:
        two = source.balance
        yield from (names for names in (two.debit, two.credit, two.amount, two.indicator) if names)
    for inner in source.inner:
        yield from _names(inner)


def _metadata_used(mapping: Mapping) -> Iterator[tuple[tuple[str | int, ...], tuple[str, ...]]]:
    for field, source in mapping.columns.items():
        yield from ((("columns", field), keys) for keys in _keys(source))
    if mapping.dates is not None and mapping.dates.year_from is not None:
        yield ("dates",), mapping.dates.year_from.start
    if mapping.fiscal_calendar.start is not None:
        yield ("fiscal_calendar",), mapping.fiscal_calendar.start


def _keys(source: Source) -> Iterator[tuple[str, ...]]:
    if source.metadata is not None:
        yield source.metadata
    for inner in source.inner:
        yield from _keys(inner)
