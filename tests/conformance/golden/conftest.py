"""Lets the tests of this folder import how golden records are scored."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
