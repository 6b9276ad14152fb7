"""How long the statements of a large group take to rebuild, against one bare aggregation of the same ledger lines.

Run: python tests/benchmarks/statement_rebuild.py [--lines N]
The ledger is made by SQL and handed to dbt as a night hands it (`lake` schema); no file is read or judged. A second
night brings one month of one branch, on histories of three lengths. Not here: taking files in (ledger_load), whole
nights (group_nights).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import sys
import tempfile
import time
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.cli.main import dbtRunner
from measuring import Figure, at_most, table

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"
AIM = 3.0
_CURRENCIES = ("EUR", "USD", "NOK", "GBP", "CNY", "SEK", "CHF", "PLN")
_ACCOUNTS = 60
_FACTS = {"fct_gl_balance", "fct_gl_party_balance"}


def measure(lines: int, branches: int, months: int, scratch: Path) -> list[Figure]:
    """The figures of a rebuild from nothing, and of a night upon a third, two thirds and all of the history.

    `scratch` takes some 100 bytes a line. A shorter history has fewer lines, as many a month.
    """
    figures: list[Figure] = []
    nights = []
    for length in sorted({max(1, months * part // 3) for part in (1, 2, 3)}):
        folder = scratch / f"months_{length}"
        folder.mkdir()
        bare, first, night = _one_history(lines * length // months, branches, length, folder)
        nights.append((length, night))
        if length == months:
            figures = _from_nothing(bare, first, _rows(folder / "bench" / "candidate.duckdb"))
        shutil.rmtree(folder)
    return figures + [
        Figure(
            f"a night that brings one branch's last month of {length}",
            f"{night.seconds('facts', 'statements'):.1f} s, {night.rows('facts', 'statements'):,} rows written,"
            f" {night.queries('facts', 'statements'):.1f} s in DuckDB",
        )
        for length, night in nights
    ]


def _one_history(lines: int, branches: int, months: int, folder: Path) -> tuple[float, Built, Built]:
    warehouse = _warehouse_of_tests()
    ledger = folder / "ledger.parquet"
    _write_ledger(ledger, lines, branches, months)
    bare = _bare(ledger)
    bench = folder / "bench"
    bench.mkdir()
    seeds = _seeds(folder)
    late = f"b{branches - 1:02d}/{_month(months - 1)}"
    first = _build(warehouse, bench, seeds, ledger, late, brings=False)
    return bare, first, _build(warehouse, bench, seeds, ledger, late, brings=True)


def _from_nothing(bare: float, first: Built, rows: str) -> list[Figure]:
    whole = first.seconds("facts", "statements")
    queries = first.queries("facts", "statements")
    return [
        Figure("one bare aggregation", f"{bare:.2f} s"),
        at_most("balances and statements from nothing", whole / bare, AIM, "x", f" ({whole:.1f} s)"),
        Figure("  of it: ledger lines to balances", f"{first.seconds('facts'):.1f} s"),
        Figure(
            "  of it: group balances and statements",
            f"{first.seconds('statements'):.1f} s, {len(first.models('statements'))} models",
        ),
        Figure("  in DuckDB, the threads' queries added up", f"{queries:.1f} s ({queries / bare:.1f} x)"),
        Figure("all other models", f"{first.seconds('rest'):.1f} s"),
        Figure("rows of fct_gl_balance, fct_group_balance, rpt_balance_sheet", rows),
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
        duckdb.execute(
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
    columns = (folder / "account_map.csv").read_text().splitlines()[0].split(",")
    rows = [",".join(columns)]
    for number in range(_ACCOUNTS):
        cells = {"rule_kind": "type", "account_type": "", "branch_id": "", "proposed_by": "a", "approved_by": "b"}
        for branch in range(100):
            cells |= {
                "branch_id": f"b{branch:02d}",
                "account_from": str(1000 + number),
                "account_to": str(1000 + number),
            }
            cells |= {"group_account_code": chart[number % len(chart)], "rule_kind": "exact"}
            rows.append(",".join(cells.get(name, "") for name in columns))
    (folder / "account_map.csv").write_text("\n".join(rows) + "\n")
    return folder


def _build(warehouse: ModuleType, bench: Path, seeds: Path, ledger: Path, late: str, *, brings: bool) -> Built:
    """One dbt build of the models: from nothing without the branch/month `late`, or the night that brings it."""
    database = bench / "build.duckdb"
    database.unlink(missing_ok=True)
    _lake(warehouse, database, ledger, late, brings=brings)
    os.environ.update(
        TIEOUT_BUILD_DB=str(database),
        TIEOUT_CANDIDATE_DB=str(bench / "candidate.duckdb"),
        TIEOUT_SEEDS=str(seeds),
        DBT_TARGET_PATH=str(bench / "target"),
        DBT_LOG_PATH=str(bench / "logs"),
    )
    arguments = ["--log-level-file", "none", "--no-write-json", "build", "--quiet", "--project-dir", str(PROJECT)]
    arguments += ["--profiles-dir", str(PROJECT), "--resource-type", "model", "--resource-type", "seed"]
    with duckdb.connect(str(database)), _counted() as (written, queried):  # held open, as a night holds it
        outcome: Any = dbtRunner().invoke([*arguments, *([] if brings else ["--full-refresh"])])
    wrong = [f"{one.node.name}: {one.message}" for one in outcome.result.results if one.status in {"error", "fail"}]
    if wrong:
        raise SystemExit("\n".join(wrong)[:4000])
    return Built(list(outcome.result.results), written, queried)


def _lake(warehouse: ModuleType, database: Path, ledger: Path, late: str, *, brings: bool) -> None:
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
        only = f" where branch_id || '/' || slice_period {'=' if brings else '<>'} '{late}'"
        said = {"dataset": "'gl_entry'", "delivery_id": "branch_id || '/gl_entry/' || slice_period", "source_row": "1"}
        named = ", ".join(
            f"cast({name if name in given else said.get(name, 'null')} as {types[name]}) as {name}" for name in columns
        )
        connection.execute(
            f"create or replace view lake.gl_entry as select {named} from read_parquet('{ledger}'){only}"
        )
        connection.execute("delete from lake.touched_slice")
        for branch, month, rows in slices:
            key, is_late = ["gl_entry", branch, month], f"{branch}/{month}" == late
            if brings or not is_late:
                connection.execute("insert into lake.slice values (?, ?, ?, 'h', ?, 'f')", [*key, rows])
            if brings == is_late:
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


@dataclass
class Built:
    """What one dbt build took. A second in which two models ran counts half for each."""

    results: list[Any]
    written: dict[str, int]
    queried: dict[str, float]

    def seconds(self, *parts: str) -> float:
        clock = _shared_clock(self.results)
        return sum(clock[name] for name in self.models(*parts))

    def queries(self, *parts: str) -> float:
        return sum(self.queried.get(name, 0.0) for name in self.models(*parts))

    def rows(self, *parts: str) -> int:
        return sum(self.written.get(name, 0) for name in self.models(*parts))

    def models(self, *parts: str) -> list[str]:
        """`facts`: ledger lines to balances; `statements`: from there to statements; `rest`: everything else."""
        path = _on_the_way_to_statements(self.results)
        return [
            one.node.name
            for one in self.results
            if ("facts" if one.node.name in _FACTS else "statements" if one.node.name in path else "rest") in parts
        ]


def _on_the_way_to_statements(results: list[Any]) -> set[str]:
    """The finance marts and every intermediate model that they stand on."""
    nodes = {one.node.unique_id: one.node for one in results}
    found = {key for key, node in nodes.items() if node.path.startswith("marts/finance")}
    waiting = list(found)
    while waiting:
        for key in nodes[waiting.pop()].depends_on.nodes:
            if key in nodes and key not in found and nodes[key].path.startswith(("intermediate", "marts")):
                found.add(key)
                waiting.append(key)
    return {nodes[key].name for key in found if nodes[key].path.startswith(("intermediate", "marts/finance"))}


def _shared_clock(results: list[Any]) -> dict[str, float]:
    """Seconds on the clock per model, those of several models at once divided among them."""
    spans = []
    for one in results:
        times = [moment for timing in one.timing for moment in (timing.started_at, timing.completed_at)]
        spans.append((one.node.name, min(times), max(times)))
    moments = sorted({moment for _, begun, ended in spans for moment in (begun, ended)})
    found: dict[str, float] = defaultdict(float)
    for begun, ended in pairwise(moments):
        running = [name for name, first, last in spans if first <= begun and last >= ended]
        for name in running:
            found[name] += (ended - begun).total_seconds() / len(running)
    return found


@contextmanager
def _counted() -> Iterator[tuple[dict[str, int], dict[str, float]]]:
    """Rows that dbt's models write and seconds that DuckDB takes for their statements, by model."""
    written: Counter[str] = Counter()
    queried: dict[str, float] = defaultdict(float)
    plain: Any = DuckDBCursorWrapper.execute

    def execute(self: Any, sql: str, bindings: Any = None) -> Any:
        began = time.perf_counter()
        answer = plain(self, sql, bindings)
        if named := re.search(r'"node_id": "[^"]*\.([a-z0-9_]+)"', sql):
            queried[named.group(1)] += time.perf_counter() - began
            if re.search(r"\b(create\s+(or replace )?(temp(orary)? )?table|insert into)\b", sql):
                counted = self._cursor.fetchone()
                written[named.group(1)] += int(counted[0]) if counted and isinstance(counted[0], int) else 0
        return answer

    setattr(DuckDBCursorWrapper, "execute", execute)  # noqa: B010  a method of dbt's, for the time of one build
    try:
        yield written, queried
    finally:
        setattr(DuckDBCursorWrapper, "execute", plain)  # noqa: B010


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
