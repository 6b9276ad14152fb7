"""`make benchmark`: every figure of speed, one table each, and how many aims were met.

Run: python tests/benchmarks [--quick]
`--quick` measures the same things on little, to see that they run; its figures say nothing. Not here: what is measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import group_nights
import ledger_load
import night_speed
from measuring import Figure, table


def main() -> None:
    said = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__)
    said.add_argument("--quick", action="store_true", help="little of everything")
    said.add_argument("--branches", type=int, default=50)
    said.add_argument("--months", type=int, default=24)
    said.add_argument("--folder", type=Path, help="where the files go (default: the system's temporary folder)")
    options = said.parse_args()
    branches, months = (7, 4) if options.quick else (options.branches, options.months)
    lines = 200_000 if options.quick else 5_000_000
    began = time.perf_counter()
    judged: list[Figure] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        scratch = Path(made)
        (scratch / "ledger").mkdir()
        loaded = ledger_load.measure(lines, 5, 1 if options.quick else 3, scratch / "ledger")
        judged += _shown(f"{lines:,} ledger lines from nothing", loaded)
        judged += _shown("The sample group's night", night_speed.measure(1, scratch / "sample"))
        nights, spent = group_nights.measure(scratch, branches, months)
        judged += _shown(f"Nights of {branches} branches", nights)
        _shown("Where a night that brings one month spends its time", spent)
    missed = [one.name for one in judged if one.met is False]
    met = sum(1 for one in judged if one.met)
    print(f"\n{met} aims met, {len(missed)} missed{': ' + ', '.join(missed) if missed else ''}.", end=" ")
    print(f"The benchmark took {(time.perf_counter() - began) / 60:.0f} minutes.")


def _shown(title: str, figures: list[Figure]) -> list[Figure]:
    print(table(title, figures), flush=True)
    return figures


if __name__ == "__main__":
    main()
