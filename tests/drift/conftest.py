"""Lets the tests of this folder take files in by the door of tests/intake."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "intake"))
