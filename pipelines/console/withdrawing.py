"""`tieout withdraw`: takes a delivered file back out. Not here: what a withdrawal does to slices (the next night)."""

from __future__ import annotations

from pipelines.console.terminal import out
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import withdraw
from pipelines.settings import Workspace


def run_withdraw(branch: str, file: str, *, reason: str, by: str) -> None:
    """Record the withdrawal of the newest file of that name. Raises `LakeError` when there is none."""
    lake = Lake.of(Workspace.load())
    gone = withdraw(EventLog(lake.events), branch, file, reason=reason, by=by)
    out().print(
        f"{gone.path} of {branch}, received {gone.received_at:%Y-%m-%d %H:%M} UTC, is withdrawn by {by}."
        " The next `tieout run` publishes a version without it; the file stays in the archive.",
        soft_wrap=True,
    )
