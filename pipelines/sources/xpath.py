"""The few path expressions that an XML layout may use, taken apart. Not here: walking a document."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOCAL_NAME = r"[^\W\d][\w.\-]*"
_STEP = re.compile(
    rf"(?P<name>\.\.|@?{_LOCAL_NAME})(?:\[(?P<key>{_LOCAL_NAME})\s*=\s*(?:'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\")\])?"
)


@dataclass(frozen=True)
class Step:
    """One step of a path: `..`, a local name, `@attribute`; `key` and `value` choose among repeated elements."""

    name: str
    key: str | None = None
    value: str | None = None


def parse_path(path: str) -> tuple[Step, ...]:
    """Take `../A/B[K='v']/@c` apart; raises ValueError that says which step cannot be read."""
    steps = tuple(_step(path, text) for text in _split(path))
    names = [step.name for step in steps]
    ups = names.count("..")
    if names[:ups] != [".."] * ups:
        raise ValueError(f"{path!r}: '..' may stand only at the beginning. Write the ups first.")
    if ups == len(names):
        raise ValueError(f"{path!r} ends at an element that holds no text of its own. Add the name of the value.")
    if any(name.startswith("@") for name in names[:-1]):
        raise ValueError(f"{path!r}: an attribute has nothing below it. Let the path end there.")
    return steps


def parse_record_path(path: str) -> tuple[str, ...]:
    """Take a record's path apart: local names only, from below the root."""
    steps = parse_path(path.removeprefix("/"))
    if any(step.name == ".." or step.name.startswith("@") or step.key for step in steps):
        raise ValueError(f"{path!r}: the path of a record holds local names only, e.g. GeneralLedgerEntries/Journal.")
    return tuple(step.name for step in steps)


def _split(path: str) -> list[str]:
    """Split at slashes that do not stand inside a condition."""
    return re.split(r"/(?![^\[]*\])", path)


def _step(path: str, text: str) -> Step:
    found = _STEP.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"{path!r}: the step {text!r} cannot be read; expected a local name without prefix, '..', '@attribute' or "
            f"Name[Key='value']."
        )
    value = found["one"] if found["one"] is not None else found["two"]
    return Step(found["name"], found["key"], value)
