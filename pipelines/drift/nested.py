"""Drift of records with named parts (JSON, XML): a layout declares what is read, and the file may hold other parts.

A part that is gone leaves an empty column, and a new one no column at all; the reader lists it as undeclared. Not here:
tables with a header (comparing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.drift import proposing
from pipelines.drift.comparing import Terms
from pipelines.drift.likeness import renamed
from pipelines.drift.shape import EMPTY, Drift, Shape
from pipelines.drift.uses import header_of


def compare_parts(old: Shape | None, new: Shape, paths: Mapping[str, str], section: str, terms: Terms) -> list[Drift]:
    """New parts, and declared ones that no record holds any more. `paths`: header → the path that is declared for it.

    What is only sometimes filled comes and goes: an empty column is drift where the contract requires its field, or
    where a new part looks like the one that filled it.
    """
    refusing = terms.action("column_added") == "refuse"
    known = old.undeclared if old is not None and not refusing else ()
    added = [one for one in new.undeclared if one not in known and not terms.wants(one)]
    if old is None:
        return _added(added, terms) if refusing else []
    emptied = {
        paths.get(header, header): header
        for header, kind in new.kinds.items()
        if kind == EMPTY and old.kinds.get(header, EMPTY) != EMPTY
    }
    before = replace(old, columns=tuple(emptied), kinds={path: old.kinds[emptied[path]] for path in emptied})
    found: list[Drift] = []
    pairs = renamed(list(emptied), added, before, replace(new, columns=tuple(added), kinds={}))
    for pair in pairs:
        header = emptied[pair.old]
        sentence = f"{pair.old!r}, which is read as {header!r}, is in no record; {pair.new!r} most likely is the same."
        proposal = proposing.part_declared(terms.place, section, header, pair.new)
        found.append(
            Drift("column_renamed", pair.old, pair.old, pair.new, _noted(terms, "column_renamed"), sentence, proposal)
        )
    gone, come = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    for path, header in emptied.items():
        if path not in gone and _required(header, terms):
            sentence = f"{path!r}, which is read as {header!r}, is in no record. Ask the branch where it went."
            found.append(Drift("column_removed", path, path, "", terms.action("column_removed"), sentence))
    return [*found, *_added([one for one in added if one not in come], terms)]


def _added(parts: list[str], terms: Terms) -> list[Drift]:
    action = _noted(terms, "column_added")
    return [
        Drift(
            "column_added",
            path,
            "",
            path,
            action,
            f"Records hold {path!r}, which the layout does not declare: it is not read (the file itself is kept)."
            " Declare it, or list it as unmapped.",
            proposing.left_out(terms.place, terms.mapping, [path]),
        )
        for path in parts
    ]


def _noted(terms: Terms, kind: str) -> str:
    """What is not read cannot be kept row by row; it stays in the archived file."""
    action = terms.action(kind)
    return "accept" if action == "keep" else action


def _required(header: str, terms: Terms) -> bool:
    return any(
        header_of(use.names, (header,)) is not None
        and use.field in terms.contract.names
        and terms.contract.field(use.field).required
        for use in terms.uses
    )
