"""JSON and NDJSON: records wherever they stand, numbers as written, bounded memory, hostile and broken documents."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.sources import json as reader
from pipelines.sources import jsontext, spill
from pipelines.sources.layout import JsonLayout
from pipelines.sources.reading import read_file
from pipelines.sources.table import TextTable

Read = Callable[..., list[TextTable]]

JOURNALS = r"""
  {"number": "T1", "journal": {"code": "GL"}, "approved": true,
   "lines": [{"account": 1500, "amount": 10.50, "tags": ["one", "two"], "analysis": [{"type": "P", "id": 7},
                                                                                     {"type": "A", "id": 3}]},
             {"account": "3000", "amount": -10.50, "tags": []}]},
  {"number": "T2", "journal": {"code": "BK"}, "lines": [{"account": 1900, "amount": 1e3, "extra": {"deep": "x"}}]},
  {"number": "T3", "journal": {"code": "BK"}, "lines": []},
  {"lines": [{"account": 1920, "amount": 0.000000000000000000010}], "journal": null, "number": "T\u00e5 \"4\""}
"""
DOCUMENT = (
    f'{{"meta": {{"company": "918", "count": 4}}, "data": {{"page": 1, "items": [{JOURNALS}], "debit": 1010.50}}}}'
)
LINES: dict[str, Any] = {
    "record": "lines",
    "columns": {
        "journal": "../journal.code",
        "transaction": "../number",
        "account": "account",
        "amount": "amount",
        "department": "analysis[type='A'].id",
        "tags": {"path": "tags", "take": "join", "separator": "; "},
    },
}
CONTROLS = {"debit": "data.debit", "count": "meta.count"}
EXPECTED = [
    (1, "GL", "T1", "1500", "10.50", "3", "one; two"),
    (2, "GL", "T1", "3000", "-10.50", None, None),
    (3, "BK", "T2", "1900", "1e3", None, None),
    (4, None, 'Tå "4"', "1920", "0.000000000000000000010", None, None),
]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(content: bytes | str, sections: dict[str, Any] | None = None, **layout: Any) -> list[TextTable]:
        path = tmp_path / "delivery.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        said = {"kind": "json", "sections": sections or {"lines": LINES}, **layout}
        return read_file(path, JsonLayout.model_validate(said), tmp_path / "scratch")

    return _read


def refusal(read: Read, content: bytes | str, **layout: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(content, **layout)
    assert str(caught.value).startswith("delivery.json")
    return str(caught.value)


def flat(*columns: str) -> dict[str, Any]:
    return {"rows": {"columns": {name: name for name in columns}}}


# ---- the three forms -----------------------------------------------------------------------------------------------


def test_nested_records_with_values_of_the_objects_that_hold_them(read: Read) -> None:
    lines = {**LINES, "controls": CONTROLS}
    (table,) = read(DOCUMENT, {"lines": lines}, records="data.items", metadata={"company": "meta.company"})
    assert table.frame.collect().rows() == EXPECTED
    assert table.metadata["company"] == "918"
    assert table.controls == {"debit": "1010.50", "count": "4"}
    assert (table.data_rows, table.rows_read, table.sheet) == (4, 4, "lines")


@pytest.mark.parametrize("piece", [1, 2, 7, 64, 1000])
@pytest.mark.parametrize("batch", [1, 3])
def test_nothing_depends_on_where_the_pieces_are_cut(
    read: Read, monkeypatch: pytest.MonkeyPatch, piece: int, batch: int
) -> None:
    monkeypatch.setattr(jsontext, "_PIECE", piece)
    monkeypatch.setattr(spill, "_BATCH", batch)
    lines = {**LINES, "controls": CONTROLS}
    (table,) = read(DOCUMENT, {"lines": lines}, records="data.items")
    assert table.frame.collect().rows() == EXPECTED
    assert table.controls == {"debit": "1010.50", "count": "4"}


def test_one_array_is_the_file(read: Read) -> None:
    (table,) = read(f"[{JOURNALS}]")
    assert table.frame.collect().rows() == EXPECTED


def test_ndjson_has_one_object_a_line_and_counts_blank_ones(read: Read) -> None:
    content = '{"a": 1, "b": "x"}\n\n{"a": 1.10, "b": null}\r\n   \n{"b": ""}\n'
    (table,) = read(content, flat("a", "b"), lines=True)
    assert table.frame.collect().rows() == [(1, "1", "x"), (3, "1.10", None), (5, None, None)]
    assert [(one.row, one.kind) for one in table.non_data] == [(2, "blank"), (4, "blank")]
    assert table.rows_read == 5


def test_ndjson_with_nested_lines(read: Read) -> None:
    records = json.loads(f"[{JOURNALS}]", parse_float=str, parse_int=str)
    (table,) = read("\n".join(map(json.dumps, records)), lines=True)
    assert table.frame.collect().rows() == EXPECTED


def test_records_and_what_is_nested_in_them_are_tables_of_their_own(read: Read) -> None:
    journals = {"columns": {"number": "number", "first": {"path": "lines.account", "take": "first"}}}
    analysis = {"record": "lines.analysis", "columns": {"id": "id", "account": "../account", "number": "../../number"}}
    heads, lines, kinds = read(f"[{JOURNALS}]", {"heads": journals, "lines": LINES, "kinds": analysis})
    assert heads.frame.collect().rows() == [
        (1, "T1", "1500"),
        (2, "T2", "1900"),
        (3, "T3", None),
        (4, 'Tå "4"', "1920"),
    ]
    assert lines.frame.collect().rows() == EXPECTED
    assert kinds.frame.collect().rows() == [(1, "7", "1500", "T1"), (2, "3", "1500", "T1")]


def test_arrays_on_the_way_to_the_records(read: Read) -> None:
    content = '{"companies": [{"name": "A", "rows": [{"a": 1}]}, {"rows": [{"a": 2}, {"a": 3}]}, {"name": "C"}]}'
    (table,) = read(
        content, flat("a"), records="companies.rows", metadata={"name": {"path": "companies.name", "take": "join"}}
    )
    assert table.frame.collect().rows() == [(1, "1"), (2, "2"), (3, "3")]
    assert table.metadata["name"] == "A C"


def test_a_single_nested_object_is_an_array_of_one(read: Read) -> None:
    (table,) = read('[{"lines": {"account": 1}}, {"lines": [[{"account": 2}], {"account": 3}]}]')
    assert table.frame.collect()["account"].to_list() == ["1", "2", "3"]


def test_names_that_need_quotes(read: Read) -> None:
    columns = {"count": "'@odata.count'", "name": '"It\'s".Invoice No'}
    (table,) = read('[{"@odata.count": 3, "It\'s": {"Invoice No": "7", "a.b": 1}}]', {"rows": {"columns": columns}})
    assert table.frame.collect().rows() == [(1, "3", "7")]
    assert table.metadata["reader.undeclared"] == "\"It's\".'a.b'"


@pytest.mark.parametrize(
    "number", ["0.10", "-0", "-0.00", "1E+5", "1e400", "12345678901234567890.123456789", "1" * 5000]
)
def test_numbers_keep_their_text(read: Read, number: str) -> None:
    (table,) = read(f'[{{"a": {number}}}]', flat("a"))
    assert table.frame.collect()["a"].to_list() == [number]


def test_truth_values_are_words_and_null_is_nothing(read: Read) -> None:
    (table,) = read('[{"a": true, "b": false}, {"a": null}]', flat("a", "b"))
    assert table.frame.collect().rows() == [(1, "true", "false"), (2, None, None)]


def test_undeclared_values_are_named(read: Read) -> None:
    (table,) = read(f"[{JOURNALS}]")
    assert table.metadata["reader.undeclared"] == "../approved, analysis[type='P'], extra.deep"


def test_a_scalar_where_an_object_was_expected_is_named_as_undeclared(read: Read) -> None:
    (table,) = read('[{"customer": "C1"}]', {"rows": {"columns": {"id": "customer.id"}}})
    assert table.metadata["reader.undeclared"] == "customer"


def test_a_value_that_repeats_makes_its_record_unreadable(read: Read) -> None:
    (table,) = read('[\n{"lines": [{"account": [1, 1]},\n{"account": [1, 2]}]}]')
    assert table.frame.collect()["account"].to_list() == ["1"]
    (bad,) = table.unreadable
    assert (bad.row, table.rows_read) == (2, 2)
    assert bad.reason.startswith("record 1, line 2: account stands there more than once")
    assert "take: first, last or join" in bad.reason
    assert bad.raw == '{"account": ["1", "2"]}'


def test_an_unclear_value_above_makes_all_its_records_unreadable(read: Read) -> None:
    (table,) = read('[{"number": [1, 2], "lines": [{"account": 1}, {"account": 2}]}, {"number": 3, "lines": [{}]}]')
    assert [one.row for one in table.unreadable] == [1, 2]
    assert table.frame.collect()["source_row"].to_list() == [3]


# ---- nothing, and what is not there --------------------------------------------------------------------------------


def test_an_empty_array_is_an_empty_table(read: Read) -> None:
    (table,) = read(" [ ] \n")
    assert (table.frame.collect().rows(), table.rows_read) == ([], 0)


def test_a_section_of_which_no_record_says_anything_is_left_out(read: Read) -> None:
    """An export without lines is no export of empty lines."""
    sections = {"heads": {"columns": {"number": "number"}}, "lines": LINES}
    assert [table.section for table in read('[{"number": 1}]', sections)] == ["heads"]
    assert [table.section for table in read('[{"number": 1, "lines": null}]', sections)] == ["heads", "lines"]
    assert "none of its 1 records holds 'lines'" in refusal(read, '[{"number": 1}]')


def test_records_that_are_not_there_are_an_error_with_the_nearest_name(read: Read) -> None:
    message = refusal(read, DOCUMENT, records="data.item")
    assert "no array of records stands at 'data.item'" in message
    assert "Did you mean 'items'?" in message


@pytest.mark.parametrize(
    ("content", "layout", "expected"),
    [
        ('{"data": null}', {"records": "data"}, "found 'null' on the way"),
        ('{"data": {"items": {}}}', {"records": "data.items"}, "found '{}' on the way"),
        ('{"data": 1}', {}, "Say in the layout where the array stands"),
        ("17", {}, "expected an array of records"),
        ('{"a": 1}\n{"a": 2}', {"records": "a"}, "found '1' on the way"),
        (
            '{"a": []}\n{"a": []}',
            {"records": "a"},
            "line 2: more follows after the end of the document. For one object a line",
        ),
        ('{"a": [], "a": []}', {"records": "a"}, "the key 'a' stands twice"),
        ('{"n": NaN, "a": []}', {"records": "a", "metadata": {"n": "n"}}, "in 'n', NaN stands where a value should"),
        ('{"n": [1, 2], "a": []}', {"records": "a", "metadata": {"n": "n"}}, "n stands there more than once"),
        ("\n[\n{}]", {"lines": True}, "line 2: found '[', expected one whole object a line"),
        ("{\n}", {"lines": True}, "line 1: found '{', expected one whole object a line"),
    ],
)
def test_a_document_of_another_form_is_refused(read: Read, content: str, layout: dict[str, Any], expected: str) -> None:
    assert expected in refusal(read, content, **layout)


# ---- hostile and broken documents ----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ['"T2"', '"T2", "journal": {"co', "1e3", "[{", "T3", '"lines": []}'])
def test_a_truncated_document_is_refused_with_its_line(read: Read, end: str) -> None:
    content = DOCUMENT[: DOCUMENT.index(end) + len(end)]
    message = refusal(read, content, records="data.items")
    assert f"line {content.count(chr(10)) + 1}" in message
    assert "cut off" in message


def test_a_truncated_last_line_is_refused_with_its_number(read: Read) -> None:
    message = refusal(read, '{"a": 1}\n{"a": "2', sections=flat("a"), lines=True)
    assert "line 2: the file ends within this line" in message
    assert "Send the whole file again." in message


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ('{"a": 1,, "b": 2}', "Expecting property name enclosed in double quotes"),
        ("{'a': 1}", "Expecting property name"),
        ('{"a": 01}', "Expecting ',' delimiter"),
        ('{"a": +1}', "Expecting value"),
        ('{"a": "x\ty"}', "Invalid control character"),
        ("error 500", "Expecting value"),
    ],
)
def test_what_is_no_json(read: Read, wrong: str, expected: str) -> None:
    message = refusal(read, f'[{{"a": 1}},\n{wrong}]', sections=flat("a"))
    assert "line 2" in message
    assert expected in message
    (table,) = read(f'{{"a": 1}}\n{wrong}\n{{"a": 3}}\n', flat("a"), lines=True)
    assert table.frame.collect().rows() == [(1, "1"), (3, "3")]
    (bad,) = table.unreadable
    assert (bad.row, bad.raw) == (2, wrong)
    assert "line 2: this is no JSON" in bad.reason
    assert expected in bad.reason


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": {"b": 1, "b": 1}}', "the key 'b' stands twice"),
        ('{"a": NaN}', "NaN stands where a value should"),
        ('{"a": -Infinity}', "-Infinity stands where a value should"),
        (r'{"a": "\ud800"}', "half of a surrogate pair"),
        (r'{"a": "\u0000"}', "a NUL character"),
        ("17", "this is no object"),
        ('[{"a": 1}]', "this is no object"),
        ("null", "this is no object"),
    ],
)
def test_what_is_no_record_is_unreadable(read: Read, wrong: str, expected: str) -> None:
    array = f'[{{"a": 1}},\n{wrong},\n{{"a": 3}}]'
    ndjson = f'{{"a": 1}}\n{wrong}\n{{"a": 3}}'
    for content, lines, place in ((array, False, "record 2, line 2: "), (ndjson, True, "line 2: ")):
        (table,) = read(content, flat("a"), lines=lines)
        assert table.frame.collect().rows() == [(1, "1"), (3, "3")]
        (bad,) = table.unreadable
        assert (bad.row, bad.raw) == (2, wrong)
        assert bad.reason.startswith(place)
        assert expected in bad.reason


def test_an_unreadable_line_counts_as_one_nested_record(read: Read) -> None:
    """The lines that it held cannot be told; what stands behind it keeps a number of its own."""
    (table,) = read('{"lines": [{"account": 1}]}\n{"lines":\n{"lines": [{"account": 3}]}\n', lines=True)
    assert table.frame.collect().select("source_row", "account").rows() == [(1, "1"), (3, "3")]
    assert [(one.row, one.reason[:7]) for one in table.unreadable] == [(2, "line 2:")]


def test_letters_and_pairs_of_surrogates_are_kept(read: Read) -> None:
    (table,) = read(r'[{"a": "å\ud83d\ude00\\u0000"}]', flat("a"))
    assert table.frame.collect()["a"].to_list() == ["å😀\\u0000"]


def test_nesting_without_end_is_refused(read: Read) -> None:
    deep = "[" * 100_000
    for content in (deep, f'{{"x": {deep}', f'[{{"data": {deep}', f'{{"data": {{"items": [{{"a": {deep}'):
        assert "nested too deep" in refusal(read, content, records="data.items")
    assert "nested too deep" in refusal(read, f'{{"x": {"[" * 500_000}', records="data.items")
    (table,) = read(f'{{"a": {deep}\n{{"a": 2}}\n', flat("a"), lines=True)
    assert "nested too deep" in table.unreadable[0].reason
    assert table.frame.collect().rows() == [(2, "2")]


@pytest.mark.parametrize("levels", [50, 400, 900])
def test_deep_values_that_nobody_wants_do_no_harm(read: Read, levels: int) -> None:
    deep = '{"x": [' * (levels // 2) + "1" + "]}" * (levels // 2)
    (table,) = read(f'[{{"a": 1, "b": {deep}, "lines": {deep}}}]', flat("a"))
    assert table.frame.collect().rows() == [(1, "1")]
    assert table.metadata["reader.undeclared"].startswith("b.x.x.x")


def test_a_huge_line_is_unreadable_and_the_next_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_JSON_CHARS", 1000)
    (table,) = read(f'{{"a": 1}}\n{{"a": "{"x" * 5000}"}}\n{{"a": 3}}\n', flat("a"), lines=True)
    assert table.frame.collect().rows() == [(1, "1"), (3, "3")]
    (bad,) = table.unreadable
    assert bad.row == 2
    assert "line 2: the line goes on beyond 1,000 characters" in bad.reason


def test_a_huge_record_is_refused_with_its_line(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsontext, "MAX_JSON_CHARS", 1000)
    monkeypatch.setattr(jsontext, "_PIECE", 100)
    message = refusal(read, f'[{{"a": 1}},\n{{"a": "{"x" * 5000}"}}]', sections=flat("a"))
    assert "line 2: a record goes on beyond 1,000 characters" in message


def test_a_long_text_above_many_lines_is_not_repeated_without_end(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_REPEATED_CHARS", 1000)
    two, three = ({"number": "x" * 400, "lines": [{}] * count} for count in (2, 3))
    message = refusal(read, f"[{json.dumps(two)},\n{json.dumps(three)}]")
    assert "record 2, line 2: its lines repeat more than 1,000 characters of the values above them" in message


@pytest.mark.parametrize("content", [DOCUMENT.encode("utf-8-sig"), b"\xef\xbb\xbf" + DOCUMENT.encode("utf-8-sig")])
def test_byte_order_marks_do_not_matter(read: Read, content: bytes) -> None:
    assert read(content, records="data.items")[0].frame.collect().rows() == EXPECTED


def test_other_encodings_have_to_be_declared(read: Read) -> None:
    content = '[{"a": "å"}]'
    message = refusal(read, content.encode("cp1252"), sections=flat("a"))
    assert "byte 8 (row 1): found 0xE5" in message
    assert "Set encoding" in message
    assert "Set encoding: utf-16-le" in refusal(read, content.encode("utf-16"), sections=flat("a"))
    for encoding in ("cp1252", "utf-16"):
        assert read(content.encode(encoding), flat("a"), encoding=encoding)[0].frame.collect().rows() == [(1, "å")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b" \n ", "only white space"),
        (b"<html><body>Error 500</body></html>", "a web page (HTML), expected the kind 'json'"),
        (b"PK\x03\x04", "a zip archive, expected the kind 'json'"),
        (b"<?xml version='1.0'?><a/>", "an XML file, expected the kind 'json'"),
        (b"a;b\n1;2\n", "the file begins with 'a'"),
    ],
)
def test_files_of_another_kind_are_refused(read: Read, content: bytes, expected: str) -> None:
    assert expected in refusal(read, content)


# ---- memory --------------------------------------------------------------------------------------------------------

_MEASURE = """
import resource, sys
from pathlib import Path
from pipelines.sources.layout import JsonLayout
from pipelines.sources.reading import read_file
path, small = Path(sys.argv[1]), Path(sys.argv[2])
layout = JsonLayout.model_validate({"kind": "json", "records": "data.items", "metadata": {"journal": "journal"},
    "sections": {"lines": {"record": "lines", "columns": {"transaction": "../id", "text": "text"}}}})
read_file(small, layout, path.parent)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
(table,) = read_file(path, layout, path.parent)
print(table.data_rows, table.metadata["journal"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_stays_far_below_the_size_of_the_file(tmp_path: Path) -> None:
    """64 MB: half of it a part that nobody wants, then records, and behind them a value that somebody does want."""
    small, large = tmp_path / "small.json", tmp_path / "large.json"
    small.write_text('{"data": {"items": [{"id": 1, "lines": [{"text": "x"}]}]}, "journal": "GL"}', encoding="utf-8")
    unwanted = '{"id": 1, "name": "Somebody", "more": [[1, 2], {"a": null}]},\n' * 18_000
    text = "x" * 900
    items = f'{{"lines": [{{"text": "{text}"}}], "id": "T"}},\n' * 1000
    with large.open("w", encoding="utf-8") as stream:
        stream.write('{"master": {"customers": [')
        stream.writelines(unwanted for _ in range(32))
        stream.write('{}]}, "data": {"items": [')
        stream.writelines(items for _ in range(33))
        stream.write('{"lines": []}]}, "journal": "GL"}')
    size = large.stat().st_size
    assert size > 60 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(large), str(small)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    rows, journal, growth_kib = done.stdout.split()
    assert (rows, journal) == ("33000", "GL")
    assert int(growth_kib) * 1024 < size * 0.7, (
        f"memory grew by {int(growth_kib) / 1024:.0f} MB for {size / 2**20:.0f} MB"
    )
