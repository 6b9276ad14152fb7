"""Some branches of the sample group through real nights: files in, dbt, Great Expectations, a published warehouse."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.components.dbt_runner import build_warehouse, dbt_folders
from pipelines.night import inputs
from pipelines.night.dbt_port import DbtOutcome, DbtRequest
from pipelines.night.driver import run_night
from pipelines.night.results import NightResult
from pipelines.night.summary import night_summary
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace

REPOSITORY = Path(__file__).parents[2]
BRANCHES = {"germany", "china", "united_kingdom", "group"}  # fiscal years from January and from April
# What a night says about itself and not about the books.
OF_THE_NIGHT = {"ops.night", "ops.held_branch"}


def sample(root: Path) -> Workspace:
    """A workspace of its own with these branches' folders and the reference tables, and an empty landing area."""
    for branch in BRANCHES:
        shutil.copytree(REPOSITORY / "pipelines" / "defs" / "branches" / branch, root / "branches" / branch)
    shutil.copytree(REPOSITORY / "seeds" / "reference", root / "seeds" / "reference")
    (root / "tieout.yaml").write_text('group_name: "Sample"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
    return Workspace.load(root)


def deliver(workspace: Workspace, until: str) -> None:
    """Put the sample deliveries there whose delivery date (in their names) is not after `until` (YYYYMMDD)."""
    folders = (REPOSITORY / "seeds" / "deliveries" / branch for branch in sorted(BRANCHES))
    for source in sorted(file for folder in folders for file in folder.rglob("*")):
        digits = "".join(character if character.isdigit() else " " for character in source.name).split()
        dates = [part[:8] for part in digits if len(part) in {8, 14} and part.startswith("20")]
        if source.is_file() and (not dates or max(dates) <= until):
            target = workspace.landing / source.relative_to(REPOSITORY / "seeds" / "deliveries")
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                shutil.copyfile(source, target)


def night(workspace: Workspace, day: str) -> NightResult:
    return run_night(workspace, dbt=build_warehouse, night_date=date.fromisoformat(day))


@dataclass
class Story:
    """Two nights in a row in one workspace, and everything at once in another."""

    workspace: Workspace
    first: NightResult
    second: NightResult
    at_once: Workspace


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "_CODE", ())  # nights of one program, also while somebody edits the code
        place = tmp_path_factory.mktemp("sample") / "workspace"
        workspace = sample(place)
        deliver(workspace, "20260331")
        # dbt's data tests change no table. The whole sample group's night runs them cold, the second one here warm.
        with patch.context() as models:
            models.setenv("DBT_RESOURCE_TYPES", "model seed")
            first = night(workspace, "2026-03-31")
        deliver(workspace, "20261231")
        second = night(workspace, "2026-04-20")
        nightly = moved(workspace, place.with_name("nightly"))
        patch.setenv("DBT_RESOURCE_TYPES", "model seed")
        at_once = sample(place)
        deliver(at_once, "20261231")
        assert night(at_once, "2026-04-20").outcome == "published"
        return Story(nightly, first, second, at_once)


def moved(workspace: Workspace, place: Path) -> Workspace:
    """The workspace elsewhere. What dbt keeps of the project stays for the next workspace that is made here."""
    parsed = dbt_folders(workspace)["target"] / "partial_parse.msgpack"
    kept = parsed.read_bytes()
    shutil.move(workspace.root, place)
    parsed.parent.mkdir(parents=True)
    parsed.write_bytes(kept)
    return Workspace.load(place)


def tables(path: Path) -> dict[str, tuple[list[str], list[tuple[object, ...]]]]:
    """Every published table: its columns, and its rows in a fixed order."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by all"
        ).fetchall()
        found = {}
        for (name,) in names:
            cursor = connection.execute(f"select * from {name} order by all")
            found[name] = ([column[0] for column in cursor.description or ()], cursor.fetchall())
        return found


def test_both_nights_publish_every_branch(story: Story) -> None:
    for result in (story.first, story.second):
        assert (result.outcome, dict(result.held), dict(result.failed)) == ("published", {}, {})
    lines = night_summary(story.workspace)
    assert {line.branch_id for line in lines} == BRANCHES
    assert {line.status for line in lines} == {"ok"}
    assert {line.out_of_balance for line in lines} == {Decimal(0)}


def test_summary_shows_the_sales_of_the_independent_books(story: Story) -> None:
    with (REPOSITORY / "seeds" / "truth" / "kpi_monthly.csv").open(newline="") as stream:
        truth: dict[str, Decimal] = {}
        for row in csv.DictReader(stream):
            if row["branch_id"] in BRANCHES:
                truth[row["branch_id"]] = truth.get(row["branch_id"], Decimal(0)) + Decimal(row["sales"])
    shown = {line.branch_id: line.sales for line in night_summary(story.workspace) if line.sales is not None}
    assert shown == truth


def test_night_after_night_equals_everything_at_once(story: Story) -> None:
    nightly, at_once = resolve_published(story.workspace), resolve_published(story.at_once)
    assert nightly and at_once
    left, right = tables(nightly), tables(at_once)
    assert left.keys() == right.keys()
    # When files arrived, and in which order of arrival, is what the two groups do not share.
    arrival = {"received_at", "received_sequence", "delivery_id", "slice_hash", "content_hash", "file"}
    differing = []
    for name in sorted(left.keys() - OF_THE_NIGHT):
        columns = [i for i, column in enumerate(left[name][0]) if column not in arrival]
        rows = [sorted(repr([row[i] for i in columns]) for row in side[name][1]) for side in (left, right)]
        if name.startswith(("core.", "finance.", "performance.", "reconciliation.")) and rows[0] != rows[1]:
            differing.append(name)
    assert differing == []


def test_unchanged_night_is_nothing_new(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_dbt(request: DbtRequest) -> DbtOutcome:
        raise AssertionError("dbt must not run")

    monkeypatch.setattr(inputs, "_CODE", ())
    result = run_night(story.workspace, dbt=no_dbt, night_date=date(2026, 4, 20))
    assert result.outcome == "nothing_new"
    assert result.version == resolve_published(story.workspace)


def test_stricter_policy_holds_branches_and_the_rest_publishes(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's ledgers differ from their trial balances where rows were refused: a policy may not bear that."""
    monkeypatch.setattr(inputs, "_CODE", ())
    monkeypatch.setenv("DBT_RESOURCE_TYPES", "model seed")
    policy = story.at_once.seeds_dir / "audit_policy.csv"
    lines = policy.read_text().splitlines(keepends=True)
    strict = [
        line.replace(",0,1000000000,hold,", ",0,0,hold,") if line.startswith("trial_balance,") else line
        for line in lines
    ]
    assert strict != lines
    policy.write_text("".join(strict))
    result = night(story.at_once, "2026-04-20")
    assert result.outcome == "published"
    with duckdb.connect(str(result.version), read_only=True) as connection:
        differing = connection.execute(
            "select distinct branch_id from audit.audit_trial_balance where not passed"
        ).fetchall()
        held = connection.execute("select branch_id from ops.held_branch").fetchall()
    assert differing
    assert sorted(held) == sorted(differing)
    assert set(result.held) == {branch for (branch,) in held}
