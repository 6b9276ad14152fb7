"""Large groups: memory does not grow with the ledger, and the same seed writes the same bytes in any process."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

MEASURED = """
import sys
from pathlib import Path
from pipelines.simulation.group import simulate
simulate(Path(sys.argv[1]), scale=int(sys.argv[2]), months=int(sys.argv[3]), only=["germany"])
status = Path("/proc/self/status").read_text()  # rusage would count the memory of the process that started this one
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def run(out: Path, volume: int, months: int, hash_seed: str = "0") -> int:
    """Simulate in a process of its own; the most memory it took, in kilobytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(out), str(volume), str(months)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_memory_is_bounded(tmp_path: Path) -> None:
    peak = run(tmp_path, volume=90, months=3)
    with (tmp_path / "truth" / "counts.csv").open(encoding="utf-8") as file:
        rows = sum(int(r["rows_accepted"]) for r in csv.DictReader(file) if r["dataset"] == "gl_entry")
    assert rows > 120_000, "postings of two or three ledger lines each: more than 300,000 lines"
    assert peak < 150_000, f"{peak} kB"


def test_another_process_with_other_hashes_writes_the_same(tmp_path: Path) -> None:
    digests = []
    for hash_seed in ("1", "2"):
        out = tmp_path / hash_seed
        run(out, volume=1, months=1, hash_seed=hash_seed)
        paths = sorted(path for path in out.rglob("*") if path.is_file())
        digests.append([(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths])
    assert digests[0] == digests[1]
