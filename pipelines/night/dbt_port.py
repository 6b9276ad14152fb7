"""What a night asks of dbt, and what it wants to hear back. Whoever runs dbt implements `Dbt`.

Not here: dbt itself. A night can be driven in a test with a function of three lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.settings import Workspace

_BAD = {"error", "fail", "runtime error"}


@dataclass(frozen=True)
class DbtRequest:
    """Build the warehouse: read schema `lake` of `build_db`, write what is published into `candidate_db`.

    `full_refresh`: the candidate is empty and everything is built; else only touched slices change.
    """

    workspace: Workspace
    build_db: Path
    candidate_db: Path
    full_refresh: bool


@dataclass(frozen=True)
class DbtNode:
    """One model, seed or test. `status` is dbt's own word; `message` is what it says about it."""

    unique_id: str
    status: str
    message: str
    seconds: float


@dataclass(frozen=True)
class DbtOutcome:
    """What dbt did. `problem` is a sentence where dbt did not get as far as running nodes."""

    nodes: tuple[DbtNode, ...]
    problem: str = ""

    @property
    def failed(self) -> tuple[DbtNode, ...]:
        """The nodes that stop the night."""
        return tuple(node for node in self.nodes if node.status.lower() in _BAD)

    @property
    def sentence(self) -> str:
        """Why the build failed; empty where it did not."""
        told = [f"{node.unique_id}: {' '.join(node.message.split())}" for node in self.failed]
        return "; ".join([self.problem, *told] if self.problem else told)


Dbt = Callable[[DbtRequest], DbtOutcome]
