"""What a branch's intake becomes in Dagster: a materialization with counts, and one verdict a dataset.

Not here: taking in and judging (`pipelines.night`, `pipelines.intake`): the receipts already say everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from pipelines.lake.receipts import Receipt
from pipelines.night.months import in_words
from pipelines.night.obligations import Obligation
from pipelines.validation.advice import advice_for

CHECK = "delivery"
FOLLOWS = "document_refused"  # the reason of sound rows that fall with their document: told last


@dataclass(frozen=True)
class Standing:
    """One dataset of a branch after intake: what came, what was owed and did not come, and what is in force now.

    `owed` is overdue, `due` is not. `failure` is the sentence of a branch that could not be taken in at all, else None.
    `rows_in_force` counts contract rows.
    """

    branch_id: str
    dataset: str
    receipts: tuple[Receipt, ...]
    owed: tuple[Obligation, ...] = ()
    due: tuple[Obligation, ...] = ()
    failure: str | None = None
    rows_in_force: int = 0
    data_date: str | None = None


def materialized(key: dg.AssetKey, standing: Standing, shown: Mapping[str, Any]) -> dg.MaterializeResult[Any]:
    """The dataset's materialization with its `delivery` check; `shown` is what else its page shows."""
    return dg.MaterializeResult(
        asset_key=key, metadata={**metadata(standing), **shown}, check_results=[verdict(key, standing)]
    )


def metadata(standing: Standing) -> dict[str, Any]:
    """Counts of source rows by what became of them, files, months; `dagster/row_count` is what is in force now."""
    rows = [receipt.rows for receipt in standing.receipts]
    said: dict[str, Any] = {
        "dagster/row_count": standing.rows_in_force,
        "deliveries": len(standing.receipts),
        "rows read": sum(row.read for row in rows),
        "rows accepted": sum(row.accepted for row in rows),
        "rows quarantined": sum(row.quarantined for row in rows),
        "rows duplicate": sum(row.duplicate for row in rows),
        "rows out of scope": sum(row.out_of_scope for row in rows),
        "rows that are no data": sum(row.non_data for row in rows),
    }
    if standing.receipts:
        said["files"] = ", ".join(receipt.source_file for receipt in standing.receipts)
    if standing.data_date:
        said["data date"] = standing.data_date
    if standing.owed:
        said["missing"] = in_words([one.period for one in standing.owed])
    if standing.due:
        said["due next"] = f"{standing.due[0].period} on {standing.due[0].due_date}"
    return said


def verdict(key: dg.AssetKey, standing: Standing) -> dg.AssetCheckResult:
    """Passed when everything owed came and all of it was accepted; else what failed and what to do.

    An error is what leaves the branch on earlier data (failed, refused); a warning is what took effect in part.
    """
    errors = _errors(standing)
    warnings = _warnings(standing)
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=CHECK,
        passed=not errors and not warnings,
        severity=dg.AssetCheckSeverity.ERROR if errors else dg.AssetCheckSeverity.WARN,
        description="\n\n".join([*errors, *warnings]) or _all_well(standing),
    )


def _errors(standing: Standing) -> list[str]:
    failed = [standing.failure] if standing.failure else []
    refused = [
        f"{receipt.source_file}: refused whole. {receipt.refused_reason} The branch keeps its last good data."
        for receipt in standing.receipts
        if receipt.status == "refused"
    ]
    return [*failed, *refused]


def _warnings(standing: Standing) -> list[str]:
    return [*_quarantined(standing), *_control_differences(standing), *_overdue(standing.owed)]


def _quarantined(standing: Standing) -> list[str]:
    held = [one for one in standing.receipts if one.status != "refused" and one.rows.quarantined]
    if not held:
        return []
    files = [f"- {one.source_file}: {one.rows.quarantined} of {one.rows.read} rows are quarantined." for one in held]
    counted = sorted(_reasons(held).items(), key=lambda one: (one[0] == FOLLOWS, -one[1], one[0]))
    reasons = [f"- {rule} ({number}): {advice_for([rule])[0]}" for rule, number in counted]
    where = f"--branch {standing.branch_id}"
    look = f"See the rows with `tieout quarantine list {where} --dataset {standing.dataset}`;"
    mend = f"`tieout quarantine export {where}` writes them into a workbook to correct."
    return ["\n\n".join(["\n".join(files), "\n".join(["What to do:", "", *reasons]), f"{look} {mend}"])]


def _control_differences(standing: Standing) -> list[str]:
    return [
        f"{receipt.source_file}: declares {control.name} {control.declared}, its rows make {control.computed}."
        " Ask the branch which is right; it may have been cut off."
        for receipt in standing.receipts
        for control in receipt.controls
        if not control.agrees
    ]


def _overdue(owed: Sequence[Obligation]) -> list[str]:
    if not owed:
        return []
    first = owed[0]
    periods = in_words([one.period for one in owed])
    return [f"Has not arrived: {periods} (the first was due on {first.due_date}). Ask {first.owner_team} for it."]


def _all_well(standing: Standing) -> str:
    read = sum(receipt.rows.read for receipt in standing.receipts)
    if not standing.receipts:
        return "Nothing new arrived and nothing is owed."
    return f"{len(standing.receipts)} deliveries, {read} rows read, every record accepted."


def _reasons(receipts: Sequence[Receipt]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for receipt in receipts:
        counted.update(receipt.reasons)
    return counted
