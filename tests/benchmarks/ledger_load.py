"""How fast a large ledger file becomes validated, receipted slices, against bare DuckDB and against pandas + Pandera.

Run: python tests/benchmarks/ledger_load.py [--lines 3000000] [--folder FOLDER] [--repeat 3] [--without-pandas]
Prints seconds, ratios, and where the time went. The file is generated from its line numbers alone, so it is the same
on every machine. Not a test: nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from pipelines.branches.loading import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.intake.taking import take_in
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
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


def load_bare(source: Path, folder: Path) -> None:
    """What DuckDB needs for CSV → typed Parquet, nothing checked."""
    amount = "CAST(replace({0}, ',', '.') AS DECIMAL(20,4)) AS {0}"
    duckdb.sql(
        f"""COPY (SELECT Journal, Belegnummer, CAST(Zeile AS BIGINT) AS Zeile,
        CAST(strptime(Buchungsdatum, '%d.%m.%Y') AS DATE) AS Buchungsdatum,
        CAST(strptime(Belegdatum, '%d.%m.%Y') AS DATE) AS Belegdatum, Konto,
        {amount.format("Soll")}, {amount.format("Haben")}, Kostenstelle, Steuer, Text
        FROM read_csv('{source}', delim=';', header=true, all_varchar=true))
        TO '{folder / "bare.parquet"}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"""
    )


def load_with_pandas(source: Path, folder: Path) -> None:
    """pandas reads, converts to Decimal, Pandera checks rows, keys and balanced documents, pandas writes nothing."""
    script = """
import sys, decimal, pandas as pd, pandera.pandas as pa
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
"""
    subprocess.run([sys.executable, "-c", script, str(source)], check=True, cwd=folder)


def load_ours(source: Path, folder: Path) -> dict[str, float]:
    """Archive, read, standardize, judge, account, write, resolve. Returns seconds by step."""
    defs = folder / "branches" / "benchmark" / "defs.yaml"
    defs.parent.mkdir(parents=True)
    defs.write_text(DEFS, encoding="utf-8")
    landing = folder / "landing" / "benchmark"
    landing.mkdir(parents=True)
    (landing / NAME).hardlink_to(source)
    contracts = load_contracts(REPOSITORY / "data_contracts")
    branch = load_branch(defs, contracts, REPOSITORY / "pipelines" / "profiles")
    lake = Lake(folder / "lake")
    log = EventLog(lake.events)
    times = [time.perf_counter()]
    (file,) = receive_new(lake, log, folder / "landing", "benchmark").received
    times.append(time.perf_counter())
    (receipt,) = take_in(lake, log, branch, file).receipts
    times.append(time.perf_counter())
    change = resolve(lake, log, contracts["gl_entry"], "benchmark")
    times.append(time.perf_counter())
    if receipt.status != "accepted" or receipt.rows.quarantined or not change.touched:
        raise SystemExit(f"the benchmark file was not accepted: {receipt.refused_reason or receipt.reasons}")
    steps = ("receive (copy, hash)", "take in (read … write)", "resolve (slices, manifest)")
    return {step: end - start for step, start, end in zip(steps, times, times[1:], strict=False)}


def timed(run: Callable[[Path], object], repeat: int) -> tuple[float, object]:
    """The best of several runs, each in an empty folder."""
    best, result = float("inf"), None
    for _ in range(repeat):
        folder = Path(tempfile.mkdtemp(dir=FOLDER))
        start = time.perf_counter()
        found = run(folder)
        seconds = time.perf_counter() - start
        if seconds < best:
            best, result = seconds, found
        shutil.rmtree(folder)
    return best, result


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--lines", type=int, default=3_000_000)
    said.add_argument("--folder", type=Path)
    said.add_argument("--repeat", type=int, default=3)
    said.add_argument("--without-pandas", action="store_true")
    said.add_argument("--profile", action="store_true")
    options = said.parse_args()
    global FOLDER  # noqa: PLW0603 - a script
    FOLDER = options.folder or Path(tempfile.mkdtemp())
    FOLDER.mkdir(parents=True, exist_ok=True)
    source = FOLDER / f"ledger_{options.lines}.csv"
    if not source.exists():
        write_ledger(source, options.lines)
    print(f"{options.lines:,} ledger lines, {source.stat().st_size / 1e6:.0f} MB")
    load_ours_folder = lambda folder: load_ours(source, folder)  # noqa: E731
    if options.profile:
        with cProfile.Profile() as profile:
            timed(load_ours_folder, 1)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    bare, _ = timed(lambda folder: load_bare(source, folder), options.repeat)
    ours, steps = timed(load_ours_folder, options.repeat)
    print(f"bare DuckDB CSV to Parquet     {bare:6.2f} s")
    print(f"validated, receipted slices    {ours:6.2f} s   {ours / bare:.2f} x bare DuckDB")
    print(json.dumps({name: round(seconds, 2) for name, seconds in dict(steps).items()}, ensure_ascii=False))  # type: ignore[call-overload]
    if not options.without_pandas:
        slow, _ = timed(lambda folder: load_with_pandas(source, folder), 1)
        print(f"pandas + Pandera               {slow:6.2f} s   {slow / ours:.1f} x as long as ours")


FOLDER = Path()

if __name__ == "__main__":
    main()
