"""The names that a person types on the command line, found or answered with the nearest right one.

Not here: names inside YAML (pipelines.branches, pipelines.contracts), and the commands themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.errors import TieoutError
from pipelines.nearest import did_you_mean
from pipelines.settings import Workspace

BRANCH_FILE = "defs.yaml"
_CONTRACT = ".odcs.yaml"


def branch_ids(workspace: Workspace) -> list[str]:
    """The ids of all branch folders, sorted."""
    return sorted(file.parent.name for file in workspace.branches_dir.glob(f"*/{BRANCH_FILE}"))


def dataset_names(workspace: Workspace) -> list[str]:
    """The datasets that have a contract, by the names of their files alone: reading them all takes a second."""
    return sorted(file.name.removesuffix(_CONTRACT) for file in workspace.contracts_dir.glob(f"*{_CONTRACT}"))


def require(what: str, name: str | None, known: Iterable[str]) -> None:
    """Raise `TieoutError` with the nearest word where `name` is none of the known; no name at all is fine."""
    words = list(known)
    if name is None or name in words:
        return
    said = ", ".join(words) or "none yet"
    raise TieoutError(f"there is no {what} {name!r}; known are {said}.{did_you_mean(name, words)}")
