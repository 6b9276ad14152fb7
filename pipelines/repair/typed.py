"""A cell of a returned workbook as the text that the branch's own file would hold.

Spreadsheets turn typed text into numbers and dates; here they become text again, written as the branch writes them.
Not here: which cells were changed, and whether the value is right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from pipelines.errors import RepairError
from pipelines.repair.feeding import Feed
from pipelines.sources.cells import Cell, cell_text, number_text
from pipelines.standardize.conventions import EXCEL_SERIALS, Numbers

# What XML cannot hold, and what a spreadsheet makes of line breaks: no difference that a person made.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # how a workbook writes such a character; some programs forget to
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AS_TEXT = "Format the cell as text and write it as the file does"


def same_text(cell: Cell, text: Cell) -> bool:
    """Whether a workbook's cell says what `text` says, but for what no workbook can hold."""
    return _canonical(cell) == _canonical(text)


def as_text(cell: Cell, now: str, uses: Sequence[Feed], *, is_workbook: bool) -> str:
    """The text for a changed cell that reads `now` and is used as `uses`. `is_workbook`: the branch sends workbooks.

    A number typed as a number is written with the branch's decimal mark, a date in its first date format. Returns
    `now` where the cell only shows the same number. Raises `RepairError` where the text cannot be told.
    """
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n") if "\r\n" not in now else cell
    if isinstance(cell, bool):
        raise RepairError(f"found the logical value {cell}. {_AS_TEXT}")
    if isinstance(cell, (int, float)):
        return _number(cell, now, uses)
    if isinstance(cell, dt.date):
        return _date(cell, uses, is_workbook)
    raise RepairError(f"found a time ({cell_text(cell)}). {_AS_TEXT}")


def _number(cell: float, now: str, uses: Sequence[Feed]) -> str:
    plain = number_text(cell)
    numbers = next((use.numbers for use in uses if use.numbers is not None), None)
    if numbers is None:
        if any(use.dates is not None for use in uses):
            raise RepairError(f"found the number {plain} in a column of dates. {_AS_TEXT}")
        if now != plain and now.lstrip("0") == plain:
            raise RepairError(f"found the number {plain}, sent was the text {now!r}: its zeros are lost. {_AS_TEXT}")
        return plain
    if numbers.implied_decimals:
        raise RepairError(f"found the number {plain}, but the file writes its decimals without a mark. {_AS_TEXT}")
    if _value(now, numbers) == Decimal(plain):
        return now
    return plain.replace(".", numbers.decimal_mark)


def _value(text: str, numbers: Numbers) -> Decimal | None:
    for mark in numbers.thousands_marks:
        text = text.replace(mark, "")
    try:
        return Decimal(text.strip().replace(numbers.decimal_mark, "."))
    except InvalidOperation:
        return None


def _date(cell: dt.date, uses: Sequence[Feed], is_workbook: bool) -> str:
    dates = next((use.dates for use in uses if use.dates is not None), None)
    shown = cell_text(cell)
    if dates is None:
        raise RepairError(f"found the date {shown} in a column that holds none. {_AS_TEXT}")
    if is_workbook:
        return shown or ""  # a date cell of the branch's own workbook reads like this
    form = dates.formats[0]
    if form in EXCEL_SERIALS:
        raise RepairError(f"found the date {shown}, but the file writes dates as numbers of days. {_AS_TEXT}")
    return cell.strftime(form)


def _canonical(cell: Cell) -> str:
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell_text(cell) or "")
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
