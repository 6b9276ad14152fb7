"""The dbt project as Dagster assets, and how its sources hang on the branches.

Not here: the models, running dbt (`dbt_runner`), and what an outcome becomes (`dbt_events`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from pipelines.components.branch import NIGHT
from pipelines.components.dbt_events import node_results
from pipelines.components.dbt_runner import build_warehouse
from pipelines.night.steps import Night

BOOKS = dg.AssetKey(["lake", "books"])  # receipts, findings, quarantine, slices, obligations: what the lake says about itself
SOURCE = "lake"


class WarehouseTranslator(DagsterDbtTranslator):
    """Keys are `[schema, model]`; a source of the lake stands for the branch assets it is made of."""

    def __init__(self, branch_assets: Mapping[str, Sequence[dg.AssetKey]]) -> None:
        super().__init__()
        self._branch_assets = branch_assets

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        name = dbt_resource_props.get("alias") or dbt_resource_props["name"]
        return dg.AssetKey([dbt_resource_props["schema"], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["schema"])

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        upstream = {key for dep in spec.deps for key in self._behind(dep.asset_key)}
        return spec.replace_attributes(deps=sorted(upstream))

    def _behind(self, key: dg.AssetKey) -> Sequence[dg.AssetKey]:
        if key.path[0] != SOURCE:
            return [key]
        return self._branch_assets.get(key.path[-1]) or [BOOKS]


def warehouse_assets(
    manifest: Mapping[str, Any], project: DbtProject, branch_assets: Mapping[str, Sequence[dg.AssetKey]]
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The dbt models, and the lake's books that they also read.

    `branch_assets` maps each dataset to the assets of the branches that deliver it.
    """
    translator = WarehouseTranslator(branch_assets)

    @dbt_assets(
        manifest=manifest,
        project=project,
        dagster_dbt_translator=translator,
        name="warehouse",
        required_resource_keys={NIGHT},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        night: Night = getattr(context.resources, NIGHT)
        outcome = night.build(build_warehouse)
        context.log_event(dg.AssetMaterialization(BOOKS))
        yield from node_results(context, manifest, translator, project, outcome)

    books = dg.AssetSpec(
        BOOKS,
        deps=sorted({key for keys in branch_assets.values() for key in keys}),
        group_name=SOURCE,
        kinds={"parquet"},
        description="What the lake says about itself: receipts, findings, quarantine, slices, what was due, what is held.",
    )
    return [books, warehouse]
