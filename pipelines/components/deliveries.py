"""What a branch's intake becomes in Dagster: a materialization with counts, and one verdict a dataset.

Not here: taking in and judging (`pipelines.night`, `pipelines.intake`): the receipts already say everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from pipelines.contracts.model import WHOLE
from pipelines.lake.manifests import Manifest
from pipelines.lake.receipts import Receipt
from pipelines.night.obligations import Obligation

CHECK = "delivery"


@dataclass(frozen=True)
class Standing:
    """One dataset of a branch after intake: what came, what was owed and did not come, and what is in force now.

    `failure` is the sentence of a branch that could not be taken in at all, else None.
    `rows_in_force` counts contract rows.
    """

    branch_id: str
    dataset: str
    receipts: tuple[Receipt, ...]
    owed: tuple[Obligation, ...] = ()
    failure: str | None = None
    rows_in_force: int = 0
    data_date: str | None = None


def missing(
    owed: Sequence[Obligation], manifest: Manifest | None, receipts: Sequence[Receipt] = ()
) -> list[Obligation]:
    """Those of `owed` (all of one dataset and branch) that neither the lake nor a delivery of tonight has.

    A dataset without slices by month is there once anything of it was delivered.
    """
    there = set(manifest.slices) if manifest else set()
    there.update(period for receipt in receipts if receipt.status == "accepted" for period in receipt.periods)
    return [] if WHOLE in there else [one for one in owed if one.period not in there]


def materialized(key: dg.AssetKey, standing: Standing) -> dg.MaterializeResult[Any]:
    """The dataset's materialization with its `delivery` check."""
    return dg.MaterializeResult(asset_key=key, metadata=metadata(standing), check_results=[verdict(key, standing)])


def metadata(standing: Standing) -> dict[str, Any]:
    """Counts of source rows by what became of them, reasons, files; `dagster/row_count` is what is in force now."""
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
    reasons = _reasons(standing.receipts)
    if reasons:
        said["reasons"] = dg.TableMetadataValue(
            records=[dg.TableRecord({"reason": rule, "findings": number}) for rule, number in reasons.most_common()],
            schema=dg.TableSchema([dg.TableColumn("reason"), dg.TableColumn("findings", type="int")]),
        )
    if standing.receipts:
        said["files"] = dg.MetadataValue.text("\n".join(receipt.source_file for receipt in standing.receipts))
    if standing.data_date:
        said["data date"] = standing.data_date
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
    look = f"tieout quarantine list --branch {standing.branch_id} --dataset {standing.dataset}"
    return [
        f"{receipt.source_file}: {receipt.rows.quarantined} of {receipt.rows.read} rows are quarantined"
        f" ({_counted(_reasons([receipt]))}). See them with `{look}`;"
        " the branch corrects them at the source and sends them again."
        for receipt in standing.receipts
        if receipt.status != "refused" and receipt.rows.quarantined
    ]


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
    periods = ", ".join(one.period for one in owed)
    first = owed[0]
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


def _counted(reasons: Counter[str]) -> str:
    return ", ".join(f"{rule}: {number}" for rule, number in reasons.most_common()) or "no reason given"
