"""kill -9 at any moment of a night, then the night again: the tables of an undisturbed night, and readers see no harm.

A reader queries the published link from before the kill until after the rerun: he must see whole versions only, and no
error. Each moment is a night of its own in a process of its own.
"""

from __future__ import annotations

import fcntl
import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from two_branches import (
    HERE,
    Group,
    assert_same_tables,
    balances_text,
    invoices_text,
    ledger_text,
    night_process,
    said_by_reader,
    sale,
)

FIRST, SECOND = "2026-04-20.1", "2026-04-20.2"

# moment -> whether the night that it cuts short had been published
MOMENTS = {
    "before:pipelines.lake.archive:commit_file:2": False,  # bytes of the second file are being kept
    "after:pipelines.lake.landing:archive:3": False,  # they are kept, but no event says so
    "before:pipelines.lake.deliveries:commit_folder:2": False,  # a delivery is written beside its place
    "before:pipelines.intake.taking:record_taken_in:3": False,  # a delivery lies there, but no event says so
    "before:pipelines.lake.resolving:commit:2": False,  # slices are written, their manifest is not in force
    "after:pipelines.lake.resolving:commit:3": False,  # one branch's slices are in force, the other's are not
    "before:pipelines.night.preparing:fill_lake_schema:1": False,  # the candidate is copied, nothing is built
    "log:START sql incremental model warehouse.core.fct_gl_balance": False,  # dbt has written half of the facts
    "before:pipelines.night.steps:roll_back_branch:1": False,  # the audit wants a branch held
    "after:pipelines.night.steps:roll_back_branch:1": False,  # it is rolled back, nothing is built anew
    "before:pipelines.night.steps:write_record:1": False,  # the version is sealed, nobody knows of it
    "before:pipelines.night.steps:point_at:1": True,  # the version is published, the link names the one before
    "before:pipelines.night.steps:Night.record:1": True,  # everything is done but the night's own record
}


def send_second_day(group: Group) -> None:
    """What both branches send after the first night: of every kind, and a balance that gets south held."""
    north = [sale(2, "2026-02-11", "101.00"), ("3", "2026-02-12", "7o.00", "1000", "4000")]
    north += [sale(number, "2026-02-13", "1.00") for number in range(30, 40)]
    group.send("north", "ledger_202602_20260402.csv", ledger_text(north))
    group.send("north", "ledger_202603_20260402.csv", ledger_text([sale(4, "2026-03-09", "33.33")]))
    group.send("north", "invoices_20260402.csv", invoices_text([("R1", "2026-03-01", "C2", "90.00", "EUR")]))
    group.send("south", "ledger_202603_20260402.csv", ledger_text([sale(2, "2026-03-10", "200.50")]))
    balances = [("1000", "200.00", "900.00"), ("4000", "-200.00", "-900.00")]
    group.send("south", "balances_202603_20260402.csv", balances_text("2026-03-31", balances))


@pytest.fixture(scope="session")
def undisturbed(first_night: Group, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """The tables that the second night publishes when nobody kills it."""
    home = first_night.root.parent
    kept = home / "undisturbed.pickle"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            group = first_night.copied_to(tmp_path_factory.mktemp("undisturbed") / "group")
            send_second_day(group)
            result = group.night()
            assert list(result.held) == ["south"]
            assert group.sales("north") == {"2026-01": "100.00", "2026-02": "111.00", "2026-03": "33.33"}
            assert group.sales("south") == {"2026-01": "200.00", "2026-02": "200.50"}
            kept.write_bytes(pickle.dumps(group.tables()))
    tables: dict[str, list[tuple[Any, ...]]] = pickle.loads(kept.read_bytes())
    return tables


@contextmanager
def reader_of(group: Group) -> Iterator[list[dict[str, Any]]]:
    """Query the link all the while; afterwards the list holds what was seen."""
    seen: list[dict[str, Any]] = []
    command = [sys.executable, str(HERE / "reader.py"), str(group.link)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            seen.append(json.loads(process.stdout.readline()))
            yield seen
        finally:
            rest, _ = process.communicate()
            seen += said_by_reader(rest)
    assert process.returncode == 0


def assert_whole_versions(seen: list[dict[str, Any]]) -> None:
    """No error, figures that agree within each look, and one set of figures per night, in the order of the nights."""
    assert not [one for one in seen if "error" in one]
    for one in seen:
        assert one["lines"] == one["slice_lines"] == one["delivered_lines"]
        assert one["debit"] == one["slice_debit"] == one["balance_debit"] == one["report_debit"]
        assert one["invoices"] == one["slice_invoices"]
    assert len({tuple(one.values()) for one in seen}) == len({one["night"] for one in seen})
    nights = [one["night"] for one in seen]
    assert nights == sorted(nights)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_night_then_again_gives_the_same_tables(
    moment: str, published: Group, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    send_second_day(published)
    with reader_of(published) as seen:
        process = night_process(published, kill_at=moment)
        _, said = process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, said
        assert published.ask("select night_id from ops.night") == [
            (SECOND,) if moment.endswith("Night.record:1") else (FIRST,)
        ]
        again = published.night()
        assert again.outcome == ("nothing_new" if MOMENTS[moment] else "published")
    assert_same_tables(published.tables(), undisturbed)
    assert_whole_versions(seen)
    assert {seen[0]["night"], seen[-1]["night"]} == {FIRST, published.ask("select night_id from ops.night")[0][0]}
    assert not [path for path in published.workspace.warehouse.rglob("*.wal") if "set_aside" not in path.parts]
    published.log.verify()
    assert published.night().outcome == "nothing_new"


def test_moments_are_spread_over_the_night() -> None:
    """At least ten, in every part of it."""
    parts = {moment.split(":")[1].removeprefix("pipelines.").split(".")[0] for moment in MOMENTS if "log:" not in moment}
    assert len(MOMENTS) >= 10
    assert {"lake", "intake", "night"} <= parts
