"""The code location of the sample group: which assets there are and what hangs on what."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipelines.components.assembly import VALIDATING, branch_definitions
from pipelines.components.night_resource import NIGHT
from pipelines.components.warehouse import in_order
from pipelines.definitions import assembled
from pipelines.settings import Workspace

GRAPH = Path(__file__).with_name("asset_graph.txt")


@pytest.fixture(scope="module")
def definitions(sample_workspace: Workspace) -> Iterator[dg.Definitions]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIEOUT_WORKSPACE", str(sample_workspace.root))
        yield assembled(sample_workspace, dg.ResourceDefinition.mock_resource())


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> dg.AssetGraph:
    return definitions.resolve_asset_graph()


def described(graph: dg.AssetGraph, key: dg.AssetKey) -> str:
    parents = ", ".join(sorted(parent.to_user_string() for parent in graph.get(key).parent_keys))
    return f"{key.to_user_string()} <- {parents}" if parents else key.to_user_string()


def test_branch_assets_and_what_stages_them_are_as_written_down(graph: dg.AssetGraph) -> None:
    """A change here is a change of what people see in the lineage: look at it, then write the new graph down."""
    branches = {"china", "france", "germany", "group", "norway", "united_kingdom", "united_states"}
    keys = sorted(key for key in graph.get_all_asset_keys() if key.path[0] in branches | {"staging"})
    assert [described(graph, key) for key in keys] == GRAPH.read_text(encoding="utf-8").splitlines()


def test_every_branch_dataset_has_one_delivery_check_that_holds_nobody_up(graph: dg.AssetGraph) -> None:
    checks = [node for node in graph.asset_check_nodes if node.key.name == "delivery"]
    branches = {key for key in graph.executable_asset_keys if graph.get(key).group_name in {"germany", "norway"}}
    assert branches
    assert branches <= {node.key.asset_key for node in checks}
    assert not any(node.blocking for node in checks)


def test_the_version_comes_after_the_audit_and_the_audit_after_every_audit_table(graph: dg.AssetGraph) -> None:
    audit, version = dg.AssetKey(["warehouse", "audit"]), dg.AssetKey(["warehouse", "published_version"])
    tables = {key for key in graph.get_all_asset_keys() if key.path[0] == "audit"}
    assert tables
    assert tables <= graph.get(audit).parent_keys
    assert audit in graph.get(version).parent_keys
    assert dg.AssetKey(["finance", "rpt_branch_balance_sheet"]) in graph.get(version).parent_keys


def test_a_branch_asset_shows_owner_group_columns_and_rule(graph: dg.AssetGraph) -> None:
    asset = graph.get(dg.AssetKey(["germany", "gl_entry"]))
    assert asset.group_name == "germany"
    assert any(owner.startswith("team:") for owner in asset.owners)
    assert asset.metadata["delivery rule"] == "period"
    assert asset.parent_keys == {dg.AssetKey(["landing", "germany"])}
    schema = asset.metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    columns = {column.name: column for column in schema.columns}
    assert columns["debit_amount_functional"].type == "decimal(20,4)"
    assert not columns["account_code"].constraints.nullable


def test_branches_have_months_and_the_warehouse_has_none(graph: dg.AssetGraph) -> None:
    ledger = graph.get(dg.AssetKey(["germany", "gl_entry"])).partitions_def
    assert ledger is not None
    months = ledger.get_partition_keys()
    assert months[-1] == f"{dt.datetime.now(ZoneInfo('Europe/Berlin')):%Y-%m}"  # the current month is open
    assert months[0] == f"{dt.datetime.now(dt.UTC).year - 1}-01"  # the lake is empty
    assert graph.get(dg.AssetKey(["warehouse", "published_version"])).partitions_def is None


def test_assets_that_did_not_change_are_told_behind_what_they_depend_on() -> None:
    audit, core, staging = dg.AssetKey("audit"), dg.AssetKey("core"), dg.AssetKey("staging")
    assert in_order({audit: {core}, core: {staging}, staging: set()}, {audit, staging, core}) == [staging, core, audit]
    assert in_order({audit: {core}, core: {staging}}, {audit, staging}) == [staging, audit]


def test_whatever_is_selected_runs_in_one_process(definitions: dg.Definitions) -> None:
    """The pages start what somebody selects as a job of their own making; it too must hold the run lock throughout."""
    selected = definitions.get_repository_def().get_implicit_global_asset_job_def()
    assert selected.executor_def.name == "in_process"


def test_the_night_is_one_process_with_a_schedule_in_the_groups_time_zone(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("night")
    assert job.executor_def.name == "in_process"
    assert NIGHT in job.resource_defs
    repository = definitions.get_repository_def()
    assert repository.get_schedule_def("nightly").execution_timezone == "Europe/Berlin"
    assert repository.has_sensor_def("late_and_corrected_files")


def test_a_broken_branch_folder_is_left_out_and_named(
    sample_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "workspace"
    shutil.copytree(sample_workspace.root, root, ignore=shutil.ignore_patterns("data"))
    file = root / "branches" / "norway" / "defs.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("currency:", "curency:", 1), encoding="utf-8")
    workspace = Workspace.load(root)
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(root))
    monkeypatch.delenv(VALIDATING, raising=False)
    with caplog.at_level("WARNING", logger="tieout"):
        found = branch_definitions(workspace)
    groups = {made.key.path[-1] for made in found.assets or () if isinstance(made, dg.AssetSpec)}  # landing folders
    assert groups == {"china", "france", "germany", "group", "united_kingdom", "united_states"}
    assert "curency" in caplog.text
    assert "norway" in caplog.text
    monkeypatch.setenv(VALIDATING, "1")
    with pytest.raises(Exception, match="norway"):
        branch_definitions(workspace)


def test_a_model_shows_its_owner_and_grain(graph: dg.AssetGraph) -> None:
    asset = graph.get(dg.AssetKey(["performance", "kpi_monthly"]))
    assert asset.owners == ["team:group_controlling"]
    assert "Grain" in (asset.description or "")
    assert "select" not in (asset.description or "")
