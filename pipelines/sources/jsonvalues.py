"""Values of one JSON object by the layout's paths, in one walk. Not here: streaming, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.sources.jsonlayout import JsonColumn
from pipelines.sources.jsonpath import written
from pipelines.sources.xpath import Step

_MAX_UNDECLARED = 200  # distinct paths that are named; a layout that misses more is a wrong one


@dataclass
class _Node:
    """What is wanted at one place below an object."""

    columns: list[int] = field(default_factory=list)
    children: dict[str, _Node] = field(default_factory=dict)
    keyed: dict[tuple[str, str], _Node] = field(default_factory=dict)
    elsewhere: bool = False  # belongs to another section: what is not wanted here is not undeclared

    leaf: bool = True  # only its text is wanted: by far the usual case, read without a further visit


class Values:
    """Reads the declared columns of an object; `columns` are paths below it (without ups).

    Numbers have to come as text: the text of the file is the value.
    """

    def __init__(self, columns: Mapping[str, tuple[JsonColumn, Sequence[Step]]]) -> None:
        self.names = tuple(columns)
        self._takes = [column for column, _ in columns.values()]
        self._root = _Node()
        self.undeclared: set[str] = set()
        for index, (_, steps) in enumerate(columns.values()):
            self._add(index, steps)

    def _add(self, index: int, steps: Sequence[Step]) -> None:
        node = self._root
        for step in steps:
            node.leaf = False
            node = node.children.setdefault(step.name, _Node())
            if step.key is not None:
                node.leaf = False
                node = node.keyed.setdefault((step.key, step.value or ""), _Node())
                node.children.setdefault(step.key, _Node())  # the key is known, if only as a key
                node.leaf = False
        node.columns.append(index)

    def leave_to_others(self, path: Sequence[str]) -> None:
        """What stands at this path belongs to another section; columns may look into it all the same."""
        node = self._root
        for name in path:
            node.leaf = False
            node = node.children.setdefault(name, _Node())
        node.leaf, node.elsewhere = False, True

    def read(self, record: Mapping[str, Any]) -> tuple[list[str | None], str]:
        """The values in the order of `names`, and why they are not clear (empty when they are)."""
        values: list[str | None] = [None] * len(self.names)
        repeated: set[int] = set()
        self._visit(record, self._root, values, repeated, "")
        if not repeated:
            return values, ""
        paths = ", ".join(self._takes[index].path for index in sorted(repeated))
        return values, f"{paths} stands there more than once, with different values; expected one"

    def _visit(self, value: Any, node: _Node, values: list[str | None], repeated: set[int], path: str) -> None:
        if isinstance(value, dict):
            self._visit_object(value, node, values, repeated, path)
        elif isinstance(value, list):
            for item in flat(value):
                self._visit(item, node, values, repeated, path)
        elif node.columns:
            for index in node.columns:
                self._put(index, text_of(value), values, repeated)
        elif not node.elsewhere and not node.leaf:
            self._note(value, path)

    def _visit_object(
        self, value: Mapping[str, Any], node: _Node, values: list[str | None], repeated: set[int], path: str
    ) -> None:
        if node.keyed:
            self._visit_keyed(value, node, values, repeated, path)
        for name, child in value.items():
            below = node.children.get(name)
            if below is None:
                if not node.keyed and not node.elsewhere:
                    self._note(child, _joined(path, name))
            elif below.leaf and type(child) is str:
                for index in below.columns:
                    self._put(index, child, values, repeated)
            else:
                self._visit(child, below, values, repeated, _joined(path, name))

    def _visit_keyed(
        self, value: Mapping[str, Any], node: _Node, values: list[str | None], repeated: set[int], path: str
    ) -> None:
        for (key, wanted), below in node.keyed.items():
            if _is(value.get(key), wanted):
                self._visit(value, below, values, repeated, path)
                return
        told = " and ".join(
            f"{written(key)}={_shown(value.get(key))}" for key in sorted({key for key, _ in node.keyed})
        )
        self._remember(f"{path}[{told}]")

    def _put(self, index: int, text: str, values: list[str | None], repeated: set[int]) -> None:
        if not text:
            return
        before, column = values[index], self._takes[index]
        if before is None or column.take == "last":
            values[index] = text
        elif column.take == "join":
            values[index] = f"{before}{column.separator}{text}"
        elif column.take == "one" and before != text:
            repeated.add(index)

    def _note(self, value: Any, path: str) -> None:
        """Remember where values stand; without recursion, as it goes however deep the file does."""
        if len(self.undeclared) >= _MAX_UNDECLARED:
            return
        left = [(value, path)]
        while left:
            here, at = left.pop()
            if isinstance(here, dict):
                left += [(child, _joined(at, name)) for name, child in here.items()]
            elif isinstance(here, list):
                left += [(item, at) for item in here]
            elif text_of(here):
                self._remember(at)

    def _remember(self, path: str) -> None:
        if len(self.undeclared) < _MAX_UNDECLARED:
            self.undeclared.add(path)


def text_of(value: Any) -> str:
    """A single value as text: numbers came as text, truth values are true and false, null is nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""


def flat(value: Any) -> Iterator[Any]:
    """The value, or what an array and the arrays in it hold, in order; without recursion."""
    left = [value]
    while left:
        here = left.pop()
        if isinstance(here, list):
            left += reversed(here)
        else:
            yield here


def _is(value: Any, wanted: str) -> bool:
    return not isinstance(value, dict | list) and text_of(value).strip() == wanted


def _shown(value: Any) -> str:
    return repr("" if isinstance(value, dict | list) else text_of(value).strip())


def _joined(path: str, name: str) -> str:
    return f"{path}.{written(name)}" if path else written(name)
