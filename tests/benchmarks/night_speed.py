"""How long the sample night takes, cold and unchanged, and which part of it is the fixed price of the tools.

Run: python tests/benchmarks/night_speed.py [--repeat 3]
Every figure is a whole process, started anew in an empty workspace. Not a test: nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import Figure, at_most, plain, progress, run, table

REPOSITORY = Path(__file__).resolve().parents[2]
TIEOUT = Path(sys.executable).with_name("tieout")
NIGHT = "2026-04-10"
WORKSPACE = f'''group_name: "Benchmark"
group_currency: "EUR"
time_zone: "Europe/Berlin"
branches: "{REPOSITORY / "pipelines/defs/branches"}"
seeds: "{REPOSITORY / "seeds/reference"}"
'''
FIXED = {
    "import dagster": "import dagster",
    "import dagster-dbt": "import dagster_dbt",
    "import Great Expectations": "import great_expectations",
}


def workspace(folder: Path) -> Path:
    """The sample group in an empty folder: its deliveries landed, nothing taken in."""
    folder.mkdir(parents=True)
    (folder / "tieout.yaml").write_text(WORKSPACE, encoding="utf-8")
    shutil.copytree(REPOSITORY / "seeds" / "deliveries", folder / "data" / "landing")
    return folder


def steps(home: Path) -> dict[str, float]:
    """Seconds by step, as the last night that did something recorded them in the event log."""
    found: dict[str, float] = {}
    for file in sorted((home / "data" / "lake" / "events").glob("*.ndjson")):
        for line in file.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["kind"] == "night_recorded" and event["data"]["outcome"] == "published":
                found = event["data"]["seconds"]
    return found


def measure(repeat: int, scratch: Path) -> list[Figure]:
    """Cold and unchanged nights, and the fixed prices; medians over `repeat`."""
    cold, unchanged, parts = [], [], []
    for turn in range(repeat):
        progress(f"sample night {turn + 1} of {repeat}")
        home = workspace(scratch / str(turn))
        command = [TIEOUT, "run", "--date", NIGHT]
        cold.append(run(command, {"TIEOUT_WORKSPACE": str(home)}).wall)
        unchanged.append(run(command, {"TIEOUT_WORKSPACE": str(home)}).wall)
        parts.append(steps(home))
    inside = {step: statistics.median(one[step] for one in parts) for step in parts[-1]}
    return [
        at_most("cold: six branches, three months", statistics.median(cold), 40, "s"),
        *(plain(f"  of it {step}", seconds) for step, seconds in inside.items()),
        plain("  of it imports, dbt parse, events", statistics.median(cold) - sum(inside.values())),
        at_most("unchanged: nothing new", statistics.median(unchanged), 8, "s"),
        *(
            plain(name, statistics.median(run([sys.executable, "-c", code]).wall for _ in range(repeat)))
            for name, code in FIXED.items()
        ),
    ]


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--repeat", type=int, default=3)
    repeat = said.parse_args().repeat
    with tempfile.TemporaryDirectory() as scratch:
        print(table(f"The sample group's night (of {repeat})", measure(repeat, Path(scratch))))


if __name__ == "__main__":
    main()
