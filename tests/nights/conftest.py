"""Lets the tests of this folder import their two branches, and shares one first night between them."""

from __future__ import annotations

import fcntl
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.night import inputs

sys.path.insert(0, str(Path(__file__).parent))

from sequences import first_files
from two_branches import Group


@pytest.fixture(scope="session", autouse=True)
def code_stands_still() -> Iterator[None]:
    """Nights of one test are nights of one program, also while somebody edits the code beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "_CODE", ())
        yield


@pytest.fixture
def group(tmp_path: Path) -> Group:
    """A workspace in which nothing has arrived yet."""
    return Group.create(tmp_path / "group")


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Group:
    """A workspace with one published night. Never change it: take a copy. All workers share it."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "first_night"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (home / "ready").exists():
            return Group(home / "group")
        group = Group.create(home / "group")
        for one in first_files():
            group.send(one.branch, one.name, one.text)
        assert group.night().outcome == "published"
        (home / "ready").touch()
    return group


@pytest.fixture
def published(first_night: Group, worker_id: str) -> Group:
    """A copy of the workspace with one published night: north sold 100.00 and 100.50, south 200.00 and 200.50.

    Always at the same place, so that dbt need not read its project again for every test.
    """
    place = first_night.root.parent / worker_id / "group"
    parsed = Group(place).parsed.read_bytes() if place.exists() and Group(place).parsed.exists() else b""
    shutil.rmtree(place.parent, ignore_errors=True)
    place.parent.mkdir()
    group = first_night.copied_to(place)
    if parsed:
        group.parsed.write_bytes(parsed)
    return group
