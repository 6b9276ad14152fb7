"""The Dagster component behind a branch's `defs.yaml`: one asset a dataset, one check a delivery.

Not here: reading the file (`pipelines.branches` does, strictly, with line numbers) and taking deliveries in
(`branch_step`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Self

import dagster as dg
from pydantic import BaseModel, ConfigDict

from pipelines.branches import BranchConfig, BranchDocument, load_branch
from pipelines.components.branch_step import BranchStep, months_asked
from pipelines.components.contracts import column_schema, contracts_at
from pipelines.components.deliveries import CHECK
from pipelines.components.months import calendar
from pipelines.components.naming import asset_key, landing_key
from pipelines.components.night_resource import NIGHT, night_of
from pipelines.contracts.model import Contract
from pipelines.settings import Workspace


class BranchAttributes(BaseModel):
    """What Dagster may find under `attributes`.

    Loading stays permissive on purpose: `load_branch` reads the same file with line numbers and says every mistake at
    once. Editors and `dg check yaml` get the strict schema.
    """

    model_config = ConfigDict(extra="allow")

    @classmethod
    def model_json_schema(cls, *said: Any, **named: Any) -> dict[str, Any]:
        return BranchDocument.model_json_schema(*said, **named)


class Branch(dg.Component):
    """A branch of the group: who it is, which files it sends, and how its columns become the contracts' fields."""

    def __init__(self, config: BranchConfig, contracts: Mapping[str, Contract], workspace: Workspace) -> None:
        self.config = config
        self.contracts = contracts
        self.workspace = workspace

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        return BranchAttributes

    @classmethod
    def get_spec(cls) -> dg.ComponentTypeSpec:
        return dg.ComponentTypeSpec(description=cls.__doc__, tags=["tieout"])

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> Self:  # noqa: ARG003 (read anew, with line numbers)
        workspace = Workspace.load()
        contracts = contracts_at(workspace.contracts_dir)
        branch = load_branch(context.path / "defs.yaml", contracts, workspace.profiles_dir)
        return cls(branch, contracts, workspace)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:  # noqa: ARG002 (all is in the file)
        return dg.Definitions(assets=branch_assets(self.config, self.contracts, self.workspace))


def branch_assets(
    branch: BranchConfig, contracts: Mapping[str, Contract], workspace: Workspace
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """One multi-asset: `<branch>/<dataset>` for every dataset that the branch delivers, each with a `delivery` check,
    month by month; and the landing folder that they come from.
    """
    datasets = _datasets(branch)
    partitions = calendar(workspace)
    landing = _landing(branch, workspace)
    specs = [
        _spec(branch, contracts[dataset], datasets[dataset]).replace_attributes(
            deps=[landing], partitions_def=partitions
        )
        for dataset in sorted(datasets)
    ]

    @dg.multi_asset(
        name=f"take_in_{branch.branch_id}",
        specs=specs,
        check_specs=[_check_spec(spec.key) for spec in specs],
        can_subset=True,
        required_resource_keys={NIGHT},
        backfill_policy=dg.BackfillPolicy.single_run(),  # several months are one night, not several
        description=f"Reads, standardizes and judges what {branch.name} sent, and brings its slices up to date.",
    )
    def take_in(context: dg.AssetExecutionContext) -> Iterator[Any]:
        night = night_of(context)
        yield from BranchStep(night, branch, contracts, partitions, months_asked(context)).run(context)

    return [landing, take_in]


def _landing(branch: BranchConfig, workspace: Workspace) -> dg.AssetSpec:
    patterns = "\n".join(f"- `{file.pattern}`" for file in branch.files)
    return dg.AssetSpec(
        landing_key(branch.branch_id),
        group_name=branch.branch_id,
        kinds={"file"},
        owners=[f"team:{branch.owner_team}", branch.owner_email],
        description=f"The folder that {branch.name} puts its files into. Expected are\n\n{patterns}",
        metadata={"folder": dg.MetadataValue.path(workspace.landing / branch.branch_id)},
    )


def _datasets(branch: BranchConfig) -> dict[str, list[tuple[str, str, str]]]:
    """Dataset → (file pattern, kind of file, delivery rule) of every file that feeds it."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for file in branch.files:
        for dataset, said in file.datasets.items():
            found.setdefault(dataset, []).append((file.pattern, file.layout.kind, str(said.rule)))
    return found


def _spec(branch: BranchConfig, contract: Contract, fed_by: list[tuple[str, str, str]]) -> dg.AssetSpec:
    patterns, kinds, rules = (sorted(set(part)) for part in zip(*fed_by, strict=True))
    return dg.AssetSpec(
        key=asset_key(branch.branch_id, contract.dataset),
        group_name=branch.branch_id,
        description=f"**{contract.title}** of {branch.name}. {contract.description}\n\n{contract.grain}",
        owners=[f"team:{branch.owner_team}", branch.owner_email],
        kinds={"parquet", *kinds},
        tags={"dataset": contract.dataset, "country": branch.country_code},
        code_version=f"contract {contract.version}",
        metadata={
            "dagster/column_schema": column_schema(contract),
            "contract": f"{contract.dataset} {contract.version} ({contract.status})",
            "files": ", ".join(patterns),
            "delivery rule": ", ".join(rules),
            "due": f"{contract.service_level.due_days_after_month_end} days after month end",
        },
    )


def _check_spec(key: dg.AssetKey) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        CHECK,
        asset=key,
        blocking=False,  # a branch's trouble is its own: nothing downstream waits for it
        description="Did everything that was received or owed arrive, and was all of it accepted?",
    )
