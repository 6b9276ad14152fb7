"""Values of one XML element by the layout's paths, in one walk. Not here: streaming, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipelines.sources.layout import XmlColumn
from pipelines.sources.safexml import bare_name, local_name
from pipelines.sources.xpath import Step

_MAX_UNDECLARED = 200  # distinct paths that are named; a layout that misses more is a wrong one


@dataclass
class _Node:
    """What is wanted at one place below an element."""

    columns: list[int] = field(default_factory=list)
    children: dict[str, _Node] = field(default_factory=dict)
    attributes: dict[str, list[int]] = field(default_factory=dict)
    keyed: dict[tuple[str, str], _Node] = field(default_factory=dict)
    skip: bool = False

    leaf: bool = True  # only its text is wanted: by far the usual case, read without a further visit


class Values:
    """Reads the declared columns of an element; `columns` are paths below it (without ups)."""

    def __init__(self, columns: Mapping[str, tuple[XmlColumn, Sequence[Step]]]) -> None:
        self.names = tuple(columns)
        self._takes = [column for column, _ in columns.values()]
        self._root = _Node()
        self.undeclared: set[str] = set()
        for index, (_, steps) in enumerate(columns.values()):
            self._add(index, steps)

    def _add(self, index: int, steps: Sequence[Step]) -> None:
        node = self._root
        for step in steps:
            if step.name.startswith("@"):
                node.attributes.setdefault(step.name[1:], []).append(index)
                node.leaf = False
                return
            node.leaf = False
            node = node.children.setdefault(step.name, _Node())
            if step.key is not None:
                node.leaf = False
                node = node.keyed.setdefault((step.key, step.value or ""), _Node())
                node.children.setdefault(step.key, _Node())  # the key is known, if only as a key
        node.columns.append(index)

    def skip(self, path: Sequence[str]) -> None:
        """What stands at this path belongs to another section."""
        node = self._root
        for name in path:
            node.leaf = False
            node = node.children.setdefault(name, _Node())
        node.leaf, node.skip = False, True

    def read(self, element: etree._Element) -> tuple[list[str | None], str]:
        """The values in the order of `names`, and why they are not clear (empty when they are)."""
        values: list[str | None] = [None] * len(self.names)
        repeated: set[int] = set()
        self._visit(element, self._root, values, repeated, "")
        if not repeated:
            return values, ""
        paths = ", ".join(self._takes[index].path for index in sorted(repeated))
        return values, f"{paths} stands there more than once, with different values; expected one"

    def _visit(
        self, element: etree._Element, node: _Node, values: list[str | None], repeated: set[int], path: str
    ) -> None:
        if node.attributes or node.columns:
            self._visit_own(element, node, values, repeated)
        if node.keyed:
            self._visit_keyed(element, node, values, repeated, path)
        for child in element:
            name = bare_name(child.tag)
            below = node.children.get(name)
            if below is not None:
                if below.leaf and not len(child):
                    if text := child.text:
                        for index in below.columns:
                            self._put(index, text, values, repeated)
                elif not below.skip:
                    self._visit(child, below, values, repeated, f"{path}{name}/")
            elif not node.keyed:
                self._note(child, f"{path}{name}")

    def _visit_own(self, element: etree._Element, node: _Node, values: list[str | None], repeated: set[int]) -> None:
        """The element's own attributes and text; white space between children is no text."""
        for name, value in element.attrib.items() if node.attributes else ():
            for index in node.attributes.get(bare_name(str(name)), ()):
                self._put(index, str(value), values, repeated)
        if (text := element.text) and (not len(element) or text.strip()):
            for index in node.columns:
                self._put(index, text, values, repeated)

    def _visit_keyed(
        self, element: etree._Element, node: _Node, values: list[str | None], repeated: set[int], path: str
    ) -> None:
        for (key, wanted), below in node.keyed.items():
            found = element.findtext(f"{{*}}{key}")
            if found is not None and found.strip() == wanted:
                self._visit(element, below, values, repeated, path)
                return
        keys = {key for key, _ in node.keyed}
        told = " and ".join(f"{key}={(element.findtext(f'{{*}}{key}') or '').strip()!r}" for key in sorted(keys))
        self._remember(f"{path.rstrip('/')}[{told}]")

    def _put(self, index: int, text: str, values: list[str | None], repeated: set[int]) -> None:
        before, column = values[index], self._takes[index]
        if before is None or column.take == "last":
            values[index] = text
        elif column.take == "join":
            values[index] = f"{before}{column.separator}{text}"
        elif column.take == "one" and before != text:
            repeated.add(index)

    def _note(self, element: etree._Element, path: str) -> None:
        if len(self.undeclared) >= _MAX_UNDECLARED:
            return
        if not len(element) and element.text and element.text.strip():
            self._remember(path)
        for child in element:
            self._note(child, f"{path}/{local_name(child)}")

    def _remember(self, path: str) -> None:
        if len(self.undeclared) < _MAX_UNDECLARED:
            self.undeclared.add(path)
