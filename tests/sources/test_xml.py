"""XML: records by path, values of ancestors wherever they stand, bounded memory, hostile and broken documents."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.sources import spill
from pipelines.sources import xml as reader
from pipelines.sources.layout import XmlLayout
from pipelines.sources.reading import read_file
from pipelines.sources.table import TextTable

Read = Callable[..., list[TextTable]]

LEDGER = """<?xml version="1.0" encoding="UTF-8"?>
<n:AuditFile xmlns:n="urn:some-audit-file">
 <n:Header><n:Company><n:RegistrationNumber>918</n:RegistrationNumber></n:Company></n:Header>
 <n:Entries>
  <n:NumberOfEntries>2</n:NumberOfEntries>
  <n:Journal>
   <n:Transaction>
    <n:Line><n:Account>1500</n:Account><n:Debit currency="NOK"><n:Amount>10.50</n:Amount></n:Debit>
     <n:Analysis><n:Type>P</n:Type><n:ID>7</n:ID></n:Analysis><n:Analysis><n:Type>A</n:Type><n:ID>3</n:ID></n:Analysis>
     <n:Text>one</n:Text><n:Text>two</n:Text></n:Line>
    <n:Line><n:Account>3000</n:Account><n:Credit><n:Amount>10.50</n:Amount></n:Credit><n:Text/></n:Line>
    <n:TransactionID>T1</n:TransactionID>
   </n:Transaction>
   <n:Transaction><n:TransactionID>T2</n:TransactionID>
    <n:Line><n:Account>1900</n:Account><n:Extra><n:Deep>x</n:Deep></n:Extra></n:Line>
   </n:Transaction>
   <n:JournalID>GL</n:JournalID>
  </n:Journal>
  <n:Journal><n:JournalID>BK</n:JournalID>
   <n:Transaction><n:TransactionID>T3</n:TransactionID><n:Line><n:Account>1920</n:Account></n:Line></n:Transaction>
  </n:Journal>
  <n:TotalDebit>10.50</n:TotalDebit>
 </n:Entries>
</n:AuditFile>
"""
LINES: dict[str, Any] = {
    "record": "Entries/Journal/Transaction/Line",
    "columns": {
        "journal": "../../JournalID",
        "transaction": "../TransactionID",
        "account": "Account",
        "debit": "Debit/Amount",
        "currency": "Debit/@currency",
        "department": "Analysis[Type='A']/ID",
        "text": {"path": "Text", "take": "join", "separator": "; "},
    },
    "controls": {"entries": "Entries/NumberOfEntries", "debit": "Entries/TotalDebit"},
}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(content: bytes | str, sections: dict[str, Any] | None = None, **layout: Any) -> list[TextTable]:
        path = tmp_path / "delivery.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        said = {"kind": "xml", "sections": sections or {"lines": LINES}, **layout}
        return read_file(path, XmlLayout.model_validate(said), tmp_path / "scratch")

    return _read


def refusal(read: Read, content: bytes | str, **layout: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(content, **layout)
    assert str(caught.value).startswith("delivery.xml")
    return str(caught.value)


EXPECTED = [
    (1, "GL", "T1", "1500", "10.50", "NOK", "3", "one; two"),
    (2, "GL", "T1", "3000", None, None, None, None),
    (3, "GL", "T2", "1900", None, None, None, None),
    (4, "BK", "T3", "1920", None, None, None, None),
]


def test_records_with_values_of_ancestors_before_and_behind_them(read: Read) -> None:
    (table,) = read(LEDGER, root="AuditFile", metadata={"company": "Header/Company/RegistrationNumber"})
    assert table.frame.collect().rows() == EXPECTED
    assert table.metadata["company"] == "918"
    assert table.controls == {"entries": "2", "debit": "10.50"}
    assert (table.data_rows, table.rows_read, table.sheet) == (4, 4, "lines")


@pytest.mark.parametrize("piece", [1, 7, 64, 1000])
@pytest.mark.parametrize("batch", [1, 3])
def test_nothing_depends_on_where_the_pieces_are_cut(
    read: Read, monkeypatch: pytest.MonkeyPatch, piece: int, batch: int
) -> None:
    monkeypatch.setattr(reader, "_PIECE", piece)
    monkeypatch.setattr(spill, "_BATCH", batch)
    (table,) = read(LEDGER, metadata={"company": "Header/Company/RegistrationNumber"})
    assert table.frame.collect().rows() == EXPECTED
    assert (table.metadata["company"], table.controls) == ("918", {"entries": "2", "debit": "10.50"})


@pytest.mark.parametrize("piece", [5, 10_000])
def test_records_within_records_are_sections_of_their_own(
    read: Read, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(reader, "_PIECE", piece)
    sections = {
        "lines": LINES,
        "journals": {"record": "Entries/Journal", "columns": {"id": "JournalID"}},
        "accounts": {"record": "Entries/Journal/Transaction/Line", "columns": {"account": "Account"}},
    }
    lines, journals, accounts = read(LEDGER, sections)
    assert lines.frame.collect().rows() == EXPECTED
    assert journals.frame.collect().rows() == [(1, "GL"), (2, "BK")]
    assert accounts.frame.collect().rows() == [(1, "1500"), (2, "3000"), (3, "1900"), (4, "1920")]


def test_undeclared_values_are_named(read: Read) -> None:
    (table,) = read(LEDGER)
    assert table.metadata["reader.undeclared"] == "Analysis[Type='P'], Credit/Amount, Extra/Deep"


def test_a_section_without_records_is_an_empty_table(read: Read) -> None:
    (table,) = read(LEDGER, {"none": {"record": "Entries/Nothing", "columns": {"a": "A", "b": "../B"}}})
    assert table.frame.collect().rows() == []
    assert table.rows_read == 0


def test_a_section_of_which_the_file_says_nothing_is_left_out(read: Read) -> None:
    """An export without master data is no export of empty master data."""
    parties = {"record": "Master/Customers/Customer", "columns": {"id": "ID"}}
    assert [table.section for table in read(LEDGER, {"lines": LINES, "parties": parties})] == ["lines"]
    with_none = LEDGER.replace("<n:Entries>", "<n:Master><n:Customers/></n:Master><n:Entries>")
    assert [table.rows_read for table in read(with_none, {"lines": LINES, "parties": parties})] == [4, 0]


def test_a_declared_total_of_none_speaks_for_its_section(read: Read) -> None:
    (table,) = read("<F><Entries><NumberOfEntries>0</NumberOfEntries></Entries></F>")
    assert (table.rows_read, table.controls) == (0, {"entries": "0"})


def test_a_file_that_holds_none_of_its_sections_is_refused(read: Read) -> None:
    message = refusal(read, "<AuditFile><Header/></AuditFile>")
    assert "expected 'Entries/Journal/Transaction' below the root, found 'Header'" in message


def test_utf8_that_declares_another_encoding_is_refused(read: Read) -> None:
    text = LEDGER.replace("one", "Bjørn").replace("UTF-8", "ISO-8859-1")
    assert "declares the encoding ISO-8859-1" in refusal(read, text.encode())
    assert read(text.encode("iso-8859-1"))[0].frame.collect()["text"][0] == "Bjørn; two"
    assert read(text.encode(), encoding="utf-8")[0].frame.collect()["text"][0] == "Bjørn; two"


def test_a_value_that_repeats_makes_its_record_unreadable(read: Read) -> None:
    lines = {**LINES, "columns": {"account": "Account", "text": "Text"}}
    (table,) = read(LEDGER, {"lines": lines})
    assert [item.row for item in table.unreadable] == [1]
    assert "Text stands there more than once" in table.unreadable[0].reason
    assert "take: first, last or join" in table.unreadable[0].reason
    assert "<n:Account>1500</n:Account>" in table.unreadable[0].raw
    assert table.rows_read == 4


def test_a_comment_does_not_split_a_value(read: Read) -> None:
    split = LEDGER.replace("<n:Amount>10.50<", "<n:Amount>1<!-- x -->0<?pi?><![CDATA[.5]]>0<")
    (table,) = read(split)
    assert table.frame.collect()["debit"].to_list()[0] == "10.50"


@pytest.mark.parametrize(
    "content",
    [
        LEDGER.encode("utf-8-sig"),
        b"\xef\xbb\xbf" + LEDGER.encode("utf-8-sig"),
        LEDGER.replace("\n", "\r").encode(),
        LEDGER.replace("\n", "\r\n").encode(),
        LEDGER.replace("UTF-8", "UTF-16").encode("utf-16"),
    ],
)
def test_byte_order_marks_and_line_breaks_do_not_matter(read: Read, content: bytes) -> None:
    assert read(content)[0].frame.collect().rows() == EXPECTED


def test_declared_and_given_encodings(read: Read) -> None:
    text = LEDGER.replace(">one<", ">Strøm<")
    assert read(text.replace("UTF-8", "windows-1252").encode("cp1252"))[0].data_rows == 4
    (table,) = read(text.encode("cp1252"), encoding="cp1252")
    assert table.frame.collect()["text"].to_list()[0] == "Strøm; two"


# ---- hostile and broken documents ----------------------------------------------------------------------------------


def test_an_encoding_that_lies_is_refused_with_its_line(read: Read) -> None:
    message = refusal(read, LEDGER.replace(">one<", ">Strøm<").encode("cp1252"))
    assert "line 10" in message
    assert "Set encoding" in message


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE A [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE A SYSTEM "http://example.invalid/a.dtd">',
        "<!-- hidden --><?x y?>\n<!DOCTYPE A>",
    ],
)
def test_document_types_and_entities_are_refused(read: Read, doctype: str) -> None:
    text = LEDGER.replace("<n:AuditFile", f"{doctype}<n:AuditFile", 1).replace(">one<", ">&x;<")
    message = refusal(read, text)
    assert "DTD" in message
    assert "line 2" in message or "line 3" in message


def test_an_entity_without_declaration_is_refused(read: Read) -> None:
    message = refusal(read, LEDGER.replace(">one<", ">&x;<"))
    assert "line 10" in message
    assert "Entity 'x' not defined" in message


def test_nesting_without_end_is_refused(read: Read) -> None:
    assert "not well-formed" in refusal(read, "<A>" * 100_000)


def test_a_truncated_document_is_refused_with_its_line(read: Read) -> None:
    message = refusal(read, LEDGER[: LEDGER.index("T2")])
    assert "line 14" in message
    assert "cut off" in message


@pytest.mark.parametrize("content", ["Error 500: no data", "a;b\n1;2\n", "<?xml version='1.0'?> error"])
def test_xml_that_is_no_xml_is_refused(read: Read, content: str) -> None:
    assert "root element" in refusal(read, content)


def test_crossed_tags_are_refused_with_their_line(read: Read) -> None:
    message = refusal(read, LEDGER.replace("</n:Extra>", "</n:Exta>"))
    assert "line 15" in message


def test_another_root_is_refused(read: Read) -> None:
    message = refusal(read, LEDGER, root="Auditfile")
    assert "'AuditFile', expected 'Auditfile'" in message


def test_an_empty_file_is_refused(read: Read) -> None:
    assert "empty" in refusal(read, b"")


# ---- memory --------------------------------------------------------------------------------------------------------

_MEASURE = """
import resource, sys
from pathlib import Path
from pipelines.sources.layout import XmlLayout
from pipelines.sources.reading import read_file
path, small = Path(sys.argv[1]), Path(sys.argv[2])
layout = XmlLayout.model_validate({"kind": "xml", "sections": {"lines": {"record": "Entries/Journal/Transaction/Line",
    "columns": {"journal": "../../JournalID", "transaction": "../TransactionID", "text": "Text"}}}})
read_file(small, layout, path.parent)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
(table,) = read_file(path, layout, path.parent)
print(table.data_rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_stays_far_below_the_size_of_the_file(tmp_path: Path) -> None:
    """64 MB: half of it a part that nobody wants, then one journal whose number stands at the very end."""
    small, large = tmp_path / "small.xml", tmp_path / "large.xml"
    small.write_text(LEDGER, encoding="utf-8")
    unwanted = "<Customer><ID>1</ID><Name>Somebody</Name></Customer>\n" * 20_000
    text = "x" * 900
    transactions = (
        f"<Transaction><Line><Text>{text}</Text></Line><TransactionID>T</TransactionID></Transaction>\n" * 1000
    )
    with large.open("w", encoding="utf-8") as stream:
        stream.write("<AuditFile><Master>")
        stream.writelines(unwanted for _ in range(30))
        stream.write("</Master><Entries><Journal>")
        stream.writelines(transactions for _ in range(33))
        stream.write("<JournalID>GL</JournalID></Journal></Entries></AuditFile>")
    size = large.stat().st_size
    assert size > 60 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(large), str(small)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    rows, growth_kib = map(int, done.stdout.split())
    assert rows == 33_000
    assert growth_kib * 1024 < size * 0.7, f"memory grew by {growth_kib / 1024:.0f} MB for {size / 2**20:.0f} MB"
