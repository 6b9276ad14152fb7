"""A first look at a file nobody has described: its kind, encoding, delimiter, header and first rows.

Not here: what the columns mean (matching), and reading files for good (sources).
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pipelines.drafting.habits import is_number
from pipelines.drafting.words import meanings, plain, total_words
from pipelines.errors import SourceError
from pipelines.sources.cells import cell_text
from pipelines.sources.names import clean, column_names
from pipelines.sources.recognise import recognise

_BYTES = 4_000_000
_ROWS = 5_000
_HEADER_SOUGHT = 30
_DELIMITERS = ";\t|,"
_DOUBLE = 0.7  # share of bytes beyond ASCII that stand beside another one, where characters have two bytes
Rows = list[list[str]]


@dataclass(frozen=True)
class Look:
    """What a file looks like. `rows` hold text cells as wide as `columns`; `notes` say what is unusual.

    `totals`: (column, text) of rows that carry no record. `profile`: the known system that it comes from.
    """

    kind: str  # delimited, excel, json, xml
    columns: tuple[str, ...] = ()
    rows: Rows = field(default_factory=list)
    header_row: int = 1
    encoding: str = "auto"
    delimiter: str = ","
    sheet: str = ""
    totals: tuple[tuple[str, str], ...] = ()
    short_rows: bool = False
    paths: dict[str, str] = field(default_factory=dict)  # json: column → path
    record: str = ""  # json: what is nested in the file's own records
    records: str = ""  # json: the path to the file's records
    lines: bool = False  # json: one object a line
    profile: str | None = None
    profile_file: str = ""
    notes: tuple[str, ...] = ()

    def cells(self, column: str) -> list[str]:
        """The cells of a column."""
        at = self.columns.index(column)
        return [row[at].strip() for row in self.rows]

    def values(self, column: str) -> list[str]:
        """The filled cells of a column."""
        return [cell for cell in self.cells(column) if cell]


def look(path: Path) -> Look:
    """Look at a file; raises `SourceError` where it is of a kind that cannot be drafted."""
    kind = recognise(path)
    if kind == "text":
        return _text(path)
    if kind in ("xlsx", "xls", "ods"):
        return _workbook(path)
    if kind == "xml" and b"AuditFile" in path.read_bytes()[:4096]:
        return Look("xml", profile="saft", profile_file="audit_file")
    what = {"zip": "an archive", "gzip": "an archive", "xml": "XML of a kind without a profile"}.get(
        kind, f"of kind {kind}"
    )
    fix = "Unpack it and draft from a file in it." if "archive" in what else "Describe it by hand: docs/onboarding.md."
    raise SourceError(path.name, "", f"the file is {what}, of which no draft can be made.", fix)


# ---- text ----------------------------------------------------------------------------------------------------------


def _text(path: Path) -> Look:
    with path.open("rb") as stream:
        data = stream.read(_BYTES)
    whole = path.stat().st_size <= _BYTES
    encoding, text = _decoded(data if whole else data[: data.rfind(b"\n") + 1])
    if text.lstrip()[:1] in ("{", "["):
        return _json(path, text)
    if text.lstrip('"').startswith(("EXTF", "DTVF")):
        return _datev(text)
    if text.lstrip().startswith("#FLAGGA"):
        return Look("tagged", profile="sie", profile_file="books")
    delimiter, rows = _cut(text)
    return _table(rows, kind="delimited", encoding=encoding, delimiter=delimiter)


def _decoded(data: bytes) -> tuple[str, str]:
    """`auto` where the reader's own rule finds the encoding; else the encoding to declare."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return "auto", data.decode(encoding, "replace")
    try:
        return "auto", data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _mostly_pairs(data):
        for encoding in ("gb18030", "big5", "shift_jis"):
            try:
                return encoding, data.decode(encoding)
            except UnicodeDecodeError:
                continue
    try:
        return "cp1252", data.decode("cp1252")
    except UnicodeDecodeError:
        return "iso-8859-15", data.decode("iso-8859-15")


def _mostly_pairs(data: bytes) -> bool:
    """Whether bytes beyond ASCII come two by two, as in Chinese; in Western Europe a letter stands alone."""
    high = [at for at, byte in enumerate(data[:200_000]) if byte > 0x7F]
    beside = sum(1 for one, other in pairwise(high) if other == one + 1)
    return bool(high) and beside / len(high) >= _DOUBLE


def _cut(text: str) -> tuple[str, Rows]:
    """The delimiter that cuts most rows alike into most cells, and the rows."""
    best: tuple[float, str, Rows] = (0.0, ",", [])
    for sign in _DELIMITERS:
        rows = _records(text, sign, 300)
        width, count = (
            Counter(len(row) for row in rows if len(row) > 1).most_common(1)[0]
            if any(len(row) > 1 for row in rows)
            else (1, 0)
        )
        score = count / max(1, sum(bool(row) for row in rows)) * width
        if score > best[0]:
            best = (score, sign, rows)
    return best[1], _records(text, best[1], _ROWS)


def _records(text: str, delimiter: str, most: int) -> Rows:
    found: Rows = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            found.append(row)
            if len(found) >= most:
                break
    except csv.Error:
        pass
    return found


def _datev(text: str) -> Look:
    first = next(csv.reader(io.StringIO(text), delimiter=";"))
    category = first[3] if len(first) > 3 else ""
    named = {"Buchungsstapel": "postings", "Kontenbeschriftungen": "account_labels"}
    return Look("delimited", profile="datev", profile_file=named.get(category, "parties"))


# ---- workbooks -----------------------------------------------------------------------------------------------------


def _workbook(path: Path) -> Look:
    try:
        with CalamineWorkbook.from_path(path) as book:
            looks = [
                _table(_cells(book.get_sheet_by_name(name).to_python(skip_empty_area=False)), kind="excel", sheet=name)
                for name in book.sheet_names
            ]
    except (CalamineError, PasswordError) as error:
        raise SourceError(
            path.name, "", f"the workbook cannot be opened ({error}).", "Save it again as .xlsx."
        ) from error
    filled = [one for one in looks if one.rows]
    if not filled:
        raise SourceError(path.name, "", "no sheet holds a table.", "Send the workbook filled.")
    return max(filled, key=lambda one: (_known(one.columns), len(one.rows)))


def _cells(rows: Sequence[Sequence[Any]]) -> Rows:
    return [[cell_text(cell) or "" for cell in row] for row in rows[:_ROWS]]


# ---- tables --------------------------------------------------------------------------------------------------------


def _table(rows: Rows, **said: Any) -> Look:
    at = _header(rows)
    if at is None:
        return Look(**said)
    columns = column_names([*rows[at]])
    width = len(columns)
    body = [row for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
    totals = _totals(body, columns)
    texts = {text for _, text in totals}
    data = [[*row, *[""] * (width - len(row))][:width] for row in body]
    kept = [row for row in data if not any(cell.strip() in texts for cell in row[:3])]
    if {"JournalCode", "EcritureNum", "CompteNum"} <= set(columns):
        said |= {"profile": "fec", "profile_file": "ledger"}
    return Look(
        columns=columns,
        rows=kept,
        header_row=at + 1,
        totals=totals,
        short_rows=any(1 < len(row) < width for row in body),
        **said,
    )


def _header(rows: Rows) -> int | None:
    """The row that holds the names: as wide as most, texts only, and best known; from 0."""
    widths = Counter(sum(bool(cell.strip()) for cell in row) for row in rows if len(row) > 1)
    if not widths:
        return None
    usual = max(width for width, count in widths.items() if count >= max(widths.values()) / 4)
    best: tuple[float, int] | None = None
    for at, row in enumerate(rows[:_HEADER_SOUGHT]):
        names = [clean(cell) for cell in row if cell.strip()]
        if len(names) < max(2, usual * 0.6):
            continue
        score = 3.0 * _known(names) + len(set(names)) - 3 * sum(is_number(name) for name in names) - at * 0.1
        if best is None or score > best[0]:
            best = (score, at)
    return None if best is None else best[1]


def _known(names: Sequence[str]) -> int:
    return sum(plain(name) in meanings() for name in names)


def _totals(body: Rows, columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Column and text of rows that begin with a word for a total, each once."""
    found: dict[tuple[str, str], None] = {}
    for row in body:
        for column, cell in list(zip(columns, row, strict=False))[:3]:
            word = cell.strip()
            if word and plain(word.split(":")[0]) in total_words():
                found[column, word] = None
            if word:
                break
    return tuple(found)


# ---- JSON ----------------------------------------------------------------------------------------------------------


def _json(path: Path, text: str) -> Look:
    records, said = _objects(path, text)
    nested = next((key for key, value in records[0].items() if _is_list_of_objects(value)), "")
    if nested == "lines" and {"journalNumber", "journalType", "postedOn"} <= set(records[0]):
        return Look("json", profile="signed-amount-json", profile_file="journals")
    paths: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    for one in records[:_ROWS]:
        outer = _flat(one, "../" if nested else "")
        for inner in one.get(nested) or [{}] if nested else [{}]:
            cells = {**outer, **_flat(inner, "")}
            rows.append({name: value for name, (_, value) in cells.items()})
            paths |= {name: place for name, (place, _) in cells.items() if name not in paths}
    columns = tuple(paths)
    return Look(
        "json", columns, [[row.get(name, "") for name in columns] for row in rows], paths=paths, record=nested, **said
    )


def _objects(path: Path, text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    try:
        whole = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        whole = None
    said: dict[str, Any] = {}
    if whole is None:
        try:
            whole = [json.loads(line, parse_float=str, parse_int=str) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise SourceError(path.name, "", f"the file is no JSON ({error}).", "Send it again.") from error
        said["lines"] = True
    if isinstance(whole, dict):
        key = next((key for key, value in whole.items() if _is_list_of_objects(value)), None)
        said, whole = ({"records": key}, whole[key]) if key else ({"lines": True}, [whole])
    if not _is_list_of_objects(whole):
        raise SourceError(
            path.name, "", "the JSON holds no list of records.", "Describe it by hand: docs/onboarding.md."
        )
    return whole, said


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _flat(one: dict[str, Any], before: str, above: str = "") -> dict[str, tuple[str, str]]:
    """Column name → (path, value) of all plain values, also those of objects within."""
    found: dict[str, tuple[str, str]] = {}
    for key, value in one.items():
        if isinstance(value, dict):
            found |= _flat(value, before, f"{above}{key}.")
        elif not isinstance(value, list):
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            found[f"{above}{key}"] = (f"{before}{above}{key}", text)
    return found
