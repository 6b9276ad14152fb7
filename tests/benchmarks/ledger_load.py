"""How fast ledger files become validated, receipted slices and a trial balance, against bare DuckDB and pandas.

Run: python tests/benchmarks/ledger_load.py [--lines 5000000] [--files 5] [--folder FOLDER] [--profile]
Each way is a process of its own, started from nothing. The files are generated from their line numbers alone, so they
are the same on every machine. Not a test: nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl
from measuring import Cost, Figure, at_most, plain, progress, run, table

from pipelines.branches.loading import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.intake.taking import take_in
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.manifests import read_manifest
from pipelines.lake.places import Lake
from pipelines.lake.resolving import resolve

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "ledger_2026_20270105.csv"
LINES_PER_DOCUMENT = 4

DEFS = """
type: "pipelines.components.branch.Branch"
attributes:
  branch_id: "benchmark"
  name: "Benchmark branch"
  country_code: "DE"
  currency: "EUR"
  time_zone: "Europe/Berlin"
  language: "de"
  owner: {team: "finance", email: "finance@example.com"}
  numbers: {decimal_mark: ","}
  dates: {formats: ["%d.%m.%Y"]}
  files:
    ledger:
      pattern: "ledger_\\\\d{4}_\\\\d{8}[.]csv"
      layout: {kind: delimited, delimiter: ";", encoding: "utf-8"}
      delivery_date: {file_name: "ledger_\\\\d{4}_(\\\\d{8})", format: "%Y%m%d"}
      datasets:
        gl_entry:
          rule: full
          mapping:
            columns:
              ledger: {value: "local"}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: "Journal"
              document_number: "Belegnummer"
              line_number: "Zeile"
              posting_date: "Buchungsdatum"
              document_date: "Belegdatum"
              entry_kind: {value: "normal"}
              is_posted: {value: "true"}
              account_code: "Konto"
              debit_amount_functional: "Soll"
              credit_amount_functional: "Haben"
              functional_currency_code: {value: "EUR"}
              cost_center_code: "Kostenstelle"
              tax_code: "Steuer"
              line_text: "Text"
"""

WORKSPACE = 'group_name: "Benchmark"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n'


def write_ledger(path: Path, lines: int) -> None:
    """A German ledger of twelve months: documents of four lines, decimal comma, balanced to the cent."""
    documents = lines // LINES_PER_DOCUMENT
    number = pl.int_range(0, documents, dtype=pl.Int64, eager=True).alias("document")
    frame = (
        pl.LazyFrame({"document": number})
        .with_columns(
            (pl.lit("2026-01-01").str.to_date() + pl.duration(days=pl.col("document") * 365 // documents)).alias("day"),
            ((pl.col("document") * 7919) % 9_999_00 + 100).alias("cents"),
            pl.lit([1, 2, 3, 4]).alias("line"),
        )
        .explode("line")
        .with_columns(
            pl.when(pl.col("line") == 1).then(pl.col("cents") * 3).otherwise(pl.col("cents")).alias("amount"),
        )
    )
    text = pl.format("{},{}", pl.col("amount") // 100, (pl.col("amount") % 100).cast(pl.String).str.zfill(2))
    frame.select(
        pl.when(pl.col("document") % 3 == 0).then(pl.lit("AR")).otherwise(pl.lit("GL")).alias("Journal"),
        pl.format("RE-{}", pl.col("document") + 1_000_000).alias("Belegnummer"),
        pl.col("line").alias("Zeile"),
        pl.col("day").dt.strftime("%d.%m.%Y").alias("Buchungsdatum"),
        pl.col("day").dt.strftime("%d.%m.%Y").alias("Belegdatum"),
        (pl.when(pl.col("line") == 1).then(1200 + pl.col("document") % 7).otherwise(4000 + pl.col("document") % 900))
        .cast(pl.String)
        .str.zfill(6)
        .alias("Konto"),
        pl.when(pl.col("line") == 1).then(text).otherwise(pl.lit("0,00")).alias("Soll"),
        pl.when(pl.col("line") == 1).then(pl.lit("0,00")).otherwise(text).alias("Haben"),
        pl.format("KST{}", pl.col("document") % 40).alias("Kostenstelle"),
        pl.when(pl.col("line") == 2).then(pl.lit("V19")).otherwise(None).alias("Steuer"),
        pl.format("Rechnung {} Kunde {}", pl.col("document"), pl.col("document") % 5000).alias("Text"),
    ).sink_csv(path, separator=";")


def bare_script(sources: Sequence[Path], folder: Path) -> str:
    """What DuckDB needs for CSV → trial balance of every branch, account and month, nothing checked or kept.

    A script that imports DuckDB and nothing else: loading our program is part of our time, not of this one's.
    """
    amount = "sum(CAST(replace({0}, ',', '.') AS DECIMAL(20,4)))"
    query = f"""COPY (SELECT filename, Konto,
        date_trunc('month', CAST(strptime(Buchungsdatum, '%d.%m.%Y') AS DATE)) AS month,
        {amount.format("Soll")} AS debit, {amount.format("Haben")} AS credit
        FROM read_csv({[str(source) for source in sources]}, delim=';', header=true, all_varchar=true, filename=true)
        GROUP BY ALL) TO '{folder / "bare.parquet"}'"""
    return f"import duckdb; duckdb.sql({query!r})"


_PANDAS = """
import sys, decimal, pandas as pd, pandera.pandas as pa, pyarrow
D = decimal.Decimal
f = pd.read_csv(sys.argv[1], sep=";", dtype=str, keep_default_na=False)
for name in ("Soll", "Haben"):
    f[name] = f[name].map(lambda text: D(text.replace(",", ".")))
for name in ("Buchungsdatum", "Belegdatum"):
    f[name] = pd.to_datetime(f[name], format="%d.%m.%Y")
f["Zeile"] = f["Zeile"].astype(int)
money = lambda: pa.Column(object, pa.Check(lambda amount: amount >= 0, element_wise=True))
pa.DataFrameSchema(
    {"Journal": pa.Column(str), "Belegnummer": pa.Column(str), "Zeile": pa.Column(int, pa.Check.ge(1)),
     "Konto": pa.Column(str, pa.Check.str_matches(r"^[0-9]+$")), "Soll": money(), "Haben": money()},
    unique=["Journal", "Belegnummer", "Zeile"],
).validate(f, lazy=True)
sums = f.groupby("Belegnummer")[["Soll", "Haben"]].sum()
assert (sums["Soll"] == sums["Haben"]).all()
f.groupby(["Konto", f["Buchungsdatum"].dt.month])[["Soll", "Haben"]].sum()
for month, rows in f.groupby(f["Buchungsdatum"].dt.month):
    WRITE
"""


def pandas_script() -> str:
    """pandas reads, converts to Decimal, checks rows, keys and documents, adds up, and writes a file a month."""
    try:
        import pyarrow  # noqa: F401, PLC0415
    except ImportError:  # then what it writes is text, which costs it less than Parquet would
        return _PANDAS.replace(", pyarrow", "").replace("WRITE", 'rows.to_csv(f"{sys.argv[2]}/{month}.csv")')
    return _PANDAS.replace("WRITE", 'rows.to_parquet(f"{sys.argv[2]}/{month}.parquet")')


def load_ours(sources: Sequence[Path], folder: Path) -> dict[str, float]:
    """Archive, read, standardize, judge, account, write, resolve, add up. Returns seconds by step."""
    began = time.perf_counter()
    contracts = load_contracts(REPOSITORY / "data_contracts")
    lake = Lake(folder / "lake")
    log = EventLog(lake.events)
    branches = {}
    for number, source in enumerate(sources):
        name = f"branch_{number:02d}"
        defs = folder / "branches" / name / "defs.yaml"
        defs.parent.mkdir(parents=True)
        defs.write_text(DEFS.replace('branch_id: "benchmark"', f'branch_id: "{name}"'), encoding="utf-8")
        (folder / "landing" / name).mkdir(parents=True)
        (folder / "landing" / name / NAME).hardlink_to(source)
        branches[name] = load_branch(defs, contracts, REPOSITORY / "pipelines" / "profiles")
    spent = {"rules": time.perf_counter() - began, "receive": 0.0, "take in": 0.0, "resolve": 0.0}
    for name, branch in branches.items():
        times = [time.perf_counter()]
        (file,) = receive_new(lake, log, folder / "landing", name).received
        times.append(time.perf_counter())
        (receipt,) = take_in(lake, log, branch, file).receipts
        times.append(time.perf_counter())
        change = resolve(lake, log, contracts["gl_entry"], name)
        times.append(time.perf_counter())
        if receipt.status != "accepted" or receipt.rows.quarantined or not change.touched:
            raise SystemExit(f"the benchmark file was not accepted: {receipt.refused_reason or receipt.reasons}")
        for at, step in enumerate(("receive", "take in", "resolve")):
            spent[step] += times[at + 1] - times[at]
    start = time.perf_counter()
    add_up(lake, list(branches), folder)
    spent["trial balance"] = time.perf_counter() - start
    return spent


def add_up(lake: Lake, branches: Sequence[str], folder: Path) -> None:
    """The trial balance of every branch, account and month, from the slices in force."""
    manifests = [read_manifest(lake, "gl_entry", name) for name in branches]
    files = [str(lake.root / one.file) for manifest in manifests if manifest for one in manifest.slices.values()]
    duckdb.sql(
        f"""COPY (SELECT branch_id, account_code, date_trunc('month', posting_date) AS month,
        sum(debit_amount_functional) AS debit, sum(credit_amount_functional) AS credit
        FROM read_parquet({files}, hive_partitioning = false) GROUP BY ALL) TO '{folder / "ours.parquet"}'"""
    )


def same_trial_balance(bare: Path, ours: Path) -> bool:
    """Whether both ways came to the same sums, line for line."""
    lines = [
        duckdb.sql(f"SELECT {columns}, month, debit, credit FROM '{file}' ORDER BY ALL").fetchall()
        for file, columns in ((bare / "bare.parquet", "Konto"), (ours / "ours.parquet", "account_code"))
    ]
    return bool(lines[0]) and lines[0] == lines[1]


def command(way: str, sources: Sequence[Path], folder: Path) -> list[str | Path]:
    """What a process of its own is started with; our way tells its steps as JSON."""
    if way == "bare":
        return [sys.executable, "-c", bare_script(sources, folder)]
    return [sys.executable, __file__, "--child", "--folder", folder, *sources]


def cheapest(sources: Sequence[Path], scratch: Path, repeat: int) -> dict[str, tuple[Cost, Path]]:
    """Of each way the run with the least processor time, each in an empty folder; the ways take turns."""
    found: dict[str, list[tuple[Cost, Path]]] = {"bare": [], "ours": []}
    for turn in range(repeat):
        for way, runs in found.items():
            folder = scratch / f"{way}_{turn}"
            folder.mkdir()
            runs.append((run(command(way, sources, folder)), folder))
            for _, other in runs[:-1]:
                shutil.rmtree(other, ignore_errors=True)
    return {way: (min(runs, key=lambda one: one[0].cpu)[0], runs[-1][1]) for way, runs in found.items()}


def measure(lines: int, files: int, repeat: int, scratch: Path) -> list[Figure]:
    """All three ways, each from nothing."""
    sources = []
    for number in range(files):
        sources.append(scratch / f"ledger_{number}.csv")
        progress(f"writing {sources[-1].name}: {lines // files:,} lines")
        write_ledger(sources[-1], lines // files)
    size = sum(source.stat().st_size for source in sources) / 1e6
    progress(f"{lines:,} ledger lines, {size:.0f} MB in {files} files: bare DuckDB and ours, in turns")
    found = cheapest(sources, scratch, repeat)
    (bare, bare_folder), (ours, our_folder) = found["bare"], found["ours"]
    steps = json.loads(ours.said.splitlines()[-1])
    same = same_trial_balance(bare_folder, our_folder)
    progress("pandas + Pandera, one file")
    slow = run([sys.executable, "-c", pandas_script(), sources[0], scratch])
    slow_wall, slow_cpu = slow.wall * files, slow.cpu * files
    return [
        plain("bare DuckDB: CSV to trial balance, nothing checked", bare.wall, note=f" ({bare.cpu:.1f} s CPU)"),
        plain("checked, receipted, in slices, and added up", ours.wall, note=f" ({ours.cpu:.1f} s CPU)"),
        *(plain(f"  of it {step}", seconds) for step, seconds in steps.items()),
        at_most("times bare DuckDB", ours.wall / bare.wall, 3, "x", f" ({ours.cpu / bare.cpu:.2f} x CPU)"),
        at_most("most memory", ours.memory, 2000, "MB"),
        Figure("the same trial balance, to the cent", "yes" if same else "NO", "yes", same),
        plain("pandas + Pandera (one file, times files)", slow_wall, note=f" ({slow_cpu / ours.cpu:.1f} x our CPU)"),
    ]


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("sources", nargs="*", type=Path)
    said.add_argument("--lines", type=int, default=5_000_000)
    said.add_argument("--files", type=int, default=5)
    said.add_argument("--repeat", type=int, default=2)
    said.add_argument("--folder", type=Path)
    said.add_argument("--child", action="store_true")
    said.add_argument("--profile", action="store_true")
    options = said.parse_args()
    if options.child:
        print(json.dumps(load_ours(options.sources, options.folder)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        if options.profile:
            source = Path(scratch) / "ledger.csv"
            write_ledger(source, options.lines // options.files)
            with cProfile.Profile() as profile:
                load_ours([source], Path(scratch))
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
            return
        figures = measure(options.lines, options.files, options.repeat, Path(scratch))
    print(table(f"{options.lines:,} ledger lines from nothing", figures))


if __name__ == "__main__":
    main()
