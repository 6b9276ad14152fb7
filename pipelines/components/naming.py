"""How branches' datasets, dbt's models and sources are named as assets, and what the lake's sources stand for.

Not here: making assets of them (`warehouse`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

BOOKS = dg.AssetKey(["lake", "books"])  # what the lake says about itself
SOURCE = "lake"
LANDING = "landing"


def asset_key(branch_id: str, dataset: str) -> dg.AssetKey:
    """The key of a branch's dataset, as the lineage shows it."""
    return dg.AssetKey([branch_id, dataset])


def landing_key(branch_id: str) -> dg.AssetKey:
    """The key of the folder that a branch puts its files into."""
    return dg.AssetKey([LANDING, branch_id])


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

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or "")  # without the SQL, which the source link shows

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        owner = dbt_resource_props.get("config", {}).get("meta", {}).get("owner")
        return [f"team:{owner}"] if owner else []

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        upstream = {key for dep in spec.deps for key in self.behind(dep.asset_key)}
        return spec.replace_attributes(deps=sorted(upstream))

    def behind(self, key: dg.AssetKey) -> Sequence[dg.AssetKey]:
        """The assets that `key` stands for."""
        if key.path[0] != SOURCE:
            return [key]
        return self._branch_assets.get(key.path[-1]) or [BOOKS]
