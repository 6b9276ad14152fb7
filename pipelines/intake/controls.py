"""The totals that a file declares about itself, compared with what its rows come to.

Not here: which control stands for what (the branch's mapping says so), and what a difference leads to (audit).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import polars as pl

from pipelines.contracts.model import Contract, Scope, Severity
from pipelines.lake.receipts import Control
from pipelines.sources.table import TextTable
from pipelines.validation.findings import Code, delivery_finding

RULE = "control_total"


def compare(
    tables: Sequence[TextTable], frame: pl.DataFrame, contract: Contract, wanted: Mapping[str, str]
) -> tuple[Control, ...]:
    """One `Control` per entry of `wanted` (control name → `rows`, `contract_rows`, `documents` or `sum:<field>`).

    Computed over every standardized row, refused ones included, as the file declares what it holds. A control that the
    file does not carry is left out; one that is no number does not agree.
    """
    found = []
    for name, measure in wanted.items():
        declared = next((table.controls[name] for table in tables if name in table.controls), None)
        if declared is None:
            continue
        computed = _computed(tables, frame, contract, measure)
        try:
            difference = computed - Decimal(declared.strip())
        except InvalidOperation:
            difference = None
        found.append(Control(name, declared, format(computed, "f"), difference, difference == 0))
    return tuple(found)


def control_findings(controls: tuple[Control, ...]) -> list[pl.DataFrame]:
    """A warning on the delivery for every control that does not agree."""
    return [
        delivery_finding(
            Code(RULE, Scope.DELIVERY, Severity.WARNING, one.name),
            one.declared,
            f"The file declares {one.name} as {one.declared!r}, its rows come to {one.computed}"
            f" (difference {'unknown' if one.difference is None else format(one.difference, 'f')}). Ask the branch"
            " whether the file is complete.",
        )
        for one in controls
        if not one.agrees
    ]


def _computed(tables: Sequence[TextTable], frame: pl.DataFrame, contract: Contract, measure: str) -> Decimal:
    if measure == "rows":
        return Decimal(sum(table.data_rows for table in tables))
    if measure == "contract_rows":
        return Decimal(frame.height)
    if measure == "documents":
        return Decimal(frame.select(pl.struct(contract.document_key).n_unique()).item() if frame.height else 0)
    return Decimal(frame[measure.removeprefix("sum:")].sum())
