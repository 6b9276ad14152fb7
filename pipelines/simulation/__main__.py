"""`python -m pipelines.simulation OUT --months 3 --scale small`: write the simulated group. Not here: anything else."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipelines.errors import TieoutError
from pipelines.simulation.group import SCALES, SEED, simulate


def main() -> int:
    """Read the arguments, write the group, say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.simulation", description=__doc__)
    parser.add_argument("out", type=Path, help="folder that gets deliveries/ and truth/")
    parser.add_argument("--months", type=int, default=3, help="1 to 12, from January 2026 (default 3)")
    parser.add_argument("--scale", default="small", help=f"{', '.join(SCALES)}, or a whole number (default small)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another seed is another group (default {SEED})")
    parser.add_argument("--only", nargs="*", default=[], metavar="BRANCH", help="these branches alone")
    parser.add_argument("--clean", action="store_true", help="plant no defects")
    said = parser.parse_args()
    try:
        simulate(said.out, scale=said.scale, months=said.months, seed=said.seed, defects=not said.clean, only=said.only)
    except TieoutError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Deliveries and truth lie in {said.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
