"""What was told to whom: messages kept as files, and events that say written, sent, failed.

A message is written and its event appended before it is sent, and `notice_sent` follows at once after: a night that is
killed in between sends it once more, and only then. Not here: what is in a message, and the sending.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.lake.events import EventLog
from pipelines.lake.files import atomic_write
from pipelines.lake.places import Lake
from pipelines.notices.messages import Attachment, Message
from pipelines.notices.problems import Problem

log = logging.getLogger("tieout")

DUE, SENT, FAILED, MADE = "notice_due", "notice_sent", "notice_failed", "notices_made"
_GIVE_UP = timedelta(days=14)  # an alert older than that tells nobody anything


@dataclass(frozen=True)
class Pending:
    """A message that was written and not yet sent. `failures`: how often it was tried."""

    notice: str
    recipient: str
    night_date: date
    failures: int


# Sends one message; a sentence says why it could not, empty where it was accepted.
Send = Callable[[Message, str], str]


def to_tell(events: EventLog, recipient: str, problems: Sequence[Problem], night_date: date, every: int) -> bool:
    """Whether a recipient must hear of `problems`: one of them is new, or the last message is `every` days old."""
    if not problems:
        return False
    said = [event for event in events.read(DUE) if event.data["recipient"] == recipient]
    if not said:
        return True
    last = said[-1].data
    known = set(last["keys"])
    if any(not known.issuperset(one.keys) for one in problems):
        return True
    return (night_date - date.fromisoformat(last["night_date"])).days >= every


def write(
    lake: Lake,
    events: EventLog,
    messages: Iterable[tuple[Message, Sequence[Problem]]],
    made: dict[str, object],
    *,
    dry: bool,
) -> None:
    """Keep the messages, then say so, and that the night has told what it had to (`made`)."""
    entries: list[tuple[str, dict[str, object]]] = []
    for message, problems in messages:
        notice = _keep(lake, message)
        entries.append(
            (
                DUE,
                {
                    "notice": notice,
                    "recipient": message.recipient,
                    "night_id": message.night_id,
                    "night_date": message.night_date,
                    "subject": message.subject,
                    "keys": sorted({key for one in problems for key in one.keys}),
                    "dry_run": dry,
                },
            )
        )
    events.append_all([*entries, (MADE, made)])


def pending(events: EventLog) -> list[Pending]:
    """What is written and not sent, oldest first; what was written more than two weeks ago is given up."""
    oldest = datetime.now(UTC) - _GIVE_UP
    sent = {event.data["notice"] for event in events.read(SENT)}
    failures: dict[str, int] = {}
    for event in events.read(FAILED):
        failures[event.data["notice"]] = failures.get(event.data["notice"], 0) + 1
    return [
        Pending(
            event.data["notice"],
            event.data["recipient"],
            date.fromisoformat(event.data["night_date"]),
            failures.get(event.data["notice"], 0),
        )
        for event in events.read(DUE)
        if event.data["notice"] not in sent and not event.data["dry_run"] and event.at >= oldest
    ]


def deliver(lake: Lake, events: EventLog, waiting: Iterable[Pending], send: Send) -> tuple[int, int]:
    """Send what waits; (sent, failed). A failure is recorded and left to the next night, never raised."""
    sent = failed = 0
    said: set[str] = set()
    for one in waiting:
        try:
            why = send(read(lake, one.notice), one.notice)
        except (OSError, ValueError) as error:
            why = f"{type(error).__name__}: {error}"
        if why:
            failed += 1
            if why not in said:
                log.warning("%s was not told of night %s: %s", one.recipient, one.night_date, why)
                said.add(why)
            events.append(FAILED, {"notice": one.notice, "recipient": one.recipient, "why": why})
        else:
            sent += 1
            events.append(SENT, {"notice": one.notice, "recipient": one.recipient})
    return sent, failed


def read(lake: Lake, notice: str) -> Message:
    """A kept message. Raises OSError or ValueError where its file is gone or damaged."""
    said = json.loads(_path(lake, notice).read_bytes())
    return Message(**{**said, "attachments": tuple(Attachment(**one) for one in said["attachments"])})


def _keep(lake: Lake, message: Message) -> str:
    text = json.dumps(asdict(message), ensure_ascii=False, sort_keys=True, indent=1).encode()
    notice = hashlib.sha256(text).hexdigest()[:32]
    if not _path(lake, notice).exists():
        atomic_write(_path(lake, notice), text)
    return notice


def _path(lake: Lake, notice: str) -> Path:
    return lake.root / "notices" / f"{notice}.json"
