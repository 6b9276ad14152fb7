"""The reader of delimited text: CSV, DATEV, FEC and their kin. Not here: numbers, dates, meaning.

A file whose every line is plainly one whole record is left to the engine's lazy scan; any other is read record by
record, so that each unreadable row is named. Both give the same table.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.errors import SourceError
from pipelines.sources.encoding import Utf8Text, first_nul, line_at, to_utf8
from pipelines.sources.fastlane import Lines, engine_scan, one_record_each
from pipelines.sources.layout import DelimitedLayout
from pipelines.sources.limits import HEADER_SEARCH_ROWS, RAW_CHARS, check_size
from pipelines.sources.names import clean, column_names, nearest
from pipelines.sources.recognise import expect_kind
from pipelines.sources.records import Judge, Record, RecordReader, loose_cells
from pipelines.sources.rows import RULE, Sorted, check_rules, head_rows, read_metadata, rule_of, sort_out
from pipelines.sources.spill import Spill
from pipelines.sources.table import ROW, NonData, TextTable, UnreadableRow

_BATCH = 50_000
_END_OF_FILE = "\x1a"  # how DOS programs end a file
_RIVALS = ",;\t|"


@dataclass(frozen=True)
class Head:
    """What stands above the data, and where the data begin."""

    columns: tuple[str, ...]
    rows: int  # records above the data
    breaks: int  # line feeds above the data
    non_data: tuple[NonData, ...]
    metadata: dict[str, str]


def read_delimited(path: Path, layout: DelimitedLayout, scratch: Path) -> TextTable:
    """Read a file of delimited text. Raises `SourceError` when the file as a whole cannot be read."""
    check_size(path)
    expect_kind(path, layout.kind, frozenset({"text", "binary"}))
    text = to_utf8(path, layout.encoding, scratch, layout.encodings)
    _refuse_nul(path, text)
    layout, head = _told_apart(path.name, text, layout)
    check_rules(path.name, "", layout.non_data, head.columns)
    lines = one_record_each(text.path, layout, len(head.columns), head.breaks)
    if lines is None:
        table = _read_carefully(path.name, text, layout, head, scratch)
    else:
        table = _scan(text, layout, head, lines)
    _refuse_cut_off(path.name, text, layout, table)
    return table


def _refuse_nul(path: Path, text: Utf8Text) -> None:
    offset = first_nul(text.path)
    if offset is None:
        return
    raise SourceError(
        path.name,
        f"byte {offset} (row {line_at(text.path, offset)})",
        "found a NUL byte, expected text.",
        "If every other byte is NUL, set encoding: utf-16 in the layout; otherwise the file is damaged: send it again.",
    )


def _refuse_cut_off(file: str, text: Utf8Text, layout: DelimitedLayout, table: TextTable) -> None:
    """A file that ends within a row was cut off: what else it lacks nobody can tell, so nothing of it is taken."""
    last = table.unreadable[-1] if table.unreadable else None
    if last is None or last.row != table.rows_read or not last.raw.strip(_END_OF_FILE) or _ends_a_line(text.path):
        return
    width, found = len(table.columns), len(loose_cells(last.raw, layout))
    if found <= width:
        raise SourceError(
            file,
            f"row {last.row}",
            f"the file ends within this row ({found} cells, expected {width}, and no line break): it was cut off.",
            "Send the whole file again. If this row is a footer, name it in non_data of the layout.",
        )


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) in {b"\n", b"\r"}


# ---- what stands above the data ------------------------------------------------------------------------------------


def _told_apart(file: str, text: Utf8Text, layout: DelimitedLayout) -> tuple[DelimitedLayout, Head]:
    """The layout with the delimiter by which the header comes apart best, and the head read by it."""
    if not layout.other_delimiters:
        return layout, _read_head(file, text, layout)
    found: list[tuple[DelimitedLayout, Head]] = []
    for sign in (layout.delimiter, *layout.other_delimiters):
        one = layout.model_copy(update={"delimiter": sign, "other_delimiters": ()})
        try:
            found.append((one, _read_head(file, text, one)))
        except SourceError:
            continue
    width = max((len(head.columns) for _, head in found), default=0)
    best = [one for one in found if len(one[1].columns) == width > 1]
    if len(best) == 1:
        return best[0]
    signs = " or ".join(repr(sign) for sign in (layout.delimiter, *layout.other_delimiters))
    said = f"comes apart equally by {len(best)} of them" if best else "comes apart by none of them"
    raise SourceError(
        file,
        "header",
        f"the header {said}; expected cells delimited by {signs}.",
        "Send the usual form, or correct delimiter, other_delimiters and header in the layout.",
    )


def _read_head(file: str, text: Utf8Text, layout: DelimitedLayout) -> Head:
    wanted = {clean(label).casefold() for label in layout.header.labels or ()}
    above = _rows_above(layout)
    rows: dict[int, Sequence[str | None]] = {}
    with text.path.open(encoding="utf-8", newline="") as stream:
        records = RecordReader(file, stream, layout)
        for record in _limited(records, above):
            cells = record.cells or loose_cells(record.raw, layout)
            rows[record.row] = cells
            if wanted and wanted <= {clean(cell).casefold() for cell in cells}:
                break
        else:
            if wanted:
                raise _no_header(file, layout.header.labels or (), rows)
        if len(rows) < (above or 0):
            raise SourceError(
                file,
                f"row {len(rows)}",
                f"the file ends here; expected {above} rows above the data.",
                "The file was cut off or is of another kind: send it again, or correct preamble and header.",
            )
        breaks = records.breaks
        first = next(records, None) if layout.header.names and not above and not wanted else None
    has_header = bool(wanted) or layout.header.names is None or layout.header.row is not None
    header_row = len(rows) if has_header else 0
    names = column_names(layout.header.names or rows[header_row])
    _check_delimiter(file, header_row, names, layout, first)
    return Head(
        columns=names,
        rows=len(rows),
        breaks=breaks,
        non_data=tuple(head_rows(rows, [header_row], layout.metadata)),
        metadata={
            "reader.encoding": text.encoding,
            "reader.encoding_evidence": text.evidence,
            "reader.delimiter": layout.delimiter,
            **read_metadata(file, "", rows, layout.metadata),
        },
    )


def _rows_above(layout: DelimitedLayout) -> int | None:
    """How many records stand above the data; None when the header is found by its labels."""
    if layout.header.labels is not None:
        return None
    if layout.header.row is not None:
        return layout.header.row
    return layout.preamble + (0 if layout.header.names is not None else 1)


def _limited(records: RecordReader, count: int | None) -> Iterator[Record]:
    limit = HEADER_SEARCH_ROWS if count is None else count
    for _ in range(limit):
        record = next(records, None)
        if record is None:
            return
        yield record


def _no_header(file: str, labels: Sequence[str], rows: dict[int, Sequence[str | None]]) -> SourceError:
    best = max(rows.values(), key=lambda cells: len(_known(labels, cells)), default=[])
    missing = [label for label in labels if label not in _known(labels, best)]
    cells = [clean(cell) for cell in best]
    return SourceError(
        file,
        f"rows 1 to {len(rows)}",
        f"no row holds the header; the row that comes nearest lacks {', '.join(map(repr, missing))}.",
        f"{nearest(missing[0], cells)} Correct header.labels or delimiter in the layout, or send the usual form.",
    )


def _known(labels: Sequence[str], cells: Sequence[str | None]) -> set[str]:
    have = {clean(cell).casefold() for cell in cells}
    return {label for label in labels if clean(label).casefold() in have}


def _check_delimiter(file: str, row: int, names: Sequence[str], layout: DelimitedLayout, first: Record | None) -> None:
    """One column whose name is full of another delimiter is a wrong layout, not a table."""
    line = first.cells[0] if first is not None and len(first.cells) == 1 else names[0] if len(names) == 1 else ""
    rival = max((sign for sign in _RIVALS if sign != layout.delimiter), key=line.count)
    if line.count(rival):
        raise SourceError(
            file,
            f"row {row or 1}",
            f"found one cell ({line[:60]!r}), which looks delimited by {rival!r}, not {layout.delimiter!r}.",
            f"Set delimiter: {rival!r} in the layout, or export the file with {layout.delimiter!r}.",
        )


# ---- the fast way --------------------------------------------------------------------------------------------------


def _scan(text: Utf8Text, layout: DelimitedLayout, head: Head, lines: Lines) -> TextTable:
    frame = engine_scan(text.path, layout, head.columns, head.breaks, first_row=head.rows + 1)
    if layout.quote is not None:
        frame = frame.with_columns(_empty_to_null(head.columns))
    found = Sorted()
    if layout.non_data or lines.blank:
        taken = frame.with_columns(rule_of(layout.non_data, head.columns)).filter(pl.col(RULE).is_not_null())
        sort_out(taken.collect(engine="streaming").sort(ROW), layout.non_data, head.columns, found)
    taken_rows = {item.row for item in found.non_data}
    unreadable = _unreadable_lines(lines, layout, head, taken_rows)
    left_out = [*taken_rows, *(item.row for item in unreadable)]
    if left_out:
        frame = frame.filter(~pl.col(ROW).is_in(left_out))
    return _table(head, frame, lines.rows - len(left_out), found, unreadable)


def _unreadable_lines(lines: Lines, layout: DelimitedLayout, head: Head, taken: set[int]) -> tuple[UnreadableRow, ...]:
    """The lines of the wrong width that no rule took, and that the layout does not allow either."""
    judge = _width_judge(layout, len(head.columns))
    found = []
    for at, line in lines.wrong:
        row = head.rows + 1 + at
        reason = judge(loose_cells(line, layout))
        if row not in taken and reason:
            found.append(UnreadableRow(row, reason, line[:RAW_CHARS]))
    return tuple(found)


def _empty_to_null(columns: Sequence[str]) -> list[pl.Expr]:
    return [pl.when(pl.col(column) != "").then(pl.col(column)).alias(column) for column in columns]


# ---- the careful way -----------------------------------------------------------------------------------------------


def _read_carefully(file: str, text: Utf8Text, layout: DelimitedLayout, head: Head, scratch: Path) -> TextTable:
    spill = Spill(scratch, head.columns)
    found, unreadable = Sorted(), list[UnreadableRow]()
    with text.path.open(encoding="utf-8", newline="") as stream:
        records = RecordReader(file, stream, layout)
        for _ in range(head.rows):
            next(records)
        records.judge = _width_judge(layout, len(head.columns))
        while batch := records.batch(_BATCH, len(head.columns)):
            spill.add(_sort_batch(batch, layout, head.columns, found, unreadable))
    return _table(head, spill.frame(), spill.rows, found, tuple(unreadable))


def _width_judge(layout: DelimitedLayout, width: int) -> Judge:
    def judge(cells: list[str]) -> str:
        count = len(cells)
        if count == width or (count < width and layout.short_rows == "fill"):
            return ""
        if count > width and layout.long_rows == "drop_empty" and not any(map(str.strip, cells[width:])):
            return ""
        return f"{count} cells, expected {width}"

    return judge


def _sort_batch(
    batch: Sequence[Record],
    layout: DelimitedLayout,
    columns: tuple[str, ...],
    found: Sorted,
    unreadable: list[UnreadableRow],
) -> pl.DataFrame:
    """Take non-data and unreadable rows out of a batch; what stays are records."""
    hopeless = [record for record in batch if record.reason and not record.cells and record.raw.strip()]
    unreadable.extend(UnreadableRow(record.row, record.reason, record.raw) for record in hopeless)
    lost = {record.row for record in hopeless}
    told = [record for record in batch if record.row not in lost] if lost else batch
    frame = _frame(told, columns).with_columns(rule_of(layout.non_data, columns))
    sort_out(frame.filter(pl.col(RULE).is_not_null()), layout.non_data, columns, found)
    wrong = {record.row: record for record in told if record.reason}
    if wrong:
        rows = frame.filter(pl.col(RULE).is_null() & pl.col(ROW).is_in(list(wrong)))[ROW].to_list()
        unreadable.extend(UnreadableRow(row, wrong[row].reason, wrong[row].raw) for row in rows)
        unreadable.sort(key=lambda item: item.row)
    return frame.filter(pl.col(RULE).is_null() & ~pl.col(ROW).is_in(list(wrong)))


def _frame(batch: Sequence[Record], columns: tuple[str, ...]) -> pl.DataFrame:
    width = len(columns)
    padding = [""] * width
    rows = [record.cells if len(record.cells) == width else (record.cells + padding)[:width] for record in batch]
    series = [pl.Series(ROW, [record.row for record in batch], dtype=pl.Int64)]
    by_column = zip(*rows, strict=True) if rows else ([] for _ in columns)
    series += [pl.Series(name, cells, dtype=pl.String) for name, cells in zip(columns, by_column, strict=True)]
    return pl.DataFrame(series).with_columns(_empty_to_null(columns))


def _table(
    head: Head, frame: pl.LazyFrame, data_rows: int, found: Sorted, unreadable: tuple[UnreadableRow, ...]
) -> TextTable:
    return TextTable(
        section="",
        frame=frame.select(ROW, *head.columns),
        columns=head.columns,
        data_rows=data_rows,
        non_data=(*head.non_data, *found.non_data),
        unreadable=unreadable,
        metadata=head.metadata,
        controls=found.controls,
    )
