"""Whatever a CSV writer wrote comes back cell by cell, by the fast way and by the careful way alike."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipelines.sources.delimited import read_delimited
from pipelines.sources.layout import DelimitedLayout, Header
from pipelines.sources.table import ROW

ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "cp437", "utf-16", "utf-16-le", "shift_jis"]
WIDTH = 3


def _fits(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


@st.composite
def files(draw: st.DrawFn) -> tuple[DelimitedLayout, list[list[str]], bytes]:
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    quote = draw(st.sampled_from(['"', "'"]))
    newline = draw(st.sampled_from(["\r\n", "\n"]))
    encoding = draw(st.sampled_from(ENCODINGS))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    # a writer whose lines end in \n leaves a bare \r unquoted: no reader can tell it from a line break
    returns = "" if newline == "\n" and quoting == csv.QUOTE_MINIMAL else "\r"
    alphabet = st.sampled_from([*"ab1 .,;|\t'\"\n", *returns, "ä", "é", "漢", "€", "\x0b", "\x85", " "])
    cell = st.text(alphabet, max_size=6).filter(lambda text: _fits(text, encoding))
    rows = draw(st.lists(st.lists(cell, min_size=WIDTH, max_size=WIDTH), max_size=8))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator=newline)
    writer.writerow([f"h{number}" for number in range(WIDTH)])
    writer.writerows(rows)
    content = written.getvalue().encode(encoding)
    if encoding in {"cp1252", "iso-8859-15", "cp437", "shift_jis"} and not content.isascii():
        assume(not _fits_utf8(content))  # bytes that are UTF-8 by chance are refused, and rightly
    return DelimitedLayout(kind="delimited", encoding=encoding, delimiter=delimiter, quote=quote), rows, content


def _fits_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
def test_what_a_csv_writer_wrote_comes_back(case: tuple[DelimitedLayout, list[list[str]], bytes]) -> None:
    layout, rows, content = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.csv"
        path.write_bytes(content)
        table = read_delimited(path, layout, Path(folder))
        read = table.frame.collect()
    assert table.unreadable == ()
    assert table.rows_read == len(rows) + 1
    full = {number: row for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)}
    assert read[ROW].to_list() == list(full)
    assert [list(row) for row in read.drop(ROW).iter_rows()] == [
        [cell or None for cell in row] for row in full.values()
    ]
    assert [item.row for item in table.non_data if item.kind == "blank"] == [
        number for number in range(2, len(rows) + 2) if number not in full
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a;b;c", "a;b", '"a;x";b;c', '"a', 'b";c;d', ";;", "", 'a;"b"x;c', '"a\nb";c;d', "a;b;c;d"])
    ),
)
def test_every_row_of_a_broken_file_is_accounted_for(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "broken.csv"
        path.write_text("x;y;z\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        layout = DelimitedLayout(kind="delimited", delimiter=";", header=Header(row=1))
        table = read_delimited(path, layout, Path(folder))
        read = table.frame.collect()
    assert read.height == table.data_rows
    rows = [*read[ROW].to_list(), *(i.row for i in table.non_data), *(i.row for i in table.unreadable)]
    assert sorted(rows) == list(range(1, table.rows_read + 1))
