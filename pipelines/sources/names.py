"""Column names from header cells: trimmed, never blank, never twice. Not here: what a column means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.nearest import nearest_word
from pipelines.sources.table import ROW

BYTE_ORDER_MARK = "\ufeff"
DOUBLED_MARK = "\u00ef\u00bb\u00bf"  # a byte-order mark that was read as cp1252 and encoded once more


def clean(cell: str | None) -> str:
    """A header cell as people read it: no byte-order mark, no surrounding quotes, single spaces."""
    if cell is None:
        return ""
    text = cell.replace(BYTE_ORDER_MARK, "").removeprefix(DOUBLED_MARK).strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return " ".join(text.split())


def column_names(header: Iterable[str | None]) -> tuple[str, ...]:
    """Names for all header cells: a blank one becomes `column 3`, a repeated one `Amount (2)`."""
    taken = {ROW}
    names: list[str] = []
    for position, cell in enumerate(header, start=1):
        wanted = clean(cell) or f"column {position}"
        name, count = wanted, 1
        while name in taken:
            count += 1
            name = f"{wanted} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def nearest(wanted: str, known: Sequence[str]) -> str:
    """A sentence that helps to mend a wrong name: the nearest right one, else all of them."""
    near = nearest_word(wanted, known)
    if near is not None:
        return f"Did you mean {near!r}?"
    return f"There are: {', '.join(repr(name) for name in known[:40]) or 'none'}."
