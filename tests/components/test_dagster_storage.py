"""Dagster's events over kept connections: Dagster's own storage reads what was written, and little stays open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

from pipelines.components.dagster_storage import KeptEventLogStorage, NightStorage
from pipelines.console.launching import dagster_instance
from pipelines.settings import Workspace

WORKSPACE = 'group_name: "Test"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n'
LEDGER = dg.AssetKey("ledger")


@dg.asset(check_specs=[dg.AssetCheckSpec("delivery", asset="ledger")])
def ledger() -> Iterator[Any]:
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False, check_name="delivery")])


def storage_of(instance: dg.DagsterInstance) -> KeptEventLogStorage:
    storage = instance.event_log_storage
    assert isinstance(storage, KeptEventLogStorage)
    return storage


def test_the_repository_configures_it_and_dagsters_own_storage_reads_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "tieout.yaml").write_text(WORKSPACE, encoding="utf-8")
    with dagster_instance(Workspace.load(tmp_path)) as instance:
        run = dg.materialize([ledger], instance=instance)
        folder = Path(storage_of(instance)._base_dir)
    own = SqliteEventLogStorage(str(folder))
    written = [entry.dagster_event_type for entry in own.get_logs_for_run(run.run_id)]
    assert dg.DagsterEventType.ASSET_MATERIALIZATION in written
    assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in written
    assert written[-1] == dg.DagsterEventType.RUN_SUCCESS
    (record,) = own.get_asset_records([LEDGER])
    assert record.asset_entry.last_run_id == run.run_id


def test_few_databases_stay_open_and_none_after_the_end(tmp_path: Path) -> None:
    storage = NightStorage(str(tmp_path))
    events = storage.event_log_storage
    assert isinstance(events, KeptEventLogStorage)
    for number in range(6):
        with events.run_connection(f"run_{number}"):
            pass
    assert len(events._engines) == 3
    storage.dispose()
    assert not events._engines
