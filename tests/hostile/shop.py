"""A newcomer's workspace: one branch, a few lines of YAML, files thrown at it, what a person then sees. Not a test."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.lake.deliveries import accepted_rows, current_receipts, read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.manifests import read_manifest
from pipelines.lake.parquet import read_rows
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.night.dbt_port import DbtNode, DbtOutcome, DbtRequest
from pipelines.night.driver import run_night
from pipelines.night.results import BranchIntake, NightResult
from pipelines.night.steps import open_night
from pipelines.settings import REPOSITORY, Workspace

BRANCH = "north"
HEAD = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: north
  name: "North"
  country_code: "NO"
  currency: NOK
  time_zone: Europe/Oslo
  language: nb
  owner: {team: finance-north, email: finance@north.example}
"""
LEDGER = (
    HEAD
    + """\
  numbers: {decimal_mark: "."}
  dates: {formats: ["%Y-%m-%d"]}
  files:
    ledger:
      pattern: 'ledger.*\\.csv'
      layout: {kind: delimited, delimiter: ";", encoding: utf-8}
      delivery_date: arrival
      datasets:
        gl_entry:
          rule: period
          period: content
          mapping:
            columns:
              ledger: {value: local}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: Journal
              document_number: Document
              line_number: Line
              posting_date: Date
              entry_kind: {value: normal}
              is_posted: {value: "true"}
              account_code: Account
              functional_currency_code: Currency
              line_text: Text
            amounts: {shape: two_columns, debit: Debit, credit: Credit}
"""
)
HEADER = "Journal;Document;Line;Date;Account;Currency;Debit;Credit;Text\n"


@dataclass
class Shop:
    """A workspace with one branch, `north`."""

    root: Path
    defs: str

    def __post_init__(self) -> None:
        (self.root / "tieout.yaml").write_text(
            'group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n', encoding="utf-8"
        )
        (self.root / "seeds").mkdir(exist_ok=True)
        shutil.copytree(REPOSITORY / "seeds" / "reference", self.root / "seeds" / "reference", dirs_exist_ok=True)
        (self.root / "seeds" / "reference" / "account_map.csv").write_text(
            (REPOSITORY / "seeds" / "reference" / "account_map.csv").read_text(encoding="utf-8").splitlines()[0] + "\n",
            encoding="utf-8",
        )
        folder = self.root / "branches" / BRANCH
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "defs.yaml").write_text(self.defs, encoding="utf-8")

    # ---- what a branch does ----------------------------------------------------------------------------------------

    @property
    def landing(self) -> Path:
        folder = self.root / "data" / "landing" / BRANCH
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def send(self, name: str, content: str | bytes) -> Path:
        """A file in the branch's landing folder."""
        path = self.landing / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    @staticmethod
    def entry(
        document: str, amount: str = "10.00", day: str = "2026-01-15", text: str = "", currency: str = "NOK"
    ) -> str:
        """Two lines of a journal that balance."""
        return (
            f"GL;{document};1;{day};1000;{currency};{amount};;{text}\n"
            f"GL;{document};2;{day};2000;{currency};;{amount};{text}\n"
        )

    def csv(self, *entries: str) -> str:
        """A whole file."""
        return HEADER + "".join(entries)

    def many(self, *first: str) -> str:
        """A file whose first entries are lost among twenty good ones, so that it stays below the refusal threshold."""
        return self.csv(*first, *(self.entry(f"M{number}") for number in range(20)))

    # ---- what the night does ---------------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        return Workspace.load(self.root)

    def night(self) -> BranchIntake:
        """Take in what the branch sent, without building the warehouse; every receipt adds up."""
        with open_night(self.workspace) as night:
            intake = night.take_in(BRANCH)
        for receipt in intake.receipts:
            assert_conserved(receipt)
        return intake

    def whole_night(self, day: str) -> NightResult:
        return run_night(self.workspace, dbt=stand_in_dbt, night_date=date.fromisoformat(day))

    # ---- what a person sees ----------------------------------------------------------------------------------------

    def tieout(self, *arguments: str) -> str:
        """What the command prints, as one line of text however wide the terminal is."""
        result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return re.sub(r"[\s│╭╮╰╯─]+", " ", result.output)

    def receipts(self, dataset: str | None = None) -> list[Receipt]:
        lake = Lake.of(self.workspace)
        return [one.receipt for one in current_receipts(lake, EventLog(lake.events), BRANCH, dataset)]

    def accepted(self, dataset: str = "gl_entry") -> pl.DataFrame:
        """The rows that the newest delivery of a dataset brought."""
        return accepted_rows(Lake.of(self.workspace), self.receipts(dataset)[-1]).collect()

    def quarantine(self, dataset: str = "gl_entry") -> pl.DataFrame:
        return read_frame(Lake.of(self.workspace), self.receipts(dataset)[-1], "quarantine")

    def in_force(self, dataset: str = "gl_entry") -> pl.DataFrame:
        """The rows that readers would get tonight."""
        lake = Lake.of(self.workspace)
        manifest = read_manifest(lake, dataset, BRANCH)
        assert manifest is not None
        return pl.concat([read_rows(lake.root / one.file) for one in manifest.slices.values()])

    def documents_in_force(self) -> list[str]:
        return sorted(set(self.in_force()["document_number"]))


def assert_conserved(receipt: Receipt) -> None:
    """Every row that was read is in exactly one class."""
    rows = receipt.rows
    classes = (rows.accepted, rows.quarantined, rows.duplicate, rows.out_of_scope, rows.non_data)
    assert rows.read == sum(classes), receipt


def lines(frame: pl.DataFrame) -> list[tuple[str, Decimal, Decimal]]:
    """Account, debit and credit of ledger lines."""
    return frame.select("account_code", "debit_amount_functional", "credit_amount_functional").rows()


def stand_in_dbt(request: DbtRequest) -> DbtOutcome:
    """What dbt would leave behind, as far as a hostile ledger can reach it."""
    with duckdb.connect(str(request.build_db)) as connection:
        connection.execute("attach '" + str(request.candidate_db) + "' as warehouse")
        for schema in ("core", "ops", "audit"):
            connection.execute(f"create schema if not exists warehouse.{schema}")
        for table in ("slice", "night", "held_branch", "delivery", "quarantine", "finding"):
            connection.execute(f"create or replace table warehouse.ops.{table} as from lake.{table}")
        connection.execute("create or replace table warehouse.core.fct_gl_entry as from lake.gl_entry")
        connection.execute(
            "create or replace table warehouse.audit.audit_rows as select 'rows' as check_name, 'group' as scope, "
            "cast(null as text) as branch_id, 'all' as subject, cast(null as text) as currency_code, "
            "'rows' as expected, 'rows' as actual, cast(0 as bigint) as difference_minor, true as passed"
        )
    return DbtOutcome((DbtNode("model.shop.fct_gl_entry", "success", "", 0.0),))
