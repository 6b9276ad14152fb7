"""Branches: one folder of configuration each, read strictly into what the other parts use.

Not here: files and deliveries (intake, lake), contracts, and the conventions themselves (standardize).
"""

from pipelines.branches.config import BranchConfig, DatasetConfig, FileConfig
from pipelines.branches.document import BranchDocument
from pipelines.branches.loading import load_branch, load_branches
from pipelines.branches.rules import DateRule, PeriodRule

__all__ = [
    "BranchConfig",
    "BranchDocument",
    "DatasetConfig",
    "DateRule",
    "FileConfig",
    "PeriodRule",
    "load_branch",
    "load_branches",
]
