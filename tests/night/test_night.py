"""A night: what is built, published, held and refused, and what an interruption leaves. dbt is a stand-in."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import NightInProgressError, PublishError
from pipelines.intake import taking
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import withdraw
from pipelines.night import steps
from pipelines.night.dbt_port import DbtOutcome, DbtRequest
from pipelines.night.driver import run_night
from pipelines.night.steps import open_night
from pipelines.publishing.versions import LINK, version_path

MakeGroup = Callable[..., "Group"]  # noqa: F821  (conftest's)


@pytest.fixture
def group(make_group: MakeGroup):  # type: ignore[no-untyped-def]
    """Two branches, one night published: alpha 1.10 in January, beta 2.10."""
    group = make_group("alpha", "beta")
    group.send("alpha", "2026-03-01", m2026_01="1.10")
    group.send("beta", "2026-03-01", m2026_01="2.10")
    result = group.night()
    assert result.outcome == "published"
    return group


def no_dbt(request: DbtRequest) -> DbtOutcome:
    raise AssertionError("dbt must not run")


def test_first_night_publishes_every_branch(group) -> None:  # type: ignore[no-untyped-def]
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10"}}
    assert group.ask("select night_id from ops.night") == [("2026-03-02.1",)]
    assert [event["night_id"] for event in group.events("published")] == ["2026-03-02.1"]
    [recorded] = group.events("night_recorded")
    assert recorded["outcome"] == "published"
    assert {"plan", "take in alpha", "prepare", "dbt", "audit", "publish"} <= set(recorded["seconds"])


def test_unchanged_night_is_nothing_new_and_runs_no_dbt(group) -> None:  # type: ignore[no-untyped-def]
    before = (group.workspace.warehouse / LINK).resolve()
    result = run_night(group.workspace, dbt=no_dbt, night_date=date(2026, 3, 2))
    assert result.outcome == "nothing_new"
    assert result.version == before
    assert [event["outcome"] for event in group.events("night_recorded")] == ["published", "nothing_new"]


def test_same_bytes_under_a_new_name_are_nothing_new(group) -> None:  # type: ignore[no-untyped-def]
    first = group.workspace.landing / "alpha" / "rates_2026-03-01.csv"
    (first.parent / "rates_2026-03-02.csv").write_bytes(first.read_bytes())
    assert run_night(group.workspace, dbt=no_dbt, night_date=date(2026, 3, 2)).outcome == "nothing_new"


def test_next_night_builds_touched_slices_only(group) -> None:  # type: ignore[no-untyped-def]
    asked: list[tuple[bool, list[tuple[str, ...]]]] = []

    def spying(request: DbtRequest) -> DbtOutcome:
        with duckdb.connect(str(request.build_db), read_only=True) as connection:
            touched = connection.execute(
                "select branch_id, slice_period from lake.touched_slice order by all"
            ).fetchall()
        asked.append((request.full_refresh, touched))
        return group.dbt.build(request)

    group.send("alpha", "2026-03-02", m2026_02="1.20")
    assert run_night(group.workspace, dbt=spying, night_date=date(2026, 3, 2)).night_id == "2026-03-02.2"
    assert asked == [(False, [("alpha", "2026-02")])]
    assert group.rates() == {"alpha": {"2026-01": "1.10", "2026-02": "1.20"}, "beta": {"2026-01": "2.10"}}


def test_changed_reference_table_builds_from_nothing(group) -> None:  # type: ignore[no-untyped-def]
    asked = []

    def spying(request: DbtRequest) -> DbtOutcome:
        asked.append(request.full_refresh)
        return group.dbt.build(request)

    (group.workspace.seeds_dir / "group_account.csv").write_text("code,name\n1000,Intangible assets\n")
    assert run_night(group.workspace, dbt=spying, night_date=date(2026, 3, 2)).outcome == "published"
    assert asked == [True]
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10"}}


def test_corrected_and_withdrawn_files_change_what_readers_see(group) -> None:  # type: ignore[no-untyped-def]
    group.send("alpha", "2026-03-02", m2026_01="1.15", m2026_02="1.20")
    group.night()
    assert group.rates()["alpha"] == {"2026-01": "1.15", "2026-02": "1.20"}
    log = EventLog(Lake.of(group.workspace).events)
    withdraw(log, "alpha", "rates_2026-03-02.csv", reason="wrong month", by="Ada")
    assert group.night().outcome == "published"
    assert group.rates()["alpha"] == {"2026-01": "1.10"}
    assert group.ask("select status from ops.delivery where source_file = 'rates_2026-03-02.csv'") == [("withdrawn",)]


def test_failing_branch_keeps_its_last_good_data_and_holds_nobody_up(  # type: ignore[no-untyped-def]
    group, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_take_in = taking.take_in

    def failing(lake, log, branch, file):  # type: ignore[no-untyped-def]
        if branch.branch_id == "alpha":
            raise ZeroDivisionError("a bug that only alpha meets")
        return real_take_in(lake, log, branch, file)

    group.send("alpha", "2026-03-02", m2026_02="1.20")
    group.send("beta", "2026-03-02", m2026_02="2.20")
    monkeypatch.setattr(taking, "take_in", failing)
    result = group.night()
    assert result.outcome == "published"
    assert "rates_2026-03-02.csv: ZeroDivisionError: a bug that only alpha meets" in result.failed["alpha"]
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10", "2026-02": "2.20"}}
    assert group.ask("select branch_id, status, since_night, data_night from ops.held_branch") == [
        ("alpha", "failed", "2026-03-02.2", "2026-03-02.1")
    ]
    assert group.night().outcome == "nothing_new"  # it fails again, alike
    monkeypatch.setattr(taking, "take_in", real_take_in)
    assert group.night().outcome == "published"
    assert group.rates()["alpha"] == {"2026-01": "1.10", "2026-02": "1.20"}
    assert group.ask("select * from ops.held_branch") == []


def test_broken_branch_folder_fails_its_branch_alone(group) -> None:  # type: ignore[no-untyped-def]
    defs = group.workspace.branches_dir / "alpha" / "defs.yaml"
    good = defs.read_text()
    defs.write_text(good.replace('currency: "EUR"', 'currency: "EUR"\n  colour: "red"'))
    group.send("alpha", "2026-03-02", m2026_02="1.20")
    group.send("beta", "2026-03-02", m2026_02="2.20")
    result = group.night()
    assert result.outcome == "published"
    assert "defs.yaml:7: unknown key 'colour'" in result.failed["alpha"]
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10", "2026-02": "2.20"}}
    defs.write_text(good)
    assert group.night().failed == {}
    assert group.rates()["alpha"]["2026-02"] == "1.20"


def test_held_branch_shows_its_last_good_night_until_a_delivery_cures_it(group) -> None:  # type: ignore[no-untyped-def]
    group.send("alpha", "2026-03-02", m2026_01="666", m2026_02="1.20")
    group.send("beta", "2026-03-02", m2026_02="2.20")
    result = group.night()
    assert result.outcome == "published"
    assert list(result.held) == ["alpha"]
    assert "found a rate of 666" in result.held["alpha"]
    good = {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10", "2026-02": "2.20"}}
    assert group.rates() == good
    assert group.ask("select status, since_night, data_night from ops.held_branch") == [
        ("held", "2026-03-02.2", "2026-03-02.1")
    ]
    status = "select status from ops.delivery where branch_id = 'alpha' order by delivery_date"
    assert group.ask(status) == [("accepted",), ("held",)]

    assert run_night(group.workspace, dbt=no_dbt, night_date=date(2026, 3, 2)).outcome == "nothing_new"

    group.send("beta", "2026-03-03", m2026_02="2.25")  # beta goes on, alpha stays held
    again = group.night("2026-03-03")
    assert list(again.held) == ["alpha"]
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10", "2026-02": "2.25"}}
    assert group.ask("select since_night, data_night from ops.held_branch") == [("2026-03-02.2", "2026-03-02.1")]
    assert len(group.events("branch_held")) == 1

    group.send("alpha", "2026-03-04", m2026_01="1.30")
    cured = group.night("2026-03-04")
    assert cured.held == {}
    assert group.rates()["alpha"] == {"2026-01": "1.30", "2026-02": "1.20"}
    assert [event["branch_id"] for event in group.events("branch_released")] == ["alpha"]


def test_branch_held_on_its_first_night_has_no_data(make_group: MakeGroup) -> None:
    group = make_group("alpha", "beta")
    group.send("alpha", "2026-03-01", m2026_01="666")
    group.send("beta", "2026-03-01", m2026_01="2.10")
    assert list(group.night().held) == ["alpha"]
    assert group.rates() == {"beta": {"2026-01": "2.10"}}
    assert group.ask("select data_night from ops.held_branch") == [(None,)]
    assert group.night().outcome == "nothing_new"


def test_group_finding_stops_the_night_and_readers_keep_the_last(group) -> None:  # type: ignore[no-untyped-def]
    sent = group.send("alpha", "2026-03-02", m2026_02="999")
    for _ in range(2):  # a stopped night is tried again
        result = group.night()
        assert result.outcome == "stopped"
        assert "found a rate of 999" in result.reason
        assert result.version == version_path(group.workspace, "2026-03-02.1")
        assert group.rates()["alpha"] == {"2026-01": "1.10"}
    sent.write_text(sent.read_text().replace("999", "1.20"))
    assert group.night().night_id == "2026-03-02.4"
    assert group.rates()["alpha"] == {"2026-01": "1.10", "2026-02": "1.20"}


def test_failed_model_publishes_nothing_and_says_which(group) -> None:  # type: ignore[no-untyped-def]
    group.send("alpha", "2026-03-02", m2026_02="500")
    with pytest.raises(PublishError, match=r"model.tiny.fct_fx_rate: a rate of 500"):
        group.night()
    assert group.rates()["alpha"] == {"2026-01": "1.10"}
    assert group.events("night_recorded")[-1]["outcome"] == "failed"
    group.send("alpha", "2026-03-03", m2026_02="1.20")
    assert group.night().outcome == "published"
    assert group.rates()["alpha"] == {"2026-01": "1.10", "2026-02": "1.20"}


def test_second_night_at_once_is_told_who_runs(group) -> None:  # type: ignore[no-untyped-def]
    with open_night(group.workspace, by="nightly schedule") as night:
        with pytest.raises(
            NightInProgressError, match=rf"nightly schedule \(process {os.getpid()}\) since 20\d\d-"
        ) as told:
            group.night()
        assert "Wait for it to end" in str(told.value)
        night.finish()
    assert group.night().outcome == "nothing_new"


class Killed(BaseException):
    """Stands for a kill -9: nothing after it runs."""


@pytest.mark.parametrize("moment", ["write_record", "point_at", "tidy"])
def test_interrupted_publish_is_repaired_by_the_next_night(  # type: ignore[no-untyped-def]
    group, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    group.send("alpha", "2026-03-02", m2026_02="1.20")
    with monkeypatch.context() as patch:
        patch.setattr(steps, moment, die)
        patch.setattr(steps.Night, "record", lambda *_: None)
        with pytest.raises(Killed):
            group.night()
    assert group.rates()["beta"] == {"2026-01": "2.10"}
    result = group.night()
    # Before its event the version was not published: its path is given up. After it, only the link is to be set.
    assert result.outcome == ("published" if moment == "write_record" else "nothing_new")
    expected = "2026-03-02.3" if moment == "write_record" else "2026-03-02.2"
    assert result.version == version_path(group.workspace, expected)
    assert group.rates() == {"alpha": {"2026-01": "1.10", "2026-02": "1.20"}, "beta": {"2026-01": "2.10"}}
    there = {path.stem for path in (group.workspace.warehouse / "versions").glob("*.duckdb")}
    assert there == {"2026-03-02.1", expected}


def test_interrupted_hold_is_finished_by_the_next_night(group, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def die(*_: object) -> None:
        raise Killed

    group.send("alpha", "2026-03-02", m2026_01="666")
    with monkeypatch.context() as patch:
        patch.setattr(steps, "held", die)  # the manifests are rolled back, nothing else is done
        with pytest.raises(Killed):
            group.night()
    assert list(group.night().held) == ["alpha"]
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10"}}


def test_night_ids_are_never_used_again_even_after_deletion(group) -> None:  # type: ignore[no-untyped-def]
    version_path(group.workspace, "2026-03-02.1").unlink()
    (group.workspace.warehouse / LINK).unlink()
    result = group.night()
    assert (result.night_id, result.outcome) == ("2026-03-02.2", "published")
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10"}}


def test_damaged_version_is_built_anew(group) -> None:  # type: ignore[no-untyped-def]
    path = version_path(group.workspace, "2026-03-02.1")
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update core.fct_fx_rate set rate = 7")
    assert group.rates()["alpha"] == {"2026-01": "7.00"}
    result = group.night()
    assert result.outcome == "published"
    assert "changed by someone" in result.reason
    assert group.rates() == {"alpha": {"2026-01": "1.10"}, "beta": {"2026-01": "2.10"}}


def test_stray_log_is_set_aside_even_when_nothing_is_new(group) -> None:  # type: ignore[no-untyped-def]
    wal = Path(f"{version_path(group.workspace, '2026-03-02.1')}.wal")
    wal.write_bytes(b"someone was killed")
    assert group.night().outcome == "nothing_new"
    assert not wal.exists()
    assert [path.name for path in (group.workspace.warehouse / "set_aside").iterdir()] == ["2026-03-02.1.duckdb.wal.1"]


def test_night_owes_by_its_date(group) -> None:  # type: ignore[no-untyped-def]
    # fx_rate is due one day after month end: March's on 1 April, which is still in time.
    assert run_night(group.workspace, dbt=no_dbt, night_date=date(2026, 4, 1)).outcome == "nothing_new"
    assert run_night(group.workspace, dbt=group.dbt.build, night_date=date(2026, 4, 2)).outcome == "published"


def test_unrecognised_file_is_named_and_holds_nothing_up(group) -> None:  # type: ignore[no-untyped-def]
    (group.workspace.landing / "alpha" / "notes.txt").write_text("hello")
    result = group.night()
    assert result.outcome == "nothing_new"
    assert result.intakes["alpha"].unrecognised == ("notes.txt",)
    assert run_night(group.workspace, dbt=no_dbt, night_date=date(2026, 3, 2)).intakes == {}
