"""Whether a workspace's reference tables have the columns and the links that the warehouse is built on.

Not here: what the entries mean to accountants (dbt's models and tests say that).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.conformance.golden.reviewed import line_mistakes, reviewed_of, second_words
from pipelines.conformance.rules import conflicts, rule_of, shape_mistakes
from pipelines.nearest import did_you_mean
from pipelines.settings import REPOSITORY

MODELS = REPOSITORY / "seeds" / "reference"  # the product's own tables say which there are and which columns they have

_ACTIONS = ("hold", "stop", "warn")
_SCOPES = ("branch", "group")


@dataclass(frozen=True)
class Line:
    """One record of a reference table and where it stands."""

    file: Path
    number: int
    cells: dict[str, str]

    def mistake(self, problem: str) -> str:
        return f"{self.file}:{self.number}: {problem}"


def reference_mistakes(folder: Path, branches: Collection[str] | None) -> list[str]:
    """Every mistake as a sentence. `branches`: the known branch ids, or None where they could not be read."""
    mistakes: list[str] = []
    tables: dict[str, list[Line]] = {}
    for model in sorted(MODELS.glob("*.csv")):
        lines, wrong = _read(folder / model.name, _header(model))
        tables[model.stem] = lines
        mistakes += wrong
    if mistakes:
        return mistakes
    return [*_account_map(tables, branches), *_audit_policy(tables), *_party_match(tables, branches)]


def _header(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream), [])


def _read(file: Path, expected: Sequence[str]) -> tuple[list[Line], list[str]]:
    if not file.is_file():
        return [], [f"{file}: the reference table is missing; expected columns {','.join(expected)}. Add it."]
    lines: list[Line] = []
    mistakes: list[str] = []
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if header != list(expected):
            found = ",".join(header)
            return [], [f"{file}:1: found columns {found}; expected {','.join(expected)}. Correct the first line."]
        for cells in reader:
            if len(cells) != len(expected):
                mistakes.append(
                    f"{file}:{reader.line_num}: found {len(cells)} cells; expected {len(expected)}."
                    " Put text with commas in quotes."
                )
            else:
                lines.append(Line(file, reader.line_num, dict(zip(expected, cells, strict=True))))
    return lines, mistakes


def _account_map(tables: dict[str, list[Line]], branches: Collection[str] | None) -> Iterator[str]:
    known = {line.cells["code"] for line in tables.get("group_account", [])}
    for line in tables.get("account_map", []):
        said = line.cells
        if said["group_account_code"] not in known:
            yield line.mistake(
                f"group account {said['group_account_code']!r} is not in group_account.csv. Add it there or correct it."
                + did_you_mean(said["group_account_code"], sorted(known))
            )
        yield from _unknown_branch(line, said["branch_id"], branches)
        for problem in shape_mistakes(said):
            yield line.mistake(problem)
        if not said["proposed_by"] or said["approved_by"] == said["proposed_by"]:
            yield line.mistake(
                "a mapping needs two different persons, proposed_by and approved_by; it waits while approved_by is"
                " empty. Name them."
            )
    yield from _contradictions(tables.get("account_map", []))


def _contradictions(lines: Sequence[Line]) -> Iterator[str]:
    """Pairs of rules of which neither is more specific, though they name different group accounts."""
    at = {line.number: line for line in lines}
    for found in conflicts([rule_of(line.cells, line.number) for line in lines]):
        one, other = found.one, found.other
        yield at[other.line].mistake(
            f"{other.words} → {other.group_account_code} contradicts line {one.line}, {one.words} →"
            f" {one.group_account_code}: both hold for {found.example} in {found.period} and neither is more specific."
            " End one before the other begins, narrow one, or let one range lie inside the other."
        )


def _audit_policy(tables: dict[str, list[Line]]) -> Iterator[str]:
    for line in tables.get("audit_policy", []):
        action, scope = line.cells["action"], line.cells["scope"]
        if action not in _ACTIONS:
            yield line.mistake(
                f"action {action!r} is unknown; expected hold, stop or warn. Correct it."
                + did_you_mean(action, _ACTIONS)
            )
        if scope not in _SCOPES:
            yield line.mistake(
                f"scope {scope!r} is unknown; expected branch or group. Correct it.{did_you_mean(scope, _SCOPES)}"
            )


def _party_match(tables: dict[str, list[Line]], branches: Collection[str] | None) -> Iterator[str]:
    lines = tables.get("party_match", [])
    for line in lines:
        for end in "ab":
            yield from _unknown_branch(line, line.cells[f"branch_{end}"], branches)
        for problem in line_mistakes(line.cells):
            yield line.mistake(problem)
    for at, before in second_words([reviewed_of(line.cells) for line in lines]):
        yield lines[at].mistake(f"line {lines[before].number} speaks of the same two records. Keep one of the two.")


def _unknown_branch(line: Line, branch_id: str, branches: Collection[str] | None) -> Iterator[str]:
    if branches is not None and branch_id not in branches:
        known = ", ".join(sorted(branches))
        hint = did_you_mean(branch_id, sorted(branches))
        yield line.mistake(f"branch {branch_id!r} has no folder; known are {known}. Correct it.{hint}")
