"""A night in a process that is killed (SIGKILL) at the moment that the variable KILL_AT names; empty: never.

    before:module:function:3    when that function of that module is called for the third time
    after:module:function:1     when its first call has returned
    file:path                   when this file of the workspace is written
    wait:module:function        nobody is killed: when that function is called, the night waits until somebody kills it

Not a test.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.night import inputs
from pipelines.night.__main__ import main


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


if __name__ == "__main__":
    inputs._CODE = ()  # as in the tests' own process: see conftest
    kind, _, rest = os.environ.get("KILL_AT", "").partition(":")
    if kind in ("before", "after"):
        kill_at_call(kind, *rest.split(":"))
    root = Path(sys.argv[sys.argv.index("--workspace") + 1])
    if kind == "file":
        kill_at_file(root / rest)
    elif kind == "wait":
        wait_at_call(root, *rest.split(":"))
    raise SystemExit(main())
