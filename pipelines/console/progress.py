"""The night's progress on a terminal: what the logger `tieout` says, with the seconds since the start.

Not here: the sentences themselves; whoever does the work writes them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

_LOGGER = "tieout"


class _Lines(logging.Handler):
    """One line a record; warnings stand out."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console
        self._started = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        seconds = Text(f"{time.monotonic() - self._started:6.1f} s  ", style="dim")
        style = "yellow" if record.levelno >= logging.WARNING else ""
        self._console.print(seconds + Text(record.getMessage(), style=style), soft_wrap=True)


@contextmanager
def progress(console: Console) -> Iterator[None]:
    """While the block runs, print what the library says; nothing of it reaches other handlers."""
    logger = logging.getLogger(_LOGGER)
    before = logger.level, logger.propagate
    handler = _Lines(console)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]
