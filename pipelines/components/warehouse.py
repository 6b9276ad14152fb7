"""The dbt project as Dagster assets, and how its sources hang on the branches.

Not here: the models, running dbt (`dbt_runner`), and what an outcome becomes (`dbt_events`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from pipelines.components.dbt_events import Models, node_results
from pipelines.components.dbt_runner import build_warehouse
from pipelines.components.night_resource import NIGHT, night_of, step_of
from pipelines.components.row_counts import rows_by_table
from pipelines.errors import TieoutError
from pipelines.night.dbt_port import Dbt, DbtOutcome, DbtRequest
from pipelines.night.steps import Night

BOOKS = dg.AssetKey(["lake", "books"])  # what the lake says about itself
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

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
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
    models = Models(manifest, project, WarehouseTranslator(branch_assets))

    @dbt_assets(
        manifest=manifest,
        project=project,
        dagster_dbt_translator=models.translator,
        name="warehouse",
        required_resource_keys={NIGHT},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        night = night_of(context)
        if night.nothing_new_now:  # what arrived is what was there: nothing is built, and what follows is skipped
            return
        runs: list[tuple[DbtRequest, DbtOutcome]] = []

        def dbt(request: DbtRequest) -> DbtOutcome:
            runs.append((request, build_warehouse(request)))
            return runs[-1][1]

        with step_of(night):
            failure = _build(night, dbt)
            for request, outcome in runs:
                context.log_event(dg.AssetMaterialization(BOOKS))
                selected = {*context.selected_asset_keys, *context.selected_asset_check_keys}
                yield from node_results(outcome.nodes, models, selected, rows_by_table(request.candidate_db))
            if failure:
                raise failure

    books = dg.AssetSpec(
        BOOKS,
        deps=sorted({key for keys in branch_assets.values() for key in keys}),
        group_name=SOURCE,
        kinds={"parquet"},
        description="What the lake says about itself: receipts, findings, quarantine, slices, what was due.",
    )
    return [books, warehouse]


def _build(night: Night, dbt: Dbt) -> TieoutError | None:
    """Build; where a model or test fails, hand the error back, so that its result can be shown before the run fails."""
    try:
        night.build(dbt)
    except TieoutError as error:
        return error
    return None
