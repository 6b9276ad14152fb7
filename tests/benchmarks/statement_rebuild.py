"""How long the statements of a large group take to rebuild, against one bare aggregation of the same ledger lines.

Run: python tests/benchmarks/statement_rebuild.py [--lines N]
The ledger is made by SQL and handed to dbt as a night hands it (`lake` schema); no file is read or judged. The second
night brings one month of one branch. Not here: taking files in (ledger_load), whole nights (group_nights).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from calendar import monthrange
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
from measuring import Figure, at_most, table

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"
AIM = 3.0
_CURRENCIES = ("EUR", "USD", "NOK", "GBP", "CNY", "SEK", "CHF", "PLN")
_ACCOUNTS = 60


def measure(lines: int, branches: int, months: int, scratch: Path) -> list[Figure]:
    """The figures of a rebuild from nothing and of a night upon it. `scratch` takes some 100 bytes a line."""
    warehouse = _warehouse_of_tests()
    ledger = scratch / "ledger.parquet"
    _write_ledger(ledger, lines, branches, months)
    bare = _bare(ledger)
    bench = scratch / "bench"
    bench.mkdir()
    first = _build(warehouse, bench, _seeds(scratch), ledger, touched=None)
    last = f"b00/{_month(months - 1)}"
    second = _build(warehouse, bench, scratch / "seeds", ledger, touched=last)
    facts, statements, rest = _shares(first)
    again = sum(_shares(second)[:2])
    rows = _rows(bench / "candidate.duckdb")
    return [
        Figure("one bare aggregation", f"{bare:.2f} s"),
        at_most(
            "balances and statements from nothing",
            (facts + statements) / bare,
            AIM,
            "x",
            f" ({facts + statements:.1f} s",
        ),
        Figure("  of it: ledger lines to balances", f"{facts:.1f} s"),
        Figure("  of it: group balances and statements", f"{statements:.1f} s"),
        Figure("all other models", f"{rest:.1f} s"),
        Figure("a night that brings one branch's month: the same models", f"{again:.1f} s"),
        Figure("rows of fct_gl_balance, fct_group_balance, statements", rows),
    ]


def _warehouse_of_tests() -> ModuleType:
    """The hand-made lake of the warehouse's tests: which tables there are, and their columns."""
    file = REPOSITORY / "tests" / "warehouse" / "conftest.py"
    spec = importlib.util.spec_from_file_location("warehouse_of_tests", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["warehouse_of_tests"] = module
    spec.loader.exec_module(module)
    return module


def _month(index: int) -> str:
    return f"{2024 + index // 12}-{index % 12 + 1:02d}"


def _write_ledger(file: Path, lines: int, branches: int, months: int) -> None:
    """Documents of two lines, one a debit, spread evenly over branches, months and accounts."""
    codes = ", ".join(f"'{code}'" for code in _CURRENCIES)
    duckdb.sql(
        f"""
        copy (
            select
                'local' as ledger, 2024 + month // 12 as fiscal_year, month % 12 + 1 as fiscal_period,
                'J' as journal_code,
                cast(document as varchar) as document_number, line as line_number,
                make_date(2024 + month // 12, month % 12 + 1, cast(document % 28 + 1 as int)) as posting_date,
                'normal' as entry_kind, true as is_posted,
                cast(1000 + (document // {branches * months} * 7 + line * 31) % {_ACCOUNTS} as varchar) as account_code,
                cast(case line when 0 then document % 100000 + 1 else 0 end as decimal(20, 4))
                    as debit_amount_functional,
                cast(case line when 1 then document % 100000 + 1 else 0 end as decimal(20, 4))
                    as credit_amount_functional,
                ([{codes}])[branch % {len(_CURRENCIES)} + 1] as functional_currency_code,
                'C' || (document % 5) as cost_center_code,
                'b' || lpad(cast(branch as varchar), 2, '0') as branch_id,
                strftime(make_date(2024 + month // 12, month % 12 + 1, 1), '%Y-%m') as slice_period
            from (
                select
                    number // 2 as document, number % 2 as line, (number // 2) % {branches} as branch,
                    cast(((number // 2) // {branches}) % {months} as int) as month
                from range({lines}) as numbers(number)
            )
        ) to '{file}' (format parquet)
        """
    )


def _bare(ledger: Path) -> float:
    """The best of three: what no warehouse can do without."""
    found = []
    for _ in range(3):
        began = time.perf_counter()
        duckdb.sql(
            "select branch_id, ledger, fiscal_year, fiscal_period, account_code, functional_currency_code,"
            f" sum(debit_amount_functional), sum(credit_amount_functional) from read_parquet('{ledger}') group by all"
        ).fetchall()
        found.append(time.perf_counter() - began)
    return min(found)


def _seeds(scratch: Path) -> Path:
    folder = scratch / "seeds"
    shutil.copytree(REPOSITORY / "seeds" / "reference", folder)
    for name in ("cost_allocation", "segment_map", "branch_tax_rate", "consolidation_policy"):
        header = (folder / f"{name}.csv").read_text().splitlines()[0]
        (folder / f"{name}.csv").write_text(f"{header}\n")
    (folder / "consolidation_policy.csv").write_text(
        "head_branch_id,currency_code,translation_method,first_month_of_year,ledger,proposed_by,approved_by\n"
        "*,,step_by_step,1,local,a,b\n"
    )
    chart = ("1100", "1200", "1300", "1500", "1600", "3000", "3200", "3300", "4000", "5000", "6000", "6200")
    header = (folder / "account_map.csv").read_text().splitlines()[0].split(",")
    rows = [",".join(header)]
    for number in range(_ACCOUNTS):
        cells = {"rule_kind": "type", "account_type": "", "branch_id": "", "proposed_by": "a", "approved_by": "b"}
        for branch in range(100):
            cells |= {
                "branch_id": f"b{branch:02d}",
                "account_from": str(1000 + number),
                "account_to": str(1000 + number),
            }
            cells |= {"group_account_code": chart[number % len(chart)], "rule_kind": "exact"}
            rows.append(",".join(cells.get(name, "") for name in header))
    (folder / "account_map.csv").write_text("\n".join(rows) + "\n")
    return folder


def _build(warehouse: ModuleType, bench: Path, seeds: Path, ledger: Path, touched: str | None) -> list[Any]:
    """One dbt build of the models; the results of each. `touched`: branch/month that changed, else everything."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  two seconds that importing this module need not cost

    database = bench / "build.duckdb"
    database.unlink(missing_ok=True)
    _lake(warehouse, database, ledger, touched)
    os.environ.update(
        TIEOUT_BUILD_DB=str(database),
        TIEOUT_CANDIDATE_DB=str(bench / "candidate.duckdb"),
        TIEOUT_SEEDS=str(seeds),
        DBT_TARGET_PATH=str(bench / "target"),
        DBT_LOG_PATH=str(bench / "logs"),
    )
    arguments = ["--log-level-file", "none", "--no-write-json", "build", "--quiet", "--project-dir", str(PROJECT)]
    arguments += ["--profiles-dir", str(PROJECT), "--resource-type", "model", "--resource-type", "seed"]
    with duckdb.connect(str(database)):  # held open, as a night holds it
        outcome = dbtRunner().invoke([*arguments, *([] if touched else ["--full-refresh"])])
    wrong = [f"{one.node.name}: {one.message}" for one in outcome.result.results if one.status in {"error", "fail"}]
    if wrong:
        raise SystemExit("\n".join(wrong)[:4000])
    return list(outcome.result.results)


def _lake(warehouse: ModuleType, database: Path, ledger: Path, touched: str | None) -> None:
    """Schema `lake` of a group of one root, its branches' ledgers and nothing else."""
    lake = warehouse.Lake()
    with duckdb.connect() as connection:
        slices = connection.execute(
            f"select branch_id, slice_period, count(*) from read_parquet('{ledger}') group by all order by all"
        ).fetchall()
    branches = sorted({branch for branch, _, _ in slices})
    months = sorted({month for _, month, _ in slices})
    lake.put("branch", "office", "all", [_branch(name, number) for number, name in enumerate(branches)])
    lake.put(
        "ownership", "office", "all",
        [
            {"owner_branch_code": branches[0], "owned_branch_code": name, "valid_from": date(2023, 12, 31),
             "ownership_pct": Decimal(100), "method": "full"}
            for name in branches[1:]
        ],
    )  # fmt: skip
    rates = [rate for month in ["2023-12", *months] for rate in _rates(month)]
    lake.put("fx_rate", "office", months[0], rates)
    lake.write(database, {})
    with duckdb.connect(str(database)) as connection:
        columns = [row[0] for row in connection.execute("describe lake.gl_entry").fetchall()]
        given = {row[0] for row in connection.execute(f"describe from read_parquet('{ledger}')").fetchall()}
        types = dict(connection.execute("select column_name, column_type from (describe lake.gl_entry)").fetchall())
        only = "" if touched is None else " where branch_id || '/' || slice_period = '" + touched + "'"
        said = {"dataset": "'gl_entry'", "delivery_id": "branch_id || '/gl_entry/' || slice_period", "source_row": "1"}
        named = ", ".join(
            f"cast({name if name in given else said.get(name, 'null')} as {types[name]}) as {name}" for name in columns
        )
        connection.execute(
            f"create or replace view lake.gl_entry as select {named} from read_parquet('{ledger}'){only}"
        )
        connection.execute("delete from lake.touched_slice")
        for branch, month, rows in slices:
            key = ["gl_entry", branch, month]
            connection.execute("insert into lake.slice values (?, ?, ?, 'h', ?, 'f')", [*key, rows])
            if touched in (None, f"{branch}/{month}"):
                connection.execute("insert into lake.touched_slice values (?, ?, ?)", key)


def _branch(name: str, number: int) -> dict[str, str]:
    currency = _CURRENCIES[number % len(_CURRENCIES)]
    return {"branch_code": name, "branch_name": name, "country_code": "DE", "functional_currency_code": currency}


def _rates(month: str) -> list[dict[str, Any]]:
    year, number = (int(part) for part in month.split("-"))
    last = date(year, number, monthrange(year, number)[1])
    return [
        {
            "from_currency_code": code,
            "to_currency_code": "EUR",
            "rate_date": last,
            "rate_type": kind,
            "rate": Decimal("0.9"),
        }
        for code in _CURRENCIES[1:]
        for kind in ("average", "closing")
    ]


def _shares(results: list[Any]) -> tuple[float, float, float]:
    """Seconds of the models from ledger lines to balances, from there to statements, and of all others."""
    found = {"facts": 0.0, "statements": 0.0, "rest": 0.0}
    for one in results:
        name, path = one.node.name, one.node.path
        if name in {"fct_gl_balance", "fct_gl_party_balance"}:
            found["facts"] += one.execution_time
        elif path.startswith(("intermediate", "marts/finance")):
            found["statements"] += one.execution_time
        else:
            found["rest"] += one.execution_time
    return found["facts"], found["statements"], found["rest"]


def _rows(candidate: Path) -> str:
    with duckdb.connect(str(candidate), read_only=True) as connection:
        counts = [
            connection.execute(f"select count(*) from {name}").fetchone()
            for name in ("core.fct_gl_balance", "finance.fct_group_balance", "finance.rpt_balance_sheet")
        ]
    return ", ".join(f"{one[0]:,}" for one in counts if one)


def main() -> None:
    said = argparse.ArgumentParser(prog="python tests/benchmarks/statement_rebuild.py", description=__doc__)
    said.add_argument("--lines", type=int, default=10_000_000)
    said.add_argument("--branches", type=int, default=50)
    said.add_argument("--months", type=int, default=36)
    options = said.parse_args()
    with tempfile.TemporaryDirectory() as made:
        figures = measure(options.lines, options.branches, options.months, Path(made))
    print(
        table(f"Statements of {options.branches} branches, {options.months} months, {options.lines:,} lines", figures)
    )


if __name__ == "__main__":
    main()
