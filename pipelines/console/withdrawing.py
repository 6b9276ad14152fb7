"""`tieout withdraw`: takes a delivered file back out. Not here: what a withdrawal does to slices (the next night)."""

from __future__ import annotations

from pipelines.console.known import branch_ids, require
from pipelines.console.terminal import out
from pipelines.errors import TieoutError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import received_files, withdraw
from pipelines.nearest import nearest_word
from pipelines.settings import Workspace


def run_withdraw(branch: str, file: str, *, reason: str, by: str) -> None:
    """Record the withdrawal of the newest file of that name. Raises `TieoutError` when there is none."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    log = EventLog(lake.events)
    files = received_files(log)
    require("branch", branch, sorted({*branch_ids(workspace), *(one.branch_id for one in files)}))
    paths = {one.path for one in files if one.branch_id == branch}
    near = nearest_word(file, paths)
    if file not in paths and near is not None:
        raise TieoutError(f"no file {file!r} of branch {branch} is in the lake. Did you mean {near!r}?")
    gone = withdraw(log, branch, file, reason=reason, by=by)
    out().print(
        f"{gone.path} of {branch}, received {gone.received_at:%Y-%m-%d %H:%M} UTC, is withdrawn by {by}."
        " The next `tieout run` publishes a version without it; the file stays in the archive.",
        soft_wrap=True,
    )
