"""The sample group's night on DuckDB, and the same dbt project on Spark over the same `lake` tables.

The night runs in a process of its own. Spark then reads what that night's dbt run read, exported as Parquet, and builds
every model anew in a session of this process. Not here: what must be equal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.components.dbt_runner import environment
from pipelines.publishing.versions import resolve_published
from pipelines.settings import REPOSITORY, Workspace

NIGHT = date(2026, 4, 10)
PUBLISHED = ("core", "finance", "performance", "reconciliation", "operations", "auditing", "ops", "audit", "kept")
WORKED_OUT = ("intermediate", "reference")
# What a statement in single quotes, a backslash or a comma could break on its way into a reference table.
AWKWARD = """germany,ZZ1,ZZ2,1200,,,"O'Neill's ""C:\\new"", 100 %",test,test"""

Row = tuple[Any, ...]
Table = tuple[str, str]


@dataclass(frozen=True)
class Relation:
    """One table as an engine holds it: columns with their types in order, and its rows."""

    columns: tuple[tuple[str, str], ...]
    rows: list[Row] = field(repr=False)


@dataclass(frozen=True)
class OnDuckDB:
    """The published version and the build database of one night."""

    workspace: Workspace
    published: Path
    build: Path

    def tables(self) -> dict[Table, Path]:
        """Every table that dbt made, and the file that holds it."""
        found = {}
        for file, schemas in ((self.published, PUBLISHED), (self.build, WORKED_OUT)):
            with duckdb.connect(str(file), read_only=True) as connection:
                query = "select table_schema, table_name from information_schema.tables where table_schema in ?"
                found |= dict.fromkeys(connection.execute(query, [schemas]).fetchall(), file)
        return found

    def relation(self, table: Table) -> Relation:
        with duckdb.connect(str(self.tables()[table]), read_only=True) as connection:
            if table[0] in WORKED_OUT:  # its views look into the candidate, as it was called then
                connection.execute(f"attach '{self.published}' as warehouse (read_only)")
            answer = connection.execute(f'select * from "{table[0]}"."{table[1]}"')
            columns = tuple((name, str(kind).lower()) for name, kind, *_ in answer.description)
            return Relation(columns, answer.fetchall())

    def export_lake(self, folder: Path) -> list[Path]:
        """What the models read, as one Parquet file a table."""
        folder.mkdir()
        with duckdb.connect(str(self.build), read_only=True) as connection:
            query = "select table_name from information_schema.tables where table_schema = 'lake' order by 1"
            for (name,) in connection.execute(query).fetchall():
                connection.execute(
                    f"copy (select * from lake.\"{name}\") to '{folder / name}.parquet' (format parquet)"
                )
        return sorted(folder.iterdir())


@dataclass(frozen=True)
class OnSpark:
    """A Spark session in which dbt has built the project."""

    session: Any
    results: list[Any]

    def tables(self) -> set[Table]:
        return {
            (schema, row.tableName)
            for schema in (*PUBLISHED, *WORKED_OUT)
            for row in self.session.sql(f"show tables in {schema}").collect()
        }

    def relation(self, table: Table) -> Relation:
        frame = self.session.table(f"{table[0]}.{table[1]}")
        columns = tuple(frame.dtypes)
        # A time of day without a zone reaches Python as it stands; one with a zone would be moved into this machine's.
        plain = [f"cast({name} as timestamp_ntz) as {name}" if kind == "timestamp" else name for name, kind in columns]
        return Relation(columns, [tuple(row) for row in frame.selectExpr(*plain).collect()])


@pytest.fixture(scope="session")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> OnDuckDB:
    """The sample group after its first night, with one awkward row more in a reference table."""
    root = tmp_path_factory.mktemp("night")
    shutil.copytree(REPOSITORY / "pipelines" / "defs" / "branches", root / "branches")
    shutil.copytree(REPOSITORY / "seeds" / "reference", root / "seeds" / "reference")
    shutil.copytree(REPOSITORY / "seeds" / "deliveries", root / "data" / "landing")
    with (root / "seeds" / "reference" / "account_map.csv").open("a", encoding="utf-8") as file:
        file.write(AWKWARD + "\n")
    (root / "tieout.yaml").write_text('group_name: "Sample"\ngroup_currency: "EUR"\ntime_zone: "Europe/Berlin"\n')
    command = [sys.executable, "-m", "pipelines.night", "--workspace", str(root), "--date", NIGHT.isoformat()]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    workspace = Workspace.load(root)
    published = resolve_published(workspace)
    assert published is not None
    return OnDuckDB(workspace, published, workspace.warehouse / "build" / "build.duckdb")


@pytest.fixture(scope="session")
def on_spark(on_duckdb: OnDuckDB, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnSpark]:
    """The same project with `--target spark`. Fails where a model or a dbt test fails."""
    folder = tmp_path_factory.mktemp("spark")
    session = _session(folder)
    session.sql("create schema lake")
    for file in on_duckdb.export_lake(folder / "lake"):
        session.sql(f"create table lake.{file.stem} using parquet location '{file}'")
    yield OnSpark(session, _build(on_duckdb.workspace, folder))
    session.stop()


def _session(folder: Path) -> Any:
    """Spark on this machine alone, with everything that it writes in `folder`."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  the test module has looked whether it is there

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": "2g",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.appName("tieout")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _build(workspace: Workspace, folder: Path) -> list[Any]:
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  two seconds

    project = str(workspace.dbt_project)
    variables = {
        "TIEOUT_SEEDS": str(workspace.seeds_dir),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    with environment(variables):
        outcome = dbtRunner().invoke(
            ["build", "--target", "spark", "--exclude-resource-type", "unit_test", "--quiet",
             "--project-dir", project, "--profiles-dir", project]
        )  # fmt: skip
    assert outcome.exception is None, str(outcome.exception)
    results = list(outcome.result.results)
    problems = [f"{one.node.name}: {one.message}" for one in results if one.status in {"error", "fail", "warn"}]
    assert outcome.success and not problems, "\n".join(problems)
    return results
