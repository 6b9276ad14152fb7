"""What a file is by its first bytes, whatever it is called. Not here: reading it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from pipelines.errors import SourceError

_SNIFFED = 4096
_NOTHING = b"\xef\xbb\xbf\xff\xfe \t\r\n\x0b\x0c"  # marks and white space
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of a workbook with a password
_WORDS = {
    "empty": "an empty file",
    "zip": "a zip archive",
    "xlsx": "an Excel workbook",
    "xls": "an old or encrypted Excel workbook",
    "ods": "an OpenDocument sheet",
    "html": "a web page (HTML)",
    "xml": "an XML file",
    "pdf": "a PDF document",
    "gzip": "a gzip archive",
    "binary": "a binary file",
    "text": "plain text",
}


def recognise(path: Path) -> str:
    """One of empty, zip, xlsx, xls, ods, html, xml, pdf, gzip, binary, text. Cheap: looks at the first bytes."""
    with path.open("rb") as stream:
        first = stream.read(_SNIFFED)
    if not first.strip(_NOTHING):
        return "empty"
    if first.startswith(b"PK"):
        return _kind_of_zip(path)
    for sign, kind in ((_OLE, "xls"), (b"%PDF", "pdf"), (b"\x1f\x8b", "gzip")):
        if first.startswith(sign):
            return kind
    return _kind_of_text(first)


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    return "ods" if "content.xml" in names else "zip"


def _kind_of_text(first: bytes) -> str:
    text = first
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if first.startswith(mark):
            text = first[2:].decode(encoding, "ignore").encode()
    if b"\0" in text[:64]:
        wide = text[1::2].count(0) + text[::2].count(0) >= len(text) // 3
        return "text" if wide else "binary"
    start = re.sub(rb"^(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf)+", b"", text).lstrip().lower()
    if re.match(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html|<table|<head|<meta)", start, re.S):
        return "html"
    return "xml" if re.match(rb"<(?:\?xml|!doctype|!--|[a-z_][\w.:-]*[\s/>])", start) else "text"


def expect_kind(path: Path, layout: str, expected: frozenset[str]) -> str:
    """The kind of the file; raises `SourceError` when it is none of `expected`."""
    kind = recognise(path)
    if kind == "empty":
        raise SourceError(path.name, "", "the file is empty or holds only white space.", "Send the file again.")
    if kind not in expected:
        raise SourceError(
            path.name,
            "",
            f"the file is {_WORDS[kind]}, expected the kind {layout!r} that the layout says.",
            "Export it again in the agreed form, or correct kind in the layout.",
        )
    return kind
