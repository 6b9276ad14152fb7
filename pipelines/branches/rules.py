"""Which day a delivery is of, which periods it replaces, where it looks up: rules that a branch declares.

Not here: where the files lie, and what a later delivery does to an earlier one (lake).
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StrictStr, model_validator

from pipelines.errors import SourceError
from pipelines.standardize.conventions import DateFormat, Strict, Words, one_or_more
from pipelines.standardize.mapping import GroupPattern

_LONGEST = 120  # months; a file that says more has its dates wrong


class Lookup(Strict):
    """Another table whose columns a mapping may name as `<lookup>.<column>`; `match`: own column → column it equals.

    `file` is another kind of file of the branch (its newest counts; with `same` the newest whose name holds the same
    group), without it the table is another `section` of the same file.
    """

    file: StrictStr | None = None
    section: StrictStr = ""
    match: Annotated[dict[StrictStr, StrictStr], Field(min_length=1)]
    same: GroupPattern | None = None

    @model_validator(mode="after")
    def _some_table(self) -> Self:
        if self.file is None and not self.section:
            raise ValueError("a lookup needs file (another kind of file of the branch) or section (of the same file).")
        if self.same is not None and self.file is None:
            raise ValueError("same tells files apart by their names; a section of the same file needs none.")
        return self

    def pairs(self, own_path: str, other_path: str) -> bool:
        """Whether a file with the other's name is one to look up in."""
        return self.same is None or _grouped(self.same, own_path) == _grouped(self.same, other_path) != ""


class DateRule(Strict):
    """The delivery's day: out of the file's name, out of its metadata, or the day on which it arrived at the branch.

    `file_name` and `pattern` are regular expressions whose one group is the date, written by one of `format`.
    """

    kind: Literal["file_name", "metadata", "arrival"]
    file_name: GroupPattern | None = None
    metadata: Words | None = None
    pattern: GroupPattern | None = None
    format: Annotated[tuple[DateFormat, ...], BeforeValidator(one_or_more)] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, said: Any) -> Any:
        if isinstance(said, str):
            return {"kind": said}
        if isinstance(said, dict) and "kind" not in said:
            kinds = [kind for kind in ("file_name", "metadata") if kind in said]
            return {"kind": kinds[0], **said} if len(kinds) == 1 else {"kind": "one of file_name, metadata", **said}
        return said

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "arrival" and not self.format:
            raise ValueError("the date's format is missing, e.g. format: '%Y-%m-%d'.")
        return self

    def resolve(self, relative_path: str, metadata: Dictionary[str, str], arrived_at: datetime, time_zone: str) -> date:
        """The delivery date; raises SourceError where name or metadata hold none. `arrived_at` carries its own zone."""
        if self.kind == "arrival":
            return arrived_at.astimezone(ZoneInfo(time_zone)).date()
        if self.kind == "file_name":
            text, place = _grouped(self.file_name, relative_path), "its name"
        else:
            keys = self.metadata or ()
            said = next((metadata[key].strip() for key in keys if metadata.get(key, "").strip()), "")
            text, place = (_grouped(self.pattern, said) if self.pattern else said), f"metadata {' or '.join(keys)}"
        day = _day(text, self.format)
        if day is None:
            expected = self.file_name or self.pattern or "a date"
            formats = " or ".join(self.format)
            raise SourceError(
                relative_path,
                place,
                f"holds no delivery date: found {text or 'nothing'}, expected {expected} written as {formats}.",
                "Rename the file as agreed, or correct delivery_date in the branch's defs.yaml.",
            )
        return day


class DatedBy(DateRule):
    """The day that decides which version of a kind of file holds; a month (`%Y%m`) stands for its first day."""

    format: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()


class Span(Strict):
    """First and last month as metadata says them; several keys are joined with a hyphen."""

    from_: Words = Field(alias="from")
    to: Words | None = None
    format: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more), Field(min_length=1)]


class PeriodRule(Strict):
    """The months that a `period` delivery replaces: by the file's name, by its metadata, or those found in its rows.

    Of several `metadata` spans the first whose keys the file fills counts.
    """

    kind: Literal["file_name", "metadata", "content"]
    file_name: GroupPattern | None = None
    format: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()
    metadata: Annotated[tuple[Span, ...], BeforeValidator(lambda v: (v,) if isinstance(v, dict) else v)] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, said: Any) -> Any:
        if isinstance(said, str):
            return {"kind": said}
        if isinstance(said, dict) and "kind" not in said:
            kinds = [kind for kind in ("file_name", "metadata") if kind in said]
            return {"kind": kinds[0], **said} if len(kinds) == 1 else {"kind": "one of file_name, metadata", **said}
        return said

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "file_name" and not self.format:
            raise ValueError("the period's format is missing, e.g. format: '%Y-%m'.")
        return self

    def resolve(self, relative_path: str, metadata: Dictionary[str, str]) -> tuple[str, ...] | None:
        """The replaced months as `YYYY-MM`, None where the rows decide; SourceError where name or metadata say none."""
        if self.kind == "content":
            return None
        if self.kind == "file_name":
            text = _grouped(self.file_name, relative_path)
            months = _months(text, None, self.format)
            found = f"its name says {text or 'nothing'}"
        else:
            span = next(
                (span for span in self.metadata if all(metadata.get(key, "").strip() for key in span.from_)), None
            )
            months, found = None, f"none of {', '.join(' and '.join(span.from_) for span in self.metadata)} is filled"
            if span is not None:
                first, last = (_joined(keys, metadata) for keys in (span.from_, span.to or span.from_))
                months, found = _months(first, last, span.format), f"the metadata says {first} to {last}"
        if not months:
            raise SourceError(
                relative_path,
                "period",
                f"does not say which months it replaces: {found}.",
                "Correct the file, or `period` in the branch's defs.yaml.",
            )
        return months


def _grouped(pattern: str | None, text: str) -> str:
    found = re.search(pattern or "", text)
    return (found.group(1) or "") if found and pattern else ""


def _joined(keys: tuple[str, ...], metadata: Dictionary[str, str]) -> str:
    return "-".join(metadata.get(key, "").strip() for key in keys)


def _day(text: str, formats: tuple[str, ...]) -> date | None:
    for fmt in formats:
        try:
            return datetime.strptime(text, fmt).date()  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
    return None


def _months(first: str, last: str | None, formats: tuple[str, ...]) -> tuple[str, ...] | None:
    start = _day(first, formats)
    end = start if last is None else _day(last, formats)
    if start is None or end is None:
        return None
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    if not 1 <= count <= _LONGEST:
        return None
    months = [start.year * 12 + start.month - 1 + i for i in range(count)]
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)
