"""A lake, a landing folder and a branch made of a few lines of configuration. Not a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipelines.branches.config import BranchConfig
from pipelines.branches.loading import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.lake.received import waiting

REPOSITORY = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)

LEDGER_MAPPING = """
            columns:
              ledger: {value: "local"}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: Journal
              document_number: Document
              line_number: Line
              posting_date: Date
              entry_kind: {value: "normal"}
              is_posted: {value: "true"}
              account_code: Account
              debit_amount_functional: Debit
              credit_amount_functional: Credit
              functional_currency_code: {value: "EUR"}
"""

DEFS = """
type: "pipelines.components.branch.Branch"
attributes:
  branch_id: "{branch_id}"
  name: "Test branch"
  country_code: "DE"
  currency: "EUR"
  time_zone: "Europe/Berlin"
  language: "de"
  owner: {{team: "finance-germany", email: "finance@example.com"}}
  dates: {{formats: ["%Y-%m-%d"]}}
  files:
{files}
"""


@dataclass
class Door:
    """A branch's door: drop files into its landing folder, take them in."""

    root: Path
    files: str = ""
    branch_id: str = "testing"
    contracts: dict[str, Contract] = field(default_factory=lambda: load_contracts(REPOSITORY / "data_contracts"))

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def log(self) -> EventLog:
        return EventLog(self.lake.events, clock=lambda: NOON)

    @property
    def branch(self) -> BranchConfig:
        path = self.root / "branches" / self.branch_id / "defs.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DEFS.format(branch_id=self.branch_id, files=self.files), encoding="utf-8")
        return load_branch(path, self.contracts, REPOSITORY / "pipelines" / "profiles")

    def drop(self, name: str, content: str | bytes) -> Path:
        path = self.root / "landing" / self.branch_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def night(self) -> list[TakenIn]:
        """Receive whatever is new and take everything in that waits."""
        receive_new(self.lake, self.log, self.root / "landing", self.branch_id)
        branch = self.branch
        return [take_in(self.lake, self.log, branch, file) for file in waiting(self.log, self.branch_id)]


def ledger_file(rule: str = "period", more: str = "") -> str:
    """The configuration of a ledger file called ledger_<yyyymm>_<date of delivery>….csv."""
    period = 'period: {file_name: "ledger_(\\\\d{6})", format: "%Y%m"}' if rule == "period" else ""
    return f"""
    ledger:
      pattern: "ledger_\\\\d{{6}}_\\\\d{{8}}.*[.]csv"
      layout: {{kind: delimited, delimiter: ";"}}
      delivery_date: {{file_name: "ledger_\\\\d{{6}}_(\\\\d{{8}})", format: "%Y%m%d"}}
      datasets:
        gl_entry:
          rule: {rule}
          {period}
          mapping:
{LEDGER_MAPPING}
{more}
"""
