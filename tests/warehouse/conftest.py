"""A hand-made lake for the warehouse's tests: a dozen rows a dataset, every figure worked out on paper.

`Lake` holds slices and what happened to deliveries, writes the `lake` schema as a night does, and `build` runs dbt in
process on it. What the figures must come to stands in the tests, never here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import PROVENANCE, Contract
from pipelines.night.master_history import WITH_HISTORY

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"
CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
WHOLE_ALWAYS = {name for name, contract in CONTRACTS.items() if contract.slice_date is None}

Row = dict[str, Any]
Slice = tuple[str, str, str]

STATE = {
    "touched_slice": "dataset varchar, branch_id varchar, slice_period varchar",
    "slice": "dataset varchar, branch_id varchar, slice_period varchar, content_hash varchar, "
    "row_count bigint, file varchar",
    "slice_sum": "dataset varchar, branch_id varchar, slice_period varchar, measure varchar, currency_code varchar, "
    "amount decimal(38,4)",
    "delivery": "delivery_id varchar, branch_id varchar, dataset varchar, delivery_date date, "
    "received_sequence bigint, "
    "received_at timestamp, arrived_at timestamp, accepted_at timestamp, "
    "status varchar, source_file varchar, file_sha256 varchar, contract_version varchar, "
    "mapping_version varchar, delivery_rule varchar, refused_reason varchar, rows_read bigint, rows_accepted bigint, "
    "rows_quarantined bigint, rows_duplicate bigint, rows_out_of_scope bigint, rows_non_data bigint, "
    "contract_rows_accepted bigint, contract_rows_in_force bigint, contract_rows_superseded bigint, owner varchar",
    "delivery_total": "delivery_id varchar, row_class varchar, measure varchar, currency_code varchar, "
    "amount decimal(38,4)",
    "delivery_control": "delivery_id varchar, control_name varchar, declared varchar, computed varchar, "
    "difference decimal(38,4), agrees boolean",
    "finding": "delivery_id varchar, branch_id varchar, dataset varchar, source_file varchar, source_sheet varchar, "
    "source_row bigint, document varchar, severity varchar, scope varchar, rule varchar, column_name varchar, "
    "value varchar, message varchar",
    "quarantine": "delivery_id varchar, branch_id varchar, dataset varchar, delivery_date date, source_file varchar, "
    "source_sheet varchar, source_row bigint, file_sha256 varchar, document varchar, reasons varchar, raw varchar, "
    "owner varchar",
    "obligation": "branch_id varchar, dataset varchar, owner_team varchar, due_date date, period varchar",
    "confirmation": "branch_id varchar, dataset varchar, delivery_id varchar, delivery_date date, arrived_at timestamp",
    "waiting": "branch_id varchar, dataset varchar, source_file varchar, delivery_date date, arrived_at timestamp",
    "night": "night_id varchar, night_date date, started_at timestamp",
    "held_branch": "branch_id varchar, status varchar, since_night varchar, reason varchar, data_night varchar",
    "repair": "repair_id varchar, branch_id varchar, dataset varchar, document varchar, source_file varchar, "
    "source_sheet varchar, source_row bigint, column_name varchar, kind varchar, old_value varchar, new_value varchar, "
    "state varchar, is_open boolean, explanation varchar, made_by varchar, made_at timestamp, reason varchar, "
    "decided_by varchar, decided_at timestamp, closed_by_delivery_id varchar",
    "repair_amount": "repair_id varchar, branch_id varchar, measure varchar, currency_code varchar, "
    "amount_difference decimal(38,4)",
    "period_close": "close_id varchar, period varchar, night_id varchar, closed_by varchar, closed_at timestamp, "
    "reopened_by varchar, reopening_approved_by varchar, reopening_reason varchar, reopened_at timestamp, "
    "is_in_force boolean",
    "break_change": "night_sequence bigint, night_id varchar, night_date date, break_id varchar, recon_code varchar, "
    "branch_id varchar, group_period varchar, currency_code varchar, anchor_document varchar, what varchar, "
    "amount decimal(20,4), amount_before decimal(20,4), cause varchar, because varchar",
    "break_decision": "decision_id varchar, decision_number bigint, break_id varchar, branch_id varchar, "
    "decision varchar, amount decimal(20,4), currency_code varchar, cause varchar, reason varchar, "
    "decided_by varchar, decided_at timestamp, valid_until date, approved_by varchar, counts boolean",
    "break_assignment": "break_id varchar, assignment_number bigint, department varchar, person varchar, "
    "assigned_by varchar, assigned_at timestamp, reason varchar",
    "match_decision": "match_id varchar, recon_code varchar, branch_id varchar, decision varchar, item_key varchar, "
    "reason varchar, decided_by varchar, decided_at timestamp",
    "closed_month": "close_id varchar, group_period varchar",
    "closed_balance": "close_id varchar, unit_id varchar, stage varchar, branch_id varchar, partner_branch_id varchar, "
    "ledger varchar, group_period varchar, group_account_code varchar, movement_type varchar, rule varchar, "
    "functional_currency_code varchar, amount_functional decimal(20,4), group_currency_code varchar, "
    "amount_group decimal(20,4), reason varchar, source_kind varchar, source_reference varchar, made_by varchar, "
    "approved_by varchar",
    "certified_slice": "branch_id varchar, group_period varchar, certified_by varchar, certified_at timestamp, "
    "dataset varchar, content_hash varchar",
    "golden_member": "kind varchar, branch_id varchar, role varchar, code varchar, golden_id varchar, rule varchar, "
    "confidence decimal(5,4), identifier_problem varchar",
    "golden_pair": "kind varchar, branch_a varchar, role_a varchar, code_a varchar, branch_b varchar, role_b varchar, "
    "code_b varchar, rule varchar, confidence decimal(5,4), decision varchar, reason varchar",
    "golden_superseded": "kind varchar, golden_id varchar, superseded_by varchar, since date",
}


@dataclass
class Lake:
    """Slices in force, by (dataset, branch, period), and the state tables' rows."""

    slices: dict[Slice, list[Row]] = field(default_factory=dict)
    state: dict[str, list[Row]] = field(default_factory=dict)

    def put(self, dataset: str, branch: str, period: str, rows: Sequence[Row]) -> None:
        """Replace one slice by `rows` (contract fields; what is left out is null)."""
        self.slices[dataset, branch, period] = list(rows)

    def drop(self, dataset: str, branch: str, period: str) -> None:
        del self.slices[dataset, branch, period]

    def hashes(self) -> dict[Slice, str]:
        return {key: hashlib.sha256(repr(rows).encode()).hexdigest() for key, rows in self.slices.items()}

    def write(self, database: Path, published: dict[Slice, str]) -> None:
        """Fill the `lake` schema of a fresh build database, given the slices that the candidate already holds."""
        now = self.hashes()
        touched = sorted(key for key in {*now, *published} if now.get(key) != published.get(key))
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema lake")
            for dataset, contract in CONTRACTS.items():
                kept = [
                    key for key in self.slices if key[0] == dataset and (dataset in WHOLE_ALWAYS or key in set(touched))
                ]
                frame = _frame(contract, [(key, row) for key in sorted(kept) for row in self.slices[key]])
                parquet = database.parent / f"{dataset}.parquet"
                frame.write_parquet(parquet)
                connection.execute(f"create view lake.{dataset} as select * from read_parquet('{parquet}')")
                if dataset in WITH_HISTORY:
                    connection.execute(f"create view lake.{dataset}_delivered as select * from lake.{dataset}")
            state = {
                "touched_slice": [{"dataset": d, "branch_id": b, "slice_period": p} for d, b, p in touched],
                "slice": [
                    {"dataset": d, "branch_id": b, "slice_period": p, "content_hash": now[d, b, p],
                     "row_count": len(rows), "file": f"{d}/{b}/{p}.parquet"}
                    for (d, b, p), rows in sorted(self.slices.items())
                ],
                "slice_sum": self._sums(),
                "night": [
                    {
                        "night_id": "2026-03-15",
                        "night_date": date(2026, 3, 15),
                        "started_at": datetime(2026, 3, 15, 1, tzinfo=UTC),
                    }
                ],
                **self.state,
            }  # fmt: skip
            for name, columns in STATE.items():
                connection.execute(f"create table lake.{name} ({columns})")
                for row in state.get(name, []):
                    marks = ", ".join("?" for _ in row)
                    connection.execute(
                        f"insert into lake.{name} ({', '.join(row)}) values ({marks})", list(row.values())
                    )

    def _sums(self) -> list[Row]:
        found: list[Row] = []
        for (dataset, branch, period), rows in sorted(self.slices.items()):
            for measure, currency in CONTRACTS[dataset].sums:
                amounts: dict[str, Decimal] = {}
                for row in rows:
                    if row.get(measure) is not None:
                        amounts[row[currency]] = amounts.get(row[currency], Decimal(0)) + Decimal(row[measure])
                found += [
                    {"dataset": dataset, "branch_id": branch, "slice_period": period, "measure": measure,
                     "currency_code": code, "amount": amount}
                    for code, amount in amounts.items()
                ]  # fmt: skip
        return found


def _frame(contract: Contract, rows: list[tuple[Slice, Row]]) -> pl.DataFrame:
    """The rows as they lie in the lake: typed contract fields and provenance."""
    full: list[Row] = []
    numbers: Counter[Slice] = Counter()
    for (dataset, branch, period), row in rows:
        numbers[dataset, branch, period] += 1
        delivery = f"{branch}/{dataset}/2026-03-10_000001"
        provenance = dict.fromkeys(PROVENANCE) | {
            "branch_id": branch, "dataset": dataset, "slice_period": period, "delivery_id": delivery,
            "delivery_date": date(2026, 3, 10), "source_file": f"{dataset}.csv", "source_sheet": "",
            "source_row": numbers[dataset, branch, period], "source_part": 1, "file_sha256": "0" * 64,
            "contract_version": "1.0.0", "mapping_version": "m1",
        }  # fmt: skip
        full.append({**dict.fromkeys(contract.names), **row, **provenance})
    return pl.DataFrame(full, schema=contract.lake_schema, strict=False)


@dataclass
class Warehouse:
    """One published file; each `build` is one night on it.

    All warehouses of a test run are built on the same bench (same paths, hence one dbt parse) and then kept apart.
    """

    folder: Path
    bench: Path
    seeds: Path
    published: dict[Slice, str] = field(default_factory=dict)
    results: list[Any] = field(default_factory=list)

    @property
    def candidate(self) -> Path:
        return self.folder / "candidate.duckdb"

    def copy_to(self, folder: Path) -> Warehouse:
        """The same version, to go on from without touching this one."""
        shutil.copy(self.candidate, folder / "candidate.duckdb")
        return Warehouse(folder, self.bench, self.seeds, dict(self.published))

    def build(
        self, lake: Lake, *, full_refresh: bool = False, dbt_tests: bool = False, only: Sequence[str] = ()
    ) -> None:
        """Run one night's dbt build and keep its results. Fails the test where dbt failed.

        `dbt_tests`: its unit tests and data tests, too. They change no table.
        `only`: tables that the test asks; what they are not made from keeps the state of the night before.
        """
        from dbt.cli.main import dbtRunner  # noqa: PLC0415  two seconds that other tests need not wait

        database, candidate = self.bench / "build.duckdb", self.bench / "candidate.duckdb"
        for old in (database, candidate):
            old.unlink(missing_ok=True)
        if self.candidate.exists() and not full_refresh:
            shutil.copy(self.candidate, candidate)
        lake.write(database, {} if full_refresh else self.published)
        os.environ.update(
            TIEOUT_BUILD_DB=str(database), TIEOUT_CANDIDATE_DB=str(candidate), TIEOUT_SEEDS=str(self.seeds),
            DBT_TARGET_PATH=str(self.bench / "target"), DBT_LOG_PATH=str(self.bench / "logs"),
        )  # fmt: skip
        with duckdb.connect(str(database)):  # held open, as a night holds it
            outcome = dbtRunner().invoke(
                ["--log-level-file", "none", "--no-write-json",
                 "build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet",
                 *(["--full-refresh"] if full_refresh else []),
                 *(["--select", *(f"+{table}" for table in only)] if only else []),
                 *([] if dbt_tests else ["--resource-type", "model", "--resource-type", "seed"])]
            )  # fmt: skip
        assert outcome.exception is None, str(outcome.exception)
        self.results = list(outcome.result.results)
        problems = [f"{r.node.name}: {r.message}" for r in self.results if r.status in {"error", "fail"}]
        assert outcome.success, "\n".join(problems)
        shutil.copy(candidate, self.candidate)
        self.published = lake.hashes()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published side, read as an analyst would."""
        with duckdb.connect(str(self.candidate), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def entries(number: str, day: date, *lines: tuple[str, str, str], kind: str = "normal", **more: Any) -> list[Row]:
    """A balanced or deliberately unbalanced document: (account, debit, credit) per line."""
    return [
        {
            "ledger": "local", "fiscal_year": day.year, "fiscal_period": day.month, "journal_code": "J",
            "document_number": number, "line_number": position, "posting_date": day, "entry_kind": kind,
            "is_posted": True, "account_code": account, "debit_amount_functional": Decimal(debit),
            "credit_amount_functional": Decimal(credit), "functional_currency_code": "EUR", **more,
        }
        for position, (account, debit, credit) in enumerate(lines, start=1)
    ]  # fmt: skip


def printed(month: int, last_day: date, *lines: tuple[str, str, str, str, str], **more: Any) -> list[Row]:
    """Trial balance rows: (account, opening, debit, credit, closing)."""
    return [
        {
            "ledger": "local", "fiscal_year": last_day.year, "from_fiscal_period": month, "fiscal_period": month,
            "period_end_date": last_day, "account_code": account, "functional_currency_code": "EUR",
            "opening_balance_amount_functional": Decimal(opening), "debit_amount_functional": Decimal(debit),
            "credit_amount_functional": Decimal(credit), "closing_balance_amount_functional": Decimal(closing),
            "includes_closing_entries": False, **more,
        }
        for account, opening, debit, credit, closing in lines
    ]  # fmt: skip


@pytest.fixture(scope="session")
def small() -> Callable[[], Lake]:
    return small_lake


@pytest.fixture(scope="session")
def printout() -> Callable[..., list[Row]]:
    return printed


@pytest.fixture(scope="session")
def entry() -> Callable[..., list[Row]]:
    return entries


def small_lake() -> Lake:
    """Alpha (EUR, opening entries, a calendar) and beta (NOK, openings only in its trial balance, no calendar)."""
    lake = Lake()
    lake.put(
        "branch",
        "group",
        "all",
        [
            {
                "branch_code": "alpha",
                "branch_name": "Alpha GmbH",
                "country_code": "DE",
                "functional_currency_code": "EUR",
                "time_zone": "Europe/Berlin",
            },
        ],
    )
    lake.put(
        "fiscal_calendar",
        "group",
        "all",
        [
            {
                "branch_code": "alpha",
                "fiscal_year": 2026,
                "fiscal_period": m,
                "start_date": date(2026, m, 1),
                "end_date": date(2026, m, last),
                "period_kind": "normal",
                "group_period": f"2026-{m:02d}",
            }
            for m, last in ((1, 31), (2, 28), (3, 31))
        ],
    )
    lake.put(
        "fx_rate",
        "group",
        "2026-01",
        [
            {
                "from_currency_code": "NOK",
                "to_currency_code": "EUR",
                "rate_date": date(2026, 1, 31),
                "rate_type": "closing",
                "rate": Decimal("0.0857000000"),
            },
        ],
    )
    lake.put(
        "gl_account",
        "alpha",
        "all",
        [
            {"account_code": code, "account_name": name}
            for code, name in (
                ("1000", "Bank"),
                ("1140", "Stock"),
                ("1200", "Receivables"),
                ("2000", "Capital"),
                ("3806", "Output tax"),
                ("4000", "Sales"),
                ("5000", "Cost"),
            )
        ],
    )
    lake.put("customer", "alpha", "all", [{"customer_code": "00017", "customer_name": "Kunde", "country_code": "DE"}])
    lake.put("supplier", "alpha", "all", [{"supplier_code": "S1", "supplier_name": "Lieferant"}])
    opening = entries(
        "EB1", date(2026, 1, 1), ("1000", "1000", "0"), ("1140", "500", "0"), ("2000", "0", "1500"), kind="opening"
    )
    sale = entries(
        "R1",
        date(2026, 1, 10),
        ("1200", "119", "0"),
        ("4000", "0", "100"),
        ("3806", "0", "19"),
        party_type="customer",
        party_code="00017",
    )
    issue = entries("R2", date(2026, 1, 10), ("5000", "60", "0"), ("1140", "0", "60"))
    draft = entries("D1", date(2026, 1, 11), ("5000", "7", "0"), ("1140", "0", "7"), is_posted=False)
    lake.put("gl_entry", "alpha", "2026-01", opening + sale + issue + draft)
    lake.put(
        "gl_entry",
        "alpha",
        "2026-02",
        entries("B1", date(2026, 2, 5), ("1000", "119", "0"), ("1200", "0", "119"))
        + entries("B2", date(2026, 2, 6), ("6845", "10", "0"), ("1000", "0", "10")),
    )
    lake.put(
        "trial_balance",
        "alpha",
        "2026-01",
        printed(
            1,
            date(2026, 1, 31),
            ("1000", "1000", "0", "0", "1000"),
            ("1140", "500", "0", "60", "440"),
            ("1200", "0", "119", "0", "119"),
            ("2000", "-1500", "0", "0", "-1500"),
            ("3806", "0", "0", "19", "-19"),
            ("4000", "0", "0", "100", "-100"),
            ("5000", "0", "60", "0", "60"),
        ),
    )
    lake.put(
        "trial_balance",
        "alpha",
        "2026-02",
        printed(
            2,
            date(2026, 2, 28),
            ("1000", "1000", "119", "10", "1109"),
            ("1140", "440", "0", "0", "440"),
            ("1200", "119", "0", "119", "0"),
            ("2000", "-1500", "0", "0", "-1500"),
            ("3806", "-19", "0", "0", "-19"),
            ("4000", "-100", "0", "0", "-100"),
            ("5000", "60", "0", "0", "60"),
            ("6845", "0", "10", "0", "10"),
        ),
    )
    invoice = {
        "invoice_number": "R1",
        "invoice_type": "invoice",
        "invoice_date": date(2026, 1, 10),
        "customer_code": "00017",
        "currency_code": "EUR",
        "net_amount_transaction": Decimal(100),
        "tax_amount_transaction": Decimal(19),
        "gross_amount_transaction": Decimal(119),
        "functional_currency_code": "EUR",
        "net_amount_functional": Decimal(100),
        "tax_amount_functional": Decimal(19),
        "gross_amount_functional": Decimal(119),
    }
    lake.put(
        "sales_invoice", "alpha", "2026-01", [invoice, {**invoice, "invoice_number": "R9", "customer_code": "00099"}]
    )
    line = {
        "invoice_date": date(2026, 1, 10),
        "quantity": Decimal(1),
        "currency_code": "EUR",
        "tax_amount_transaction": Decimal(0),
    }
    lake.put(
        "sales_invoice_line",
        "alpha",
        "2026-01",
        [
            {**line, "invoice_number": "R1", "line_number": 1, "net_amount_transaction": Decimal(60)},
            {**line, "invoice_number": "R1", "line_number": 2, "net_amount_transaction": Decimal(40)},
            {**line, "invoice_number": "R9", "line_number": 1, "net_amount_transaction": Decimal("99.99")},
        ],
    )
    lake.put(
        "payment",
        "alpha",
        "2026-02",
        [
            {
                "payment_number": "Z1",
                "payment_date": date(2026, 2, 5),
                "party_type": "customer",
                "party_code": "00017",
                "currency_code": "EUR",
                "amount_transaction": Decimal(119),
                "functional_currency_code": "EUR",
                "amount_functional": Decimal(119),
            },
            {
                "payment_number": "Z2",
                "payment_date": date(2026, 2, 6),
                "party_type": "supplier",
                "currency_code": "EUR",
                "amount_transaction": Decimal(-10),
                "functional_currency_code": "EUR",
                "amount_functional": Decimal(-10),
            },
        ],
    )
    lake.put(
        "payment_allocation",
        "alpha",
        "2026-02",
        [
            {
                "payment_number": "Z1",
                "line_number": 1,
                "payment_date": date(2026, 2, 5),
                "document_number": "R1",
                "allocated_amount_transaction": Decimal(119),
                "currency_code": "EUR",
            },
        ],
    )
    purchases(lake)
    nok = {"functional_currency_code": "NOK"}
    lake.put(
        "gl_entry", "beta", "2026-01", entries("1", date(2026, 1, 20), ("1920", "50", "0"), ("3000", "0", "50"), **nok)
    )
    lake.put(
        "trial_balance",
        "beta",
        "2026-01",
        printed(
            1,
            date(2026, 1, 31),
            ("1920", "200", "50", "0", "250"),
            ("2000", "-200", "0", "0", "-200"),
            ("3000", "0", "0", "50", "-50"),
            **nok,
        ),
    )
    lake.state["delivery"] = [
        {
            "delivery_id": f"{b}/{d}/2026-03-10_000001",
            "branch_id": b,
            "dataset": d,
            "delivery_date": date(2026, 3, 10),
            "received_sequence": 1,
            "received_at": datetime(2026, 3, 10, 8, tzinfo=UTC),
            "status": "accepted",
            "source_file": f"{d}.csv",
            "delivery_rule": "period",
            "rows_read": 9,
            "rows_accepted": 6,
            "rows_quarantined": 2,
            "rows_duplicate": 0,
            "rows_out_of_scope": 0,
            "rows_non_data": 1,
            "contract_rows_accepted": 12,
            "contract_rows_in_force": 12,
            "contract_rows_superseded": 0,
            "owner": "finance",
        }
        for b, d in (("alpha", "gl_entry"), ("beta", "gl_entry"))
    ]
    lake.state["delivery_total"] = [
        {
            "delivery_id": "alpha/gl_entry/2026-03-10_000001",
            "row_class": row_class,
            "measure": "debit_amount_functional",
            "currency_code": "EUR",
            "amount": Decimal(amount),
        }
        for row_class, amount in (("accepted", "1815"), ("in_force", "1815"), ("quarantined", "33.50"))
    ]
    lake.state["delivery_control"] = [
        {
            "delivery_id": "alpha/gl_entry/2026-03-10_000001",
            "control_name": "total_debit",
            "declared": "1815.00",
            "computed": "1814.50",
            "difference": Decimal("-0.50"),
            "agrees": False,
        },
    ]
    lake.state["obligation"] = [
        {
            "branch_id": b,
            "dataset": "gl_entry",
            "owner_team": "finance",
            "due_date": date(2026, 3, 5),
            "period": "2026-02",
        }
        for b in ("alpha", "beta")
    ] + [
        {
            "branch_id": "beta",
            "dataset": "payment",
            "owner_team": "finance",
            "due_date": date(2026, 3, 5),
            "period": "2026-02",
        }
    ]
    # In February the same ledger file came again: it is still January's.
    lake.state["confirmation"] = [
        {
            "branch_id": "beta",
            "dataset": "gl_entry",
            "delivery_id": "beta/gl_entry/2026-03-10_000001",
            "delivery_date": date(2026, 3, 4),
        }
    ]
    return lake


def purchases(lake: Lake) -> None:
    """What alpha bought in February, its codes, and what was open at the ends of January and February."""
    lake.put("product", "alpha", "all", [{"product_code": "P1", "product_name": "Pumpe", "is_service": False}])
    lake.put("cost_center", "alpha", "all", [{"cost_center_code": "K100", "cost_center_name": "Lager"}])
    vat = {"tax_code": "9", "tax_name": "Vorsteuer", "direction": "input", "tax_kind": "vat"}
    lake.put(
        "tax_code",
        "alpha",
        "all",
        [
            {**vat, "rate_pct": Decimal(16), "valid_from": date(2020, 7, 1), "valid_to": date(2020, 12, 31)},
            {**vat, "rate_pct": Decimal(19), "valid_from": date(2021, 1, 1)},
        ],
    )
    bought = {"invoice_type": "invoice", "invoice_date": date(2026, 2, 12), "currency_code": "EUR"}
    bought |= {"functional_currency_code": "EUR"}
    lake.put(
        "purchase_invoice",
        "alpha",
        "2026-02",
        [
            {**bought, "invoice_number": "E1", "supplier_invoice_number": "778/26", "supplier_code": "S7",
             **_totals("50", "9.50", "59.50")},
            {**bought, "invoice_number": "E2", "supplier_invoice_number": "A-3", "supplier_code": "S1",
             **_totals("10", "0", "10")},
        ],
    )  # fmt: skip
    line = {"invoice_date": date(2026, 2, 12), "quantity": Decimal(1), "currency_code": "EUR"}
    lake.put(
        "purchase_invoice_line",
        "alpha",
        "2026-02",
        [
            {**line, "invoice_number": "E1", "line_number": 1, "product_code": "P1", "tax_code": "9",
             "cost_center_code": "K100", "net_amount_transaction": Decimal(30),
             "tax_amount_transaction": Decimal("5.70")},
            {**line, "invoice_number": "E1", "line_number": 2, "product_code": "P9", "product_name": "Dichtung",
             "tax_code": "V0", "cost_center_code": "K900", "net_amount_transaction": Decimal(20)},
            {**line, "invoice_number": "E2", "line_number": 1, "net_amount_transaction": Decimal("9.98")},
        ],
    )  # fmt: skip
    item = {"instalment": 1, "due_date": date(2026, 2, 28), "currency_code": "EUR", "functional_currency_code": "EUR"}
    owed = {**item, "side": "receivable", "party_code": "00017", "document_number": "R1"}
    owing = {**item, "side": "payable", "party_code": "S1", "document_number": "E0", "as_of_date": date(2026, 1, 31)}
    lake.put(
        "open_item",
        "alpha",
        "2026-01",
        [
            {**owed, "as_of_date": date(2026, 1, 31), **_open("119"), "control_account_code": "1200"},
            {**owing, **_open("-40")},
        ],
    )
    # Paid on 5 February; the list of the month's end still shows 5.00 of it.
    lake.put(
        "open_item",
        "alpha",
        "2026-02",
        [{**owed, "as_of_date": date(2026, 2, 28), **_open("5"), "control_account_code": "1200"}],
    )


def _totals(net: str, tax: str, gross: str) -> Row:
    said = {"net_amount": Decimal(net), "tax_amount": Decimal(tax), "gross_amount": Decimal(gross)}
    return {f"{name}_{currency}": amount for name, amount in said.items() for currency in ("transaction", "functional")}


def _open(amount: str) -> Row:
    return {"open_amount_transaction": Decimal(amount), "open_amount_functional": Decimal(amount)}


MAP = """branch_id,account_from,account_to,group_account_code,valid_from,valid_to,note,proposed_by,approved_by
alpha,1000,1099,1600,,,,a,b
alpha,1100,1199,1200,,,,a,b
alpha,1200,1299,1300,,,,a,b
alpha,2000,2000,2000,,,,a,b
alpha,3800,3899,3100,,,,a,b
alpha,4000,4999,4000,,,,a,b
alpha,5000,5999,5000,,,,a,b
beta,1900,1999,1600,,,,a,b
beta,2000,2099,2000,,,,a,b
beta,3000,3999,4000,,,,a,b
gamma,1000,1099,1600,,,,a,b
gamma,1200,1299,1300,,,,a,b
gamma,2000,2000,2000,,,,a,b
gamma,4000,4999,4000,,,,a,b
omega,1000,1099,1600,,,,a,b
omega,1200,1299,1300,,,,a,b
omega,1500,1500,1100,,,,a,b
omega,1590,1590,1150,,,,a,b
omega,1800,1800,1180,,,,a,b
omega,2000,2000,2000,,,,a,b
omega,4000,4999,4000,,,,a,b
omega,5000,5999,5000,,,,a,b
omega,6100,6199,6100,,,,a,b
sigma,1000,1099,1600,,,,a,b
sigma,2000,2000,2000,,,,a,b
"""

POLICY = """\
head_branch_id,currency_code,translation_method,first_month_of_year,ledger,proposed_by,approved_by
*,,step_by_step,1,local,a,b
"""


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's own reference tables with an account map for alpha and beta."""
    folder = tmp_path_factory.mktemp("seeds")
    for name in ("group_account", "group_heading", "audit_policy", "audit_test_policy", "close_policy", "currency"):
        (folder / f"{name}.csv").write_text((REPOSITORY / "seeds/reference" / f"{name}.csv").read_text())
    (folder / "consolidation_policy.csv").write_text(POLICY)
    for name in ("branch_tax_rate", "cost_allocation", "party_match", "segment_map"):  # empty: their columns alone
        header = (REPOSITORY / "seeds/reference" / f"{name}.csv").read_text().splitlines()[0]
        (folder / f"{name}.csv").write_text(f"{header}\n")
    (folder / "account_map.csv").write_text(MAP)
    return folder


@pytest.fixture(scope="session")
def new_warehouse(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Iterator[Callable[[], Warehouse]]:
    before = dict(os.environ)
    bench = tmp_path_factory.mktemp("bench")
    yield lambda: Warehouse(tmp_path_factory.mktemp("warehouse"), bench, seeds)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def built(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """The small lake, built once from nothing, with dbt's tests; tests only read it."""
    warehouse = new_warehouse()
    warehouse.build(small_lake(), dbt_tests=True)
    return warehouse
