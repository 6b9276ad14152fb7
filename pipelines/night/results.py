"""What the steps of a night hand back: to the command's table, to Dagster's events, to tests.

Not here: computing any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines.audit.gate import Finding
from pipelines.lake.receipts import Receipt


@dataclass(frozen=True)
class Step:
    """One step of the night: how long it took, in seconds, and what it did, as a sentence."""

    name: str
    seconds: float
    sentence: str


@dataclass(frozen=True)
class BranchIntake:
    """What a night took in of one branch. `status`: 'ok', 'refused' (a delivery was), 'failed', 'nothing'."""

    branch_id: str
    status: str
    sentence: str
    receipts: tuple[Receipt, ...] = ()
    unrecognised: tuple[str, ...] = ()  # files that no pattern of the branch matches
    seconds: float = 0.0
    disk_full: bool = False  # whether it failed because the disk takes no more


@dataclass(frozen=True)
class Verdict:
    """What the audit says. `held`: branch -> why it shows an earlier night; `stopped`: nothing may be published."""

    held: Mapping[str, str]
    findings: tuple[Finding, ...]
    stopped: bool
    sentence: str
    docs: Path | None


@dataclass(frozen=True)
class NightResult:
    """A night that came to its end. `outcome`: 'published', 'nothing_new' or 'stopped' (by the audit).

    `version` is what readers see now, also after a night with nothing new; `held` and `failed` give branch -> reason.
    """

    night_id: str
    night_date: date
    outcome: str
    reason: str
    version: Path | None
    held: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    intakes: Mapping[str, BranchIntake] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    docs: Path | None = None
    unstored: tuple[str, ...] = ()  # branches whose files or slices could not be stored: the disk is full

    @property
    def exit_status(self) -> int:
        """Of the command: 1 where the audit stopped the night, and where the disk was full.

        A night over a full disk still publishes what it has, with those branches on their last good night; but that is
        no trouble of a branch, and whoever watches the machine has to hear of it.
        """
        return 1 if self.outcome == "stopped" or self.unstored else 0

    @property
    def published(self) -> bool:
        """Whether this night put a new version in place."""
        return self.outcome == "published"
