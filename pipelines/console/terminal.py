"""The two terminals a command writes to, and how numbers look on them. Not here: what is written."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console

NOTHING = "–"


def out() -> Console:
    """Standard output: results."""
    return Console(highlight=False)


def err() -> Console:
    """Standard error: progress and remarks, so that results can be piped."""
    return Console(stderr=True, highlight=False)


def count(value: int | None) -> str:
    """1234567 → 1,234,567."""
    return NOTHING if value is None else f"{value:,}"


def money(value: Decimal | None) -> str:
    """Whole units with thousands separators and two decimals; amounts are exact, only the rest of the digits is cut."""
    return NOTHING if value is None else f"{value:,.2f}"


def percent(value: Decimal | None) -> str:
    """0.4213 → 42.1 %."""
    return NOTHING if value is None else f"{value * 100:.1f} %"
