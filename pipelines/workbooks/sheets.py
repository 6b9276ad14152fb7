"""What a sheet that people decide in looks like: grey columns that are known, white ones to fill, a check per row.

Not here: files (writing, reading).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

CHECK = "check"
CELL_CHARS = 32_000  # a workbook's cell holds 32,767

Value = str | Decimal | int | None


@dataclass(frozen=True)
class Column:
    """A column. `is_key`: the row's check covers it, so that it comes back as it went out; always text."""

    title: str
    width: int = 13
    is_key: bool = False
    choices: tuple[str, ...] = ()  # what may be picked in a white cell


@dataclass(frozen=True)
class Layout:
    """One sheet: its title, what is known and what is asked. Titles are told apart over both."""

    title: str
    grey: tuple[Column, ...]
    white: tuple[Column, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """All titles in order, the check's after the grey ones."""
        check = (CHECK,) if self.white else ()
        return (*(one.title for one in self.grey), *check, *(one.title for one in self.white))


def check_of(workbook_id: str, sheet: str, keys: Sequence[str]) -> str:
    """What proves that a row's key cells are those that the workbook was written with."""
    return hashlib.sha256("\x1f".join((workbook_id, sheet, *keys)).encode()).hexdigest()[:12]


def cell_text(value: str) -> str:
    """`value` as a cell can hold it: no control characters, not too long."""
    return "".join(char if char >= " " or char == "\n" else " " for char in value)[:CELL_CHARS]
