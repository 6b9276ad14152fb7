"""Delimited text: headers, metadata, rules, encodings, and every way in which a file can be broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.sources.layout import DelimitedLayout
from pipelines.sources.reading import read_file
from pipelines.sources.table import ROW, TextTable

Read = Callable[..., TextTable]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(content: bytes | str, **layout: Any) -> TextTable:
        path = tmp_path / "delivery.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        said = DelimitedLayout.model_validate({"kind": "delimited", "delimiter": ";", **layout})
        return read_file(path, said, tmp_path / "scratch")[0]

    return _read


def cells(table: TextTable) -> list[tuple[Any, ...]]:
    return table.frame.collect().rows()


def refusal(read: Read, content: bytes | str, **layout: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(content, **layout)
    message = str(caught.value)
    assert message.startswith("delivery.csv")
    return message


# ---- shape ---------------------------------------------------------------------------------------------------------


def test_metadata_row_above_the_header_is_read_by_position(read: Read) -> None:
    text = '"EXTF";700;21;"Buchungsstapel";20260101\r\nUmsatz;Konto\r\n"1.234,56";0400\r\n'
    table = read(text, header={"row": 2}, metadata={"row": 1, "fields": {"fiscal_year_start": 5, "format": 2}})
    assert table.metadata["fiscal_year_start"] == "20260101"
    assert table.metadata["format"] == "700"
    assert cells(table) == [(3, "1.234,56", "0400")]
    assert [(item.row, item.kind) for item in table.non_data] == [(1, "metadata"), (2, "header")]
    assert table.rows_read == 3


def test_metadata_may_be_a_part_of_a_cell(read: Read) -> None:
    fields = {"month": {"position": 1, "pattern": r"Period: (\d{4}-\d{2})"}}
    table = read("Period: 2026-01 (final)\na;b\n1;2\n", header={"row": 2}, metadata=[{"row": 1, "fields": fields}])
    assert table.metadata["month"] == "2026-01"


def test_metadata_cell_that_is_not_there_is_refused(read: Read) -> None:
    message = refusal(read, "EXTF;700\na;b\n1;2\n", header={"row": 2}, metadata={"row": 1, "fields": {"year": 13}})
    assert "row 1" in message
    assert "2 cells" in message
    assert "cell 13" in message


def test_header_is_found_by_its_labels_below_titles(read: Read) -> None:
    table = read("Trial balance\n\n;;\nAccount;Name;Amount\n1500;Trade;5\n", header={"labels": ["amount", "Account"]})
    assert table.columns == ("Account", "Name", "Amount")
    assert cells(table) == [(5, "1500", "Trade", "5")]
    assert [(item.row, item.kind) for item in table.non_data] == [
        (1, "title"),
        (2, "blank"),
        (3, "blank"),
        (4, "header"),
    ]


def test_missing_label_is_refused_with_the_nearest_name(read: Read) -> None:
    message = refusal(read, "Acount;Amount\n1;2\n", header={"labels": ["Account", "Amount"]})
    assert "'Account'" in message
    assert "Did you mean 'Acount'?" in message


def test_file_without_header_takes_the_given_names(read: Read) -> None:
    table = read("junk\n1;2\n3;4\n", preamble=1, header={"names": ["a", "b"]})
    assert cells(table) == [(2, "1", "2"), (3, "3", "4")]


def test_given_names_replace_a_defective_header(read: Read) -> None:
    table = read("x;\n1;#N/A\n", header={"row": 1, "names": ["value", "remark"]})
    assert table.columns == ("value", "remark")
    assert cells(table) == [(2, "1", "#N/A")]


def test_header_names_are_cleaned_and_made_unique(read: Read) -> None:
    table = read(b'\xef\xbb\xbf"Amount" ; Amount;;source_row;  Long   name \n1;2;3;4;5\n')
    assert table.columns == ("Amount", "Amount (2)", "column 3", "source_row (2)", "Long name")


def test_totals_are_taken_by_rule_and_give_control_totals(read: Read) -> None:
    rules = [
        {"kind": "subtotal", "column": "Account", "pattern": "^Subtotal"},
        {"kind": "total", "empty": ["Account"], "filled": ["Amount"], "controls": {"total_amount": "Amount"}},
        {"kind": "blank"},
    ]
    table = read("Account;Amount\n1500;5\nSubtotal 15;5\n;\n1600;7\n;12\n", non_data=rules)
    assert [row[1] for row in cells(table)] == ["1500", "1600"]
    assert [(item.row, item.kind) for item in table.non_data[1:]] == [(3, "subtotal"), (4, "blank"), (6, "total")]
    assert table.controls == {"total_amount": "12"}
    assert table.rows_read == 6


def test_a_short_footer_is_taken_by_rule_before_it_is_unreadable(read: Read) -> None:
    rule = {"kind": "footer", "column": "Account", "pattern": "^End of report"}
    table = read("Account;Amount\n1500;5\nEnd of report\nbroken\n", non_data=[rule])
    assert [(item.row, item.kind) for item in table.non_data[1:]] == [(3, "footer")]
    assert [item.row for item in table.unreadable] == [4]


def test_a_rule_for_a_column_that_is_not_there_is_refused(read: Read) -> None:
    message = refusal(read, "Account;Amount\n1;2\n", non_data=[{"kind": "total", "empty": ["Acount"]}])
    assert "'Acount'" in message
    assert "Did you mean 'Account'?" in message


def test_blank_rows_are_counted_wherever_they_stand(read: Read) -> None:
    table = read("a;b\n1;2\n\n;\n3;4\n\n\n")
    assert cells(table) == [(2, "1", "2"), (5, "3", "4")]
    assert [item.row for item in table.non_data if item.kind == "blank"] == [3, 4, 6, 7]


def test_without_quote_character_quotes_are_text(read: Read) -> None:
    assert cells(read('a;b\n5" pipe;"x\n', quote=None)) == [(2, '5" pipe', '"x')]


def test_escaped_delimiters_are_text(read: Read) -> None:
    assert cells(read("a;b\nx\\;y;2\n", escape="\\")) == [(2, "x;y", "2")]


def test_leading_zeros_blanks_and_signs_stay_as_in_the_file(read: Read) -> None:
    assert cells(read("a;b\n007; 000000000001437,12\n")) == [(2, "007", " 000000000001437,12")]


# ---- rows that cannot be read --------------------------------------------------------------------------------------


@pytest.mark.parametrize("quoted", ["x", '"x"'])
def test_too_many_and_too_few_cells_are_listed(read: Read, quoted: str) -> None:
    table = read(f"a;b\n1;{quoted}\n1;2;3\n9\n5;6\n")
    assert [row[0] for row in cells(table)] == [2, 5]
    assert [(item.row, item.raw) for item in table.unreadable] == [(3, "1;2;3"), (4, "9")]
    assert "3 cells, expected 2" in table.unreadable[0].reason
    assert table.rows_read == 5


def test_a_quoted_delimiter_does_not_hide_a_missing_cell(read: Read) -> None:
    """Three cells expected, two delimiters on the line, one of them inside a quote."""
    table = read('a;b;c\n1;2;3\n"x;y";2\n')
    assert [item.row for item in table.unreadable] == [3]


def test_a_quote_that_is_never_closed_costs_one_row_only(read: Read) -> None:
    table = read('a;b\n1;2\n3;"open\n5;6\n7;8\n')
    assert [row[0] for row in cells(table)] == [2, 4, 5]
    assert [(item.row, item.raw) for item in table.unreadable] == [(3, '3;"open')]
    assert "never closed" in table.unreadable[0].reason


def test_two_stray_quotes_do_not_swallow_the_rows_between(read: Read) -> None:
    table = read('a;b\n1;"open\n3;4\n5;"six"\n7;8\n')
    assert [row[0] for row in cells(table)] == [3, 4, 5]
    assert [item.row for item in table.unreadable] == [2]


def test_line_breaks_within_quotes_are_one_row(read: Read) -> None:
    table = read('a;b\r\n1;"Zeile 1\r\nZeile 2"\r\n3;4\r\n')
    assert cells(table) == [(2, "1", "Zeile 1\r\nZeile 2"), (3, "3", "4")]


def test_short_rows_are_filled_when_the_layout_says_so(read: Read) -> None:
    table = read("a;b;c\n1;2;3\n4\n", short_rows="fill")
    assert cells(table) == [(2, "1", "2", "3"), (3, "4", None, None)]


def test_surplus_cells_are_dropped_only_when_empty(read: Read) -> None:
    table = read("a;b\n1;2;\n3;4;x\n", long_rows="drop_empty")
    assert cells(table) == [(2, "1", "2")]
    assert [item.row for item in table.unreadable] == [3]


@pytest.mark.parametrize("newlines", [("\r", "\r"), ("\r\n", "\n"), ("\n", "\r"), ("\r\n", "\r")])
def test_any_line_break_ends_a_row(read: Read, newlines: tuple[str, str]) -> None:
    first, second = newlines
    assert cells(read(f"a;b{first}1;2{second}3;4{first}")) == [(2, "1", "2"), (3, "3", "4")]


@pytest.mark.parametrize("end", ["4;5", "4", '"four', '4;5;"si', '"x"\n4;5'])
def test_a_file_that_ends_within_a_row_is_refused_whole(read: Read, end: str) -> None:
    message = refusal(read, f"a;b;c\n1;2;3\n{end}")
    assert message.startswith(f"delivery.csv, row {3 + end.count(chr(10))}: ")
    assert "was cut off" in message


@pytest.mark.parametrize("end", ["4;5\n", "4;5;6;7", "4;5;6", "4;5\r", "\x1a"])
def test_a_wrong_last_row_is_not_taken_for_a_file_that_was_cut_off(read: Read, end: str) -> None:
    table = read(f"a;b;c\n1;2;3\n{end}")
    assert table.rows_read == 3
    assert table.data_rows + len(table.unreadable) == 2


def test_a_footer_without_a_line_break_is_no_cut(read: Read) -> None:
    table = read("a;b;c\n1;2;3\nEND", non_data=[{"kind": "footer", "column": "a", "pattern": "^END$"}])
    assert (table.data_rows, table.unreadable) == (1, ())


@pytest.mark.parametrize("quoted", ["x", '"x"'])
def test_a_row_of_blanks_of_any_kind_is_blank(read: Read, quoted: str) -> None:
    table = read(f"a;b\n{quoted};2\n\xa0;\u202f\n\x0b;\n")
    assert [item.row for item in table.non_data if item.kind == "blank"] == [3, 4]


# ---- encodings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-8", "utf-8-sig", "utf-16", "iso-8859-15"])
def test_declared_encodings_are_read(read: Read, encoding: str) -> None:
    table = read("Name;Größe\nMüller;ü\n".encode(encoding), encoding=encoding)
    assert table.columns == ("Name", "Größe")
    assert cells(table) == [(2, "Müller", "ü")]


@pytest.mark.parametrize(
    ("content", "encoding", "evidence"),
    [
        ("ä;b\n1;2\n".encode("utf-8-sig"), "utf-8", "byte-order mark"),
        ("ä;b\n1;2\n".encode(), "utf-8", "every byte fits"),
        ("ä;b\n1;2\n".encode("cp1252"), "cp1252", "not UTF-8"),
        ("ä;b\n1;2\n".encode("utf-16"), "utf-16-le", "byte-order mark"),
    ],
)
def test_auto_says_on_what_evidence_it_decided(read: Read, content: bytes, encoding: str, evidence: str) -> None:
    table = read(content)
    assert table.columns == ("ä", "b")
    assert (table.metadata["reader.encoding"], table.metadata["reader.encoding_evidence"]) == (encoding, evidence)


@pytest.mark.parametrize("marks", [b"\xef\xbb\xbf" * 2, b"\xef\xbb\xbf\xc3\xaf\xc2\xbb\xc2\xbf"])
def test_a_byte_order_mark_that_stands_twice_is_no_part_of_a_name(read: Read, marks: bytes) -> None:
    assert read(marks + b"a;b\n1;2\n").columns == ("a", "b")


def test_wrong_encoding_is_refused_with_byte_and_row(read: Read) -> None:
    message = refusal(read, b"a;b\n1;2\n3;M\xfcller\n", encoding="utf-8")
    assert "byte 11 (row 3)" in message
    assert "0xFC" in message
    assert "cp1252" in message


def test_utf8_declared_as_cp1252_is_refused(read: Read) -> None:
    message = refusal(read, "a;b\n1;Müller\n".encode(), encoding="cp1252")
    assert "encoding cp1252" in message
    assert "encoding: utf-8" in message


def test_nul_bytes_are_refused_with_their_place(read: Read) -> None:
    message = refusal(read, b"a;b\n1;2\n3;\x004\n")
    assert "byte 10 (row 3)" in message
    assert "NUL" in message


# ---- files that are something else ---------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b" \r\n \n"])
def test_empty_file_is_refused(read: Read, content: bytes) -> None:
    message = refusal(read, content)
    assert "empty" in message
    assert "Send the file again." in message


def test_header_alone_is_a_table_without_rows(read: Read) -> None:
    table = read("a;b\n")
    assert (table.data_rows, cells(table), table.rows_read) == (0, [], 1)


def test_file_that_ends_above_its_header_is_refused(read: Read) -> None:
    message = refusal(read, "only one row\n", header={"row": 4})
    assert "row 1" in message
    assert "expected 4 rows" in message


@pytest.mark.parametrize(
    ("content", "is_a"),
    [
        (b"<html><table></table></html>", "web page"),
        (b'<?xml version="1.0"?><A/>', "XML"),
        (b"PK\x03\x04rubbish", "zip"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(read: Read, content: bytes, is_a: str) -> None:
    message = refusal(read, content)
    assert is_a in message
    assert "kind" in message


def test_wrong_delimiter_is_refused_with_the_right_one(read: Read) -> None:
    message = refusal(read, "a,b,c\n1,2,3\n")
    assert "delimited by ','" in message
    assert "Set delimiter: ','" in message


def test_an_endless_line_is_refused(read: Read) -> None:
    message = refusal(read, b"x" * (3 * 2**20))
    assert "1,048,576 characters" in message


def test_a_file_name_with_brackets_is_no_pattern(tmp_path: Path) -> None:
    path = tmp_path / "delivery[1]*.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    layout = DelimitedLayout(kind="delimited", delimiter=";")
    assert read_file(path, layout, tmp_path)[0].frame.collect()[ROW].to_list() == [2]


def test_fast_and_careful_way_give_the_same_table(read: Read) -> None:
    """The same rows, once with a line break within quotes at the end, which forces the careful way."""
    body = "".join(f'{n};"text {n}; more";{n},50\n' for n in range(500))
    fast = read(f"k;t;v\n{body}")
    rows = cells(fast)
    careful = read(f'k;t;v\n{body}x;"a\nb";y\n')
    assert cells(careful)[:-1] == rows
    assert careful.data_rows == fast.data_rows + 1


# ---- several delimiters and encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["\t", "|"])
def test_the_delimiter_that_parts_the_header_is_taken(read: Read, sign: str) -> None:
    text = sign.join(["Code", "Name, long", "Amount"]) + "\n" + sign.join(["1", "a;b", "2,50"]) + "\n"
    table = read(text, delimiter="\t", other_delimiters=["|"])
    assert cells(table) == [(2, "1", "a;b", "2,50")]


def test_a_header_that_none_of_the_delimiters_parts_is_refused(read: Read) -> None:
    message = refusal(read, "Code;Name\n1;a\n", delimiter="\t", other_delimiters=["|"])
    assert "comes apart by none of them" in message


def test_a_header_that_two_delimiters_part_alike_is_refused(read: Read) -> None:
    message = refusal(read, "a|b\tc\n1|2\t3\n", delimiter="\t", other_delimiters=["|"])
    assert "comes apart equally by 2 of them" in message


@pytest.mark.parametrize(
    ("encoding", "text", "taken"),
    [
        ("utf-8", "Société à 5 €", "utf-8"),
        ("utf-8-sig", "Société à 5 €", "utf-8"),
        ("iso-8859-15", "Œuvre à 5 €", "iso8859-15"),  # 0xBC and 0xA4, which cp1252 would read as ¼ and ¤
        ("cp1252", "Œuvre à 5 €", "cp1252"),  # 0x8C and 0x80, controls under ISO 8859-15
    ],
)
def test_auto_takes_the_first_listed_encoding_that_every_byte_fits(
    read: Read, encoding: str, text: str, taken: str
) -> None:
    content = f"a;b\n1;{text}\n".encode(encoding)
    table = read(content, encodings=["utf-8", "iso-8859-15", "cp1252"])
    assert cells(table) == [(2, "1", text)]
    assert table.metadata["reader.encoding"] == taken


def test_encodings_say_nothing_beside_a_declared_encoding() -> None:
    with pytest.raises(ValueError, match="Remove it, or say encoding: auto"):
        DelimitedLayout.model_validate({"kind": "delimited", "encoding": "cp1252", "encodings": ["utf-8"]})
