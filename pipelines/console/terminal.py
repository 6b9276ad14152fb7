"""The two terminals a command writes to, and how numbers look on them. Not here: what is written."""

from __future__ import annotations

import os
import sys
from decimal import ROUND_HALF_UP, Decimal

from rich.console import Console

NOTHING = "–"
_PIPED_WIDTH = 160


def out() -> Console:
    """Standard output: results. Into a file or a pipe tables may be wide, since nothing there cuts them off."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, width=_PIPED_WIDTH if piped else None)


def err() -> Console:
    """Standard error: progress and remarks, so that results can be piped."""
    return Console(stderr=True, highlight=False)


def count(value: int | None) -> str:
    """1234567 → 1,234,567."""
    return NOTHING if value is None else f"{value:,}"


def money(value: Decimal | None) -> str:
    """With thousands separators and two decimals; more decimals are shown where the amount has them, never rounded."""
    if value is None:
        return NOTHING
    exact = value.normalize()
    places = max(2, -int(exact.as_tuple().exponent))
    return f"{value:,.{places}f}"


def percent(value: Decimal | None) -> str:
    """Per cent as the warehouse has it: 42.13 → 42.1 %."""
    return NOTHING if value is None else f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP)} %"
