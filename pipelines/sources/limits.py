"""How much of a hostile file is read before it is refused. Not here: limits on what the values mean."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import SourceError

MAX_FILE_BYTES = 16 * 2**30  # far above a year of a large branch's ledger; below what fills a usual disk with copies
MAX_INFLATED_BYTES = 2 * 2**30  # an archive's content in all; the largest sheet (1,048,576 rows) stays well below
MAX_INFLATION = 200  # inflated bytes per byte of an archive's member; sheets of numbers reach about 30
INFLATION_FLOOR = 16 * 2**20  # below this size a high ratio harms nobody (a blank sheet packs very well)
MAX_MEMBERS = 1000  # files of one archive; fifty datasets of twelve months are 600
MAX_CELLS = 100_000_000  # of a sheet's used area, which is laid out in memory; 1,048,576 rows by 95 columns
MAX_RECORD_CHARS = 2**20  # one record of delimited text; a longer one is a quote that was never closed
MAX_RECORD_LINES = 1000  # lines that one quoted cell may span, for the same reason
MAX_JSON_CHARS = 2**25  # one record of a JSON file with all it holds; about 100,000 lines of one journal
MAX_REPEATED_CHARS = 2**28  # what the lines of one JSON record may repeat of the values above them, in all
MAX_NESTING = 100  # levels of JSON outside the records; parsers themselves give up near 1,000
HEADER_SEARCH_ROWS = 200  # how far down a header is looked for
MAX_PROLOG_CHARS = 2**20  # what may stand before the root element of an XML file
RAW_CHARS = 2000  # of an unreadable row, kept for people
TEXT_CHARS = 120  # of a non-data row, kept for people


def check_size(path: Path) -> int:
    """The file's size in bytes; raises `SourceError` when it is empty or beyond the limit."""
    size = path.stat().st_size
    if size == 0:
        raise SourceError(path.name, "", "the file is empty (0 bytes).", "Send the file again.")
    if size > MAX_FILE_BYTES:
        raise SourceError(
            path.name,
            "",
            f"the file has {size:,} bytes; expected at most {MAX_FILE_BYTES:,}.",
            "Send it in several files, one a period.",
        )
    return size
