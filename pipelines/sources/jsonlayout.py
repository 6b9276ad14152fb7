"""What a branch says about the shape of a JSON file. Not here: the other formats (layout), and reading."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines.sources.jsonpath import parse_path, parse_record_path
from pipelines.sources.strict import Encoding, Name, Strict
from pipelines.sources.table import ROW
from pipelines.sources.xpath import Step


class JsonColumn(Strict):
    """A value below or above a record. `take` says what a repeated value means; `one` makes repetition unreadable."""

    path: Name
    take: Literal["one", "first", "last", "join"] = "one"
    separator: str = " "

    @property
    def steps(self) -> tuple[Step, ...]:
        """The path taken apart."""
        return parse_path(self.path)

    @property
    def ups(self) -> int:
        """How many levels above the record the value's object stands."""
        return sum(step.name == ".." for step in self.steps)


def _column(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _checked_path(value: JsonColumn) -> JsonColumn:
    parse_path(value.path)
    return value


def _checked_record(value: str) -> str:
    parse_record_path(value)
    return value


def _below_root(value: JsonColumn) -> JsonColumn:
    if value.ups:
        raise ValueError(f"{value.path!r} starts at the root and cannot go up. Write the path from the root.")
    return value


Column = Annotated[JsonColumn, BeforeValidator(_column), AfterValidator(_checked_path)]
RootColumn = Annotated[Column, AfterValidator(_below_root)]
RecordPath = Annotated[str, AfterValidator(_checked_record)]


class JsonSection(Strict):
    """One kind of record: the file's own records, or those nested in them at the path `record`, e.g. `lines`.

    `columns` gives each value's path from the record: `amount`, `customer.id`, `../number`, `../../journal`,
    `analysis[type='A'].id`. Wherever a value may stand an array of values may stand too; `take` says what it means.
    `controls` are totals that the file declares about these records, by path from the root. Only what is declared is
    read; what is not is named in the metadata.
    """

    record: RecordPath = ""
    columns: Annotated[dict[Name, Column], Field(min_length=1)]
    controls: dict[Name, RootColumn] = Field(default_factory=dict)

    @property
    def record_steps(self) -> tuple[str, ...]:
        """The names from one of the file's own records down to the nested one."""
        return parse_record_path(self.record)

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        for name, column in self.columns.items():
            if name == ROW:
                raise ValueError(f"columns.{name}: this name is taken by the record's number. Choose another.")
            if column.ups > len(self.record_steps):
                raise ValueError(
                    f"columns.{name}: {column.path!r} goes up beyond the file's own records. What stands above them is "
                    f"read as metadata."
                )
        return self


class JsonLayout(Strict):
    """A JSON file: one array of records, an object with that array at the path `records`, or (`lines`) NDJSON.

    NDJSON is one object a line. `metadata` is read by path from the root, outside the records. JSON is UTF-8;
    `encoding` is only for files that are something else.
    """

    kind: Literal["json"]
    lines: bool = False
    records: RecordPath | None = None
    encoding: Encoding = "utf-8"
    metadata: dict[Name, RootColumn] = Field(default_factory=dict)
    sections: Annotated[dict[Name, JsonSection], Field(min_length=1)]

    @property
    def records_steps(self) -> tuple[str, ...]:
        """The names from the root down to the array of records; none where the file is that array."""
        return parse_record_path(self.records or "")

    @property
    def root_columns(self) -> dict[str, JsonColumn]:
        """Every value that is read outside the records, by the key that says it."""
        found = {f"metadata.{name}": column for name, column in self.metadata.items()}
        for section, said in self.sections.items():
            found |= {f"sections.{section}.controls.{name}": column for name, column in said.controls.items()}
        return found

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.lines and self.records is not None:
            raise ValueError("with lines: true every line is a record, so that records says nothing. Remove one.")
        records = self.records_steps
        for key, column in self.root_columns.items():
            if not records:
                raise ValueError(
                    f"{key}: nothing stands outside the records, as records does not say where they stand. Remove it, "
                    f"or say records."
                )
            if tuple(step.name for step in column.steps)[: len(records)] == records:
                raise ValueError(f"{key}: {column.path!r} looks into the records. Declare it as a column of a section.")
        return self
