"""What somebody selects in Dagster, as real runs over a tiny group: nights, a month again, one branch alone."""

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.branches import load_branch
from pipelines.components import publication
from pipelines.components.branch import branch_assets
from pipelines.components.months import calendar
from pipelines.components.naming import asset_key
from pipelines.components.night_resource import NIGHT, night_of, night_resource, step_of
from pipelines.components.selecting import selected_assets
from pipelines.contracts.loading import load_contracts
from pipelines.intake import taking
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import ReceivedFile, waiting
from pipelines.night import inputs, steps
from pipelines.night.plan import plan
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace

NIGHTS = Path(__file__).parents[1] / "night"
NORTH, SOUTH = asset_key("north", "fx_rate"), asset_key("south", "fx_rate")
FACTS = dg.AssetKey(["core", "fct_fx_rate"])
BEHIND = (FACTS, publication.AUDIT, publication.VERSION)


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tiny_{name}", NIGHTS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Pages:
    """A tiny group as Dagster shows it: branches of exchange rates, and a stand-in for the warehouse behind them."""

    workspace: Workspace
    job: dg.JobDefinition
    instance: dg.DagsterInstance

    def send(self, branch: str, delivered: str, **rates: str) -> None:
        """A file of `branch`: month as `m2026_01` → that month's closing rate."""
        folder = self.workspace.landing / branch
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"USD,EUR,{month[1:].replace('_', '-')}-28,{rate}" for month, rate in rates.items()]
        (folder / f"rates_{delivered}.csv").write_text("\n".join(["from,to,day,rate", *lines]) + "\n")

    def run(self, *selected: dg.AssetKey, day: str = "2026-03-02", **said: Any) -> dg.ExecuteInProcessResult:
        """A run of these assets; of what the plan of a night selects where none are named."""
        keys = selected or selected_assets(plan(self.workspace), {NORTH, SOUTH, *BEHIND})
        config = {"resources": {NIGHT: {"config": {"night_date": day}}}}
        return self.job.execute_in_process(
            instance=self.instance, asset_selection=keys, run_config=config, raise_on_error=False, **said
        )

    def months(self, key: dg.AssetKey) -> dict[str, str]:
        """Month → how its partition is shown; months without anything are left out."""
        known = calendar(self.workspace)
        found = self.instance.get_status_by_partition(key, known.get_partition_keys(), known) or {}
        return {month: status.value for month, status in found.items() if status and month <= "2026-03"}

    def shown(self, key: dg.AssetKey, month: str | None = None) -> dict[str, Any]:
        """What the newest event of the asset, or of one of its months, shows."""
        wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[month] if month else None)
        event = self.instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
        assert event is not None
        return {name: value.value for name, value in event.metadata.items()}

    def published(self) -> dict[str, str]:
        """'branch month' → rate, as readers see it; and 'failed branch' → reason."""
        path = resolve_published(self.workspace)
        assert path is not None
        with duckdb.connect(str(path), read_only=True) as connection:
            rates = connection.execute("select branch_id || ' ' || slice_period, rate from core.fct_fx_rate").fetchall()
            failed = connection.execute("select status || ' ' || branch_id, reason from ops.held_branch").fetchall()
        return {name: f"{rate:.2f}" for name, rate in rates} | dict(failed)

    def waiting(self, branch: str) -> list[str]:
        return [file.path for file in waiting(EventLog(Lake.of(self.workspace).events), branch)]


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    monkeypatch.setattr(inputs, "_CODE", ())
    monkeypatch.setattr(publication, "build_warehouse", loaded("tiny_dbt").build)
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
    (tmp_path / "tieout.yaml").write_text('group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
    (tmp_path / "seeds" / "reference").mkdir(parents=True)
    folder_of = loaded("conftest").BRANCH
    for branch in ("north", "south"):
        (tmp_path / "branches" / branch).mkdir(parents=True)
        (tmp_path / "branches" / branch / "defs.yaml").write_text(folder_of.format(branch=branch))
    workspace = Workspace.load(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Pages(workspace, tiny_job(workspace), instance)


def tiny_job(workspace: Workspace) -> dg.JobDefinition:
    """The branches' real assets, audit and version under the real night, with one asset for all models."""
    contracts = load_contracts(workspace.contracts_dir)
    files = sorted(workspace.branches_dir.glob("*/defs.yaml"))
    branches = [load_branch(file, dict(contracts), workspace.profiles_dir) for file in files]

    @dg.asset(key=FACTS, deps=[NORTH, SOUTH], required_resource_keys={NIGHT})
    def facts(context: dg.AssetExecutionContext) -> None:
        night = night_of(context)
        with step_of(night):
            if not night.nothing_new_now:
                night.build(publication.build_warehouse)

    assets = [made for branch in branches for made in branch_assets(branch, contracts, workspace)]
    definitions = dg.Definitions(
        assets=[*assets, facts, *publication.publication_assets([FACTS])],
        resources={NIGHT: night_resource},
        executor=dg.in_process_executor,
    )
    return definitions.resolve_implicit_global_asset_job_def()


def test_months_show_what_arrived_came_late_is_missing_and_is_due(pages: Pages) -> None:
    """Rates are due on the first day after the month's end: 2026-02-01 for January, and so on."""
    pages.send("north", "2026-01-31", m2026_01="0.90")
    pages.send("south", "2026-02-04", m2026_01="0.91", m2026_02="0.92")
    assert pages.run(day="2026-02-05").success
    assert pages.months(NORTH) == {"2026-01": "MATERIALIZED"}  # February is due, not missing
    assert pages.shown(NORTH, "2026-01")["status"] == "arrived"
    south = pages.shown(SOUTH, "2026-01")
    assert (south["status"], south["arrived"], south["due"], south["days late"]) == (
        "late",
        "2026-02-04",
        "2026-02-01",
        3,
    )
    assert pages.shown(NORTH)["due next"] == "2026-02 on 2026-03-01"

    assert pages.run(day="2026-03-05").success
    assert pages.months(NORTH) == {"2026-01": "MATERIALIZED", "2026-02": "FAILED"}
    assert pages.months(SOUTH) == {"2026-01": "MATERIALIZED", "2026-02": "MATERIALIZED"}
    marked = pages.instance.get_runs(dg.RunsFilter(tags={"tieout/missing": "north"}))
    assert len(marked) == 1
    said = [one.message for one in pages.instance.all_logs(marked[0].run_id) if one.dagster_event]
    assert "fx_rate: 2026-02 (the first is due on 2026-03-01), ask treasury." in said[-1]

    pages.run(NORTH, *BEHIND, day="2026-03-06")
    assert len(pages.instance.get_runs(dg.RunsFilter(tags={"tieout/missing": "north"}))) == 1, "marked once"

    pages.send("north", "2026-03-06", m2026_02="0.93")
    assert pages.run(day="2026-03-06").success
    assert pages.months(NORTH) == {"2026-01": "MATERIALIZED", "2026-02": "MATERIALIZED"}
    assert pages.shown(NORTH, "2026-02")["days late"] == 5


def test_a_selected_month_is_read_again_and_nothing_else(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.send("north", "2026-01-31", m2026_01="0.90")
    pages.send("north", "2026-02-28", m2026_02="0.91")
    pages.send("south", "2026-01-31", m2026_01="0.92")
    assert pages.run().success
    pages.send("south", "2026-02-28", m2026_02="0.93")
    read: list[str] = []
    real = taking.take_in

    def counted(lake: Lake, log: EventLog, branch: Any, file: ReceivedFile) -> taking.TakenIn:
        read.append(f"{file.branch_id}/{file.path}")
        return real(lake, log, branch, file)

    monkeypatch.setattr(taking, "take_in", counted)
    assert pages.run(NORTH, *BEHIND, partition_key="2026-01").success
    assert read == ["north/rates_2026-01-31.csv"]
    again = pages.shown(NORTH, "2026-01")
    assert (again["status"], again["rows accepted"], again["arrived"]) == ("arrived", 1, "2026-01-31")
    assert pages.published() == {"north 2026-01": "0.90", "north 2026-02": "0.91", "south 2026-01": "0.92"}
    assert pages.shown(publication.VERSION) == {"unchanged since night": "2026-03-02.1"}

    read.clear()
    tags = {"dagster/asset_partition_range_start": "2026-01", "dagster/asset_partition_range_end": "2026-03"}
    assert pages.run(NORTH, *BEHIND, tags=tags).success
    assert read == ["north/rates_2026-01-31.csv", "north/rates_2026-02-28.csv"]
    assert pages.months(NORTH) == {"2026-01": "MATERIALIZED", "2026-02": "MATERIALIZED", "2026-03": "FAILED"}, (
        "March was asked for, and nothing of it ever came"
    )


def test_a_failed_branch_is_retried_alone_and_the_others_stay_as_they_were(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages.send("north", "2026-01-31", m2026_01="0.90")
    pages.send("south", "2026-01-31", m2026_01="0.92")
    assert pages.run().success
    real = taking.take_in

    def failing(lake: Lake, log: EventLog, branch: Any, file: ReceivedFile) -> taking.TakenIn:
        raise RuntimeError("no memory")

    pages.send("north", "2026-02-28", m2026_02="0.91")
    pages.send("south", "2026-02-28", m2026_02="0.93")
    with monkeypatch.context() as patch:
        patch.setattr(taking, "take_in", failing)
        assert pages.run().success, "a branch's failure is its own"
    assert pages.published().keys() == {"north 2026-01", "south 2026-01", "failed north", "failed south"}

    monkeypatch.setattr(taking, "take_in", real)
    assert pages.run(NORTH, *BEHIND).success
    after = pages.published()
    assert after["north 2026-02"] == "0.91"
    assert "failed north" not in after
    assert "no memory" in after["failed south"], "it was left alone, so it still fails"
    assert pages.waiting("south") == ["rates_2026-02-28.csv"]

    assert pages.run().success
    assert pages.published().keys() == {"north 2026-01", "north 2026-02", "south 2026-01", "south 2026-02"}


def test_a_night_that_broke_behind_the_branches_goes_on_from_there(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Dagster's "re-execute from failure" does: a run of the failed step and those behind it."""

    def full(workspace: Workspace, path: Path, night_id: str) -> None:
        raise OSError("no space left")

    pages.send("north", "2026-01-31", m2026_01="0.90")
    with monkeypatch.context() as patch:
        patch.setattr(steps, "seal", full)
        assert not pages.run().success
    assert resolve_published(pages.workspace) is None
    assert pages.run(publication.VERSION).success
    assert pages.published() == {"north 2026-01": "0.90"}

    pages.send("north", "2026-01-31", m2026_01="0.95")
    with monkeypatch.context() as patch:
        patch.setattr(steps, "gate", full)
        assert not pages.run().success
    assert pages.published() == {"north 2026-01": "0.90"}
    assert pages.run(publication.AUDIT, publication.VERSION).success
    assert pages.published() == {"north 2026-01": "0.95"}
