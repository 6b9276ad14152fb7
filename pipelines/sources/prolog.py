"""What stands before the root element of an XML file, read before any parser sees it. Not here: parsing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.sources.limits import MAX_PROLOG_CHARS

_UTF8_MARKS = re.compile(rb"(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf)*")
_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ENCODING = re.compile(r"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)")
_ROOT = re.compile(r"<(?:[^\s<>/:!?]+:)?([^\s<>/:!?]+)")


@dataclass(frozen=True)
class Prolog:
    """Where the document begins (byte, behind any byte-order mark), its root's local name, the encoding it declares."""

    start: int
    root: str
    encoding: str | None = None


def read_prolog(path: Path) -> Prolog:
    """Raises `SourceError` when the file is no XML, or declares a DTD or entities."""
    with path.open("rb") as stream:
        first = stream.read(MAX_PROLOG_CHARS)
    marks = _UTF8_MARKS.match(first)
    start = marks.end() if marks else 0
    wide = first.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = first.decode("utf-16", "ignore") if wide else first[start:].decode("latin-1")
    at = 0
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    if text.startswith(("<!DOCTYPE", "<!ENTITY"), at):
        raise SourceError(
            path.name,
            f"line {text.count(chr(10), 0, at) + 1}",
            "the file declares a document type (DTD), which may load other files or inflate without bound.",
            "Export it without <!DOCTYPE>: accounting formats need none.",
        )
    root = _ROOT.match(text, at)
    if root is None:
        raise SourceError(
            path.name,
            f"line {text.count(chr(10), 0, at) + 1}",
            f"found {text[at : at + 40]!r}, expected the root element of an XML file.",
            "Check that the export did not end with an error message, and send it again.",
        )
    declared = _ENCODING.match(text)
    return Prolog(start, root[1], declared[1] if declared else None)
