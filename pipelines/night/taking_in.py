"""Taking in what one branch sent: every file on its own, so that one bad file keeps no other from being read.

Not here: reading a file (intake), and bringing slices up to date (steps, at the build).
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from pipelines.branches.config import BranchConfig
from pipelines.errors import DiskFullError, TieoutError
from pipelines.lake.landing import receive_new
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import ReceivedFile, waiting
from pipelines.night.results import BranchIntake
from pipelines.night.site import Site

log = logging.getLogger("tieout")


def take_in_branch(site: Site, branch: BranchConfig, again: tuple[ReceivedFile, ...]) -> BranchIntake:
    """Receive and read everything that is new of one branch, and `again` what the rules now read differently.

    Never raises for what a branch sent: whatever goes wrong is told in the result; the file waits for the next night.
    """
    from pipelines.intake.taking import take_in  # noqa: PLC0415  (validation costs a second to import; planning has none)

    began = time.monotonic()
    receipts: list[Receipt] = []
    unrecognised: list[str] = []
    failures: list[str] = []
    returned: list[str] = []
    disk_full = False
    try:
        arrivals = receive_new(site.lake, site.events, site.workspace.landing, branch.branch_id)
        for one in arrivals.ignored:
            (log.warning if one.hostile else log.info)("%s: %s is left alone: %s", branch.branch_id, one.path, one.why)
        files = {file.sequence: file for file in (*again, *waiting(site.events, branch.branch_id))}
    except Exception as error:  # one branch's trouble is not the others'
        failures.append(told(error))
        disk_full = isinstance(error, DiskFullError)
        files = {}
    for _, file in sorted(files.items()):
        try:
            taken = take_in(site.lake, site.events, branch, file)
        except Exception as error:
            log.debug("Taking in %s of %s failed.", file.path, branch.branch_id, exc_info=True)
            failures.append(f"{file.path}: {told(error)}")
            disk_full = disk_full or isinstance(error, DiskFullError)
            continue
        receipts += taken.receipts
        if taken.outcome == "unrecognised":
            unrecognised.append(file.path)
        if taken.proposed is not None:
            returned.append(f" {file.path}: {taken.proposed.sentence}.")
    told_of = _told(branch, receipts, unrecognised, failures, time.monotonic() - began)
    return replace(told_of, sentence=told_of.sentence + "".join(returned), disk_full=disk_full)


def told(error: Exception) -> str:
    """An error as a sentence: ours as they are, others with the kind of error before them."""
    if isinstance(error, TieoutError):
        return str(error)
    return f"{type(error).__name__}: {error}. This is an error of the program; please report it."


def _told(
    branch: BranchConfig, receipts: list[Receipt], unrecognised: list[str], failures: list[str], seconds: float
) -> BranchIntake:
    refused = _refusals(receipts)
    files = len({one.source_file for one in receipts})
    rows = sum(one.rows.read for one in receipts)
    quarantined = sum(one.rows.quarantined for one in receipts)
    sentence = f"{branch.branch_id}: {files} files, {rows} rows read, {quarantined} quarantined."
    if failures:
        status, sentence = "failed", "; ".join(failures)
    elif refused:
        status, sentence = "refused", f"{sentence} Refused: {'; '.join(refused)}"
    elif not receipts:
        status, sentence = "nothing", f"{branch.branch_id}: nothing new."
    else:
        status = "ok"
    if unrecognised:
        sentence += f" No file pattern of the branch matches {', '.join(unrecognised)}."
    return BranchIntake(branch.branch_id, status, sentence, tuple(receipts), tuple(unrecognised), seconds)


def _refusals(receipts: list[Receipt]) -> list[str]:
    """One sentence a file and reason, with every dataset that the reason cost."""
    datasets: dict[tuple[str, str], list[str]] = {}
    for one in receipts:
        if one.status == "refused":
            datasets.setdefault((one.source_file, one.refused_reason or ""), []).append(one.dataset)
    return [f"{file} ({', '.join(names)}): {reason}" for (file, reason), names in datasets.items()]
