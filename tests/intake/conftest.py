"""Lets the tests of this folder import their door, and makes one per test."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from door import Door


@pytest.fixture
def door(tmp_path: Path) -> Callable[[str], Door]:
    """A branch whose files are configured so."""
    return lambda files: Door(tmp_path, files)
