"""A night in a process of its own, killed (SIGKILL) at the moment that `kill_at` names; empty: never.

    before:module:function:3    when that function of that module is called for the third time
    after:module:function:1     when its first call has returned
    file:path                   when this file of the workspace is written
    wait:module:function        nobody is killed: when that function is called, the night waits until somebody kills it

The process is forked off one that has only imported what is slow to import (dbt, Great Expectations) and run none of
it: each night has its own memory, locks and files, as one that a person starts. Not a test.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from small_disk import SmallDisk

from pipelines.night import inputs
from pipelines.night.__main__ import main

# dbt builds every model and leaves out its data tests and reports, which change no table and are not what a kill or a
# full disk meets; the nights of the sample group, and that of `tieout run`, run all.
MODELS = {"DBT_RESOURCE_TYPES": "model seed", "DBT_WRITE_JSON": "false", "DBT_LOG_LEVEL_FILE": "none"}


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal needs no time; nothing may go on meanwhile


def kill_at_call(when: str, module: str, name: str, count: str) -> None:
    home: Any = importlib.import_module(module)
    owner, _, function = name.rpartition(".")
    home = getattr(home, owner) if owner else home
    real: Callable[..., Any] = getattr(home, function)
    calls = 0

    def counted(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == int(count):
            die()
        answer = real(*args, **named)
        if when == "after" and calls == int(count):
            die()
        return answer

    setattr(home, function, counted)


def kill_at_file(path: Path) -> None:
    def state() -> int:
        return path.stat().st_mtime_ns if path.exists() else 0

    before = state()

    def watch() -> None:
        while state() == before:
            time.sleep(0.002)
        die()

    threading.Thread(target=watch, daemon=True).start()


def wait_at_call(root: Path, module: str, name: str) -> None:
    def wait(*_: object, **__: object) -> None:
        (root / "waiting").touch()
        time.sleep(600)

    setattr(importlib.import_module(module), name, wait)


def run(root: Path, day: str, kill_at: str, said: Path, disk: SmallDisk | None) -> None:
    """What the process does: speak into the file `said`, and run the night as `python -m pipelines.night` does."""
    with said.open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    os.environ.update(MODELS)
    inputs._CODE = ()  # as in the tests' own process: see conftest
    kind, _, rest = kill_at.partition(":")
    if kind in ("before", "after"):
        kill_at_call(kind, *rest.split(":"))
    elif kind == "file":
        kill_at_file(root / rest)
    elif kind == "wait":
        wait_at_call(root, *rest.split(":"))
    with disk.mounted() if disk else nullcontext():
        status = main(["--workspace", str(root), "--date", day])
    raise SystemExit(status)


@dataclass
class NightProcess:
    """A night that runs beside the test."""

    process: BaseProcess
    said_at: Path

    @property
    def pid(self) -> int | None:
        return self.process.pid

    @property
    def status(self) -> int | None:
        """As of a finished command; negative: the signal that ended it; None while it runs."""
        return self.process.exitcode

    @property
    def said(self) -> str:
        return self.said_at.read_text() if self.said_at.exists() else ""

    def wait(self) -> int:
        """Until it has ended; one that takes five minutes is killed."""
        self.process.join(300)
        if self.process.exitcode is None:
            self.kill()
        assert self.process.exitcode is not None
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


_WARM = multiprocessing.get_context("forkserver")
_WARM.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb", "great_expectations"])


def start(root: Path, day: str, kill_at: str = "", disk: SmallDisk | None = None) -> NightProcess:
    """Begin a night of the workspace at `root`."""
    said = root.parent / f"{root.name}.said.{time.monotonic_ns()}"
    process = _WARM.Process(target=run, args=(root, day, kill_at, said, disk))
    process.start()
    return NightProcess(process, said)
