"""The way in: a file and its layout become text tables. Not here: how any format is read."""

from __future__ import annotations

from pathlib import Path

from pipelines.sources.delimited import read_delimited
from pipelines.sources.excel import read_excel
from pipelines.sources.json import read_json
from pipelines.sources.jsonlayout import JsonLayout
from pipelines.sources.layout import DelimitedLayout, ExcelLayout, Layout
from pipelines.sources.table import TextTable
from pipelines.sources.tagged import read_tagged
from pipelines.sources.taglayout import TaggedLayout
from pipelines.sources.xml import read_xml

READER_VERSION = "1"  # raise it when the same bytes under the same layout would yield other rows


def read_file(path: Path, layout: Layout, scratch: Path) -> list[TextTable]:
    """Read `path` as `layout` says; large intermediate copies go to `scratch`, which the caller removes afterwards.

    The frames are lazy: `path` and `scratch` have to stay until they were collected. Raises `SourceError` when the
    file as a whole cannot be read; rows that cannot be read are listed in each table's `unreadable`.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    if isinstance(layout, DelimitedLayout):
        return [read_delimited(path, layout, scratch)]
    if isinstance(layout, ExcelLayout):
        return read_excel(path, layout)
    if isinstance(layout, JsonLayout):
        return read_json(path, layout, scratch)
    if isinstance(layout, TaggedLayout):
        return read_tagged(path, layout, scratch)
    return read_xml(path, layout, scratch)
