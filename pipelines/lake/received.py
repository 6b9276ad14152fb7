"""What branches have sent, as the event log knows it: received files, what became of them, withdrawals.

Not here: finding files (landing), reading them (intake).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from pipelines.errors import LakeError
from pipelines.lake.events import Event, EventLog
from pipelines.sources.packed import MARK, member_path

RECEIVED = "file_received"  # bytes arrived under a name: assigns the received sequence, to each file of an archive
TAKEN_IN = "file_taken_in"  # its deliveries lie in the lake; the newest such event of a file counts
REPEATED = "file_repeated"  # the same bytes again and still in force: on time, nothing new
SEEN_AGAIN = "file_seen_again"  # the same name with the same bytes was put there anew: on time, nothing new
UNRECOGNISED = "file_unrecognised"  # no file pattern of the branch matches its name
WITHDRAWN = "delivery_withdrawn"
REPAIRS_READ = "repair_workbook_read"  # it was no delivery but a returned workbook of repairs
_NOT_SAID = ("received_at", "member", "member_sha256")


@dataclass(frozen=True)
class ReceivedFile:
    """A file as it arrived. `path` is relative to the branch's landing folder; `sequence` counts per branch from 1.

    A file that came in an archive has a path like `deliver.zip!ledger.csv`, and says which `member` it is and what its
    own bytes are; `sha256` and `size` are those of the archive, which is what was received and kept.
    """

    branch_id: str
    sequence: int
    path: str
    sha256: str
    size: int
    modified_ns: int
    received_at: datetime
    member: str = ""
    member_sha256: str = ""

    @property
    def sent_path(self) -> str:
        """What lay in the landing folder: the file, or the archive that held it."""
        return self.path.removesuffix(MARK + self.member) if self.member else self.path

    @property
    def content_sha256(self) -> str:
        """The hash of the file's own bytes, however it was packed."""
        return self.member_sha256 or self.sha256

    def as_data(self) -> dict[str, Any]:
        """What the event of a plain file's arrival says (the event itself knows when)."""
        return {name: value for name, value in asdict(self).items() if name not in _NOT_SAID}

    @classmethod
    def all_of(cls, event: Event) -> list[ReceivedFile]:
        """The file that an event of arrival says, or the files of the archive, numbered on from its sequence."""
        said = dict(event.data)
        members = said.pop("members", None)
        whole = cls(**said, received_at=event.at)
        if members is None:
            return [whole]
        return [
            replace(
                whole,
                sequence=whole.sequence + number,
                path=member_path(whole.path, member["name"]),
                member=member["name"],
                member_sha256=member["sha256"],
            )
            for number, member in enumerate(members)
        ]


@dataclass(frozen=True)
class TakenInDelivery:
    """Which revision of which delivery a file gave; enough to find its receipt."""

    dataset: str
    delivery_id: str
    fingerprint: str


@dataclass(frozen=True)
class Confirmation:
    """A branch sent again, on time, what a delivery had already brought: nothing new, and not missing either."""

    branch_id: str
    dataset: str
    delivery_id: str
    delivery_date: date
    arrived_at: datetime


def received_files(log: EventLog, branch_id: str | None = None) -> list[ReceivedFile]:
    """Every file received (of one branch, or of all), in the order of arrival."""
    return [file for event in log.read(RECEIVED, branch_id=branch_id) for file in ReceivedFile.all_of(event)]


def taken_in(log: EventLog, branch_id: str | None = None) -> dict[tuple[str, int], tuple[TakenInDelivery, ...]]:
    """(branch, sequence) → the deliveries that the file gave when it was last taken in."""
    found = {}
    for event in log.read(TAKEN_IN, branch_id=branch_id):
        deliveries = tuple(TakenInDelivery(**one) for one in event.data["deliveries"])
        found[event.data["branch_id"], event.data["sequence"]] = deliveries
    return found


def first_taken_in_at(log: EventLog) -> dict[str, datetime]:
    """Delivery → when it was first taken in; reading its file again under other rules changes nothing of that."""
    found: dict[str, datetime] = {}
    for event in log.read(TAKEN_IN):
        for one in event.data["deliveries"]:
            found.setdefault(one["delivery_id"], event.at)
    return found


def judged_by(log: EventLog, branch_id: str) -> dict[tuple[str, int], dict[str, str]]:
    """(branch, sequence) → dataset → fingerprint under which the file was last taken in, also where it held no such
    dataset."""
    return {
        (branch_id, event.data["sequence"]): {
            **{one["dataset"]: one["fingerprint"] for one in event.data["deliveries"]},
            **event.data["absent"],
        }
        for event in log.read(TAKEN_IN, branch_id=branch_id)
    }


def confirmations(log: EventLog) -> list[Confirmation]:
    """Every time that a branch sent the same again, by delivery: under another name, or put there anew under its own.

    Neither the copy nor what it repeated may be withdrawn since. The day is that of the copy's own delivery date; what
    was put there anew is of the (UTC) day on which it was.
    """
    gone = withdrawn(log)
    renamed = [
        Confirmation(
            event.data["branch_id"],
            one["dataset"],
            one["delivery_id"],
            date.fromisoformat(event.data["delivery_date"]),
            event.at,
        )
        for event in log.read(REPEATED)
        if not {(event.data["branch_id"], event.data[key]) for key in ("sequence", "first_sequence")} & gone
        for one in event.data["deliveries"]
    ]
    return renamed + _put_there_anew(log, gone)


def _put_there_anew(log: EventLog, gone: set[tuple[str, int]]) -> list[Confirmation]:
    """What the newest file of a name had given, for each time that the same bytes were put there again."""
    again = log.read(SEEN_AGAIN)
    if not again:
        return []
    given = taken_in(log)
    newest: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for event in log.read(RECEIVED):
        files = ReceivedFile.all_of(event)
        newest[files[0].branch_id, files[0].sent_path, files[0].sha256] = [(f.branch_id, f.sequence) for f in files]
    return [
        Confirmation(file[0], one.dataset, one.delivery_id, event.at.date(), event.at)
        for event in again
        for file in newest.get((event.data["branch_id"], event.data["path"], event.data["sha256"]), [])
        if file not in gone
        for one in given.get(file, ())
    ]


def waiting(log: EventLog, branch_id: str) -> list[ReceivedFile]:
    """Files received but not taken in yet, in order: new ones, those a night failed on, those nobody recognised.

    A file that repeated another waits again once that one is withdrawn: it then is the first to say what it says.
    """
    done = {event.data["sequence"] for event in log.read(TAKEN_IN, branch_id=branch_id)}
    repeats = {
        event.data["sequence"]: event.data["first_sequence"] for event in log.read(REPEATED, branch_id=branch_id)
    }
    done |= {event.data["sequence"] for event in log.read(REPAIRS_READ, branch_id=branch_id)}
    gone = withdrawn(log)
    done |= {sequence for sequence, first in repeats.items() if (branch_id, first) not in gone}
    return [file for file in received_files(log, branch_id) if file.sequence not in done]


def withdrawn(log: EventLog) -> set[tuple[str, int]]:
    """(branch, sequence) of every withdrawn file."""
    return {(event.data["branch_id"], event.data["sequence"]) for event in log.read(WITHDRAWN)}


def withdraw(log: EventLog, branch_id: str, path: str, *, reason: str, by: str) -> ReceivedFile:
    """Leave the newest file received under this name (and not withdrawn yet) out of the lake from the next night on.

    Raises `LakeError` when there is no such file, or when reason or person is missing.
    """
    if not reason.strip() or not by.strip():
        raise LakeError('A withdrawal needs a reason and a person. Say --reason "…" and --by NAME.')
    files = received_files(log, branch_id)
    gone = withdrawn(log)
    named = [file for file in files if file.path == path and (branch_id, file.sequence) not in gone]
    if not named:
        known = sorted({file.path for file in files})
        raise LakeError(
            f"{path!r} of branch {branch_id!r} cannot be withdrawn: no file of that name is in the lake (or it was"
            f" withdrawn already). Received are: {', '.join(known[-20:]) or 'none'}."
        )
    file = named[-1]
    log.append(
        WITHDRAWN,
        {
            "branch_id": branch_id,
            "sequence": file.sequence,
            "path": path,
            "sha256": file.sha256,
            "reason": reason,
            "by": by,
        },
    )
    return file


def record_taken_in(
    log: EventLog, file: ReceivedFile, deliveries: list[TakenInDelivery], absent: Mapping[str, str]
) -> None:
    """Commit what a file gave: from this event on its deliveries count.

    `absent`: dataset → fingerprint of what the file may hold by its layout but does not. Nights compare these events,
    so they hold nothing that a repetition would change.
    """
    log.append(
        TAKEN_IN,
        {
            "branch_id": file.branch_id,
            "sequence": file.sequence,
            "path": file.path,
            "deliveries": [asdict(one) for one in deliveries],
            "absent": dict(absent),
        },
    )


def record_repeated(log: EventLog, file: ReceivedFile, first: ReceivedFile, delivery_date: date) -> None:
    """Say that these bytes came before, as `first`, and still stand: what that file gave is confirmed as of a date."""
    given = taken_in(log, file.branch_id)[first.branch_id, first.sequence]
    log.append(
        REPEATED,
        {
            "branch_id": file.branch_id,
            "sequence": file.sequence,
            "path": file.path,
            "first_sequence": first.sequence,
            "delivery_date": delivery_date.isoformat(),
            "deliveries": [{"dataset": one.dataset, "delivery_id": one.delivery_id} for one in given],
        },
    )


def record_unrecognised(log: EventLog, file: ReceivedFile) -> None:
    """Say once that no file pattern of the branch matches; the file goes on waiting for one that does."""
    known = {event.data["sequence"] for event in log.read(UNRECOGNISED, branch_id=file.branch_id)}
    if file.sequence not in known:
        log.append(UNRECOGNISED, {"branch_id": file.branch_id, "sequence": file.sequence, "path": file.path})
