"""What a branch's file says of the headers of one table: which are taken, which are agreed, which a layout declares.

Not here: comparing them with a delivery (watching, drift).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.branches.config import DatasetConfig, FileConfig
from pipelines.drift.uses import Use, alike, named, uses
from pipelines.intake.opening import Opened
from pipelines.sources.jsonlayout import JsonLayout
from pipelines.sources.layout import ExcelLayout, XmlLayout
from pipelines.sources.table import TextTable


def own_uses(config: DatasetConfig) -> list[Use]:
    """The columns that the mapping takes from the file's own table: not those looked up or made by unpivoting."""
    made = {config.mapping.unpivot.header, config.mapping.unpivot.value} if config.mapping.unpivot else set()
    prefixes = tuple(f"{name}." for name in config.lookups)
    return [
        use
        for use in uses(config.mapping, config.contract)
        if not made.intersection(use.names) and not (prefixes and any(name.startswith(prefixes) for name in use.names))
    ]


def agreed_headers(opened: Opened, config: DatasetConfig, tables: Sequence[TextTable]) -> frozenset[str]:
    """Every header that something in the branch's file names for this table."""
    names: set[str] = set()
    for other in opened.config.datasets.values():
        if other.mapping.section == config.mapping.section:
            names |= named(other.mapping, other.contract)
            names |= {alike(name) for lookup in other.lookups.values() for name in lookup.match}
    for kind in opened.branch.files:
        for other in kind.datasets.values():
            for lookup in other.lookups.values():
                if lookup.file == opened.config.name or (lookup.file is None and kind.name == opened.config.name):
                    names |= {alike(name) for name in lookup.match.values()}
    names |= {alike(name) for name in _named_by_layout(opened.config)}
    names |= {alike(name) for table in tables for name in declared_paths(opened.config, table.section)}
    if config.mapping.unpivot is not None:
        wide = re.compile(config.mapping.unpivot.columns)
        names |= {alike(one) for table in tables for one in table.columns if wide.fullmatch(one)}
    return frozenset(names)


def _named_by_layout(kind: FileConfig) -> Iterator[str]:
    layout = kind.layout
    rules = list(getattr(layout, "non_data", ()))
    for sheet in layout.sheets.values() if isinstance(layout, ExcelLayout) else ():
        rules += sheet.non_data
    for rule in rules:
        yield from (rule.column or "", *rule.empty, *rule.filled, *rule.controls.values())


def declared_paths(kind: FileConfig, section: str) -> dict[str, str]:
    """Header → path, where a layout declares every column that it reads."""
    if not isinstance(kind.layout, JsonLayout | XmlLayout):
        return {}
    return {name: str(column.path) for name, column in kind.layout.sections[section].columns.items()}
