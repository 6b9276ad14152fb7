"""`tieout sample`: draw an auditor's sample and write its evidence sheets. Not here: drawing (`pipelines.sampling`)."""

from __future__ import annotations

import re
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

from pipelines.console.known import branch_ids, require
from pipelines.console.querying import published
from pipelines.console.terminal import err, money, out
from pipelines.errors import SampleError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.nearest import did_you_mean
from pipelines.sampling.drawing import Wanted, draw
from pipelines.sampling.evidence import write_evidence
from pipelines.sampling.populations import POPULATIONS
from pipelines.settings import Workspace

DRAWN = "sample_drawn"
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def run_sample(kind: str, wanted: Wanted, to: Path | None) -> None:
    """Draw the sample, write its workbook, print its path, and keep in the event log what was drawn and how."""
    workspace = Workspace.load()
    if kind not in POPULATIONS:
        raise SampleError(
            f"There is no population {kind!r}; known are {', '.join(POPULATIONS)}.{did_you_mean(kind, POPULATIONS)}"
        )
    if wanted.period is not None and not _PERIOD.fullmatch(wanted.period):
        raise SampleError(f"{wanted.period!r} is no month; expected one such as 2026-03.")
    require("branch", wanted.branch_id, sorted(branch_ids(workspace)))
    path = to or Path(f"sample_{kind}_{wanted.branch_id}_{wanted.period or 'all'}_{wanted.seed}.xlsx")
    with published(workspace) as connection:
        drawn = draw(connection, POPULATIONS[kind], wanted)
        write_evidence(path, connection, POPULATIONS[kind], wanted, drawn)
        night = connection.execute("select night_id from ops.night").fetchone()
    EventLog(Lake.of(workspace).events).append(
        DRAWN,
        {
            **asdict(wanted),
            "population": kind,
            "night_id": night[0] if night else None,
            "population_items": drawn.population_items,
            "population_amount": str(drawn.population_amount),
            "items": [one.item_key for one in drawn.items],
        },
    )
    out().print(str(path), soft_wrap=True)
    covered = sum((abs(one.amount) for one in drawn.items), Decimal(0))
    err().print(
        f"{len(drawn.items)} of {drawn.population_items} {POPULATIONS[kind].title}; they carry {money(covered)} of"
        f" {money(drawn.population_amount)} {drawn.items[0].currency_code}. Seed {wanted.seed} draws them again.",
        style="dim",
        soft_wrap=True,
    )
