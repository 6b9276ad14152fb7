"""What people said of two records: the governed table party_match.csv.

A line counts once a second person has approved it, and then wins over every rule. Not here: what becomes of the pair
(clusters), who may write the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pipelines.conformance.golden.clusters import REVIEWED
from pipelines.conformance.golden.records import Kind, Pair, RecordKey
from pipelines.errors import ConfigError, PartyError
from pipelines.lake.files import atomic_write
from pipelines.repair.records import same_person

FILE = "party_match.csv"
COLUMNS = (
    "kind",
    "branch_a",
    "role_a",
    "code_a",
    "branch_b",
    "role_b",
    "code_b",
    "decision",
    "reason",
    "proposed_by",
    "approved_by",
)
DECISIONS = ("same", "different")
ROLES: Mapping[str, tuple[str, ...]] = {"party": ("customer", "supplier"), "product": ("product",)}


@dataclass(frozen=True)
class Reviewed:
    """One line of the table. `left` sorts before `right`, whichever way round it was written."""

    kind: Kind
    left: RecordKey
    right: RecordKey
    decision: str
    reason: str
    proposed_by: str
    approved_by: str

    @property
    def counts(self) -> bool:
        return bool(self.approved_by)


def reviewed_of(cells: Mapping[str, str]) -> Reviewed:
    """The decision of one line, by column."""
    ends = [RecordKey(cells[f"branch_{end}"], cells[f"role_{end}"], cells[f"code_{end}"]) for end in "ab"]
    left, right = sorted(ends)
    kind: Kind = "product" if cells["kind"] == "product" else "party"
    return Reviewed(
        kind, left, right, cells["decision"], cells["reason"], cells["proposed_by"], cells["approved_by"].strip()
    )


def line_mistakes(cells: Mapping[str, str]) -> Iterator[str]:
    """What cannot be in one line, each a sentence with the fix."""
    kinds = get_args(Kind)
    if cells["kind"] not in kinds:
        yield f"kind {cells['kind']!r} is unknown; expected {' or '.join(kinds)}. Correct it."
        return
    roles = ROLES[cells["kind"]]
    for end in "ab":
        if cells[f"role_{end}"] not in roles:
            found_role, expected = cells[f"role_{end}"], " or ".join(roles)
            yield f"role_{end} {found_role!r} is no {cells['kind']}; expected {expected}. Correct it."
        if not cells[f"code_{end}"]:
            yield f"code_{end} is empty; expected the number as the branch writes it. Add it."
    found = reviewed_of(cells)
    if found.left == found.right:
        yield "both sides are the same record; expected two. Correct one."
    if found.decision not in DECISIONS:
        yield f"decision {found.decision!r} is unknown; expected {' or '.join(DECISIONS)}. Correct it."
    if not found.reason.strip():
        yield "reason is empty; expected why the two are the same or different. Add it."
    if not found.proposed_by.strip() or same_person(found.proposed_by, found.approved_by):
        yield (
            "a decision needs two different persons, proposed_by and approved_by; it waits while approved_by is empty."
            " Name them."
        )


def second_words(lines: Sequence[Reviewed]) -> Iterator[tuple[int, int]]:
    """Positions of a line and of an earlier one that speaks of the same two records."""
    first: dict[tuple[RecordKey, RecordKey], int] = {}
    for at, one in enumerate(lines):
        before = first.setdefault((one.left, one.right), at)
        if before != at:
            yield at, before


def read_reviewed(file: Path) -> tuple[Reviewed, ...]:
    """Every line of the table; none where the file is absent. Raises `ConfigError` with every mistake."""
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            found = ",".join(reader.fieldnames or ())
            raise ConfigError(
                [f"{file}:1: found columns {found}; expected {','.join(COLUMNS)}. Correct the first line."]
            )
        lines = [(reader.line_num, row) for row in reader]
    mistakes = [
        f"{file}:{number}: {problem}"
        for number, row in lines
        for problem in (line_mistakes(row) if None not in row.values() else ["it has too few cells. Correct it."])
    ]
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(reviewed_of(row) for _, row in lines)


def reviewed_pairs(lines: Iterable[Reviewed], kind: Kind) -> list[Pair]:
    """Pairs of one kind as people decided them; those that wait for a second person are left out."""
    return [
        Pair(one.left, one.right, REVIEWED, 1.0, "match" if one.decision == "same" else "rejected", one.reason)
        for one in lines
        if one.kind == kind and one.counts
    ]


def propose(file: Path, one: Reviewed) -> None:
    """Add a line to the table. Raises `PartyError` where it cannot be, or the two records have a line already."""
    before = read_reviewed(file)
    cells = _cells(one)
    if problems := list(line_mistakes(cells)):
        raise PartyError(" ".join(problems))
    if any((one.left, one.right) == (other.left, other.right) for other in before):
        raise PartyError(f"{file} has a line on these two records already. Change that line.")
    _write(file, [*before, one])


def approve(file: Path, left: RecordKey, right: RecordKey, *, by: str) -> Reviewed:
    """Let the waiting line on two records count. Raises `PartyError` where there is none, or `by` proposed it."""
    ends = tuple(sorted((left, right)))
    lines = list(read_reviewed(file))
    at = next((at for at, one in enumerate(lines) if (one.left, one.right) == ends), None)
    if at is None or lines[at].counts:
        state = "has no line on these two records" if at is None else "has them approved already"
        raise PartyError(f"{file} {state}. `tieout parties waiting` lists what waits.")
    cells = _cells(lines[at]) | {"approved_by": by.strip()}
    if not by.strip() or same_person(lines[at].proposed_by, by):
        raise PartyError(f"{lines[at].proposed_by} proposed it; a second person has to approve it. Say --by NAME.")
    lines[at] = reviewed_of(cells)
    _write(file, lines)
    return lines[at]


def _cells(one: Reviewed) -> dict[str, str]:
    said = (one.kind, *one.left, *one.right, one.decision, one.reason, one.proposed_by, one.approved_by)
    return dict(zip(COLUMNS, said, strict=True))


def _write(file: Path, lines: Iterable[Reviewed]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_cells(one) for one in lines)
    atomic_write(file, text.getvalue().encode())
