"""Where things are: one workspace is one group's own files.

Reading `tieout.yaml` happens in `Workspace.load`, never on import. Not here: what a branch or contract says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from pipelines.errors import ConfigError
from pipelines.nearest import did_you_mean
from pipelines.notice_settings import NoticeSettings, read_notices

REPOSITORY = Path(__file__).resolve().parent.parent
WORKSPACE_FILE = "tieout.yaml"

# Key in tieout.yaml -> what it means; also the list of keys that are allowed.
_TEXT_KEYS = {
    "group_name": "the group's name, as reports print it",
    "group_currency": "ISO 4217 code of the group's currency, quoted",
    "time_zone": "IANA time zone in which the group's nights are dated",
}
_FOLDER_KEYS = {
    "branches": "branches",
    "contracts": "data_contracts",
    "seeds": "seeds/reference",
    "landing": "data/landing",
    "lake": "data/lake",
    "warehouse": "data/warehouse",
    "reports": "data/reports",
    "dagster_home": "data/dagster",
}


@dataclass(frozen=True)
class Workspace:
    """The absolute paths and the few facts that every part of a night needs."""

    root: Path
    group_name: str
    group_currency: str
    time_zone: str
    branches_dir: Path
    contracts_dir: Path
    seeds_dir: Path
    landing: Path
    lake: Path
    warehouse: Path
    reports: Path
    dagster_home: Path
    notices: NoticeSettings = field(default_factory=NoticeSettings)  # nobody hears where nothing is said

    @property
    def profiles_dir(self) -> Path:
        """Ready-made layouts of known systems; they come with the product, not with the workspace."""
        return REPOSITORY / "pipelines" / "profiles"

    @property
    def dbt_project(self) -> Path:
        """The dbt project; it comes with the product, not with the workspace."""
        return REPOSITORY / "dbt_project"

    @classmethod
    def load(cls, root: Path | None = None) -> Workspace:
        """Read the workspace at `root`, else at TIEOUT_WORKSPACE, else the sample group of the repository.

        Raises `ConfigError` naming the file and every mistake in it.
        """
        home = (root or Path(os.environ.get("TIEOUT_WORKSPACE") or REPOSITORY)).resolve()
        file = home / WORKSPACE_FILE
        if not file.is_file():
            raise ConfigError([f"{file}: there is no workspace here. Make one with `tieout init {home}`."])
        said = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        mistakes = _mistakes(file, said)
        notices, wrong = read_notices(file, said.get("notices") if isinstance(said, dict) else None)
        mistakes += wrong
        if mistakes:
            raise ConfigError(mistakes)
        folders = {key: (home / said.get(key, default)).resolve() for key, default in _FOLDER_KEYS.items()}
        return cls(
            root=home,
            group_name=said["group_name"],
            group_currency=said["group_currency"],
            time_zone=said["time_zone"],
            branches_dir=folders["branches"],
            contracts_dir=_contracts_dir(folders["contracts"]),
            seeds_dir=folders["seeds"],
            landing=folders["landing"],
            lake=folders["lake"],
            warehouse=folders["warehouse"],
            reports=folders["reports"],
            dagster_home=folders["dagster_home"],
            notices=notices,
        )


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):  # what zoneinfo raises for names that are none
        return False


def _contracts_dir(own: Path) -> Path:
    """A workspace may carry its own contracts; otherwise the product's are used, so that upgrades reach it."""
    return own if own.is_dir() else REPOSITORY / "data_contracts"


def _mistakes(file: Path, said: Any) -> list[str]:
    if not isinstance(said, dict):
        return [f"{file}: found {type(said).__name__}, expected a mapping of keys. See `tieout init --help`."]
    known = {*_TEXT_KEYS, *_FOLDER_KEYS, "notices"}
    found = [
        f"{file}: unknown key {key!r}; expected one of {', '.join(sorted(known))}. Remove or correct it."
        + did_you_mean(key, sorted(known))
        for key in said
        if key not in known
    ]
    found += [
        f"{file}: {key} ({meaning}) is {said.get(key)!r}; expected quoted text. Add it."
        for key, meaning in _TEXT_KEYS.items()
        if not isinstance(said.get(key), str)
    ]
    zone = said.get("time_zone")
    if isinstance(zone, str) and not _is_zone(zone):
        hint = did_you_mean(zone, sorted(available_timezones()))
        found.append(f"{file}: time_zone {zone!r} is no IANA time zone. Correct it.{hint}")
    found += [
        f"{file}: {key} is {said[key]!r}; expected a folder as text. Correct it."
        for key in _FOLDER_KEYS
        if key in said and not isinstance(said[key], str)
    ]
    return found
