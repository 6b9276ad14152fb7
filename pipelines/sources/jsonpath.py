"""The few path expressions that a JSON layout may use, taken apart. Not here: walking a document.

They are those of an XML layout but for the sign between two names, which in JSON is a dot: `../../journal.id`.
"""

from __future__ import annotations

import re

from pipelines.sources.xpath import Step

_UP = "../"
_BARE = r"[^\s.\[\]/'\"](?:[^.\[\]/'\"]*[^\s.\[\]/'\"])?"
_TEXT = r"'[^']*'|\"[^\"]*\""
_STEP = re.compile(
    rf"(?P<name>{_BARE}|{_TEXT})(?:\[(?P<key>{_BARE}|{_TEXT})\s*=\s*(?P<value>{_TEXT})\])?(?P<more>\.|$)"
)


def parse_path(path: str) -> tuple[Step, ...]:
    """Take `../customer.analysis[type='A'].id` apart; raises ValueError that says what cannot be read.

    A name that holds a dot, slash, bracket or quote stands in quotes: `'@odata.count'`.
    """
    rest, ups = path.strip(), 0
    while rest.startswith(_UP):
        rest, ups = rest[len(_UP) :], ups + 1
    if rest in ("", ".", ".."):
        raise ValueError(f"{path!r} ends at an object that holds no text of its own. Add the name of the value.")
    steps, more = [Step("..")] * ups, True
    while more:
        found = _STEP.match(rest)
        if found is None:
            raise ValueError(
                f"{path!r}: {rest!r} cannot be read; expected names with dots between them, '../' only at the "
                f"beginning, name[key='value'], and names with other signs in quotes."
            )
        key, value = found["key"], found["value"]
        steps.append(Step(_bare(found["name"]), *(() if key is None else (_bare(key), _bare(value)))))
        more, rest = found["more"] == ".", rest[found.end() :]
    return tuple(steps)


def parse_record_path(path: str) -> tuple[str, ...]:
    """Take the path of records apart: names only; empty where the records are the file's own."""
    steps = parse_path(path) if path.strip() else ()
    if any(step.name == ".." or step.key for step in steps):
        raise ValueError(f"{path!r}: the path of records holds names only, e.g. data.items.")
    return tuple(step.name for step in steps)


def written(name: str) -> str:
    """A name as a path writes it."""
    if re.fullmatch(_BARE, name):
        return name
    return f"'{name}'" if "'" not in name else f'"{name}"'


def _bare(text: str) -> str:
    return text[1:-1] if text[:1] in ("'", '"') else text
