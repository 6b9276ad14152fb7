"""Reads YAML so that every value knows its line and nothing is silently turned into something else.

YAML reads an unquoted NO as false, 0400 as 256 and 1.10 as 1.1. Here each of these is an error with its line and the
text to write instead. Not here: what the keys mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# libyaml where the wheel carries it: ten times faster, same result.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_TAG = "tag:yaml.org,2002:"

Place = tuple[str | int, ...]  # the keys and list positions that lead to a value


@dataclass
class YamlText:
    """A YAML file: its values, the line (from 1) of every key and list item, and what was written wrongly."""

    file: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def get(self, place: Place) -> Any:
        """The value at `place`; None where there is none."""
        value = self.data
        for step in place:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def blame(self, place: Place, sentence: str) -> None:
        """Add a mistake about what stands at `place`."""
        self.mistakes.append(f"{self.at(place)}: {sentence}")

    def line(self, place: Place) -> int:
        """The line of the value at `place`, else of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def at(self, place: Place) -> str:
        """``file:line`` of the value at `place`, as a person would look it up."""
        return f"{self.file}:{self.line(place)}"


def read_yaml(path: Path) -> YamlText:
    """Read one file. Mistakes are listed, not raised, so that a caller can show them together with its own."""
    return parse_yaml(path.read_text(encoding="utf-8-sig"), str(path))


def parse_yaml(text: str, file: str) -> YamlText:
    """Read YAML `text`; `file` is only named in mistakes."""
    read = YamlText(file)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not YAML"
        read.mistakes.append(f"{file}:{line}: this is not YAML ({problem}). Correct the text there or just above.")
        return read
    if root is not None:
        read.data = _value(root, (), read)
    return read


def _value(node: yaml.Node, place: Place, read: YamlText) -> Any:
    read.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, read)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, i), read) for i, item in enumerate(node.value)]
    return _scalar(node, read) if isinstance(node, yaml.ScalarNode) else None


def _mapping(node: yaml.MappingNode, place: Place, read: YamlText) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _scalar(key_node, read) if isinstance(key_node, yaml.ScalarNode) else None
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            read.mistakes.append(f"{read.file}:{line}: found a key that is not text. Put it in quotes.")
            continue
        if key in found:
            read.mistakes.append(f"{read.file}:{line}: {key!r} is written twice; YAML keeps only one. Remove one.")
        read.lines[(*place, key)] = line
        found[key] = _value(value_node, (*place, key), read)
    return found


def _scalar(node: yaml.ScalarNode, read: YamlText) -> Any:
    text: str = node.value
    kind = node.tag.removeprefix(_TAG)
    if kind == "str":
        return text
    if node.style in {"'", '"', "|", ">"} and kind not in {"int", "float", "bool", "null", "timestamp"}:
        return text
    if kind == "null":
        return None
    if kind == "bool" and text in {"true", "false"}:
        return text == "true"
    if kind == "int" and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    became = {"bool": "a truth value", "int": "another number", "float": "a binary fraction", "timestamp": "a date"}
    line = node.start_mark.line + 1
    what = became.get(kind, f"a {kind}")
    read.mistakes.append(
        f'{read.file}:{line}: found {text} without quotes, which YAML turns into {what}; expected text. Write "{text}".'
    )
    return text
