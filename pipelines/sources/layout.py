"""What a branch says about the shape of its files: where the cells stand, never what they mean.

One strict model per format, told apart by `kind`. Not here: types of values, number and date conventions, contract
fields (a mapping says those), and reading itself.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines.sources.jsonlayout import JsonLayout
from pipelines.sources.strict import (
    AUTO,
    AUTO_ENCODINGS,
    Encoding,
    Name,
    Names,
    OneCharacter,
    Position,
    RowPattern,
    Strict,
    TextPattern,
    listed,
    one_or_more,
)
from pipelines.sources.table import ROW
from pipelines.sources.taglayout import TaggedLayout
from pipelines.sources.xpath import Step, parse_path, parse_record_path


class Header(Strict):
    """Where the column names stand: `row` N, or the first row that holds all `labels`; else right below the preamble.

    `names` gives the names here: alone, the file has no header row; beside `row` or `labels`, they replace the file's
    own (a header with blank or missing names).
    """

    row: Position | None = None
    labels: Names | None = None
    names: Names | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.row is not None and self.labels is not None:
            raise ValueError("a header is found by its row or by its labels, not by both. Remove one of them.")
        if self.names is not None and len(set(self.names)) != len(self.names):
            raise ValueError("names holds the same name twice. Every column needs a name of its own.")
        return self


class SheetHeader(Header):
    """A header of a sheet; `rows` of them are joined as "Amount / Debit" (merged cells count for all they cover).

    With two rows, at least one of `labels` has to stand in the upper row.
    """

    rows: Annotated[int, Field(ge=1, le=5)] = 1


class MetadataCell(Strict):
    """One cell outside the table; with `pattern`, the first group found in it (else the whole find)."""

    position: Position
    pattern: TextPattern | None = None

    def search(self, text: str) -> str | None:
        """What the pattern finds in `text` (its first group, if it has one), or None."""
        found = re.search(self.pattern, text) if self.pattern is not None else None
        if found is None:
            return None
        return (found[1] if found.re.groups else found[0]) or ""


class MetadataRow(Strict):
    """Values that stand in a row outside the table: name → cell position, or position and pattern."""

    row: Position
    fields: Annotated[dict[Name, Position | MetadataCell], Field(min_length=1)]


class NonDataRule(Strict):
    """How a row that carries no record is known: all of the given conditions hold.

    `pattern` is searched in the cell of `column`; every column of `empty` is blank, every one of `filled` is not.
    `controls` reads totals that the row declares: control name → column. Wholly blank rows need no rule.
    """

    kind: Literal["title", "header", "blank", "subtotal", "total", "footer"]
    column: Name | None = None
    pattern: RowPattern | None = None
    empty: Annotated[tuple[Name, ...], BeforeValidator(listed)] = ()
    filled: Annotated[tuple[Name, ...], BeforeValidator(listed)] = ()
    controls: dict[Name, Name] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _conditions(self) -> Self:
        if (self.column is None) != (self.pattern is None):
            raise ValueError("column and pattern belong together: the pattern is searched there. Add the other.")
        conditions = self.column is not None or bool(self.empty)
        if self.kind != "blank" and not conditions:
            raise ValueError(f"a {self.kind} rule needs column and pattern, or empty; else it would take every row.")
        if self.kind == "blank" and (conditions or self.filled or self.controls):
            raise ValueError("blank means that every cell is empty: it takes no conditions. Use footer or title.")
        return self


MetadataRows = Annotated[tuple[MetadataRow, ...], BeforeValidator(one_or_more)]
NonDataRules = Annotated[tuple[NonDataRule, ...], BeforeValidator(listed)]


class DelimitedLayout(Strict):
    """Text with a delimiter: CSV, TSV, DATEV, FEC and their kin.

    `other_delimiters` are tried where the header does not come apart by `delimiter`. `encodings` is what `encoding:
    auto` tries, in this order; the first that every byte fits counts, and a byte-order mark decides before any.
    `quote: null` means that quotes are ordinary characters. `preamble` rows stand above the header (or above the data
    when the file has none). `short_rows: fill` accepts rows whose last cells were left out; `long_rows: drop_empty`
    accepts surplus cells that are empty. Otherwise such a row is unreadable, and is listed.
    """

    kind: Literal["delimited"]
    encoding: Encoding = AUTO
    encodings: Annotated[tuple[Encoding, ...], BeforeValidator(listed), Field(min_length=1)] = AUTO_ENCODINGS
    delimiter: OneCharacter = ","
    other_delimiters: Annotated[tuple[OneCharacter, ...], BeforeValidator(listed)] = ()
    quote: OneCharacter | None = '"'
    escape: OneCharacter | None = None
    preamble: Annotated[int, Field(ge=0)] = 0
    header: Header = Header()
    metadata: MetadataRows = ()
    non_data: NonDataRules = ()
    short_rows: Literal["refuse", "fill"] = "refuse"
    long_rows: Literal["refuse", "drop_empty"] = "refuse"

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        said = (self.delimiter, *self.other_delimiters, self.quote, self.escape)
        signs = [sign for sign in said if sign is not None]
        if len(set(signs)) != len(signs) or {"\n", "\r"} & set(signs):
            raise ValueError("delimiter, quote and escape have to be different characters, and no line break.")
        if AUTO in self.encodings or (self.encoding != AUTO and self.encodings != AUTO_ENCODINGS):
            raise ValueError("encodings lists what encoding: auto tries, by name. Remove it, or say encoding: auto.")
        if self.other_delimiters and self.header.names is not None and self.header.row is None:
            raise ValueError("other_delimiters are told apart by the header, and this file has none. Remove them.")
        if self.preamble and (self.header.row is not None or self.header.labels is not None):
            raise ValueError("the header is found by row or labels, so that preamble says nothing. Remove preamble.")
        return self


class SheetLayout(Strict):
    """One kind of sheet. `name` is the sheet's name (default: the key of this entry); `pattern` matches whole names.

    A pattern that matches several sheets (one a month) yields one table each.
    """

    name: Name | None = None
    pattern: TextPattern | None = None
    optional: bool = False
    header: SheetHeader = SheetHeader()
    metadata: MetadataRows = ()
    non_data: NonDataRules = ()

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if self.name is not None and self.pattern is not None:
            raise ValueError("a sheet is chosen by name or by pattern, not by both. Remove one of them.")
        return self


class ExcelLayout(Strict):
    """A workbook (xlsx, xlsm, xlsb, xls, ods): section → sheet. Other sheets are not read."""

    kind: Literal["excel"]
    sheets: Annotated[dict[Name, SheetLayout], Field(min_length=1)]


class XmlColumn(Strict):
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
        """How many levels above the record the value's element stands."""
        return sum(step.name == ".." for step in self.steps)


def _column(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _checked_path(value: XmlColumn) -> XmlColumn:
    parse_path(value.path)
    return value


def _checked_record(value: str) -> str:
    parse_record_path(value)
    return value


Column = Annotated[XmlColumn, BeforeValidator(_column), AfterValidator(_checked_path)]
RecordPath = Annotated[str, AfterValidator(_checked_record)]


def _below_root(value: XmlColumn) -> XmlColumn:
    if any(step.name == ".." for step in value.steps):
        raise ValueError(f"{value.path!r} starts at the root and cannot go up. Write the path from the root.")
    return value


RootColumn = Annotated[Column, AfterValidator(_below_root)]


class XmlSection(Strict):
    """One kind of record. `record` is its path below the root, by local names (namespaces do not matter).

    `columns` gives each value's path from the record: `DebitAmount/Amount`, `../TransactionID`, `../../JournalID`,
    `Analysis[AnalysisType='A']/AnalysisID`, `Amount/@currency`. `controls` are totals that the file declares about
    these records, by path below the root. Only what is declared is read; what is not is named in the metadata.
    """

    record: RecordPath
    columns: Annotated[dict[Name, Column], Field(min_length=1)]
    controls: dict[Name, RootColumn] = Field(default_factory=dict)

    @property
    def record_steps(self) -> tuple[str, ...]:
        """The local names from below the root down to the record."""
        return parse_record_path(self.record)

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        depth = len(self.record_steps)
        for name, column in self.columns.items():
            if name == ROW:
                raise ValueError(f"columns.{name}: this name is taken by the record's number. Choose another.")
            if sum(step.name == ".." for step in column.steps) > depth:
                raise ValueError(f"columns.{name}: {column.path!r} goes up beyond the root ({self.record!r}).")
        return self


class XmlLayout(Strict):
    """An XML file: section → records; `metadata` by path below the root. `root` is the root's expected local name.

    `encoding` is only for files whose own declaration lies.
    """

    kind: Literal["xml"]
    root: Name | None = None
    encoding: Encoding | None = None
    metadata: dict[Name, RootColumn] = Field(default_factory=dict)
    sections: Annotated[dict[Name, XmlSection], Field(min_length=1)]

    @model_validator(mode="after")
    def _own_subtrees(self) -> Self:
        """A record is forgotten once it is read, so no other section may look into it or hold it."""
        records = {name: section.record_steps for name, section in self.sections.items()}
        for name, section in self.sections.items():
            for header, column in section.columns.items():
                ups = sum(step.name == ".." for step in column.steps)
                base = section.record_steps[: len(section.record_steps) - ups]
                path = (*base, *(step.name for step in column.steps[ups:]))
                for other, record in records.items():
                    if path[: len(record)] == record and not section.record_steps[: len(record)] == record:
                        raise ValueError(
                            f"sections.{name}.columns.{header}: {column.path!r} looks into the records of section "
                            f"{other!r}, which are forgotten once read. Declare it in that section."
                        )
        return self


Layout = Annotated[DelimitedLayout | ExcelLayout | XmlLayout | JsonLayout | TaggedLayout, Field(discriminator="kind")]
