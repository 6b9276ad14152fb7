"""After a night: receipts for the branches, messages for those who have something to do, and the sending of both.

Not here: the night. Whatever goes wrong here is logged; it never changes how a night ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.audit.gate import Finding
from pipelines.branches.config import BranchConfig
from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write
from pipelines.lake.places import Lake
from pipelines.notices import problems as wrong
from pipelines.notices.arrived import Arrived, arrived_since, last_sequence
from pipelines.notices.branch_receipt import BranchReceipt, as_html, as_text, receipt_for
from pipelines.notices.messages import Message, Night, Recipient, message, recipients
from pipelines.notices.outbox import MADE, Pending, deliver, pending, to_tell, write
from pipelines.notices.problems import Problem, Shown
from pipelines.notices.standing import standings
from pipelines.publishing.versions import resolve_published
from pipelines.settings import Workspace


@dataclass(frozen=True)
class Ended:
    """A night that has ended, as far as people must hear of it. `outcome`: published, nothing_new, stopped, failed.

    `since`: the number of the last event before the night, used where nobody was ever told anything.
    """

    night_id: str
    night_date: date
    outcome: str
    reason: str
    branches: Mapping[str, BranchConfig]
    shown: Sequence[Shown]
    findings: Sequence[Finding]
    since: int


def announce(workspace: Workspace, lake: Lake, events: EventLog, ended: Ended) -> tuple[int, int]:
    """Write what the night has to tell and send it, with what earlier nights could not; (sent, failed)."""
    settings = workspace.notices
    made = events.read(MADE)
    upto = last_sequence(events)
    since = int(made[-1].data["upto"]) if made else ended.since
    arrived = arrived_since(lake, events, since) if upto > since else {}
    night = Night(workspace.group_name, ended.night_id, ended.night_date, ended.branches)
    receipts = _write_receipts(workspace, lake, night, arrived)
    found: list[Problem] = []
    told: list[tuple[Message, Sequence[Problem]]] = []
    if settings.somebody_hears:
        found = _problems(workspace, ended, arrived)
        for one in recipients(settings, ended.branches):
            its = [problem for problem in found if one.is_told(problem)]
            own = _own(one, receipts)
            only_receipt = bool(own) and not its and settings.receipts == "always"
            if only_receipt or to_tell(events, one.name, its, ended.night_date, settings.remind_every_days):
                told.append((message(night, one, its, own), its))
    if told or receipts:
        write(lake, events, told, _made(ended, upto, arrived), dry=settings.dry_run)
    return send_pending(workspace, lake, events) if settings.somebody_hears else (0, 0)


def send_pending(workspace: Workspace, lake: Lake, events: EventLog) -> tuple[int, int]:
    """Send what was written and not yet sent; (sent, failed)."""
    waiting: list[Pending] = pending(events)
    if not waiting:
        return 0, 0
    from pipelines.notices.channels import Channels  # noqa: PLC0415  (mail and HTTP: only where something is sent)

    with Channels(workspace.notices) as channels:
        return deliver(lake, events, waiting, channels.send)


def receipts_dir(workspace: Workspace, branch_id: str) -> Path:
    """Where the receipts of a branch lie, one text and one page a night."""
    return workspace.reports / "receipts" / branch_id


def _problems(workspace: Workspace, ended: Ended, arrived: Mapping[str, Arrived]) -> list[Problem]:
    owed = standings(resolve_published(workspace))
    return [
        *wrong.of_the_night(ended.night_id, ended.outcome, ended.reason),
        *_by_branch(
            [
                *wrong.of_branches(ended.shown),
                *(one for branch, its in arrived.items() for one in wrong.of_deliveries(branch, its)),
                *wrong.of_the_calendar(owed, ended.night_date, arrived),
                *wrong.of_the_audit(ended.findings),
            ]
        ),
    ]


def _by_branch(found: Iterable[Problem]) -> list[Problem]:
    return sorted(found, key=lambda one: one.branch_id or "")


def _own(recipient: Recipient, receipts: Mapping[str, BranchReceipt]) -> list[BranchReceipt]:
    if not recipient.wants_receipts:
        return []
    return [one for branch, one in receipts.items() if branch in (recipient.branches or ())]


def _write_receipts(
    workspace: Workspace, lake: Lake, night: Night, arrived: Mapping[str, Arrived]
) -> dict[str, BranchReceipt]:
    """The receipts of all branches that sent something, as files; a branch without a readable folder gets none."""
    written = {}
    for branch_id, its in arrived.items():
        if branch_id not in night.branches or not (its.receipts or its.repeated):
            continue
        receipt = receipt_for(lake, night.branches[branch_id], its, night.night_id, night.night_date)
        folder = receipts_dir(workspace, branch_id)
        atomic_write(folder / f"{night.night_id}.txt", as_text(receipt).encode())
        atomic_write(folder / f"{night.night_id}.html", as_html(receipt).encode())
        written[branch_id] = receipt
    return written


def _made(ended: Ended, upto: int, arrived: Mapping[str, Arrived]) -> dict[str, object]:
    """What `tieout receipt` writes a receipt from again, and from where the next night goes on."""
    return {
        "night_id": ended.night_id,
        "night_date": ended.night_date.isoformat(),
        "upto": upto,
        "receipts": {
            branch: [[one.delivery_id, one.fingerprint] for one in its.receipts] for branch, its in arrived.items()
        },
        "repeated": {branch: its.repeated for branch, its in arrived.items() if its.repeated},
    }
