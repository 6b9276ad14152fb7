"""What the layouts of all formats are made of: strict models, names, encodings, patterns.

Not here: any one format.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import polars as pl
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pipelines.nearest import did_you_mean

AUTO = "auto"  # encoding: a byte-order mark decides, else the first of AUTO_ENCODINGS that every byte fits
AUTO_ENCODINGS = ("utf-8", "cp1252")


_NAMED_ENCODINGS = (
    *("auto", "utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp437", "cp850", "iso-8859-1", "iso-8859-2"),
    *("iso-8859-15", "gb18030", "gbk", "big5", "shift_jis", "euc-kr", "ascii", "latin-1", "mac-roman"),
)


def listed(value: Any) -> Any:
    """YAML writes lists; the models keep tuples, so that a layout cannot change after it was checked."""
    return tuple(value) if isinstance(value, list) else value


def one_or_more(value: Any) -> Any:
    """A list of maps, of which a single one may be written without its dash."""
    return (value,) if isinstance(value, dict) else listed(value)


def _known_encoding(value: str) -> str:
    if value == AUTO:
        return value
    try:
        "".encode(value)
    except LookupError as err:
        raise ValueError(
            f"{value!r} is no encoding that is known here; expected e.g. utf-8, cp1252, iso-8859-15, cp437 or auto."
            + did_you_mean(value, _NAMED_ENCODINGS)
        ) from err
    return value


def _row_pattern(value: str) -> str:
    """Row rules run inside the engine, whose expressions know no look-around: refuse them when the layout is read."""
    try:
        pl.Series([""]).str.contains(value)
    except pl.exceptions.ComputeError as err:
        raise ValueError(f"{value!r} is no regular expression that can be used here: {err}") from err
    return value


def _text_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as err:
        raise ValueError(f"{value!r} is no regular expression: {err}.") from err
    return value


Encoding = Annotated[str, AfterValidator(_known_encoding)]
OneCharacter = Annotated[str, Field(min_length=1, max_length=1)]
Name = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Name, ...], BeforeValidator(listed), Field(min_length=1)]
RowPattern = Annotated[str, AfterValidator(_row_pattern)]
TextPattern = Annotated[str, AfterValidator(_text_pattern)]
Position = Annotated[int, Field(ge=1)]  # 1-based, as a person counts rows and cells


class Strict(BaseModel):
    """Unknown keys and values of another type are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
