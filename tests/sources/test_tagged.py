"""Tagged text, written here line by line: what the reader makes of it was worked out by eye."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.errors import SourceError
from pipelines.sources.reading import read_file
from pipelines.sources.table import TextTable
from pipelines.sources.tagcells import CellsError, cells_of, listed_value
from pipelines.sources.taglayout import TaggedLayout

LAYOUT: dict[str, Any] = {
    "kind": "tagged",
    "encoding": "auto",
    "encodings": ["utf-8", "iso-8859-15", "cp437"],
    "metadata": {"start": {"tag": "RAR", "where": {"cell": 1, "holds": "0"}, "cell": 2}},
    "sections": {
        "KONTO": {
            "record": ["KONTO", "KTYP"],
            "key": 1,
            "columns": {"account": 1, "name": {"tag": "KONTO", "cell": 2}, "type": {"tag": "KTYP", "cell": 2}},
        },
        "SALDO": {
            "record": ["IB", "UB", "RES"],
            "where": {"cell": 1, "holds": "0"},
            "key": 2,
            "columns": {
                "account": 2,
                "opening": {"tag": "IB", "cell": 3},
                "closing": {"tag": ["UB", "RES"], "cell": 3},
            },
        },
        "TRANS": {
            "record": "TRANS",
            "parent": "VER",
            "columns": {
                "number": {"parent": 2},
                "account": 1,
                "cost_center": {"cell": 2, "listed": "1"},
                "amount": 3,
                "text": 5,
            },
        },
    },
}
BOOKS = """\
#FLAGGA 0
#RAR -1 20250101 20251231
#RAR 0 20260101 20261231
#KONTO 1910 "Kassa \\"liten\\""
#KTYP 1910 T
#KONTO\t3001\tFörsäljning
#IB 0 1910 100.00
#IB -1 1910 7.00
#UB 0 1910 350.00
#RES 0 3001 -250.00
#VER A 1 20260131 "Kontant"
{
\t#TRANS 1910 {} 250.00 20260131 "in"
#RTRANS 3001 {} -250.00
#TRANS 3001 {6 "9" 1 "10"} -250.00
}
#VER A 2 20260228 tom {
}
"""


def read(tmp_path: Path, text: str | bytes, **said: Any) -> dict[str, TextTable]:
    path = tmp_path / "books.se"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    layout = TaggedLayout.model_validate({**LAYOUT, **said})
    return {table.section: table for table in read_file(path, layout, tmp_path / "scratch")}


def test_records_stand_where_their_lines_stand_and_know_what_is_above_them(tmp_path: Path) -> None:
    tables = read(tmp_path, BOOKS)
    assert tables["KONTO"].frame.collect().rows() == [
        (4, "1910", 'Kassa "liten"', "T"),
        (6, "3001", "Försäljning", None),
    ]
    assert tables["SALDO"].frame.collect().rows() == [(7, "1910", "100.00", "350.00"), (10, "3001", None, "-250.00")]
    assert tables["TRANS"].frame.collect().rows() == [
        (13, "1", "1910", None, "250.00", "in"),
        (15, "1", "3001", "10", "-250.00", None),
    ]
    assert [table.rows_read for table in tables.values()] == [2, 2, 2]
    assert dict(tables["TRANS"].metadata) == {"start": "20260101", "reader.undeclared": "FLAGGA, RTRANS"}


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "cp437"])
def test_the_letters_tell_which_encoding_it_is_whatever_the_file_declares(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, BOOKS.encode(encoding))["KONTO"]
    assert table.frame.collect()["name"].to_list()[1] == "Försäljning"


def test_what_cannot_be_read_is_listed_and_takes_nothing_else_with_it(tmp_path: Path) -> None:
    broken = """\
#KONTO 1910 "Kassa
#KONTO 3001 Intäkt
#TRANS 3001 {} -1.00
#VER A 1 20260131
{
#TRANS 1910 {1 "10" 5.00
what is this
#TRANS 1910 {} 5.00
}
#KTYP
"""
    tables = read(tmp_path, broken)
    assert [(one.row, one.raw) for one in tables["KONTO"].unreadable] == [(1, '#KONTO 1910 "Kassa'), (10, "#KTYP")]
    assert [(one.row, one.reason) for one in tables["TRANS"].unreadable] == [
        (3, "expected in braces below a line VER"),
        (6, "a list in braces is opened and not closed on the line"),
        (7, "the line begins with no #"),
    ]
    assert tables["TRANS"].frame.collect().rows() == [(8, "1", "1910", None, "5.00", None)]
    assert tables["TRANS"].rows_read == 4


def test_a_file_that_was_cut_off_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 12.*cut off"):
        read(tmp_path, BOOKS[: BOOKS.index("#RTRANS")])


def test_a_file_of_another_kind_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none of its 1 lines is #KONTO or #KTYP or #IB"):
        read(tmp_path, "#FLAGGA 0\n")


def test_a_section_of_which_the_file_says_nothing_is_left_out(tmp_path: Path) -> None:
    assert set(read(tmp_path, "#KONTO 1910 Kassa\n")) == {"KONTO"}


def test_cells_of_a_line() -> None:
    assert cells_of(' A "b c" {1 "x"} 12 ""') == (["A", "b c", '1 "x"', "12", ""], False)
    assert cells_of("A 1 {") == (["A", "1"], True)
    assert listed_value('1 "x" 6 "y z"', "6") == "y z"
    assert listed_value('1 "x"', "6") is None
    for wrong in ('"open', '"a"b', "{1"):
        with pytest.raises(CellsError):
            cells_of(wrong)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"record": ["A", "B"], "columns": {"x": 1}}, "lines of several tags make one record only by key"),
        ({"record": "A", "columns": {"x": {"parent": 1}}}, "the section names no parent"),
        ({"record": "A", "columns": {"x": {"tag": "A", "cell": 1}}}, "which needs key"),
        ({"record": "A", "key": 1, "columns": {"x": {"tag": "B", "cell": 1}}}, "is not among record"),
        ({"record": "A", "key": 1, "parent": "P", "columns": {"x": 1}}, "remove key, or parent"),
        ({"record": "A", "columns": {"source_row": 1}}, "taken by the record's line"),
        ({"record": "A", "columns": {"x": {"listed": "1"}}}, "expected the position of a cell"),
    ],
)
def test_a_layout_that_makes_no_sense_says_so(section: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TaggedLayout.model_validate({"kind": "tagged", "sections": {"S": section}})
