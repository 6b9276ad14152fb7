"""How long the sample night takes, cold and unchanged, and which part of it is the fixed price of the tools.

Run: python tests/benchmarks/night_speed.py [--repeat 3]
Every figure is a whole process, started anew in an empty workspace. Not a test: nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

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


def seconds(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> float:
    """Wall time of one process; a failure ends the benchmark with what the process said."""
    start = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def steps(home: Path) -> dict[str, float]:
    """Seconds by step, as the last night that did something recorded them in the event log."""
    found: dict[str, float] = {}
    for file in sorted((home / "data" / "lake" / "events").glob("*.ndjson")):
        for line in file.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["kind"] == "night_recorded" and event["data"]["outcome"] == "published":
                found = event["data"]["seconds"]
    return found


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--repeat", type=int, default=3)
    repeat = said.parse_args().repeat
    cold, unchanged, parts = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        for turn in range(repeat):
            home = workspace(Path(scratch) / str(turn))
            run = [TIEOUT, "run", "--date", NIGHT]
            cold.append(seconds(run, {"TIEOUT_WORKSPACE": str(home)}))
            unchanged.append(seconds(run, {"TIEOUT_WORKSPACE": str(home)}))
            parts.append(steps(home))
    print(f"sample night, cold             {statistics.median(cold):6.2f} s   (of {repeat}; aim 40 s)")
    print(f"sample night, unchanged        {statistics.median(unchanged):6.2f} s   (of {repeat}; aim 8 s)")
    print("of the cold night:")
    for step in parts[-1]:
        print(f"  {step:<28} {statistics.median(one[step] for one in parts):6.2f} s")
    inside = statistics.median(sum(one.values()) for one in parts)
    print(f"  {'imports, dbt parse, events':<28} {statistics.median(cold) - inside:6.2f} s")
    print("fixed prices, each a process of its own:")
    for name, code in FIXED.items():
        price = statistics.median(seconds([sys.executable, "-c", code]) for _ in range(repeat))
        print(f"  {name:<28} {price:6.2f} s")


if __name__ == "__main__":
    main()
