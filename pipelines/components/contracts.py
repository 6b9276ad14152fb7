"""Contracts as Dagster shows them. Not here: reading or judging with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import dagster as dg

from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract, Field, Kind


@cache
def contracts_at(folder: Path) -> Mapping[str, Contract]:
    """The contracts of a folder; read once a process, since every branch of a group asks for the same ones."""
    return load_contracts(folder)


def column_schema(contract: Contract) -> dg.TableSchema:
    """The contract's fields as the asset's column schema."""
    return dg.TableSchema(columns=[_column(field, key=field.name in contract.primary_key) for field in contract.fields])


def _column(field: Field, *, key: bool) -> dg.TableColumn:
    kind = f"decimal({field.precision},{field.scale})" if field.kind is Kind.DECIMAL else str(field.kind)
    tags = {"classification": field.classification} | ({"key": ""} if key else {})
    return dg.TableColumn(
        name=field.name,
        type=kind,
        description=field.description,
        constraints=dg.TableColumnConstraints(nullable=not field.required, other=_bounds(field)),
        tags=tags,
    )


def _bounds(field: Field) -> list[str]:
    said = [
        field.allowed and f"one of {', '.join(field.allowed)}",
        field.pattern and f"matches {field.pattern}",
        field.minimum is not None and f"at least {field.minimum}",
        field.exclusive_minimum is not None and f"more than {field.exclusive_minimum}",
        field.maximum is not None and f"at most {field.maximum}",
        field.max_length is not None and f"at most {field.max_length} characters",
    ]
    return [bound for bound in said if bound]
