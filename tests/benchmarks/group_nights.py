"""What a night of a whole group costs: what Dagster adds to it, and whether it grows with what stands in the lake.

Run: python tests/benchmarks/group_nights.py [--branches 50] [--months 24] [--folder FOLDER]
The simulated group sends twelve datasets a branch, month by month. Two workspaces take in the deliveries of one month,
and of all months but one; then a night brings the next month to each. The first of these nights is run twice from the
same state, with Dagster (`tieout run`) and without (`python -m pipelines.night`). Not a test.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from measuring import Cost, Figure, at_most, plain, progress, run, table

REPOSITORY = Path(__file__).resolve().parents[2]
TIEOUT = Path(sys.executable).with_name("tieout")
WORKSPACE = """group_name: "Benchmark"
group_currency: "EUR"
time_zone: "Europe/Berlin"
branches: "branches"
seeds: "reference"
"""
_STAMP = re.compile(r"(20\d{6})(?:\d{6})?(?=\D*$)")  # the day on which a file was made, last in its name
_STEPS = ("plan", "take in", "slices", "prepare", "dbt", "audit", "publish")


@dataclass(frozen=True)
class Night:
    """A night's cost and its seconds by step, all branches' taking in as one."""

    cost: Cost
    steps: Mapping[str, float]

    @property
    def other(self) -> float:
        """What no step of the night accounts for: the start of Python, libraries, and Dagster where it takes part."""
        return self.cost.wall - sum(self.steps.values())


class Group:
    """The simulated deliveries, and workspaces that receive them in parts."""

    def __init__(self, scratch: Path, branches: int, months: int) -> None:
        self._scratch = scratch
        self._out = scratch / "group"
        size = [f"--branches={branches}", f"--months={months}", "--scale=1", "--clean"]
        self.made = run([sys.executable, "-m", "pipelines.simulation", self._out, *size])
        sent = [path for path in (self._out / "deliveries").rglob("*") if path.is_file()]
        self._files = {path: _made_on(path) for path in sent}
        first_month = {f"{day:%Y-%m}" for path, day in self._files.items() if path.parent.name != "group"}
        # What a month's books bring is sent in the month after, on its first days.
        self.months = [date.fromisoformat(f"{month}-05") for month in sorted(first_month)]

    @property
    def files(self) -> int:
        return len(self._files)

    def workspace(self, name: str) -> Path:
        """A workspace of this group with an empty landing area."""
        home = self._scratch / name
        home.mkdir()
        (home / "tieout.yaml").write_text(WORKSPACE, encoding="utf-8")
        folders = self._out / "branches"
        own = REPOSITORY / "pipelines" / "defs" / "branches"  # a group without clones has the repository's own folders
        shutil.copytree(folders if folders.is_dir() else own, home / "branches")
        shutil.copytree(REPOSITORY / "seeds" / "reference", home / "reference")
        if (self._out / "reference").is_dir():
            shutil.copytree(self._out / "reference", home / "reference", dirs_exist_ok=True)
        return home

    def send(self, home: Path, after: date, until: date) -> int:
        """Land what was made after one day and until another; returns how many files that is."""
        number = 0
        for path, made in self._files.items():
            if after < made <= until:
                target = home / "data" / "landing" / path.relative_to(self._out / "deliveries")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                number += 1
        return number


def _made_on(path: Path) -> date:
    found = _STAMP.findall(path.name)
    if not found:
        raise SystemExit(f"{path}: its name does not end with the day on which it was made.")
    return date.fromisoformat(found[-1])


def night(home: Path, day: date, *, dagster: bool) -> Night:
    """One night; one that publishes nothing ends the benchmark."""
    if dagster:
        cost = run([TIEOUT, "run", "--date", str(day)], {"TIEOUT_WORKSPACE": str(home)})
    else:
        cost = run([sys.executable, "-m", "pipelines.night", "--workspace", home, "--date", str(day)])
    recorded = [
        event["data"]
        for file in sorted((home / "data" / "lake" / "events").glob("*.ndjson"))
        for event in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        if event["kind"] == "night_recorded"
    ]
    if recorded[-1]["outcome"] != "published":
        raise SystemExit(f"{home}: the night of {day} ended as {recorded[-1]['outcome']}: {recorded[-1]['reason']}")
    steps = dict.fromkeys(_STEPS, 0.0)
    for name, seconds in recorded[-1]["seconds"].items():
        steps["take in" if name.startswith("take in") else name] += seconds
    return Night(cost, steps)


def measure(scratch: Path, branches: int, months: int) -> tuple[list[Figure], list[Figure]]:
    """(the figures with aims, where the nights spend their time)."""
    progress(f"simulating {branches} branches, {months} months")
    group = Group(scratch, branches, months)
    days = group.months
    before = date.min
    short = group.workspace("short")
    progress(f"{group.files:,} files. One month of history")
    group.send(short, before, days[0])
    night(short, days[0], dagster=True)
    kept = scratch / "kept"
    shutil.copytree(short, kept, symlinks=True)
    # A copied landing area is looked through anew, once: neither of the two nights that are compared may pay for it.
    for settling in (short, kept):
        run([sys.executable, "-m", "pipelines.night", "--workspace", settling, "--date", str(days[0])])
    brought = group.send(short, days[0], days[1])
    group.send(kept, days[0], days[1])
    progress(f"the night that brings {brought} files, with Dagster")
    with_dagster = night(short, days[1], dagster=True)
    progress(f"that took {with_dagster.cost.wall:.1f} s; the same night without Dagster")
    without = night(kept, days[1], dagster=False)
    shutil.rmtree(short)
    shutil.rmtree(kept)
    progress(f"that took {without.cost.wall:.1f} s; {months - 1} months of history, which take longest")
    long = group.workspace("long")
    sent = group.send(long, before, days[-2])
    history = night(long, days[-2], dagster=False)
    group.send(long, days[-2], days[-1])
    progress("the night upon it")
    late = night(long, days[-1], dagster=False)
    overhead = with_dagster.cost.wall - without.cost.wall
    grown = late.cost.wall / without.cost.wall
    judged = [
        plain("simulating the group", group.made.wall, note=f" ({group.made.cpu:.0f} s CPU, {group.files:,} files)"),
        plain(
            "history taken in and published from nothing",
            history.cost.wall,
            note=f" ({history.cost.cpu:.0f} s CPU, {sent:,} files)",
        ),
        plain("a night, 1 month of history", without.cost.wall, note=f" ({without.cost.cpu:.1f} s CPU)"),
        plain(f"a night, {months - 1} months of history", late.cost.wall, note=f" ({late.cost.cpu:.1f} s CPU)"),
        at_most("it grew to", grown, 1.3, "x", f" ({late.cost.cpu / without.cost.cpu:.2f} x CPU)"),
        at_most(
            "what Dagster adds to a night",
            overhead,
            10,
            "s",
            f" ({with_dagster.cost.cpu - without.cost.cpu:.1f} s CPU)",
        ),
        plain("most memory of a night", max(with_dagster.cost.memory, late.cost.memory), "MB"),
    ]
    nights = {"1 month": without, f"{months - 1} months": late, "with Dagster": with_dagster}
    return judged, [
        Figure("seconds, by history", "  ".join(f"{name:>12}" for name in nights)),
        *(_row(step, {name: one.steps[step] for name, one in nights.items()}) for step in _STEPS),
        _row("start of Python, libraries, Dagster", {name: one.other for name, one in nights.items()}),
    ]


def _row(name: str, seconds: Mapping[str, float]) -> Figure:
    return Figure(name, "  ".join(f"{value:>12.2f}" for value in seconds.values()))


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--branches", type=int, default=50)
    said.add_argument("--months", type=int, default=24)
    said.add_argument("--folder", type=Path)
    options = said.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        judged, spent = measure(Path(scratch), options.branches, options.months)
    print(table(f"Nights of {options.branches} branches", judged))
    print(table("Where a night that brings one month spends its time", spent))


if __name__ == "__main__":
    main()
