"""A tiny group: branches that send exchange rates only, and a stand-in for dbt. A night takes half a second."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night import inputs
from pipelines.night.driver import run_night
from pipelines.night.results import NightResult
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace

HERE = Path(__file__).parent

BRANCH = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: "{branch}"
  name: "Branch {branch}"
  country_code: "DE"
  currency: "EUR"
  time_zone: "Europe/Berlin"
  language: "en"
  owner: {{team: "treasury", email: "treasury@example.com"}}
  numbers: {{decimal_mark: "."}}
  dates: {{formats: "%Y-%m-%d"}}
  files:
    rates:
      pattern: "rates_.*[.]csv"
      layout: {{kind: "delimited", encoding: "utf-8", delimiter: ","}}
      delivery_date: {{file_name: "rates_([0-9-]+)[.]csv", format: "%Y-%m-%d"}}
      datasets:
        fx_rate:
          rule: "period"
          period: "content"
          mapping:
            columns:
              from_currency_code: "from"
              to_currency_code: "to"
              rate_date: "day"
              rate_type: {{value: "closing"}}
              rate: "rate"
"""


def load_tiny_dbt() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tiny_dbt", HERE / "tiny_dbt.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_dbt"] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Group:
    """A workspace with handles for what a test does to it and asks of it."""

    workspace: Workspace
    dbt: ModuleType

    def send(self, branch: str, delivered: str, **rates: str) -> Path:
        """A file of `branch`: month as `m2026_01` -> that month's USD closing rate."""
        folder = self.workspace.landing / branch
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"USD,EUR,{month[1:].replace('_', '-')}-28,{rate}" for month, rate in rates.items()]
        path = folder / f"rates_{delivered}.csv"
        path.write_text("\n".join(["from,to,day,rate", *lines]) + "\n")
        return path

    def night(self, day: str = "2026-03-02") -> NightResult:
        return run_night(self.workspace, dbt=self.dbt.build, night_date=date.fromisoformat(day))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Query what readers see."""
        path = resolve_published(self.workspace)
        assert path is not None
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def rates(self) -> dict[str, dict[str, str]]:
        """Branch -> month -> rate, as readers see it."""
        found: dict[str, dict[str, str]] = {}
        for branch, month, rate in self.ask("select branch_id, slice_period, rate from core.fct_fx_rate order by all"):
            found.setdefault(str(branch), {})[str(month)] = f"{rate:.2f}"
        return found

    def events(self, *kinds: str) -> list[dict[str, object]]:
        return [dict(event.data) for event in EventLog(Lake.of(self.workspace).events).read(*kinds)]


@pytest.fixture(autouse=True)
def code_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights of one test are nights of one program, also while somebody edits the code beside it."""
    monkeypatch.setattr(inputs, "_CODE", ())


@pytest.fixture
def make_group(tmp_path: Path) -> Callable[..., Group]:
    def made(*branches: str) -> Group:
        (tmp_path / "tieout.yaml").write_text('group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
        (tmp_path / "seeds" / "reference").mkdir(parents=True)
        for branch in branches:
            folder = tmp_path / "branches" / branch
            folder.mkdir(parents=True)
            (folder / "defs.yaml").write_text(BRANCH.format(branch=branch))
        return Group(Workspace.load(tmp_path), load_tiny_dbt())

    return made
