"""Measures how many planted defects are found, what is refused wrongly, and whether fix and replay undoes them.

`python tests/repair/defect_table.py` takes several simulated groups in and writes docs/defects.md. Not a test: a test
holds the page to the defects that are planted and to what it must say of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from defect_lakes import (
    BRANCHES,
    DEFECTS,
    Place,
    Side,
    differing,
    scene,
    send_workbooks,
    waiting_repairs,
)

from pipelines.lake.deliveries import current_receipts, read_frame
from pipelines.repair.records import approve
from pipelines.settings import REPOSITORY
from pipelines.simulation.defects import Defect
from pipelines.simulation.group import simulate
from pipelines.simulation.planted import CORRECTED, FORGOTTEN, LYING_TOTAL, RED_STORNO, SENT_TWICE
from pipelines.simulation.truth import Truth

DOCUMENT = REPOSITORY / "docs" / "defects.md"
SEEDS = (2026, 1, 7, 42, 1789)
CONTROL = "control_total"  # what is refused is missing from the file's own totals too
FOLLOWERS = "document_refused"
# Mistakes of whole files and what is none: where, what must say so, how it is undone.
OTHERS = {
    LYING_TOTAL: ("norway", "gl_entry", "control_total", "file"),
    FORGOTTEN: ("norway", "payment", "nothing: they are added", "nothing to mend"),
    SENT_TWICE: ("germany", "payment", "nothing: it adds nothing", "nothing to mend"),
    CORRECTED: ("germany", "gl_entry", "nothing: it replaces the first one", "nothing to mend"),
    RED_STORNO: ("norway", "gl_entry", "reversal in negative amounts: no defect", "nothing to mend"),
}
Spot = tuple[str, str, str, str, int]  # branch, dataset, file, sheet, row


@dataclass
class Found:
    """What several groups came to. Class → how often; branch → rows."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrongly: Counter[str] = field(default_factory=Counter)
    rules: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    mended: Counter[str] = field(default_factory=Counter)  # by cells of a workbook
    spoiled: Counter[str] = field(default_factory=Counter)  # planted where workbooks were tried
    unlike: dict[int, set[Place]] = field(default_factory=dict)  # seed → what differed from the books after all


def measure(seed: int, root: Path, into: Found) -> None:
    """Three months of all branches with all that is planted: what of it is refused or reported, and what else."""
    truth = simulate(root, seed=seed)
    side = Side(root)
    (root / "landing").symlink_to(root / "deliveries")
    side.night()
    refused: dict[Spot, str] = {}
    reported: set[tuple[Spot, str]] = set()
    for receipt in (one.receipt for one in current_receipts(side.lake, side.log)):
        place = (receipt.branch_id, receipt.dataset, receipt.source_file)
        into.read[receipt.branch_id] += receipt.rows.read
        for row in read_frame(side.lake, receipt, "quarantine").iter_rows(named=True):
            refused[(*place, row["source_sheet"], row["source_row"])] = row["reasons"]
        for row in read_frame(side.lake, receipt, "findings").iter_rows(named=True):
            sheet = row["source_sheet"] if row["source_row"] else ""
            reported.add(((*place, sheet, row["source_row"] or 0), row["rule"]))
    _compare(truth, refused, reported, into)


def _compare(truth: Truth, refused: dict[Spot, str], reported: set[tuple[Spot, str]], into: Found) -> None:
    seen: dict[str, list[bool]] = defaultdict(list)
    wanted = set()
    for mark in truth.refusals:
        spot: Spot = (mark.branch, mark.dataset, mark.file, mark.sheet, mark.row)
        wanted.add(spot)
        seen[mark.planted].append(mark.rule in refused.get(spot, ""))
        if mark.rule != FOLLOWERS:
            into.rules[mark.planted].add(mark.rule)
    for mark in truth.findings:
        spot = (mark.branch, mark.dataset, mark.file, mark.sheet if mark.row else "", mark.row)
        seen[mark.planted].append((spot, mark.rule) in reported)
        into.rules[mark.planted].add(mark.rule)
    for name, rows in seen.items():
        into.planted[name] += 1
        into.found[name] += all(rows)
    for spot in wanted:
        into.wanted[spot[0]] += 1
        into.missed[spot[0]] += spot not in refused
    for spot in refused.keys() - wanted:
        into.wrongly[spot[0]] += 1


def undo(seed: int, root: Path, into: Found) -> None:
    """One month with every defect, each in a document that the seed chooses; repaired by workbook, then by file."""
    dice = Random(seed)
    told = scene(root, [replace(one, month=1, nth=dice.randint(1, 3)) for one in DEFECTS], seed=seed)
    told.land_both()
    cells = told.truth.replaced
    missing = {cell.planted for cell in send_workbooks(told.spoiled, cells, root / "workbooks")}
    waiting = waiting_repairs(told.spoiled)
    approve(told.spoiled.log, waiting, by="Checker C.")
    told.spoiled.night()
    unlike = differing(told.spoiled.in_force(), told.clean.in_force())
    for name in {cell.planted for cell in cells}:
        into.spoiled[name] += 1
        into.mended[name] += name not in missing
    expected = {(one.dataset, one.branch) for one in DEFECTS if one.name in missing}
    for branch in BRANCHES:
        for name in told.changed_files(branch):
            told.spoiled.land(branch, told.sent("right", branch) / name)
    told.spoiled.night()
    into.unlike[seed] = (unlike - expected) | differing(told.spoiled.in_force(), told.clean.in_force())


def way(defect: Defect, found: Found) -> str:
    """How the class is undone, as it turned out."""
    if found.mended[defect.name] and found.mended[defect.name] == found.spoiled[defect.name]:
        return "workbook or file"
    if found.planted[defect.name] and found.rules[defect.name] == {"duplicate_row"}:
        return "nothing to mend"
    return "file"


def document(found: Found) -> str:
    """docs/defects.md as it ought to be."""
    return "".join((INTRODUCTION, *_table(_classes(found)), MIDDLE, *_table(_branches(found)), _closing(found)))


def _classes(found: Found) -> Iterator[tuple[object, ...]]:
    yield ("defect", "branch", "dataset", "what must say so", "planted", "found", "undone by")
    for one in sorted(DEFECTS, key=lambda one: (BRANCHES.index(one.branch), one.dataset, one.name)):
        rules = ", ".join(sorted(found.rules[one.name] - {CONTROL})) or "nothing: it reads well"
        counts = (found.planted[one.name], found.found[one.name]) if found.rules[one.name] else ("", "")
        yield (one.name, one.branch, one.dataset, rules, *counts, way(one, found))
    for name, (branch, dataset, said, undone) in OTHERS.items():
        counts = (found.planted[name], found.found[name]) if name in found.planted else ("", "")
        yield (name, branch, dataset, said, *counts, undone)


def _branches(found: Found) -> Iterator[tuple[object, ...]]:
    yield ("branch", "rows read", "rows to be refused", "missed", "refused wrongly")
    for branch in BRANCHES:
        counts = (found.read[branch], found.wanted[branch], found.missed[branch], found.wrongly[branch])
        yield (branch, *(f"{count:,}" for count in counts))


def _table(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    head = next(rows)
    body = list(rows)
    numbers = [all(str(row[at]).replace(",", "").isdigit() or not row[at] for row in body) for at in range(len(head))]
    yield "| " + " | ".join(map(str, head)) + " |\n"
    yield "|" + "".join("---:|" if number else "---|" for number in numbers) + "\n"
    for row in body:
        yield "| " + " | ".join(map(str, row)) + " |\n"


def _closing(found: Found) -> str:
    same = [seed for seed, places in found.unlike.items() if not places]
    mended = sum(1 for name in found.spoiled if found.mended[name] == found.spoiled[name])
    said = (
        f"In {len(same)} of {len(found.unlike)} groups the lake was the same row for row after the repair. "
        f"{mended} classes were undone by workbook.\n"
    )
    for seed, places in sorted(found.unlike.items()):
        if places:
            where = ", ".join(f"{branch}/{dataset}" for dataset, branch in sorted(places))
            said += f"- Seed {seed}: {where} differed.\n"
    return CLOSING + said


def tables(page: str) -> list[list[dict[str, str]]]:
    """The tables of the page, each row by its headings."""
    found: list[list[list[str]]] = []
    before = ""
    for line in page.splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        before = line
    return [[dict(zip(table[0], row, strict=True)) for row in table[2:]] for table in found]


INTRODUCTION = f"""# Planted defects

What the pipeline makes of the mistakes that the simulated group plants, over {len(SEEDS)} groups (seeds
{", ".join(map(str, SEEDS))}) of six branches and the office, three months each. This page is written by
`python tests/repair/defect_table.py`; a test holds it to the defects that are planted.

*Found*: in how many groups every row of the defect was refused or reported for the rule that must say so; the rest
of its document is refused with it. *Undone by*: what gives the lake of files that never had the error. A workbook
corrects single cells and needs a second person; the branch's own corrected file always works.

"""
MIDDLE = """
Rows refused, held against the truth that the simulation keeps:

"""
CLOSING = """
## Undone

In each group again, for one month, every defect stands in a document that the seed chooses. The refused rows are
exported, the changed cells filled in with what the books say, sent back and approved; then the contract's fields of
all rows in force are compared with those of a lake that took in the sound files. The branches' own files follow, and
it is compared again. Provenance (file, delivery, row) and the finding "repaired" differ, as they should. The German
ledger, which has the two defects that read well, is compared whole only after the file.

Whole files that go wrong are refused or, where a row is missing and nothing ties it, accepted; the same file sent
again in order gives the lake of sound files: cut off in the middle, a row missing, every row twice, headers alone,
another delimiter, encoding or header, in all six systems (`tests/repair/test_fix_and_replay_files.py`). So does a
mapping that is put right.

"""


def main() -> None:
    """Write the page."""
    found = Found()
    with tempfile.TemporaryDirectory() as root:
        for seed in SEEDS:
            measure(seed, Path(root) / f"all{seed}", found)
            undo(seed, Path(root) / f"undone{seed}", found)
            print(f"seed {seed}: {found.unlike[seed] or 'undone'}", file=sys.stderr)
    DOCUMENT.write_text(document(found), encoding="utf-8")


if __name__ == "__main__":
    main()
