"""The two terminals a command writes to, and how numbers and foreign text look on them. Not here: what is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment
from rich.text import Text

NOTHING = "–"
_PIPED_WIDTH = 160
# What would steer a terminal (escape sequences, carriage returns) or turn the order of letters round, and what is shown
# instead: the pictures that Unicode has of the former, of the same width everywhere.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
_ORDERING = (*range(0x80, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_HARMLESS = _PICTURES | dict.fromkeys(_ORDERING, 0xFFFD)


def out() -> Console:
    """Standard output: results. Into a file or a pipe tables may be wide, since nothing there cuts them off."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return _inert(Console(highlight=False, markup=False, emoji=False, width=_PIPED_WIDTH if piped else None))


def err() -> Console:
    """Standard error: progress and remarks, so that results can be piped."""
    return _inert(Console(stderr=True, highlight=False, markup=False, emoji=False))


def harmless(text: str) -> str:
    """Text of a file, a file's name or an error, safe to show: ␛ where a terminal would take a command."""
    return text.translate(_HARMLESS)


def _inert(console: Console) -> Console:
    """Whatever is printed on it, and however, its text is harmless; only our own styles reach the terminal."""
    console.push_render_hook(_Harmless())
    return console


class _Harmless(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_harmless_text(one) if isinstance(one, Text) else _HarmlessRendering(one) for one in renderables]


def _harmless_text(text: Text) -> Text:
    shown = text.copy()
    shown.plain = harmless(text.plain)
    return shown


class _HarmlessRendering:
    """The net below tables and panels; their cells are made harmless where they are filled, before the layout."""

    def __init__(self, inner: RenderableType) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rendered: Iterable[Segment] = console.render(self._inner, options)
        for text, style, control in rendered:
            yield Segment(text if control else harmless(text), style, control)


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
