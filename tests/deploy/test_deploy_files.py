"""What a server is set up from hangs together: units, environment, Dagster's configuration, the lock with Postgres."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.settings import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ENVIRONMENT = (DEPLOY / "tieout.env.example").read_text(encoding="utf-8")
SETTINGS = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text(encoding="utf-8"))
POSTGRES = yaml.safe_load((DEPLOY / "dagster-postgres" / "dagster.yaml").read_text(encoding="utf-8"))


def unit(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, encoding="utf-8")
    return parser["Service"]


def pins(lock: str) -> dict[str, str]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_unprivileged_and_writes_below_data_only(path: Path) -> None:
    service = unit(path)
    assert service["User"] == "tieout"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert all(folder.startswith("/srv/tieout/data") for folder in service["ReadWritePaths"].split())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_units_program_comes_with_the_environment_of_the_lock(path: Path) -> None:
    program = Path(unit(path)["ExecStart"].split()[0])
    assert program.parent == Path("/opt/tieout/.venv/bin")
    assert Path(sys.executable).with_name(program.name).is_file()


def test_pages_and_code_listen_to_this_machine_only() -> None:
    said = {path.stem: unit(path)["ExecStart"] for path in UNITS}
    assert all("-h 127.0.0.1" in said[name] for name in ("tieout-code", "tieout-webserver"))
    port = yaml.safe_load((DEPLOY / "workspace.yaml").read_text(encoding="utf-8"))["load_from"][0]["grpc_server"][
        "port"
    ]
    assert f"-p {port}" in said["tieout-code"]


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed here")
    for path in UNITS:  # it also looks whether the programs are there
        text = path.read_text(encoding="utf-8").replace("/opt/tieout/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    said = subprocess.run(
        [analyze, "verify", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_every_variable_of_the_configuration_is_in_the_environment_file() -> None:
    wanted = set(re.findall(r"env: ([A-Z_]+)", f"{yaml.safe_dump(SETTINGS)}{yaml.safe_dump(POSTGRES)}"))
    assert wanted == {"TIEOUT_DAGSTER", "TIEOUT_POSTGRES_URL"}
    for name in (*wanted, "TIEOUT_WORKSPACE", "DAGSTER_HOME", "TIEOUT_KEEP_RUN_DAYS", "TIEOUT_KEEP_RUNS"):
        assert re.search(rf"^#?{name}=", ENVIRONMENT, re.MULTILINE), name


def test_with_postgres_only_the_storage_differs() -> None:
    assert {**POSTGRES, "storage": None} == {**SETTINGS, "storage": None}
    assert POSTGRES["storage"] == {"postgres": {"postgres_url": {"env": "TIEOUT_POSTGRES_URL"}}}


def test_one_run_at_a_time_and_a_killed_one_does_not_hold_the_queue_forever() -> None:
    assert SETTINGS["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert SETTINGS["run_monitoring"]["enabled"] is True
    assert 0 < SETTINGS["run_monitoring"]["max_runtime_seconds"] < 24 * 3600


def test_the_lock_with_postgres_is_the_other_one_and_the_driver() -> None:
    plain, postgres = pins("requirements.lock"), pins("requirements-postgres.lock")
    assert {name for name in postgres if name not in plain} == {"dagster-postgres", "psycopg2-binary"}
    assert {name: postgres.get(name) for name in plain} == plain
    assert postgres["dagster-postgres"] == plain["dagster-dbt"], "libraries of Dagster are released together"
