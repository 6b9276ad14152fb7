"""What a process cost (wall, CPU, memory), and the table that tells it beside what was aimed at.

Not a test, and not here: what is run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024  # Linux counts resident memory in KiB


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of the processor (all cores, user and system), and the most memory held, in MB."""

    wall: float
    cpu: float
    memory: float
    said: str


@dataclass(frozen=True)
class Figure:
    """One line of the table. `met` is None where nothing is aimed at."""

    name: str
    measured: str
    aim: str = ""
    met: bool | None = None


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Cost:
    """Run one process to its end. One that fails ends the benchmark with what it said."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode("utf-8", errors="replace")
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{said[-4000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / MEBIBYTE, said)


def at_most(name: str, value: float, aim: float, unit: str, note: str = "") -> Figure:
    """A figure that is to stay at or under its aim."""
    return Figure(name, f"{value:,.2f} {unit}{note}".strip(), f"≤ {aim:g} {unit}".strip(), value <= aim)


def plain(name: str, value: float, unit: str = "s", note: str = "") -> Figure:
    """A figure that is told and not judged."""
    return Figure(name, f"{value:,.2f} {unit}{note}".strip())


def progress(sentence: str) -> None:
    """Say on the error stream what is being done, so that the tables stay clean."""
    print(sentence, file=sys.stderr, flush=True)


def table(title: str, figures: Sequence[Figure]) -> str:
    """Figure, measured, aim, verdict, in aligned columns."""
    verdicts = {None: "", True: "met", False: "MISSED"}
    rows = [("", "measured", "aim", "")] + [(one.name, one.measured, one.aim, verdicts[one.met]) for one in figures]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    lines = [
        f"  {row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows
    ]
    return "\n".join(["", title, *lines])
