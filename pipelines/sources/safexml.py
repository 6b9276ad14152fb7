"""XML parsers that a hostile file cannot use: no entities, no DTD, no network, bounded depth and text.

Not here: what is read from the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from lxml import etree


def pull_parser(
    tags: Sequence[str], events: Sequence[Literal["start", "end"]] = ("end",), encoding: str | None = None
) -> etree.XMLPullParser:
    """A parser to be fed piece by piece, which reports the elements with these local names, by default when they end.

    Comments and processing instructions are dropped, so that none can split a value in two. `huge_tree` stays off:
    a text of more than 10 MB or 256 levels of nesting is an error.
    """
    return etree.XMLPullParser(
        events=events,
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )


def reported(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    """Event and element, for what was parsed since the last call."""
    for event, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield event, element


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return bare_name(element.tag)


@lru_cache(maxsize=4096)
def bare_name(tag: str) -> str:
    """`{namespace}Name` → `Name`; a document repeats few names millions of times."""
    return tag.rpartition("}")[2]


def parse_small(content: bytes) -> etree._Element:
    """Parse a small document (a workbook's own tables of contents) whole."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
