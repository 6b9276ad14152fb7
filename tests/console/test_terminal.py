"""Numbers as people read them; amounts are never rounded away."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from pipelines.console.terminal import count, err, harmless, money, out, percent


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("1234567.8900"), "1,234,567.89"),
        (Decimal("-5.0000"), "-5.00"),
        (Decimal("0.0025"), "0.0025"),
        (Decimal("100000"), "100,000.00"),
        (None, "–"),
    ],
)
def test_money(amount: Decimal | None, text: str) -> None:
    assert money(amount) == text


def test_percent_rounds_half_away_from_zero() -> None:
    assert percent(Decimal("42.25")) == "42.3 %"
    assert percent(Decimal("-42.25")) == "-42.3 %"
    assert percent(None) == "–"


def test_count() -> None:
    assert count(1234567) == "1,234,567"


HOSTILE = "\x1b[2Jgone\x1b]0;title\x07\rover\x9b31m\u202e00.1"


@pytest.mark.parametrize("shown", [HOSTILE, Text(HOSTILE, style="bold"), Panel(Text(HOSTILE)), Group(Text(HOSTILE))])
@pytest.mark.parametrize("console", [out, err])
def test_nothing_printed_steers_the_terminal(console: Callable[[], Console], shown: RenderableType) -> None:
    screen = console()
    screen.file = io.StringIO()
    screen.print(shown)
    text = screen.file.getvalue()
    assert not set(text) & set("\x1b\x07\r\x9b\u202e")
    assert "gone" in text


def test_commands_of_a_terminal_are_shown_as_pictures_of_the_same_width() -> None:
    assert harmless("a\x1b[2J\r\x7fb\tc\nd\u202ee\x9b") == "a␛[2J␍␡b\tc\nd\ufffde\ufffd"


def test_what_looks_like_markup_or_a_picture_is_text() -> None:
    screen = out()
    screen.file = io.StringIO()
    screen.print("map.csv:100: [bold]x[/bold]")
    assert screen.file.getvalue() == "map.csv:100: [bold]x[/bold]\n"
