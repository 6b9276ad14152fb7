"""`tieout notify`: messages that were written and could not be sent yet; shows them, or tries again.

Not here: writing them (the night does), how they travel (`pipelines.notices.channels`).
"""

from __future__ import annotations

from pipelines.console.terminal import err, out
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night.lock import run_lock
from pipelines.notices.announcing import send_pending
from pipelines.notices.outbox import pending, read
from pipelines.settings import Workspace


def run_notify(*, dry_run: bool) -> int:
    """Print what waits, with `dry_run` whole messages; else send it. Exit status 1 where something could not be sent.

    Raises `NightInProgressError` while a night runs, which sends what waits by itself.
    """
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    events = EventLog(lake.events)
    waiting = pending(events)
    for one in waiting:
        out().print(f"{one.night_date}  {one.recipient}  tried {one.failures} times", markup=False, soft_wrap=True)
        if dry_run:
            out().print(read(lake, one.notice).text, markup=False, soft_wrap=True)
    if not waiting:
        out().print("No message waits.")
    if dry_run or not waiting:
        return 0
    with run_lock(workspace, "tieout notify"):
        sent, failed = send_pending(workspace, lake, events)
    err().print(f"{sent} sent, {failed} not sent.")
    return 1 if failed else 0
