"""Whatever json.dumps wrote comes back as the text it wrote: every form, flat and nested, however pieces are cut."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.sources import jsontext
from pipelines.sources.json import read_json
from pipelines.sources.layout import JsonLayout

COLUMNS = ("a", "é b", "c.d")
PATHS = ("a", "é b", "'c.d'")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
rows = st.dictionaries(st.sampled_from(COLUMNS), scalars)
documents = st.lists(st.fixed_dictionaries({"id": scalars, "lines": st.lists(rows, max_size=3)}), max_size=5)


def as_text(value: Any) -> str | None:
    """What json.dumps writes for a scalar; a text stands for itself, an empty one for nothing."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value)


def wrapped(records: list[Any], form: str, *, ascii_only: bool, indent: int | None) -> tuple[str, dict[str, Any]]:
    def dumped(value: Any, indent: int | None = indent) -> str:
        return json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    if form == "lines":
        return "".join(dumped(record, None) + "\n" for record in records) or "\n", {"lines": True}
    if form == "array":
        return dumped(records), {}
    document = {"before": records, "data": {"more": {"x": 1}, "items": records, "after": 2.50}, "end": "1"}
    return dumped(document), {"records": "data.items", "metadata": {"end": "end", "after": "data.after"}}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    records=documents,
    form=st.sampled_from(["lines", "array", "object"]),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
    piece=st.sampled_from([1, 3, 17, 1 << 19]),
)
def test_what_json_dumps_wrote_comes_back(
    records: list[dict[str, Any]], form: str, ascii_only: bool, indent: int | None, piece: int
) -> None:
    content, said = wrapped(records, form, ascii_only=ascii_only, indent=indent)
    if not content.strip():
        return  # a file of nothing but white space is refused
    columns = {"id": "../id", **dict(zip(COLUMNS, PATHS, strict=True))}
    sections = {"heads": {"columns": {"id": "id"}}, "lines": {"record": "lines", "columns": columns}}
    layout = JsonLayout.model_validate({"kind": "json", "sections": sections, **said})
    with tempfile.TemporaryDirectory() as folder, patch.object(jsontext, "_PIECE", piece):
        path = Path(folder, "delivery.json")
        path.write_text(content, encoding="utf-8", newline="")
        heads, lines = read_json(path, layout, Path(folder))
        assert heads.frame.collect().rows() == [(at, as_text(one["id"])) for at, one in enumerate(records, start=1)]
        expected = [
            (as_text(record["id"]), *(as_text(line.get(name)) for name in COLUMNS))
            for record in records
            for line in record["lines"]
        ]
        assert lines.frame.collect().rows() == [(at, *row) for at, row in enumerate(expected, start=1)]
        assert not heads.unreadable
        assert not lines.unreadable
        if form == "object":
            assert lines.metadata == {"end": "1", "after": "2.5"}


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_comes_back_digit_by_digit(number: Decimal) -> None:
    """Far beyond what a float holds: the text of the file is the value."""
    value, _ = jsontext.Decoder().read(f"[{format(number, 'f')}]")
    assert value == [format(number, "f")]
