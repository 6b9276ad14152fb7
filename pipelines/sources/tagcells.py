"""The cells of one tagged line. Not here: what lines belong together, and files."""

from __future__ import annotations

import re

# A quoted text (a quote inside is written \"), a list in braces, or what stands between blanks.
_CELL = re.compile(r'[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"(?=[ \t{}]|$)|\{(?P<list>[^{}]*)\}|(?P<bare>[^\s"{}]+))')
_ESCAPED = re.compile(r"\\(.)")


class CellsError(ValueError):
    """Why a line's cells cannot be told apart."""


def cells_of(text: str) -> tuple[list[str], bool]:
    """The cells of a line (without mark and tag), and whether it ends by opening a brace.

    A list in braces is one cell, kept as it is written without its braces. Raises `CellsError` where a quote or a
    brace is left open, or text stands where none can.
    """
    found: list[str] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _CELL.match(text, at)
        if match is None:
            rest = text[at:end].lstrip()
            if rest == "{":
                return found, True
            raise CellsError(_why(rest))
        found.append(_plain(match))
        at = match.end()
    return found, False


def listed_value(text: str, name: str) -> str | None:
    """The value that follows `name` in a list of pairs, as in `1 "100" 6 "2"`; None where the list lacks it."""
    try:
        cells, _ = cells_of(text)
    except CellsError:
        return None
    pairs = dict(zip(cells[::2], cells[1::2], strict=False))
    return pairs.get(name)


def _plain(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        return _ESCAPED.sub(r"\1", match["quoted"])
    return (match["list"] if match["list"] is not None else match["bare"]).strip()


def _why(rest: str) -> str:
    if rest.startswith('"'):
        return "a quote is opened and not closed on the line, or text follows right behind it"
    if rest.startswith("{"):
        return "a list in braces is opened and not closed on the line"
    return f"{rest[:20]!r} cannot stand here"
