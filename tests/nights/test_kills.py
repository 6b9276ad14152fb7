"""kill -9 at any moment of a night, then the night again: the tables of an undisturbed night, and readers see no harm.

A reader queries the published link from before the first kill until after the last run: he must see whole versions
only, and no error.
"""

from __future__ import annotations

import fcntl
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from two_branches import (
    ARRIVAL,
    Group,
    Tables,
    assert_same_tables,
    balances_text,
    invoices_text,
    ledger_text,
    said_by_reader,
    sale,
)

FIRST = "2026-04-20.1"

# Where dbt puts the statement of a model when it is that model's turn.
DBT_RUN = "data/warehouse/dbt/target/run/tieout/models/marts"

# Each chain is one night that is begun again after every kill, and killed again at a later moment.
CHAINS = {
    "take-in": (
        "before:pipelines.lake.archive:sync_file:2",  # bytes of the second file are being kept
        "after:pipelines.lake.landing:archive:3",  # they are kept, but no event says so
        "before:pipelines.lake.deliveries:commit_folder:2",  # a delivery is written beside its place
        "before:pipelines.intake.taking:record_taken_in:2",  # a delivery lies there, but no event says so
        "before:pipelines.lake.resolving:commit:2",  # slices are written, their manifest is not in force
        "after:pipelines.lake.resolving:commit:1",  # one branch's slices are in force, the other's are not
    ),
    "build": (
        "before:pipelines.night.preparing:fill_lake_schema:1",  # the candidate is copied, nothing is built
        f"file:{DBT_RUN}/core/fct_gl_balance.sql",  # dbt has written some of the facts
        "before:pipelines.night.steps:write_record:1",  # the version is sealed, nobody knows of it
    ),
    "publish": (
        "before:pipelines.audit.gate:_point_latest:1",  # the audit's pages are written, nothing is decided
        "before:pipelines.night.steps:point_at:1",  # the version is published, the link names the one before
        "before:pipelines.night.steps:Night.record:1",  # everything is done but the night's own record
    ),
}


def send_second_day(group: Group) -> None:
    """What both branches send after the first night: new, corrected, moved and refused documents."""
    north = [sale(2, "2026-02-11", "101.00"), ("3", "2026-02-12", "7o.00", "1000", "4000")]
    north += [sale(number, "2026-02-13", "1.00") for number in range(30, 40)]
    group.send("north", "ledger_202602_20260402.csv", ledger_text(north))
    group.send("north", "ledger_202603_20260402.csv", ledger_text([sale(4, "2026-03-09", "33.33")]))
    group.send("north", "invoices_20260402.csv", invoices_text([("R1", "2026-03-01", "C2", "90.00", "EUR")]))
    group.send("south", "ledger_202603_20260402.csv", ledger_text([sale(2, "2026-03-10", "200.50")]))


def send_wrong_balances(group: Group) -> None:
    """A trial balance of south that differs from its ledger by more than the policy lets pass."""
    balances = [("1000", "200.00", "900.00"), ("4000", "-200.00", "-900.00")]
    group.send("south", "balances_202603_20260402.csv", balances_text("2026-03-31", balances))


def assert_second_day(group: Group) -> None:
    """Figures by hand: 101.00 + 10 × 1.00 in February, document 3 refused; south's sale moved to March."""
    assert group.sales("north") == {"2026-01": "100.00", "2026-02": "111.00", "2026-03": "33.33"}
    assert group.sales("south") == {"2026-01": "200.00", "2026-03": "200.50"}


@pytest.fixture(scope="session")
def undisturbed(first_night: Group, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables that the second night publishes when nobody kills it."""
    home = first_night.root.parent
    kept = home / "undisturbed.pickle"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            group = first_night.copied_to(tmp_path_factory.mktemp("undisturbed") / "group")
            send_second_day(group)
            assert group.night().outcome == "published"
            assert_second_day(group)
            kept.write_bytes(pickle.dumps(group.tables(without=ARRIVAL)))
    tables: Tables = pickle.loads(kept.read_bytes())
    return tables


@contextmanager
def reader_of(group: Group) -> Iterator[list[dict[str, Any]]]:
    """Query the link all the while; afterwards the list holds what was seen."""
    seen: list[dict[str, Any]] = []
    said = group.root.parent / "reader.ndjson"
    command = [sys.executable, str(Path(__file__).with_name("reader.py")), str(group.link)]
    with said.open("w") as output, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output) as process:
        try:
            while not said.stat().st_size:
                assert process.poll() is None
                time.sleep(0.02)
            yield seen
            time.sleep(1)  # let it see what was published last
        finally:
            process.communicate()
            seen += said_by_reader(said.read_text())
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


def kill(group: Group, moment: str) -> None:
    """Begin the night and kill it at this moment. Fails where the night never comes to it."""
    process = group.night_process(kill_at=moment)
    assert process.wait() == -signal.SIGKILL, f"{moment} was never reached:\n{process.said}"


def night_shown(group: Group) -> str:
    [(night,)] = group.ask("select night_id from ops.night")
    return str(night)


def assert_clean(group: Group, seen: list[dict[str, Any]]) -> None:
    """What must be true of reader, event log and warehouse folder once the night has come to its end."""
    assert_whole_versions(seen)
    assert (seen[0]["night"], seen[-1]["night"]) == (FIRST, night_shown(group))
    assert not list(group.workspace.warehouse.rglob("*.wal"))
    group.log.verify()


@pytest.mark.parametrize("chain", CHAINS)
def test_killed_night_then_again_gives_the_same_tables(chain: str, published: Group, undisturbed: Tables) -> None:
    send_second_day(published)
    with reader_of(published) as seen:
        for moment in CHAINS[chain]:
            kill(published, moment)
            is_out = moment.endswith("Night.record:1")  # published one kill before; recovery then set the link
            assert (night_shown(published) != FIRST) == is_out
        again = published.night()
        assert again.outcome == ("nothing_new" if chain == "publish" else "published")
    assert_same_tables(published.tables(without=ARRIVAL), undisturbed)
    assert_second_day(published)
    assert_clean(published, seen)


def test_night_killed_while_holding_a_branch_then_again_holds_it(published: Group) -> None:
    """The audit wants south held: killed when its manifests are rolled back and nothing is built anew yet."""
    send_second_day(published)
    send_wrong_balances(published)
    with reader_of(published) as seen:
        kill(published, "after:pipelines.night.steps:roll_back_branch:1")
        assert night_shown(published) == FIRST
        again = published.night()
        assert (again.outcome, list(again.held)) == ("published", ["south"])
    assert published.sales("north") == {"2026-01": "100.00", "2026-02": "111.00", "2026-03": "33.33"}
    assert published.sales("south") == {"2026-01": "200.00", "2026-02": "200.50"}
    assert_clean(published, seen)
