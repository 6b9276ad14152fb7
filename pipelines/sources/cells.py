"""Cells of a workbook as text. Not here: where they stand, what they mean."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

_EXACT_INTEGER = 10**15  # a workbook keeps 15 significant digits; beyond them a number's digits are noise

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta


def cell_text(cell: Cell) -> str | None:
    """Plain decimal text (at most 15 significant digits, no exponent), ISO dates, true and false; None when empty.

    A percentage is its number (8.25 % is 0.0825). A cell that shows a time only is `HH:MM:SS`: so does a date that
    a spreadsheet destroyed, and it is not taken for a date.
    """
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (float, int)):
        return number_text(cell)
    if isinstance(cell, dt.datetime):
        return _moment_text(cell)
    if isinstance(cell, dt.timedelta):
        return _duration_text(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else cell.replace(microsecond=0).isoformat()


def number_text(number: float) -> str:
    """15 significant digits, which is what a workbook keeps: 0.1 + 0.2 is 0.3, as the sheet shows it."""
    if number == int(number) and abs(number) < _EXACT_INTEGER:
        return str(int(number))
    plain = format(Decimal(f"{number:.15g}"), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _moment_text(moment: dt.datetime) -> str:
    """To the second; midnight is the date alone. Serial numbers miss full seconds by a hair: round, do not cut."""
    rounded = (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.date().isoformat() if rounded.time() == dt.time(0) else rounded.isoformat()


def _duration_text(duration: dt.timedelta) -> str:
    seconds = round(duration.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
