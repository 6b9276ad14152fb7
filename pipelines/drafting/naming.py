"""What a file's name says: a pattern for the next ones of its kind, and its day. Not here: its content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

_DAYS = (
    (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"),
    (r"\d{4}_\d{2}_\d{2}", "%Y_%m_%d"),
    (r"\d{4}\.\d{2}\.\d{2}", "%Y.%m.%d"),
    (r"\d{2}\.\d{2}\.\d{4}", "%d.%m.%Y"),
    (r"\d{2}-\d{2}-\d{4}", "%d-%m-%Y"),
    (r"\d{8}", "%Y%m%d"),
    (r"\d{8}", "%d%m%Y"),
)


@dataclass(frozen=True)
class NameSaid:
    """A pattern for the whole name; pattern with one group and format of the delivery date, if the name holds one."""

    pattern: str
    day: tuple[str, str] | None
    kind: str  # a key for the kind of file


def read_name(name: str) -> NameSaid:
    """What `ledger_2026-02_20260304.csv` says: `ledger_\\d{4}-\\d{2}_\\d{8}\\.csv`, and its last date."""
    return NameSaid(_generalized(name), _last_day(name), _kind(name))


def _generalized(text: str) -> str:
    parts = re.split(r"(\d+)", text)
    return "".join(
        _run(part) if part.isdecimal() else re.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\1", part) for part in parts
    )


def _run(digits: str) -> str:
    return rf"\d{{{len(digits)}}}" if len(digits) > 1 else r"\d+"


def _last_day(name: str) -> tuple[str, str] | None:
    found = [(at, length, shape, fmt) for shape, fmt in _DAYS for at, length in _days(name, shape, fmt)]
    if not found:
        return None
    at, length, shape, fmt = max(found, key=lambda one: (one[0], one[1]))
    before = re.search(r"[\W_]?$", name[:at])
    after = _generalized(name[at + length :])
    return f"{_generalized(before[0] if before else '')}({shape}){after}$", fmt


def _days(name: str, shape: str, fmt: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(rf"(?<!\d){shape}(?!\d)", name):
        try:
            day = datetime.strptime(found[0], fmt)  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
        if 1990 <= day.year < 2100:
            yield found.start(), len(found[0])


def _kind(name: str) -> str:
    word = re.sub(r"[\W\d_]+", "_", name.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()).strip("_")
    return word or "file"
