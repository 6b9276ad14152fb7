"""What a contract says, as plain frozen objects that every other part reads.

Not here: reading YAML (loading), Pandera (compiling), comparing versions (compatibility).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import polars as pl

# Where a standardized row came from; written beside the contract's fields in every slice and fact.
PROVENANCE: dict[str, pl.DataType] = {
    "branch_id": pl.String(),
    "dataset": pl.String(),
    "delivery_id": pl.String(),
    "delivery_date": pl.Date(),
    "source_file": pl.String(),
    "source_sheet": pl.String(),
    "source_row": pl.Int64(),
    "source_part": pl.Int64(),
    "file_sha256": pl.String(),
    "contract_version": pl.String(),
    "mapping_version": pl.String(),
    "slice_period": pl.String(),
}

WHOLE = "all"  # slice_period of datasets that have no slice date: one slice a branch


class Kind(StrEnum):
    """The few types a field may have."""

    STRING = "string"
    DATE = "date"
    TIMESTAMP = "timestamp"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"


class Scope(StrEnum):
    """What a rule judges; never mixed."""

    ROW = "row"
    DOCUMENT = "document"
    DELIVERY = "delivery"


class Severity(StrEnum):
    ERROR = "error"  # refuses the row and with it the document
    WARNING = "warning"  # a finding; the row stays


@dataclass(frozen=True)
class Field:
    """One column. Bounds are inclusive; `allowed` is the closed list of values, None where any value goes."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    precision: int = 20  # decimals only
    scale: int = 4
    allowed: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    max_length: int | None = None
    classification: str = "internal"  # public, internal, personal, confidential

    @property
    def dtype(self) -> pl.DataType:
        """The polars type; Parquet and DuckDB follow from it."""
        match self.kind:
            case Kind.DECIMAL:
                return pl.Decimal(self.precision, self.scale)
            case Kind.DATE:
                return pl.Date()
            case Kind.TIMESTAMP:
                return pl.Datetime("us")
            case Kind.INTEGER:
                return pl.Int64()
            case Kind.BOOLEAN:
                return pl.Boolean()
            case Kind.STRING:
                return pl.String()


@dataclass(frozen=True)
class Rule:
    """One custom rule. `expression` is polars SQL over the fields; null counts as held.

    A document rule's expression aggregates over the rows of one document; a delivery rule's over all rows.
    """

    name: str
    scope: Scope
    expression: str
    columns: tuple[str, ...]
    severity: Severity
    description: str
    fix: str


@dataclass(frozen=True)
class Reference:
    """These fields name a record of another dataset; `when_unknown` says what happens if it is not there."""

    fields: tuple[str, ...]
    dataset: str
    to_fields: tuple[str, ...]
    when_unknown: str  # quarantine, warn, infer


@dataclass(frozen=True)
class ServiceLevel:
    """When a delivery is due, in days after the end of the month it reports, and how complete it must be."""

    due_days_after_month_end: int
    refusal_threshold: Decimal  # share of a delivery's rows; more refused rows refuse the delivery whole
    in_business_days: bool = False  # the days are those on which the branch's country works; else calendar days


DRIFT_ACTIONS = ("accept", "keep", "refuse")  # from lenient to strict


@dataclass(frozen=True)
class DriftPolicy:
    """What happens when a delivered table no longer looks like the last accepted one, by kind of drift.

    `accept`: it is noted. `keep`: the text of columns that nothing maps is kept beside the delivery. `refuse`: the
    delivery is refused. Where a required column cannot be found, or a file cannot be read, it is refused in any case.
    Another way to write numbers or dates refuses by default: part of the values would be read as something else.
    """

    column_added: str = "keep"
    column_removed: str = "accept"
    column_renamed: str = "keep"
    columns_reordered: str = "accept"
    column_retyped: str = "accept"
    delimiter_changed: str = "accept"
    encoding_changed: str = "accept"
    number_format_changed: str = "refuse"
    date_format_changed: str = "refuse"
    new_code: str = "accept"

    def action(self, kind: str) -> str:
        """One of DRIFT_ACTIONS for a kind of drift."""
        return str(getattr(self, kind))


KEPT_DRIFT = ("column_added", "column_renamed")  # the kinds of drift that bring text which nothing maps


@dataclass(frozen=True)
class Contract:
    """One dataset's contract."""

    dataset: str
    version: str
    status: str
    title: str
    description: str
    grain: str
    owner_team: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    document_key: tuple[str, ...]
    slice_date: str | None  # the field whose month is the slice; None: one slice a branch
    sums: tuple[tuple[str, str], ...]  # (measure, its currency field): summed on every receipt
    rules: tuple[Rule, ...]
    references: tuple[Reference, ...]
    service_level: ServiceLevel
    drift: DriftPolicy = DriftPolicy()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Field name to polars type, without provenance."""
        return {field.name: field.dtype for field in self.fields}

    @property
    def lake_schema(self) -> dict[str, pl.DataType]:
        """Field name to polars type as it lies in the lake: the fields, then the provenance."""
        return {**self.schema, **PROVENANCE}
