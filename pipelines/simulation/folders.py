"""Folders and account map for a group with clones: the originals' own, with another id, name, place and money.

Not here: what a folder says. It is copied as text, so that a clone reads whatever its original does.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipelines.simulation.profile import Profile
from pipelines.simulation.world import PROFILES

DEFINITION = "defs.yaml"


def write_folders(out: Path, originals: Path, profiles: Mapping[str, Profile]) -> list[str]:
    """Copy the folders of `originals` to `out` for these branches and the office; returns the ids that have none."""
    missing = []
    for branch, profile in profiles.items():
        source = originals / profile.system / DEFINITION
        if not source.is_file():
            missing.append(branch)
            continue
        folder = out / branch
        folder.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        said = _adapted(text, PROFILES[profile.system], profile) if profile.cloned_from else text
        (folder / DEFINITION).write_text(said, encoding="utf-8")
    if (originals / "group").is_dir():
        shutil.copytree(originals / "group", out / "group", dirs_exist_ok=True)
    return missing


def write_account_map(out: Path, original: Path, profiles: Mapping[str, Profile]) -> None:
    """The group's account map with the rows of every original repeated for its clones, in a file of the same name."""
    with original.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("branch_id")
    clones = [
        [*row[:at], branch, *row[at + 1 :]]
        for branch, profile in profiles.items()
        for row in rows
        if profile.cloned_from and row[at] == profile.cloned_from
    ]
    out.mkdir(parents=True, exist_ok=True)
    with (out / original.name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows, *clones])


def _adapted(text: str, original: Profile, clone: Profile) -> str:
    """The definition with what the clone has of its own. The currency is changed where it is the books' alone."""
    for pattern, value in (
        (rf"^(\s+branch_id:\s*){original.branch_id}\s*$", clone.branch_id),
        (r"^(\s+name:\s*)\S.*$", f'"{clone.name}"'),
        (r"^(\s+country_code:\s*)\S+\s*$", f'"{clone.country}"'),
        (rf"^(\s+currency:\s*){original.currency}\s*$", clone.currency),
    ):
        text = re.sub(pattern, rf"\g<1>{value}", text, count=1, flags=re.MULTILINE)
    text = re.sub(rf"(\bvalue:\s*){original.currency}\b", rf"\g<1>{clone.currency}", text)
    return text.replace(original.registration_id, clone.registration_id)
