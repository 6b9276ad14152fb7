"""Layouts are strict: what cannot be meant is refused when it is read, with the fix."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pipelines.sources import jsonpath
from pipelines.sources.layout import Layout
from pipelines.sources.xpath import Step, parse_path

LAYOUT: TypeAdapter[Any] = TypeAdapter(Layout)


def xml(**columns: str) -> dict[str, Any]:
    return {"kind": "xml", "sections": {"a": {"record": "A/B", "columns": columns or {"x": "X"}}}}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"kind": "delimited", "delimeter": ";"}, "Extra inputs are not permitted"),
        ({"kind": "csv"}, "'delimited', 'excel', 'xml'"),
        ({"kind": "delimited", "delimiter": ";;"}, "at most 1 character"),
        ({"kind": "delimited", "delimiter": '"'}, "different characters"),
        ({"kind": "delimited", "encoding": "utf9"}, "'utf9' is no encoding"),
        ({"kind": "delimited", "preamble": "2"}, "valid integer"),
        ({"kind": "delimited", "preamble": 2, "header": {"row": 3}}, "Remove preamble"),
        ({"kind": "delimited", "header": {"row": 1, "labels": ["a"]}}, "not by both"),
        ({"kind": "delimited", "header": {"names": ["a", "a"]}}, "same name twice"),
        ({"kind": "delimited", "non_data": [{"kind": "total"}]}, "would take every row"),
        ({"kind": "delimited", "non_data": [{"kind": "total", "column": "a"}]}, "belong together"),
        ({"kind": "delimited", "non_data": [{"kind": "blank", "empty": ["a"]}]}, "takes no conditions"),
        ({"kind": "delimited", "non_data": [{"kind": "total", "column": "a", "pattern": "("}]}, "regular expression"),
        ({"kind": "delimited", "metadata": {"row": 0, "fields": {"a": 1}}}, "greater than or equal to 1"),
        ({"kind": "excel", "sheets": {}}, "at least 1 item"),
        ({"kind": "excel", "sheets": {"a": {"name": "A", "pattern": "A"}}}, "not by both"),
        ({"kind": "excel", "sheets": {"a": {"pattern": "("}}}, "regular expression"),
        (xml(x="../../../X"), "beyond the root"),
        (xml(x="A/../B"), "only at the beginning"),
        (xml(x="n:A"), "local name without prefix"),
        (xml(x=".."), "no text of its own"),
        (xml(x="@a/B"), "nothing below it"),
        (xml(source_row="X"), "Choose another"),
        ({**xml(), "metadata": {"m": "../X"}}, "cannot go up"),
        ({"kind": "xml", "sections": {"a": {"record": "A/B[C='1']", "columns": {"x": "X"}}}}, "local names only"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        LAYOUT.validate_python(said)
    assert message in str(caught.value)


def json(**columns: Any) -> dict[str, Any]:
    return {"kind": "json", "sections": {"a": {"record": "b.c", "columns": columns or {"x": "x"}}}}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (json(x="../../../x"), "goes up beyond the file's own records"),
        (json(x="a.../b"), "'../' only at the beginning"),
        (json(x="a/b"), "names with dots between them"),
        (json(x="a."), "cannot be read"),
        (json(x="a[b=1].c"), "cannot be read"),
        (json(x=".."), "no text of its own"),
        (json(x="../"), "no text of its own"),
        (json(source_row="x"), "Choose another"),
        (json(x={"path": "x", "take": "all"}), "'one', 'first', 'last' or 'join'"),
        ({**json(), "metadata": {"m": "m"}}, "Remove it, or say records."),
        ({**json(), "metadata": {"m": "../m"}, "records": "data"}, "cannot go up"),
        ({**json(), "metadata": {"m": "data.items.m"}, "records": "data.items"}, "looks into the records"),
        ({**json(), "lines": True, "records": "data"}, "Remove one."),
        ({**json(), "records": "data[a='1']"}, "names only, e.g. data.items"),
        ({**json(), "records": "../data"}, "names only, e.g. data.items"),
    ],
)
def test_what_cannot_be_meant_in_json_is_refused(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        LAYOUT.validate_python(said)
    assert message in str(caught.value)


def test_paths_of_json_are_taken_apart() -> None:
    assert jsonpath.parse_path("../../a b.c[k='v.w'].'x.y'") == (
        Step(".."),
        Step(".."),
        Step("a b"),
        Step("c", "k", "v.w"),
        Step("x.y"),
    )
    assert jsonpath.parse_record_path("") == ()
    assert jsonpath.parse_record_path("data.'@items'") == ("data", "@items")


def test_a_path_into_the_records_of_another_section_is_refused() -> None:
    said = xml(x="C/X")
    said["sections"]["b"] = {"record": "A/B/C", "columns": {"x": "X"}}
    with pytest.raises(ValidationError, match="looks into the records of section 'b'"):
        LAYOUT.validate_python(said)


def test_paths_are_taken_apart() -> None:
    assert parse_path("../A/B[K='v/w']/@c") == (Step(".."), Step("A"), Step("B", "K", "v/w"), Step("@c"))
