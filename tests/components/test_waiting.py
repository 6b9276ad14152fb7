"""Files are taken in by the sensor only when they stand still between two looks; what a plan selects."""

from __future__ import annotations

import datetime as dt

import dagster as dg

from pipelines.components.selecting import selected_assets
from pipelines.components.waiting import look
from pipelines.night.obligations import Obligation
from pipelines.night.plan import BranchWork, PendingFile, Plan, plan
from pipelines.settings import Workspace


def planned(
    workspace: Workspace, *files: PendingFile, datasets: frozenset[str], owed: tuple[Obligation, ...] = ()
) -> Plan:
    found = plan(workspace, night_date=dt.date(2026, 4, 10))
    work = {"germany": BranchWork(files=files, again=(), datasets=datasets)} if files else {}
    return Plan(**{**vars(found), "work": work, "owed": owed})


def test_a_growing_file_waits_for_a_look_that_finds_it_unchanged(sample_workspace: Workspace) -> None:
    small = planned(sample_workspace, PendingFile("a.csv", 10, 1), datasets=frozenset({"customer"}))
    grown = planned(sample_workspace, PendingFile("a.csv", 20, 2), datasets=frozenset({"customer"}))
    first = look(small, None)
    second = look(grown, first.cursor)
    third = look(grown, second.cursor)
    assert [first.complete, second.complete, third.complete] == [False, False, True]
    assert third.cursor == second.cursor


def test_only_what_received_or_owes_something_is_selected_and_everything_after_it(sample_workspace: Workspace) -> None:
    owed = (Obligation("norway", "gl_entry", "finance-norway", dt.date(2026, 4, 5), "2026-03"),)
    found = planned(sample_workspace, PendingFile("a.csv", 1, 1), datasets=frozenset({"customer"}), owed=owed)
    defined = [
        dg.AssetKey(path)
        for path in (
            ["germany", "customer"],
            ["germany", "gl_entry"],
            ["norway", "customer"],
            ["norway", "gl_entry"],
            ["core", "dim_customer"],
            ["warehouse", "audit"],
        )
    ]
    assert [key.to_user_string() for key in selected_assets(found, defined)] == [
        "core/dim_customer",
        "germany/customer",
        "norway/gl_entry",
        "warehouse/audit",
    ]
