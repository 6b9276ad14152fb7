"""Where a night works: one workspace with its lake and event log, passed along together.

Not here: anything that is done there.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.settings import Workspace


@dataclass(frozen=True)
class Site:
    """A workspace, its lake and its event log. The log keeps what it read, so one night shares one."""

    workspace: Workspace
    lake: Lake
    events: EventLog

    @classmethod
    def of(cls, workspace: Workspace) -> Site:
        lake = Lake.of(workspace)
        return cls(workspace, lake, EventLog(lake.events))
