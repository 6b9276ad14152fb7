"""Refused rows as a workbook that a person can correct: each cell as it was sent, and beside it one to write in.

Nothing in it can run: every cell is text. Not here: reading it again (returned), and deciding what a change means.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.branches.config import BranchConfig, DatasetConfig
from pipelines.errors import RepairError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake, folder_name
from pipelines.lake.receipts import Receipt
from pipelines.repair.records import LINE, Repair, approved_by_file, record_exported
from pipelines.repair.refused import RefusedRow, open_receipts, refused_rows
from pipelines.sources.limits import RAW_CHARS
from pipelines.validation.advice import advice_for, reasons_apart, rules_in

MARKER = "tieout_repair"  # the hidden sheet by which a returned workbook is known
FORMAT = "1"
COVER = "read me"
MAKER_CELL, REASON_CELL = "B3", "B4"
LOCATORS = ("file", "file no.", "sheet", "row", "document", "why refused", "what to do", "corrected by", "reason")
AS_SENT = " (as sent)"
LINE_TITLE = "line"
MOST_ROWS = 20_000  # of one dataset: more is no work for hands, and one cause mended at source mends them all
_CELL_CHARS = 32_000  # a workbook's cell holds 32,767
_CUT = "… (too long to be corrected here)"
_WIDTHS = (28, 8, 12, 7, 26, 60, 50, 18, 30)

_ADVICE = (
    "These rows of your files were refused. The sheets after this one hold them, one row each, as you sent them.",
    "Correct the white cells only. The grey ones are what you sent; changes there are not taken.",
    "Say above who corrected them (or in the row's own cell), and why. A second person has to approve every change.",
    "Better still: correct the record in your own system and send the file again. That needs no approval here.",
    "A changed amount counts here once it is approved, and stays open until your own system has sent it as well.",
    "Save it as an Excel workbook (.xlsx) and put it into the folder where your files go. Any name will do.",
    "Rows and cells that you leave as they are stay as they are. Rows cannot be added or taken away here.",
)


@dataclass(frozen=True)
class _Group:
    """Rows of one dataset whose cells have the same names, on one sheet. No columns: whole lines."""

    dataset: str
    columns: tuple[str, ...]
    rows: tuple[RefusedRow, ...]


def export_branch(lake: Lake, log: EventLog, branch: BranchConfig, folder: Path) -> Path | None:
    """Write the workbook of a branch's refused rows into `folder`; None where nothing is refused.

    Whole documents come along: also their sound rows, which say with which row they were refused. Raises `RepairError`
    where the workbook cannot be written.
    """
    receipts = open_receipts(lake, log, branch.branch_id)
    groups = _groups(branch, refused_rows(lake, receipts))
    whole = [
        f"{one.source_file} ({one.dataset}) was refused whole: {one.refused_reason}"
        for one in receipts
        if one.status == "refused"
    ]
    if not groups and not whole:
        return None
    workbook_id = uuid.uuid4().hex
    path = folder / f"repair_{folder_name(branch.branch_id)}_{workbook_id[:8]}.xlsx"
    repaired = approved_by_file(log, branch.branch_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, _Content(branch, workbook_id, groups, whole, repaired))
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise RepairError(f"{path}: the workbook cannot be written ({error}). Say another folder with --to.") from error
    record_exported(log, branch.branch_id, workbook_id, sum(len(one.rows) for one in groups))
    return path


def shown(text: str) -> str:
    """A cell's text as a workbook can hold it; `is_cut` says whether something is missing."""
    return text if len(text) <= _CELL_CHARS else text[:_CELL_CHARS] + _CUT


def is_cut(text: str) -> bool:
    """Whether a cell is too long to be corrected in a workbook."""
    return len(text) > _CELL_CHARS


def repairable(row: RefusedRow, config: DatasetConfig | None) -> Mapping[str, str] | None:
    """The cells of a row that stand in its own file (not those looked up elsewhere); the whole line under `LINE`.

    None where the row cannot be corrected in a workbook.
    """
    cells = row.cells()
    if cells is None or row.reasons.startswith("unreadable_row"):
        raw = row.raw or ""
        return None if not raw.strip() or len(raw) >= RAW_CHARS else {LINE: raw}
    looked_up = tuple(f"{name}." for name in (config.lookups if config else ()))
    return {name: text for name, text in cells.items() if not (looked_up and name.startswith(looked_up))}


def config_of(branch: BranchConfig, receipt: Receipt) -> DatasetConfig | None:
    """How a delivery is read today; None where no file pattern takes its file any more."""
    kind = branch.version_for(receipt.source_file, receipt.received_at)
    return kind.datasets.get(receipt.dataset) if kind is not None else None


# ---- which rows on which sheet ---------------------------------------------------------------------------------------


def _groups(branch: BranchConfig, rows: Iterable[RefusedRow]) -> list[_Group]:
    found: dict[tuple[str, tuple[str, ...]], list[RefusedRow]] = {}
    for dataset, own in _by_dataset(rows).items():
        for row in _worth_showing(own):
            cells = repairable(row, config_of(branch, row.receipt))
            if cells is not None:
                columns = () if LINE in cells else tuple(cells)
                found.setdefault((dataset, columns), []).append(row)
    return [_Group(*key, tuple(ones)) for key, ones in sorted(found.items())]


def _by_dataset(rows: Iterable[RefusedRow]) -> dict[str, list[RefusedRow]]:
    found: dict[str, list[RefusedRow]] = {}
    for row in rows:
        found.setdefault(row.receipt.dataset, []).append(row)
    return found


def _worth_showing(rows: Sequence[RefusedRow]) -> list[RefusedRow]:
    """All rows, or where they are very many those with a reason of their own."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    return [row for row in rows if {*rules_in(row.reasons)} - {"delivery_refused", "document_refused"}][:MOST_ROWS]


# ---- writing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Formats:
    title: Format
    locked: Format
    wrapped: Format
    open: Format


@dataclass(frozen=True)
class _Content:
    """What goes into one workbook. `whole`: sentences on deliveries that were refused whole."""

    branch: BranchConfig
    workbook_id: str
    groups: Sequence[_Group]
    whole: Sequence[str]
    repaired: Mapping[int, tuple[Repair, ...]]


def _write(path: Path, content: _Content) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        text = {"num_format": "@", "valign": "top"}
        formats = _Formats(
            title=book.add_format({**text, "bold": True, "bg_color": "#D9D9D9", "text_wrap": True}),
            locked=book.add_format({**text, "bg_color": "#F2F2F2", "font_color": "#595959"}),
            wrapped=book.add_format({**text, "bg_color": "#F2F2F2", "text_wrap": True}),
            open=book.add_format({**text, "locked": False}),
        )
        _cover(book.add_worksheet(COVER), content, formats)
        names: set[str] = {COVER, MARKER}
        for group in content.groups:
            name = _sheet_name(group, names)
            _sheet(book.add_worksheet(name), content, group, formats)
        marker = book.add_worksheet(MARKER)
        for at, (key, value) in enumerate(
            {"format": FORMAT, "workbook": content.workbook_id, "branch": content.branch.branch_id}.items()
        ):
            marker.write_string(at, 0, key)
            marker.write_string(at, 1, value)
        marker.protect()
        marker.hide()


def _cover(sheet: Worksheet, content: _Content, formats: _Formats) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)
    sheet.write_string("A1", f"Refused rows of {content.branch.name}", formats.title)
    sheet.write_string("A3", "Corrected by (your name)", formats.title)
    sheet.write_blank(MAKER_CELL, None, formats.open)
    sheet.write_string("A4", "Reason, for all rows without their own", formats.title)
    sheet.write_blank(REASON_CELL, None, formats.open)
    for at, line in enumerate([*_ADVICE, *content.whole], start=5):
        sheet.merge_range(at, 0, at, 1, "", formats.wrapped)
        sheet.write_string(at, 0, shown(line), formats.wrapped)
        sheet.set_row(at, 32)
    sheet.protect()


def _sheet(sheet: Worksheet, content: _Content, group: _Group, formats: _Formats) -> None:
    columns = group.columns or (LINE,)
    titles = [LINE_TITLE if column == LINE else column for column in columns]
    pairs = [title for name in titles for title in (f"{name}{AS_SENT}", name)]
    for at, title in enumerate((*LOCATORS, *pairs)):
        sheet.write_string(0, at, shown(title), formats.title)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_column(len(LOCATORS), len(LOCATORS) + len(pairs), 60 if LINE in columns else 18)
    for at, row in enumerate(group.rows, start=1):
        cells = repairable(row, config_of(content.branch, row.receipt)) or {}
        originals = as_first_sent(row, content.repaired)
        locators = (*_locators(row), *_words(row))
        for column, value in enumerate(locators):
            sheet.write_string(at, column, shown(value), formats.wrapped if column >= 5 else formats.locked)
        for column in (7, 8):
            sheet.write_blank(at, column, None, formats.open)
        for number, name in enumerate(columns):
            first = len(LOCATORS) + 2 * number
            value = cells[name]
            _text(sheet, at, first, shown(originals.get(name, value)), formats.locked)
            _text(sheet, at, first + 1, shown(value), formats.locked if is_cut(value) else formats.open)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(group.rows), len(LOCATORS) + len(pairs) - 1)
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})


def as_first_sent(row: RefusedRow, repaired: Mapping[int, tuple[Repair, ...]]) -> dict[str, str]:
    """Column → what the branch had sent, for cells of this row that an approved repair changed already."""
    found: dict[str, str] = {}
    for one in repaired.get(row.receipt.received_sequence, ()):
        if (one.cell.sheet, one.cell.source_row) == (row.sheet, row.row):
            found.setdefault(one.cell.column, one.correction.old)
    return found


def _locators(row: RefusedRow) -> tuple[str, ...]:
    receipt = row.receipt
    return (receipt.source_file, str(receipt.received_sequence), row.sheet, str(row.row), row.document or "")


def _words(row: RefusedRow) -> tuple[str, str]:
    return "\n".join(reasons_apart(row.reasons)), "\n".join(advice_for(rules_in(row.reasons)))


def _text(sheet: Worksheet, row: int, column: int, value: str, form: Format) -> None:
    write: Callable[..., int] = sheet.write_string
    if value:
        write(row, column, value, form)
    else:
        sheet.write_blank(row, column, None, form)


def _sheet_name(group: _Group, taken: set[str]) -> str:
    base = group.dataset if group.columns else f"{group.dataset} lines"
    name, count = base[:31], 1
    while name in taken:
        count += 1
        name = f"{base[:27]} {count}"
    taken.add(name)
    return name
