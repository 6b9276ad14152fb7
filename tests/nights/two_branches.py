"""A small group of two branches, north and south, and all that the proofs of this folder do to it and ask of it.

North closes its books month by month (`period`), south sends documents as they come (`append`). Both send their chart
(`full`) and their invoices (`append`). Nights run the real dbt project. Not a test.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from killed_night import MODELS, NightProcess, start
from small_disk import SmallDisk

from pipelines.components.dbt_runner import build_warehouse, dbt_folders, environment
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import withdraw
from pipelines.night.driver import run_night
from pipelines.night.results import NightResult
from pipelines.publishing.versions import LINK, resolve_published
from pipelines.settings import REPOSITORY, Workspace

BRANCHES = ("north", "south")
DAY = date(2026, 4, 20)  # the night's date unless a test says otherwise; nothing more falls due around it

# Cash, receivables, sales, cost of sales, and 7777, which no map names.
CHART = (("1000", "Cash"), ("1200", "Receivables"), ("4000", "Sales"), ("5000", "Goods sold"), ("7777", "Odds"))

_DEFS = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: "{branch}"
  name: "Branch {branch}"
  country_code: "DE"
  currency: "EUR"
  time_zone: "Europe/Berlin"
  language: "en"
  owner: {{team: "finance-{branch}", email: "{branch}@example.com"}}
  numbers: {{decimal_mark: "."}}
  dates: {{formats: "%Y-%m-%d"}}
  files:
    chart:
      pattern: "chart_\\\\d{{8}}.*[.]csv"
      layout: &csv {{kind: "delimited", encoding: "utf-8", delimiter: ","}}
      delivery_date: {{file_name: "chart_(\\\\d{{8}})", format: "%Y%m%d"}}
      datasets:
        gl_account:
          rule: "full"
          mapping: {{columns: {{account_code: "account", account_name: "name"}}}}
    ledger:
      pattern: "ledger_\\\\d{{6}}_\\\\d{{8}}.*[.]csv"
      layout: *csv
      delivery_date: {{file_name: "ledger_\\\\d{{6}}_(\\\\d{{8}})", format: "%Y%m%d"}}
      datasets:
        gl_entry:
          {ledger_rule}
          mapping:
            columns:
              ledger: {{value: "local"}}
              fiscal_year: {{derive: "year_of", from: "posting_date"}}
              fiscal_period: {{derive: "month_of", from: "posting_date"}}
              journal_code: {{value: "GJ"}}
              document_number: "document"
              line_number: "line"
              posting_date: "day"
              entry_kind: {{value: "normal"}}
              is_posted: {{value: "true"}}
              account_code: "account"
              debit_amount_functional: "debit"
              credit_amount_functional: "credit"
              functional_currency_code: {{value: "EUR"}}
    invoices:
      pattern: "invoices_\\\\d{{8}}.*[.]csv"
      layout: *csv
      delivery_date: {{file_name: "invoices_(\\\\d{{8}})", format: "%Y%m%d"}}
      datasets:
        sales_invoice:
          rule: "append"
          mapping:
            columns:
              invoice_number: "number"
              invoice_type: {{value: "invoice"}}
              invoice_date: "day"
              customer_code: "customer"
              currency_code: "currency"
              net_amount_transaction: "net"
              tax_amount_transaction: {{value: "0"}}
              gross_amount_transaction: "net"
              functional_currency_code: {{value: "EUR"}}
              net_amount_functional: "net"
              tax_amount_functional: {{value: "0"}}
              gross_amount_functional: "net"
    balances:
      pattern: "balances_\\\\d{{6}}_\\\\d{{8}}.*[.]csv"
      layout: *csv
      delivery_date: {{file_name: "balances_\\\\d{{6}}_(\\\\d{{8}})", format: "%Y%m%d"}}
      datasets:
        trial_balance:
          rule: "period"
          period: {{file_name: "balances_(\\\\d{{6}})_", format: "%Y%m"}}
          mapping:
            columns:
              ledger: {{value: "local"}}
              fiscal_year: {{derive: "year_of", from: "period_end_date"}}
              from_fiscal_period: {{derive: "month_of", from: "period_end_date"}}
              fiscal_period: {{derive: "month_of", from: "period_end_date"}}
              period_end_date: "day"
              account_code: "account"
              functional_currency_code: {{value: "EUR"}}
              opening_balance_amount_functional: "opening"
              closing_balance_amount_functional: "closing"
              includes_closing_entries: {{value: "false"}}
"""
# North may send a month without documents, which empties it.
_BY_MONTH = (
    'rule: "period"\n          may_be_empty: true\n          period: {file_name: "ledger_(\\\\d{6})_", format: "%Y%m"}'
)
_LEDGER_RULE = {"north": _BY_MONTH, "south": 'rule: "append"'}

# One document of the ledger: number, day, amount, account debited, account credited.
Document = tuple[str, str, str, str, str]
# One invoice: number, day, customer, net amount, currency.
Invoice = tuple[str, str, str, str, str]
Tables = dict[str, list[tuple[Any, ...]]]


def sale(number: int | str, day: str, amount: str, account: str = "4000") -> Document:
    """A cash sale."""
    return (str(number), day, amount, "1000", account)


def chart_text(accounts: Iterable[tuple[str, str]] = CHART) -> str:
    return _text(["account", "name"], accounts)


def ledger_text(documents: Iterable[Document]) -> str:
    """Two lines a document: debit first."""
    lines = []
    for number, day, amount, debited, credited in documents:
        lines += [(number, "1", day, debited, amount, "0"), (number, "2", day, credited, "0", amount)]
    return _text(["document", "line", "day", "account", "debit", "credit"], lines)


def invoices_text(invoices: Iterable[Invoice]) -> str:
    return _text(["number", "day", "customer", "net", "currency"], invoices)


def balances_text(day: str, balances: Iterable[tuple[str, str, str]]) -> str:
    """A branch's own trial balance at the end of a month: account, opening, closing (debit positive)."""
    rows = [(day, account, opening, closing) for account, opening, closing in balances]
    return _text(["day", "account", "opening", "closing"], rows)


def _text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in [header, *rows])


@dataclass
class Group:
    """The workspace of the two branches."""

    root: Path
    workspace: Workspace = field(init=False)

    def __post_init__(self) -> None:
        self.workspace = Workspace.load(self.root)

    @classmethod
    def create(cls, root: Path) -> Group:
        """Write its configuration and reference tables; nothing has arrived yet."""
        root.mkdir(parents=True, exist_ok=True)
        (root / "tieout.yaml").write_text('group_name: "Two"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
        for branch in BRANCHES:
            home = root / "branches" / branch
            home.mkdir(parents=True)
            (home / "defs.yaml").write_text(_DEFS.format(branch=branch, ledger_rule=_LEDGER_RULE[branch]))
        seeds = root / "seeds" / "reference"
        seeds.mkdir(parents=True)
        for name in (
            "group_account.csv", "group_heading.csv", "currency.csv", "consolidation_policy.csv", "branch_tax_rate.csv",
            "cost_allocation.csv", "segment_map.csv", "close_policy.csv", "audit_test_policy.csv",
            "party_match.csv",
        ):  # fmt: skip
            shutil.copy(REPOSITORY / "seeds" / "reference" / name, seeds / name)
        (seeds / "audit_policy.csv").write_text(_policy())
        mapped = {"1000": "1600", "1200": "1300", "4000": "4000", "5000": "5000"}
        with (REPOSITORY / "seeds" / "reference" / "account_map.csv").open(newline="") as stream:
            columns = next(csv.reader(stream))
        with (seeds / "account_map.csv").open("w", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            for branch in BRANCHES:
                for own, groups in mapped.items():
                    writer.writerow(
                        {
                            "branch_id": branch,
                            "account_from": own,
                            "account_to": own,
                            "group_account_code": groups,
                            "proposed_by": "ann",
                            "approved_by": "bob",
                        }
                    )
        return cls(root)

    def copied_to(self, root: Path) -> Group:
        """The same workspace, with all that it holds, elsewhere. Links between its files stay links."""
        subprocess.run(["cp", "-a", str(self.root), str(root)], check=True)
        return Group(root)

    def moved_to(self, root: Path) -> Group:
        """The same workspace elsewhere; at its old place there is nothing but what dbt keeps of the project."""
        kept = self.parsed.read_bytes()
        shutil.move(self.root, root)
        self.parsed.parent.mkdir(parents=True)
        self.parsed.write_bytes(kept)
        return Group(root)

    @property
    def parsed(self) -> Path:
        """What dbt keeps of the project, as long as nothing that it depends on changes: its workspace's place, too."""
        return dbt_folders(self.workspace)["target"] / "partial_parse.msgpack"

    @property
    def lake(self) -> Lake:
        return Lake.of(self.workspace)

    @property
    def log(self) -> EventLog:
        return EventLog(self.lake.events)

    @property
    def link(self) -> Path:
        return self.workspace.warehouse / LINK

    def send(self, branch: str, name: str, content: str) -> Path:
        """Put a file into the landing area as a branch would: under another name first."""
        path = self.workspace.landing / branch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        copying = path.with_name(f".{name}")
        copying.write_text(content)
        copying.replace(path)
        return path

    def withdraw(self, branch: str, name: str) -> None:
        withdraw(self.log, branch, name, reason="sent by mistake", by="Ada")

    def night(self, day: date = DAY) -> NightResult:
        """A night in this process; see `MODELS`."""
        with environment(MODELS):
            return run_night(self.workspace, dbt=build_warehouse, night_date=day)

    def night_process(self, kill_at: str = "", disk: SmallDisk | None = None) -> NightProcess:
        """A night in a process of its own; `kill_at` (see killed_night.py) names the moment at which it is killed."""
        return start(self.root, str(DAY), kill_at, disk)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Query what readers see."""
        with duckdb.connect(str(self.link), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def tables(self, without: Mapping[str, frozenset[str]] | None = None) -> Tables:
        """Every published table with all rows, sorted. See `published_tables`."""
        path = resolve_published(self.workspace)
        assert path is not None
        return published_tables(path, RUN_TIME if without is None else without)

    def sales(self, branch: str) -> dict[str, str]:
        """Month -> sales of a branch, as the monthly indicators show them."""
        rows = self.ask(
            "select fiscal_year, fiscal_period, sales_amount_functional from performance.kpi_monthly"
            f" where branch_id = '{branch}' order by all"
        )
        return {f"{year}-{period:02d}": f"{amount:.2f}" for year, period, amount in rows}

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        return [dict(event.data) for event in self.log.read(*kinds)]


def _policy() -> str:
    """The product's policy, but: a trial balance may differ by 10.00, and a key that stands twice is only shown.

    Sequences of deliveries may bring a document in two months; that they are all published is what they are for.
    """
    with (REPOSITORY / "seeds" / "reference" / "audit_policy.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["check_name"] == "trial_balance":
            row["hold_over_minor"] = "1000"
        elif row["check_name"] == "key_uniqueness":
            row["action"] = "warn"
        row["explanation"] = ""
    return _text(list(rows[0]), [list(row.values()) for row in rows])


# Tables and columns that say when the program ran, not what the branches sent. Everything else must come out the same.
RUN_TIME: dict[str, frozenset[str]] = {
    "ops.night": frozenset({"night_id", "night_date", "started_at"}),
    "ops.held_branch": frozenset({"since_night", "data_night"}),
    "operations.rpt_delivery_status": frozenset({"accepted_at"}),
}
# Two workspaces that receive the same files at different times differ in this, too.
ARRIVAL = {
    **RUN_TIME,
    "ops.delivery": frozenset({"received_at"}),
    "operations.rpt_delivery_status": frozenset({"arrived_at", "accepted_at"}),
}


def published_tables(path: Path, without: Mapping[str, frozenset[str]] = RUN_TIME) -> Tables:
    """Schema.table -> its rows, sorted, first of them the names of the columns; `without` some columns of a table."""
    found: Tables = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema || '.' || table_name, column_name from information_schema.columns order by 1, 2"
        ).fetchall()
        names: dict[str, list[str]] = {}
        for table, column in columns:
            if column not in without.get(table, ()):
                names.setdefault(table, []).append(column)
        for table, shown in names.items():
            said = ", ".join(f'"{name}"' for name in shown)
            found[table] = [tuple(shown), *connection.execute(f"select {said} from {table} order by all").fetchall()]
    return found


def assert_same_tables(found: Tables, expected: Tables) -> None:
    """Fails with the first rows that differ, table by table."""
    assert found.keys() == expected.keys()
    differing = []
    for table, rows in expected.items():
        if found[table] != rows:
            surplus = [row for row in found[table] if row not in rows][:3]
            missing = [row for row in rows if row not in found[table]][:3]
            differing.append(f"{table} {rows[0]}\n  only found: {surplus}\n  only expected: {missing}")
    assert not differing, "\n".join(differing)


def said_by_reader(text: str) -> list[dict[str, Any]]:
    """What reader.py wrote, line by line."""
    return [json.loads(line) for line in text.splitlines()]
