"""XML parsers that a hostile file cannot use: no entities, no DTD, no network, bounded depth and text. Not here: paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree


def pull_parser(tags: Sequence[str], encoding: str | None = None) -> etree.XMLPullParser:
    """A parser to be fed piece by piece, which reports the end of the elements with these local names.

    Comments and processing instructions are dropped, so that none can split a value in two. `huge_tree` stays off:
    a text of more than 10 MB or 256 levels of nesting is an error.
    """
    return etree.XMLPullParser(
        events=("end",),
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


def ended(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    """The elements that ended since the last call."""
    for _, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield element


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parse_small(content: bytes) -> etree._Element:
    """Parse a small document (a workbook's own tables of contents) whole."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
