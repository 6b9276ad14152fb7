"""`python -m pipelines.simulation OUT --months 3 --scale small`: write the simulated group. Not here: anything else."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipelines.errors import TieoutError
from pipelines.settings import Workspace
from pipelines.simulation.folders import write_account_map, write_folders
from pipelines.simulation.group import MOST_MONTHS, SCALES, SEED, simulate
from pipelines.simulation.members import MOST_BRANCHES, SAMPLE, members
from pipelines.simulation.world import BRANCH_IDS


def main() -> int:
    """Read the arguments, write the group, say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.simulation", description=__doc__)
    parser.add_argument("out", type=Path, help="folder that gets deliveries/ and truth/")
    parser.add_argument("--months", type=int, default=3, help=f"1 to {MOST_MONTHS}, from January 2026 (default 3)")
    several = f"1 to {MOST_BRANCHES}; more than {SAMPLE} are clones of these (default {SAMPLE})"
    parser.add_argument("--branches", type=int, default=SAMPLE, help=several)
    parser.add_argument("--scale", default="small", help=f"{', '.join(SCALES)}, or a whole number (default small)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another seed is another group (default {SEED})")
    parser.add_argument("--only", nargs="*", default=[], metavar="BRANCH", help="these branches alone")
    parser.add_argument("--clean", action="store_true", help="plant no defects")
    said = parser.parse_args()
    try:
        simulate(
            said.out,
            scale=said.scale,
            months=said.months,
            seed=said.seed,
            defects=not said.clean,
            only=said.only,
            branches=said.branches,
        )
    except TieoutError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Deliveries and truth lie in {said.out}.")
    if said.branches > len(BRANCH_IDS):
        _write_clones(said.out, said.branches)
    return 0


def _write_clones(out: Path, branches: int) -> None:
    """The folders and the account map that a group with clones needs, made of the workspace's own."""
    workspace, profiles = Workspace.load(), members(branches)
    missing = write_folders(out / "branches", workspace.branches_dir, profiles)
    write_account_map(out / "reference", workspace.seeds_dir / "account_map.csv", profiles)
    print(f"Folders and account map for them lie in {out / 'branches'} and {out / 'reference'}.")
    if missing:
        print(f"{workspace.branches_dir} has no folder to copy for {', '.join(missing)}.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
