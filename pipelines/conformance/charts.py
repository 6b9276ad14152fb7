"""Starting maps: national and common charts of accounts onto the group's chart, as rules for one branch's own codes.

The charts are in `charts/*.yaml`. Not here: approving the rows (a second person does, through a workbook).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.conformance.rules import AccountRule
from pipelines.errors import AccountMapError
from pipelines.nearest import did_you_mean

_FOLDER = Path(__file__).with_name("charts")


@dataclass(frozen=True)
class ChartLine:
    """First and last number (or the digits they begin with), the group's account, and what stands there."""

    first: str
    last: str
    group_account_code: str
    meaning: str


@dataclass(frozen=True)
class Chart:
    """A starting map. `personal`: accounts of single customers and suppliers, one digit longer than the others."""

    name: str
    title: str
    countries: tuple[str, ...]
    digits: int
    personal: tuple[ChartLine, ...]
    lines: tuple[ChartLine, ...]

    def rules(self, branch_id: str, accounts: Iterable[str] = (), proposed_by: str = "") -> list[AccountRule]:
        """The chart as rows that nobody approved yet, for codes as long as the branch's own.

        `607` becomes 607000 to 607999 for a branch with six digits. Lengths that no line fits are left out; without
        any accounts, the chart's own length counts.
        """
        lengths = sorted({len(one) for one in accounts if one.isdecimal()} or {self.digits})
        if self.personal:
            own = min((one for one in lengths if one >= self.digits), default=self.digits)
            pairs = [*((line, own) for line in self.lines), *((line, own + 1) for line in self.personal)]
        else:
            pairs = [(line, length) for line in self.lines for length in lengths]
        return [
            AccountRule(
                branch_id=branch_id,
                account_from=line.first.ljust(length, "0"),
                account_to=line.last.ljust(length, "9"),
                group_account_code=line.group_account_code,
                note=f"{self.name}: {line.meaning}",
                proposed_by=proposed_by,
            )
            for line, length in pairs
            if len(line.first) <= length
        ]


@cache
def charts() -> dict[str, Chart]:
    """All starting maps by name."""
    return {file.stem: _read(file) for file in sorted(_FOLDER.glob("*.yaml"))}


def chart_named(name: str) -> Chart:
    """The chart of that name, capitals do not matter; raises `AccountMapError` where there is none."""
    found = charts().get(name.casefold())
    if found is None:
        known = sorted(charts())
        raise AccountMapError(f"There is no chart {name!r}; there are {', '.join(known)}.{did_you_mean(name, known)}")
    return found


def charts_of(country: str | None) -> list[Chart]:
    """The charts that a country's companies use."""
    return [one for one in charts().values() if country in one.countries]


def _read(file: Path) -> Chart:
    said: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Chart(
        name=said["chart"],
        title=said["title"],
        countries=tuple(said["countries"]),
        digits=said["digits"],
        personal=_lines(said["personal"]),
        lines=_lines(said["accounts"]),
    )


def _lines(said: Sequence[str]) -> tuple[ChartLine, ...]:
    return tuple(ChartLine(*one.split(" ", maxsplit=3)) for one in said)
