"""The dbt project as Dagster assets, and how its sources hang on the branches.

Not here: the models, running dbt (`dbt_runner`), and what an outcome becomes (`dbt_events`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DbtProject, dbt_assets

from pipelines.components.built_tables import built_tables
from pipelines.components.column_lineage import Compiled, column_origins
from pipelines.components.dbt_events import Facts, Models, node_results
from pipelines.components.dbt_runner import build_warehouse, dbt_folders
from pipelines.components.naming import BOOKS, SOURCE, WarehouseTranslator
from pipelines.components.night_resource import NIGHT, night_of, step_of, unchanged
from pipelines.errors import TieoutError
from pipelines.night.dbt_port import Dbt, DbtOutcome, DbtRequest
from pipelines.night.steps import Night


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
        if night.nothing_new_now:  # what arrived is what was there: nothing is built, and what is there is current
            for key in in_order(context.assets_def.asset_deps, context.selected_asset_keys):
                yield dg.MaterializeResult(asset_key=key, metadata=unchanged(night))
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
                yield from node_results(outcome.nodes, models, selected, _facts(models, request))
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


def in_order(
    deps: Mapping[dg.AssetKey, Collection[dg.AssetKey]], selected: Collection[dg.AssetKey]
) -> list[dg.AssetKey]:
    """`selected`, every asset behind those that it depends on: Dagster takes results in no other order."""
    return [key for key in TopologicalSorter(deps).static_order() if key in selected]


def _build(night: Night, dbt: Dbt) -> TieoutError | None:
    """Build; where a model or test fails, hand the error back, so that its result can be shown before the run fails."""
    try:
        night.build(dbt)
    except TieoutError as error:
        return error
    return None


def _facts(models: Models, request: DbtRequest) -> Facts:
    tables = built_tables(request.build_db, request.candidate_db)
    nodes = models.manifest["nodes"]
    relations = {
        key: (node["database"], node["schema"], node["alias"]) for key, node in nodes.items() if "alias" in node
    }
    return Facts(
        rows={key: tables.rows[relation] for key, relation in relations.items() if relation in tables.rows},
        origins=column_origins(Compiled(models.manifest, dbt_folders(request.workspace)["target"], tables.columns)),
    )
