"""dbt's outcome → Dagster's events: a materialization per model, a result per test.

Not here: running dbt, and what a failed node means for the night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.night.dbt_port import DbtNode

_BUILT = {"success", "pass", "warn", "no-op", "reused"}
_NOT_RUN = {"skipped"}


@dataclass(frozen=True)
class Models:
    """The parsed dbt project, and how its nodes are named as assets."""

    manifest: Mapping[str, Any]
    project: DbtProject
    translator: DagsterDbtTranslator

    def asset_key(self, node: DbtNode) -> dg.AssetKey | None:
        """The asset of a model or seed that was built, else None."""
        props = self.manifest["nodes"].get(node.unique_id, {})
        if props.get("resource_type") not in {"model", "seed"} or node.status not in _BUILT:
            return None
        return self.translator.get_asset_spec(self.manifest, node.unique_id, self.project).key

    def check_key(self, node: DbtNode) -> dg.AssetCheckKey | None:
        """The asset check of a data test that ran, else None (also for a test over several models)."""
        if node.unique_id not in self.manifest["nodes"] or node.status in _NOT_RUN:
            return None
        return get_asset_check_key_for_test(self.manifest, self.translator, node.unique_id, project=self.project)


def node_results(
    nodes: Collection[DbtNode],
    models: Models,
    selected: Collection[dg.AssetKey | dg.AssetCheckKey],
    row_counts: Mapping[tuple[str, str], int],
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """The results of those nodes that stand for a selected asset or check, models before tests.

    `row_counts` maps (schema, table) to rows.
    """
    for node in nodes:
        key = models.asset_key(node)
        if key is not None and key in selected:
            yield _materialized(node, key, row_counts)
    for node in nodes:
        check = models.check_key(node)
        if check is not None and check in selected:
            yield _checked(node, check, models.manifest["nodes"][node.unique_id])


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
