"""dbt's outcome → Dagster's events: a materialization per model, a result per test.

Not here: running dbt, and what a failed node means for the night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster_dbt import DbtProject
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.components.column_lineage import Origins
from pipelines.components.naming import WarehouseTranslator
from pipelines.night.dbt_port import DbtNode

_BUILT = {"success", "pass", "warn", "no-op", "reused"}
_NOT_RUN = {"skipped"}


@dataclass(frozen=True)
class Models:
    """The parsed dbt project, and how its nodes are named as assets."""

    manifest: Mapping[str, Any]
    project: DbtProject
    translator: WarehouseTranslator

    def asset_key(self, node: DbtNode) -> dg.AssetKey | None:
        """The asset of a model or seed that was built, else None."""
        props = self.manifest["nodes"].get(node.unique_id, {})
        if props.get("resource_type") not in {"model", "seed"} or node.status not in _BUILT:
            return None
        return self.translator.get_asset_spec(self.manifest, node.unique_id, self.project).key

    def keys_behind(self, unique_id: str) -> Sequence[dg.AssetKey]:
        """The assets that a model or source stands for: itself, or the branch assets of a dataset of the lake."""
        key = self.translator.get_asset_spec(self.manifest, unique_id, self.project).key
        return self.translator.behind(key)

    def check_key(self, node: DbtNode) -> dg.AssetCheckKey | None:
        """The asset check of a data test that ran, else None (also for a test over several models)."""
        if node.unique_id not in self.manifest["nodes"] or node.status in _NOT_RUN:
            return None
        return get_asset_check_key_for_test(self.manifest, self.translator, node.unique_id, project=self.project)


@dataclass(frozen=True)
class Facts:
    """What is known of the built models, by unique id: rows (of tables), and the origins of their columns."""

    rows: Mapping[str, int]
    origins: Mapping[str, Origins]


def node_results(
    nodes: Collection[DbtNode], models: Models, selected: Collection[dg.AssetKey | dg.AssetCheckKey], facts: Facts
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """The results of those nodes that stand for a selected asset or check, models before tests."""
    for node in nodes:
        key = models.asset_key(node)
        if key is not None and key in selected:
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(node, models, facts))
    for node in nodes:
        check = models.check_key(node)
        if check is not None and check in selected:
            yield _checked(node, check, models.manifest["nodes"][node.unique_id])


def _metadata(node: DbtNode, models: Models, facts: Facts) -> dict[str, Any]:
    said: dict[str, Any] = {"unique_id": node.unique_id, "seconds": round(node.seconds, 3)}
    if node.unique_id in facts.rows:
        said["dagster/row_count"] = facts.rows[node.unique_id]
    if node.unique_id in facts.origins:
        said["dagster/column_lineage"] = _lineage(facts.origins[node.unique_id], models)
    return said


def _lineage(origins: Origins, models: Models) -> dg.TableColumnLineage:
    return dg.TableColumnLineage({column: _column_deps(found, models) for column, found in origins.items()})


def _column_deps(found: Sequence[tuple[str, str]], models: Models) -> list[dg.TableColumnDep]:
    """Each asset's column once: several sources may stand for one asset."""
    keys = {(key, name) for unique_id, name in found for key in models.keys_behind(unique_id)}
    return [dg.TableColumnDep(asset_key=key, column_name=name) for key, name in sorted(keys)]


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
