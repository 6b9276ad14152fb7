"""A workspace → its Dagster definitions: branches, warehouse, publication.

Not here: jobs, schedules and sensors (`pipelines.defs`), and any rule about a branch.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

import dagster as dg
from dagster_dbt import DbtProject

from pipelines.components.dbt_runner import dbt_folders
from pipelines.components.manifest import manifest_of
from pipelines.components.publication import publication_assets
from pipelines.components.warehouse import warehouse_assets
from pipelines.errors import TieoutError
from pipelines.settings import Workspace

log = logging.getLogger("tieout")

BRANCH_FILE = "defs.yaml"
VALIDATING = "DAGSTER_IS_DEFS_VALIDATION_CLI"  # set by `dg check defs`: there a broken branch is an error


def branch_definitions(workspace: Workspace) -> dg.Definitions:
    """One set of assets per branch folder of the workspace.

    A folder that cannot be read is left out with its mistakes in the log, so that it holds up nobody else; the night
    shows that branch as failed. Under `dg check defs` it raises.
    """
    tree = dg.ComponentTree(defs_module=_as_module(workspace.branches_dir), project_root=workspace.root)
    return dg.Definitions.merge(*_each_branch(tree, workspace.branches_dir))


def warehouse_definitions(workspace: Workspace, branches: dg.Definitions) -> dg.Definitions:
    """The dbt models over the branches' datasets, the audit, and the published version."""
    folders = dbt_folders(workspace)
    project = DbtProject(workspace.dbt_project, target_path=folders["target"])
    models = warehouse_assets(manifest_of(workspace), project, by_dataset(branches))
    keys = sorted(key for made in models if isinstance(made, dg.AssetsDefinition) for key in made.keys)
    return dg.Definitions(assets=[*models, *publication_assets(keys)])


def by_dataset(branches: dg.Definitions) -> Mapping[str, Sequence[dg.AssetKey]]:
    """Dataset → the branch assets that deliver it."""
    found: dict[str, list[dg.AssetKey]] = {}
    for made in branches.assets or ():
        for key in made.keys if isinstance(made, dg.AssetsDefinition) else ():
            found.setdefault(key.path[-1], []).append(key)
    return {dataset: sorted(keys) for dataset, keys in found.items()}


def _each_branch(tree: dg.ComponentTree, folder: Path) -> Iterator[dg.Definitions]:
    for file in sorted(folder.glob(f"*/{BRANCH_FILE}")):
        try:
            with warnings.catch_warnings():  # Dagster uses its own beta classes to say where a component's file is
                warnings.simplefilter("ignore", dg.BetaWarning)
                yield tree.build_defs_at_path(file.parent)
        except Exception as error:
            if os.environ.get(VALIDATING):
                raise
            log.warning("Branch folder %s is left out: %s", file.parent.name, _sentence(error))


def _sentence(error: BaseException) -> str:
    """The words of the first error in the chain that was written for people."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TieoutError):
            return str(cause)
        last, cause = cause, cause.__cause__
    return str(last)


def _as_module(folder: Path) -> ModuleType:
    """The folder as a namespace package, which is how Dagster wants to be told where components lie."""
    spec = ModuleSpec("tieout_branches", loader=None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return module_from_spec(spec)
