"""The months of record as Dagster's partitions, and what a month's partition shows.

Not here: which months a delivery speaks for (`pipelines.night.months`), and marking what is missing (`overdue`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import dagster as dg

from pipelines.lake.places import Lake
from pipelines.night.months import Arrival
from pipelines.night.plan import first_months
from pipelines.settings import Workspace

FORMAT = "%Y-%m"


def calendar(workspace: Workspace) -> dg.MonthlyPartitionsDefinition:
    """Every month from the group's first one to the current one.

    The first is that of the earliest row in the lake; January of last year while the lake is empty.
    """
    known = first_months(Lake.of(workspace)).values()
    first = min(known, default=f"{dt.datetime.now(dt.UTC).year - 1}-01")
    return dg.MonthlyPartitionsDefinition(start_date=first, end_offset=1, timezone=workspace.time_zone, fmt=FORMAT)


def month_metadata(arrival: Arrival) -> dict[str, Any]:
    """What a month's partition shows."""
    said: dict[str, Any] = {
        "status": arrival.status,
        "arrived": str(arrival.arrived),
        "dagster/partition_row_count": arrival.rows,
        "files": ", ".join(arrival.files),
    }
    if arrival.due:
        said["due"] = str(arrival.due)
    if arrival.days_late:
        said["days late"] = arrival.days_late
    return said
