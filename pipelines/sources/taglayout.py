"""What a branch says about the shape of a tagged text file, such as SIE. Not here: the other formats, and reading.

Each line of such a file begins with a mark and a tag (`#KONTO 1910 "Kassa"`), and its cells are told apart by blanks.
Lines of one kind may stand in braces below a line of another.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines.sources.strict import (
    AUTO,
    AUTO_ENCODINGS,
    Encoding,
    Name,
    Names,
    OneCharacter,
    Position,
    Strict,
    listed,
)
from pipelines.sources.table import ROW


def _cell(value: Any) -> Any:
    return {"cell": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _tags(value: Any) -> Any:
    return (value,) if isinstance(value, str) else listed(value)


def _told_once(value: TagColumn) -> TagColumn:
    if value.parent is not None and (value.cell is not None or value.tag is not None or value.listed is not None):
        raise ValueError("parent names a cell of the line above, so that cell, tag and listed say nothing beside it.")
    if value.parent is None and value.cell is None:
        raise ValueError("expected the position of a cell: a number, cell: a number, or parent: a number.")
    return value


class TagColumn(Strict):
    """One value: `cell` N of the record's line, or `parent`: cell N of the line that holds the record in its braces.

    `tag` takes the cell from the line of that tag (several: the first that is there) where lines of one key are one
    record. `listed` takes, out of a list in braces (`{1 "100" 6 "2"}`), the value that follows this name.
    """

    cell: Position | None = None
    parent: Position | None = None
    tag: Annotated[Names, BeforeValidator(_tags)] | None = None
    listed: Name | None = None


Column = Annotated[TagColumn, BeforeValidator(_cell), AfterValidator(_told_once)]


class TagCondition(Strict):
    """Only lines whose cell N holds this text."""

    cell: Position
    holds: str


class TagSection(Strict):
    """One kind of record: the lines of the tags `record`.

    `where`: only lines that meet it. `key`: lines of the same text in this cell are one record, which
    stands where its first line does. `parent`: the lines stand in braces below a line of this tag.
    """

    record: Annotated[Names, BeforeValidator(_tags)]
    columns: Annotated[dict[Name, Column], Field(min_length=1)]
    where: TagCondition | None = None
    key: Position | None = None
    parent: Name | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name, column in self.columns.items():
            if name == ROW:
                raise ValueError(f"columns.{name}: this name is taken by the record's line. Choose another.")
            if column.parent is not None and self.parent is None:
                raise ValueError(f"columns.{name}: the section names no parent. Say which tag holds its records.")
            if column.tag is not None and self.key is None:
                raise ValueError(f"columns.{name}: tag tells apart the lines of one record, which needs key.")
            if column.tag is not None and not set(column.tag) <= set(self.record):
                raise ValueError(f"columns.{name}: tag {', '.join(column.tag)} is not among record. Add it there.")
        if len(self.record) > 1 and self.key is None:
            raise ValueError("lines of several tags make one record only by key: say which cell they share.")
        if self.key is not None and self.parent is not None:
            raise ValueError("records in braces are one line each: remove key, or parent.")
        return self


class TagMetadata(Strict):
    """A value that stands once in the file: cell N of the first line of this tag that meets `where`."""

    tag: Name
    cell: Position
    where: TagCondition | None = None


class TaggedLayout(Strict):
    """A file of tagged lines: section → records. Tags are compared without regard to case; only what is declared is
    read. `encodings` is what `encoding: auto` tries, in this order; the first that every byte fits counts.
    """

    kind: Literal["tagged"]
    mark: OneCharacter = "#"
    encoding: Encoding = AUTO
    encodings: Annotated[tuple[Encoding, ...], BeforeValidator(listed), Field(min_length=1)] = AUTO_ENCODINGS
    metadata: dict[Name, TagMetadata] = Field(default_factory=dict)
    sections: Annotated[dict[Name, TagSection], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_encoding(self) -> Self:
        if AUTO in self.encodings or (self.encoding != AUTO and self.encodings != AUTO_ENCODINGS):
            raise ValueError("encodings lists what encoding: auto tries, by name. Remove it, or say encoding: auto.")
        return self
