"""Lets the tests of this folder import what takes the real files in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
