"""Text tables become a contract's columns: names, numbers, dates, signs, codes. Pure frame to frame.

Not here: reading files (sources), judging rows (validation), finding and merging configuration (branches).
"""

from pipelines.standardize.mapping import Mapping
from pipelines.standardize.standardizing import PROBLEMS, Standardized, standardize

__all__ = ["PROBLEMS", "Mapping", "Standardized", "standardize"]
