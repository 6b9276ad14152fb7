"""Delimited text of billing and payment systems: one file per table. Not here: columns of any one branch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from pipelines.simulation.defects import Row


class FlatFile:
    """A delimited file, written row by row; cells that hold the delimiter or quotes are quoted."""

    def __init__(self, path: Path, *, encoding: str, delimiter: str, newline: str, bom: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._out = path.open("w", encoding=encoding, newline="")
        self._delimiter, self._newline = delimiter, newline
        self._special = (delimiter, '"', "\n", "\r")
        if bom:
            self._out.write("\ufeff")

    def row(self, cells: Sequence[object]) -> None:
        self._out.write(self._delimiter.join([self._cell(cell) for cell in cells]) + self._newline)

    def line(self, text: str) -> None:
        """A line as it is."""
        self._out.write(text + self._newline)

    def _cell(self, cell: object) -> str:
        text = "" if cell is None else str(cell)
        if any(sign in text for sign in self._special):
            return '"' + text.replace('"', '""') + '"'
        return text

    def close(self) -> None:
        self._out.close()

    def __enter__(self) -> FlatFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def german(path: Path) -> FlatFile:
    """cp1252, semicolons, CRLF."""
    return FlatFile(path, encoding="cp1252", delimiter=";", newline="\r\n")


def norwegian(path: Path) -> FlatFile:
    """UTF-8 with a byte-order mark, semicolons, CRLF."""
    return FlatFile(path, encoding="utf-8", delimiter=";", newline="\r\n", bom=True)


def french(path: Path) -> FlatFile:
    """ISO-8859-15, semicolons, CRLF."""
    return FlatFile(path, encoding="iso-8859-15", delimiter=";", newline="\r\n")


def chinese(path: Path) -> FlatFile:
    """GB18030, commas, CRLF."""
    return FlatFile(path, encoding="gb18030", delimiter=",", newline="\r\n")


def iso(path: Path) -> FlatFile:
    """UTF-8, commas, LF."""
    return FlatFile(path, encoding="utf-8", delimiter=",", newline="\n")


def as_row(cells: Sequence[object]) -> Row:
    """Cells as text."""
    return ["" if cell is None else str(cell) for cell in cells]
