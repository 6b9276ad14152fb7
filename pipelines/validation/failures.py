"""Runs Pandera and turns what it found into row positions. The only place that catches Pandera's errors.

Not here: what the checks are (contracts.compiling), and what a failed row means for its document (judging).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from pipelines.errors import ContractError
from pipelines.validation.positions import nothing

_NOT_DATA = {
    SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME,
    SchemaErrorReason.COLUMN_NOT_IN_SCHEMA,
    SchemaErrorReason.COLUMN_NOT_ORDERED,
    SchemaErrorReason.WRONG_DATATYPE,
    SchemaErrorReason.CHECK_ERROR,
}


@dataclass(frozen=True)
class Failure:
    """A check that did not hold: `code`, `column` (None for a custom rule), and the rows as UInt32 positions.

    `rows` is empty where the check judges the delivery as a whole.
    """

    code: str
    column: str | None
    rows: pl.Series


def failures(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> list[Failure]:
    """What Pandera finds in `frame`; empty when all holds.

    Raises `ContractError` where the frame does not have the schema's columns and types: that is no finding about a row
    but a fault of the program that made the frame.
    """
    if not schema.columns and not schema.checks:
        return []
    try:
        # Said here, so that no environment variable can switch the checks off.
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return [_failure(schema.name, error, frame.height) for error in errors.schema_errors]
    return []


def _failure(dataset: str | None, error: SchemaError, height: int) -> Failure:
    if error.reason_code in _NOT_DATA:
        raise ContractError(
            f"dataset {dataset}: the frame is not of the contract's shape ({error}). Cast and select the contract's "
            "fields before judging."
        ) from error
    of_nulls = error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS
    code = "required" if of_nulls else str(error.check.name)
    output = error.check_output
    if not isinstance(output, pl.DataFrame) or output.height != height:
        return Failure(code, error.column_name, nothing())
    return Failure(code, error.column_name, output.to_series().not_().arg_true())
