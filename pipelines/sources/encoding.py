"""Bytes of a text file to UTF-8: marks, declared encodings that lie, and the place of the first wrong byte.

Not here: rows and cells.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.sources.strict import AUTO, AUTO_ENCODINGS

_CHUNK = 1 << 22
# What may stand at the very beginning, one or several times: a mark, or a mark that was encoded once more.
_UTF8_MARKS = (codecs.BOM_UTF8, b"\xc3\xaf\xc2\xbb\xc2\xbf")
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ASCII = bytes(range(128))
_CONTROLS = re.compile("[\u0080-\u009f]")


@dataclass(frozen=True)
class Utf8Text:
    """A file that is UTF-8 from its first byte on: `path` is the file itself, or a copy in scratch."""

    path: Path
    encoding: str
    evidence: str


def to_utf8(path: Path, declared: str, scratch: Path, candidates: Sequence[str] = AUTO_ENCODINGS) -> Utf8Text:
    """Bring a text file to UTF-8 without a byte-order mark, by a streamed copy where it is not already.

    Raises `SourceError` with byte and row where a byte does not fit the encoding, or where the declared encoding is
    plainly another one. `auto` takes the mark's encoding, else the first of `candidates` that every byte fits.
    """
    marks, wide = _marks(path)
    encoding, evidence = _decide(path, declared, marks, wide, candidates)
    start = 2 if wide else marks
    if encoding == "utf-8" and declared != AUTO:
        _raise_misfit(path, encoding, start)
    if start == 0 and (encoding == "utf-8" or (_superset_of_ascii(encoding) and _is_ascii(path))):
        return Utf8Text(path, encoding, evidence)
    with tempfile.NamedTemporaryFile(dir=scratch, suffix=".txt", delete=False) as target:
        for text in _decoded(path, encoding, start):
            target.write(text.encode("utf-8"))
    return Utf8Text(Path(target.name), encoding, evidence)


def _marks(path: Path) -> tuple[int, str]:
    """How many bytes of UTF-8 marks the file begins with, and the wide encoding that its mark names."""
    with path.open("rb") as stream:
        first = stream.read(64)
    for mark, encoding in _WIDE_MARKS.items():
        if first.startswith(mark):
            return 0, encoding
    length = 0
    while mark := next((m for m in _UTF8_MARKS if first.startswith(m, length)), b""):
        length += len(mark)
    return length, ""


def _decide(path: Path, declared: str, marks: int, wide: str, candidates: Sequence[str]) -> tuple[str, str]:
    if declared == AUTO:
        if wide:
            return wide, "byte-order mark"
        if marks:
            return "utf-8", "byte-order mark" if marks == 3 else "repeated byte-order mark"
        return _first_fitting(path, [codecs.lookup(one).name for one in candidates])
    name = codecs.lookup(declared).name
    if wide and not name.startswith("utf-16"):
        raise _lies(path, declared, wide, "its byte-order mark says so")
    if wide:
        return wide, "declared"
    if name in {"utf-8", "utf-8-sig"}:
        return "utf-8", "declared"
    if marks:
        raise _lies(path, declared, "utf-8", "its byte-order mark says so")
    if _superset_of_ascii(name) and _is_plainly_utf8(path):
        raise _lies(path, declared, "utf-8", "every letter beyond ASCII is written as UTF-8 writes it")
    return name, "declared"


def _first_fitting(path: Path, candidates: Sequence[str]) -> tuple[str, str]:
    """The first encoding that every byte fits; the last one where none does, whose reading then names the wrong byte.

    Control characters where letters stand in other encodings (0x80 to 0x9F) do not fit: no bookkeeping sends them.
    """
    for encoding in candidates[:-1]:
        if _first_misfit(path, encoding, 0) is None and not _has_controls(path, encoding):
            return encoding, "every byte fits"
    said = ", ".join(candidate.upper() for candidate in candidates[:-1])
    return candidates[-1], f"not {said}" if said else "the only candidate"


def _has_controls(path: Path, encoding: str) -> bool:
    """Whether the file holds one of the control characters U+0080 to U+009F under an 8-bit encoding."""
    if encoding == "utf-8" or not _superset_of_ascii(encoding):
        return False
    return any(_CONTROLS.search(text) for text in _decoded(path, encoding, 0))


def refuse_utf8_in_disguise(path: Path, declared: str | None) -> None:
    """Raise `SourceError` where a file says that it is in an 8-bit encoding, and plainly is UTF-8 all the same."""
    if declared is None:
        return
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return  # the parser says so
    if name not in {"utf-8", "ascii"} and _superset_of_ascii(name) and _is_plainly_utf8(path):
        raise SourceError(
            path.name,
            "",
            f"the file declares the encoding {declared}, but every letter beyond ASCII is written as UTF-8 writes it.",
            "Set encoding: utf-8 in the layout, or correct the declaration in the export.",
        )


def _lies(path: Path, declared: str, found: str, why: str) -> SourceError:
    return SourceError(
        path.name,
        "",
        f"the layout says encoding {declared}, but the file is {found}: {why}.",
        f"Set encoding: {found} (or auto) in the layout, or export the file as {declared}.",
    )


def _superset_of_ascii(encoding: str) -> bool:
    try:
        return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except UnicodeError:
        return False


def _is_plainly_utf8(path: Path) -> bool:
    """True when there are bytes beyond ASCII and all of them are UTF-8: no other encoding looks so by chance."""
    if _is_ascii(path):
        return False
    return _first_misfit(path, "utf-8", 0) is None


def _is_ascii(path: Path) -> bool:
    return all(chunk.isascii() for chunk in _chunks(path, 0))


def _chunks(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        while chunk := stream.read(_CHUNK):
            yield chunk


def _decoded(path: Path, encoding: str, start: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path, start):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        _raise_misfit(path, encoding, start)
        raise


def _first_misfit(path: Path, encoding: str, start: int) -> int | None:
    """The offset of the first byte that does not fit the encoding; None when all fit."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = start
    for chunk in _chunks(path, start):
        pending = len(decoder.getstate()[0])
        if not pending and chunk.isascii() and encoding == "utf-8":
            offset += len(chunk)
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as err:
            return offset - pending + err.start
        offset += len(chunk)
    pending = len(decoder.getstate()[0])
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset - pending
    return None


def _raise_misfit(path: Path, encoding: str, start: int) -> None:
    offset = _first_misfit(path, encoding, start)
    if offset is None:
        return
    with path.open("rb") as stream:
        stream.seek(offset)
        byte = stream.read(1)
    shown = f"0x{byte.hex().upper()}" if byte else "the end of the file"
    raise SourceError(
        path.name,
        f"byte {offset} (row {line_at(path, offset)})",
        f"found {shown}, which does not fit the encoding {encoding}.",
        "Set encoding in the layout to what the file really is (often cp1252, or auto), or export the file again.",
    )


def line_at(path: Path, offset: int) -> int:
    """The number of the line that holds the byte at `offset`, from 1."""
    lines, left = 1, offset
    for chunk in _chunks(path, 0):
        part = chunk[:left]
        lines += part.count(b"\n") or part.count(b"\r")
        left -= len(part)
        if left <= 0:
            break
    return lines


def first_nul(path: Path) -> int | None:
    """The offset of the first NUL byte; None when there is none."""
    offset = 0
    for chunk in _chunks(path, 0):
        if (found := chunk.find(b"\0")) >= 0:
            return offset + found
        offset += len(chunk)
    return None
