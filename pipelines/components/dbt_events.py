"""dbt's outcome → Dagster's events: a materialization per model, a result per test.

Not here: running dbt, and what a failed node means for the night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.night.dbt_port import DbtNode

BUILT = {"success", "pass", "warn", "no-op", "reused"}
NOT_RUN = {"skipped"}


def node_results(
    nodes: Collection[DbtNode],
    manifest: Mapping[str, Any],
    translator: DagsterDbtTranslator,
    project: DbtProject,
    selected: Collection[dg.AssetKey],
    row_counts: Mapping[tuple[str, str], int],
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """The results of those nodes that stand for a selected asset or a check on one, models before tests.

    `row_counts` maps (schema, table) to rows.
    """
    for node in nodes:
        props = manifest["nodes"].get(node.unique_id)
        if props is None or props["resource_type"] not in {"model", "seed"} or node.status not in BUILT:
            continue
        key = translator.get_asset_spec(manifest, node.unique_id, project).key
        if key in selected:
            yield _materialized(node, key, row_counts)
    for node in nodes:
        if node.status in NOT_RUN:
            continue
        check = get_asset_check_key_for_test(manifest, translator, node.unique_id, project=project)
        if check is not None and check.asset_key in selected:
            yield _checked(node, check, manifest["nodes"][node.unique_id])


def _materialized(
    node: DbtNode, key: dg.AssetKey, row_counts: Mapping[tuple[str, str], int]
) -> dg.MaterializeResult[Any]:
    metadata: dict[str, Any] = {"unique_id": node.unique_id, "seconds": round(node.seconds, 3)}
    rows = row_counts.get((key.path[0], key.path[-1]))
    if rows is not None:
        metadata["dagster/row_count"] = rows
    return dg.MaterializeResult(asset_key=key, metadata=metadata)


def _checked(node: DbtNode, check: dg.AssetCheckKey, props: Mapping[str, Any]) -> dg.AssetCheckResult:
    only_warns = str(props["config"].get("severity", "error")).lower() == "warn" or node.status == "warn"
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=node.status in {"pass", "success"},
        severity=dg.AssetCheckSeverity.WARN if only_warns else dg.AssetCheckSeverity.ERROR,
        description=node.message or props.get("description") or None,
        metadata={"unique_id": node.unique_id},
    )
