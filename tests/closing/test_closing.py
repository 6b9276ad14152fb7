"""Closing a month on a published version made by hand: what is demanded, kept, pinned, and taken back by two people."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.closing.closing import certify_branch, close_period, look_at
from pipelines.closing.records import certificates, closed_months, closes, reopen, state_of_closes
from pipelines.closing.snapshot import COLUMNS, verified
from pipelines.errors import CloseError, LakeError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night.records import pinned_nights
from pipelines.publishing.versions import point_at, version_path
from pipelines.settings import Workspace

BALANCES = [  # month, account, amount
    ("2026-01", "1600", "100.00"),
    ("2026-01", "2000", "-100.00"),
    ("2026-02", "1600", "30.00"),
    ("2026-02", "4000", "-30.00"),
    ("2026-03", "1600", "5.00"),
    ("2026-03", "4000", "-5.00"),
]


class Group:
    """A workspace whose published version says what a test wants it to."""

    def __init__(self, root: Path) -> None:
        (root / "tieout.yaml").write_text('group_name: "G"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
        (root / "branches" / "north").mkdir(parents=True)
        self.workspace = Workspace.load(root)
        self.lake = Lake.of(self.workspace)
        self.log = EventLog(self.lake.events, clock=lambda: datetime(2026, 4, 10, 12, tzinfo=UTC))
        self.nights = 0

    def publish(self, open_items: dict[str, str] | None = None, content: str = "h1") -> None:
        """A night after which the items of `open_items` (item → detail) are not met in any month."""
        self.nights += 1
        night = f"2026-04-{self.nights:02d}.1"
        file = version_path(self.workspace, night)
        file.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(file)) as warehouse:
            warehouse.execute("create schema finance; create schema ops; create table ops.night (night_id varchar)")
            warehouse.execute("insert into ops.night values (?)", [night])
            columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            warehouse.execute(f"create table finance.fct_group_balance (scenario varchar, {columns})")
            for scenario in ("actual", "budget"):
                for month, account, amount in BALANCES:
                    warehouse.execute(
                        "insert into finance.fct_group_balance (scenario, unit_id, group_period, group_account_code,"
                        " amount_group) values (?, 'north:group', ?, ?, ?)",
                        [scenario, month, account, Decimal(amount)],
                    )
            warehouse.execute(
                "create table finance.rpt_close_checklist (branch_id varchar, group_period varchar, item varchar,"
                " sort_order bigint, passed boolean, is_required boolean, detail varchar, owner_department varchar)"
            )
            wanted = {"delivered": "", "certified": "", "optional": ""} | (open_items or {})
            for month in ("2026-01", "2026-02", "2026-03"):
                for order, (item, detail) in enumerate(wanted.items()):
                    warehouse.execute(
                        "insert into finance.rpt_close_checklist values ('north', ?, ?, ?, ?, ?, ?, 'finance')",
                        [month, item, order, not detail, item != "optional", detail],
                    )
            warehouse.execute(
                "create table ops.slice"
                " (dataset varchar, branch_id varchar, slice_period varchar, content_hash varchar)"
            )
            warehouse.execute("insert into ops.slice values ('gl_entry', 'north', '2026-03', ?)", [content])
        point_at(self.workspace, night)


@pytest.fixture
def group(tmp_path: Path) -> Group:
    return Group(tmp_path)


def test_a_close_keeps_the_figures_of_the_month_and_of_the_open_ones_before_it(group: Group) -> None:
    group.publish()
    close = close_period(group.workspace, group.log, "2026-02", by="ann").close
    assert close is not None
    assert (close.close_id, close.months, close.closed_by) == ("C1", ("2026-01", "2026-02"), "ann")
    kept = pl.read_parquet(verified(group.lake, close.snapshot, close.snapshot_sha256))
    found = sorted(kept.select("group_period", "group_account_code", "amount_group").rows())
    assert found == [(month, account, Decimal(amount)) for month, account, amount in sorted(BALANCES[:4])]
    assert pinned_nights(group.log) == {"2026-04-01.1"}
    # The next close takes the month after, and no month twice.
    march = close_period(group.workspace, group.log, "2026-03", by="ann").close
    assert march is not None
    assert march.months == ("2026-03",)


def test_what_the_checklist_demands_stands_in_the_way_and_nothing_is_written(group: Group) -> None:
    group.publish({"delivered": "trial_balance is missing", "optional": "not done"})
    outcome = close_period(group.workspace, group.log, "2026-01", by="ann")
    assert outcome.close is None
    assert [(one.item, one.detail) for one in outcome.open_items] == [("delivered", "trial_balance is missing")]
    assert closes(group.log) == []
    assert not (group.lake.root / "closes").exists()


def test_an_open_month_before_stands_in_the_way_too(group: Group) -> None:
    group.publish()
    with duckdb.connect(str(version_path(group.workspace, "2026-04-01.1"))) as warehouse:
        warehouse.execute("update finance.rpt_close_checklist set passed = false where group_period = '2026-01'")
    outcome = close_period(group.workspace, group.log, "2026-02", by="ann")
    assert outcome.close is None
    assert len(outcome.open_items) == 2


def test_a_certificate_counts_at_once_and_only_for_the_slices_it_is_of(group: Group) -> None:
    group.publish({"certified": "nobody has certified"})
    assert look_at(group.workspace, group.log, "2026-03").open_items
    certify_branch(group.workspace, group.log, "north", "2026-03", by="nora")
    (item,) = [one for one in look_at(group.workspace, group.log, "2026-03").items if one.item == "certified"]
    assert (item.passed, item.detail) == (True, "certified by nora")
    group.publish({"certified": "nobody has certified"}, content="h2")
    assert look_at(group.workspace, group.log, "2026-03").open_items
    assert [one.certified_by for one in certificates(group.log)] == ["nora"]
    with pytest.raises(CloseError, match="nothing of 2026-01"):
        certify_branch(group.workspace, group.log, "north", "2026-01", by="nora")


def test_reopening_takes_two_people_a_reason_and_the_last_close_first(group: Group) -> None:
    group.publish()
    close_period(group.workspace, group.log, "2026-02", by="ann")
    close_period(group.workspace, group.log, "2026-03", by="ann")
    with pytest.raises(CloseError, match="needs a reason"):
        reopen(group.log, "2026-03", reason=" ", by="ann", approved_by="ben")
    with pytest.raises(CloseError, match="needs two people"):
        reopen(group.log, "2026-03", reason="late bill", by="ann", approved_by=" Ann ")
    with pytest.raises(CloseError, match="Reopen 2026-03 first"):
        reopen(group.log, "2026-01", reason="late bill", by="ann", approved_by="ben")
    before = state_of_closes(group.log)
    assert reopen(group.log, "2026-03", reason="late bill", by="ann", approved_by="ben").close_id == "C2"
    assert state_of_closes(group.log) != before
    assert sorted(closed_months(group.log)) == ["2026-01", "2026-02"]
    with pytest.raises(CloseError, match="2026-03 is not closed; closed months: 2026-01, 2026-02"):
        reopen(group.log, "2026-03", reason="again", by="ann", approved_by="ben")
    # What was reported stays, and a new close is another one.
    again = close_period(group.workspace, group.log, "2026-03", by="ann").close
    assert again is not None
    assert again.close_id == "C3"
    assert [(one.close_id, one.in_force, one.reopening_approved_by) for one in closes(group.log)] == [
        ("C1", True, None),
        ("C2", False, "ben"),
        ("C3", True, None),
    ]


def test_a_closed_month_is_not_closed_again_nor_one_before_it(group: Group) -> None:
    group.publish()
    close_period(group.workspace, group.log, "2026-03", by="ann")
    with pytest.raises(CloseError, match=r"2026-02 was closed by ann on 2026-04-10 \(C1\)"):
        close_period(group.workspace, group.log, "2026-02", by="ann")
    with pytest.raises(CloseError, match="is no month"):
        close_period(group.workspace, group.log, "2026-3", by="ann")
    with pytest.raises(CloseError, match="nothing of 2027-01; it knows 2026-01 to 2026-03"):
        close_period(group.workspace, group.log, "2027-01", by="ann")


def test_changed_or_missing_figures_of_a_close_are_an_error(group: Group) -> None:
    group.publish()
    close = close_period(group.workspace, group.log, "2026-01", by="ann").close
    assert close is not None
    file = group.lake.root / close.snapshot
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(LakeError, match="were changed"):
        verified(group.lake, close.snapshot, close.snapshot_sha256)
    file.unlink()
    with pytest.raises(LakeError, match="are missing"):
        verified(group.lake, close.snapshot, close.snapshot_sha256)


def test_the_commands_say_what_they_did(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(group.workspace.root))
    group.publish({"certified": "nobody has certified"})
    run = CliRunner()
    refused = run.invoke(app, ["close", "2026-03", "--by", "ann"])
    assert refused.exit_code == 1
    assert "2026-03 is NOT closed: 3 points above are open." in refused.output
    group.publish()
    assert "C1) by ann: 2026-01, 2026-02, 2026-03" in run.invoke(app, ["close", "2026-03", "--by", "ann"]).output
    taken_back = run.invoke(app, ["reopen", "2026-03", "--reason", "late bill", "--by", "ann", "--approved-by", "ben"])
    assert "C1 is taken back by ann, approved by ben" in taken_back.output
    shown = run.invoke(app, ["closes"]).output
    assert "C1" in shown
    assert "reopened" in shown
    assert run.invoke(app, ["close", "2026-02", "--check"]).exit_code == 0
