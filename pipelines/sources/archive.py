"""What is inside a workbook's archive, before anything opens it: sizes by inflating, far-away cells, error cells.

A small file may inflate to many gigabytes, and two cells in opposite corners make a reader lay out all between them.
Not here: reading the sheets.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from lxml import etree

from pipelines.errors import SourceError
from pipelines.sources.limits import INFLATION_FLOOR, MAX_CELLS, MAX_INFLATED_BYTES, MAX_INFLATION
from pipelines.sources.safexml import local_name, parse_small, pull_parser, reported

_CHUNK = 1 << 20
_OVERLAP = 64  # longer than a cell's reference with its quotes
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_ERROR_CELL = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class SheetFacts:
    """Cells of one sheet that hold an error (#REF!, #DIV/0!): (row, column) from 0 → its text."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def inspect_archive(path: Path) -> dict[str, SheetFacts]:
    """Sheet name → its facts. Raises `SourceError` when the archive is damaged, too large inflated, or too sparse."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            _check_members(path, archive, stream)
            return {name: _inspect_sheet(path, archive, name, part) for name, part in sheet_parts(archive)}
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, KeyError, RuntimeError) as err:
        raise SourceError(
            path.name,
            "",
            f"the workbook is damaged or was cut off ({err}).",
            "Open and save it again in the spreadsheet program, or send it again.",
        ) from err


# ---- sizes ---------------------------------------------------------------------------------------------------------


def _check_members(path: Path, archive: zipfile.ZipFile, stream: BinaryIO) -> None:
    total = 0
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise SourceError(path.name, member.filename, "the archive has a password.", "Send it without one.")
        size = 0
        if member.file_size > MAX_INFLATED_BYTES:  # it says so itself: no need to inflate it
            raise _too_large(path, member)
        for piece, packed in _inflated_sizes(path, member, stream):
            size, total = size + piece, total + piece
            too_dense = size > INFLATION_FLOOR and size > MAX_INFLATION * packed
            if total > MAX_INFLATED_BYTES or too_dense:
                raise _too_large(path, member)
        if size != member.file_size:
            raise zipfile.BadZipFile(
                f"{member.filename} inflates to {size:,} bytes, not {member.file_size:,} as declared"
            )


def _too_large(path: Path, member: zipfile.ZipInfo) -> SourceError:
    return SourceError(
        path.name,
        member.filename,
        f"the archive inflates beyond what a workbook holds, from {path.stat().st_size:,} bytes; "
        f"allowed are {MAX_INFLATED_BYTES:,} in all and {MAX_INFLATION} per byte.",
        "Send the records in several workbooks, or as delimited text.",
    )


def _inflated_sizes(path: Path, member: zipfile.ZipInfo, stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """What the member really inflates to, piece by piece: the piece's size, and the packed bytes read so far.

    Its declared sizes are not believed.
    """
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"{member.filename} is not where the archive says")
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        yield left, left
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise SourceError(
            path.name,
            member.filename,
            f"the archive is packed by method {member.compress_type}, which workbooks do not use.",
            "Save the workbook again as .xlsx.",
        )
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and not inflater.eof:
        packed = stream.read(min(_CHUNK, left))
        if not packed:
            raise EOFError(f"{member.filename} ends early")
        left -= len(packed)
        while packed and not inflater.eof:
            piece = len(inflater.decompress(packed, _CHUNK))
            packed = inflater.unconsumed_tail
            yield piece, member.compress_size - left - len(packed)


# ---- sheets --------------------------------------------------------------------------------------------------------


def sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Sheet names with the part of the archive that holds them."""
    if "xl/workbook.xml" not in archive.namelist():
        raise zipfile.BadZipFile("it holds no xl/workbook.xml; a binary workbook (.xlsb) has to be saved as .xlsx")
    relations = {
        item.get("Id"): item.get("Target", "") for item in parse_small(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = parse_small(archive.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet")
    found = []
    for sheet in sheets:
        target = relations.get(sheet.get(_RELATION) or sheet.get(_RELATION_STRICT))
        part = posixpath.normpath(posixpath.join("/xl", target or "")).lstrip("/")
        if target and part in archive.namelist():
            found.append((sheet.get("name", ""), part))
    return found


def _inspect_sheet(path: Path, archive: zipfile.ZipFile, name: str, part: str) -> SheetFacts:
    last_row, columns, has_errors = 0, set[bytes](), False
    with archive.open(part) as stream:
        kept = b""
        while chunk := stream.read(_CHUNK):
            window = kept + chunk
            references = _REFERENCE.findall(window)
            columns.update(column for column, _ in references)
            last_row = max(last_row, max((int(row) for _, row in references), default=0))
            has_errors = has_errors or _ERROR_CELL.search(window) is not None
            kept = window[-_OVERLAP:]
    sparse = last_row * max((column_number(column.decode()) for column in columns), default=0) > MAX_CELLS
    if not has_errors and not sparse:
        return SheetFacts()
    with archive.open(part) as stream:
        return _walk(path, name, stream)


def _walk(path: Path, name: str, stream: IO[bytes]) -> SheetFacts:
    """Look at every cell: where the last one with a value stands, and which hold errors."""
    parser = pull_parser(["c", "row"])
    errors: dict[tuple[int, int], str] = {}
    last_row = last_column = 0
    while chunk := stream.read(_CHUNK):
        parser.feed(chunk)
        for _, element in reported(parser):
            if local_name(element) == "row":
                element.clear()
                continue
            place = cell_place(element.get("r", ""))
            if place is None or len(element) == 0:
                continue
            last_row, last_column = max(last_row, place[0] + 1), max(last_column, place[1] + 1)
            if element.get("t") == "e":
                errors[place] = element.findtext("{*}v") or "#N/A"
    parser.close()
    if last_row * last_column > MAX_CELLS:
        raise SourceError(
            path.name,
            f"sheet {name!r}",
            f"the sheet spans {last_row:,} rows by {last_column:,} columns; expected at most {MAX_CELLS:,} cells.",
            "Delete the stray cells far away from the table, and save it again.",
        )
    return SheetFacts(errors)


def cell_place(reference: str) -> tuple[int, int] | None:
    """B3 → (2, 1): row and column from 0; None where it is no cell's name."""
    found = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", reference)
    return (int(found[2]) - 1, column_number(found[1]) - 1) if found else None


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
