"""The same list again is on time: a night that hears of it publishes that, once a month, and of no other copy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipelines.lake.events import EventLog
from pipelines.lake.received import RECEIVED, REPEATED, SEEN_AGAIN, TAKEN_IN, confirmations
from pipelines.night.inputs import inputs_fingerprint

CONTRACTS: Any = {"customer": SimpleNamespace(slice_date=None), "gl_entry": SimpleNamespace(slice_date="posting_date")}


def log_of(folder: Path, dataset: str, arrived: datetime) -> EventLog:
    """A log in which oslo delivered `dataset` on 3 February 2026 as a.csv."""
    log = EventLog(folder, clock=lambda: arrived)
    file = {"branch_id": "oslo", "sequence": 1, "path": "a.csv", "sha256": "f", "size": 1, "modified_ns": 1}
    given = {"dataset": dataset, "delivery_id": f"oslo/{dataset}/2026-02-03_000001", "fingerprint": "p"}
    log.append(RECEIVED, file)
    log.append(TAKEN_IN, {"branch_id": "oslo", "sequence": 1, "path": "a.csv", "deliveries": [given], "absent": {}})
    return log


def repeat(log: EventLog, dataset: str, day: str) -> None:
    """The same bytes under another name, dated `day`."""
    number = len(log.read(REPEATED)) + 2
    said = {"branch_id": "oslo", "sequence": number, "path": f"{number}.csv", "first_sequence": 1, "delivery_date": day}
    given = {"dataset": dataset, "delivery_id": f"oslo/{dataset}/2026-02-03_000001"}
    log.append(REPEATED, {**said, "deliveries": [given]})


def fingerprint(log: EventLog) -> str:
    return inputs_fingerprint(log, ("standards", "models"), {}, (), CONTRACTS)


def test_a_list_that_comes_again_in_a_new_month_is_something_to_publish_once(tmp_path: Path) -> None:
    log = log_of(tmp_path, "customer", datetime(2026, 3, 4, 12, tzinfo=UTC))
    first = fingerprint(log)
    repeat(log, "customer", "2026-02-20")  # still January's, which the delivery of 3 February had brought
    assert fingerprint(log) == first
    repeat(log, "customer", "2026-03-03")  # February's
    second = fingerprint(log)
    assert second != first
    repeat(log, "customer", "2026-03-04")
    assert fingerprint(log) == second


def test_a_copy_of_rows_that_lie_in_months_settles_nothing(tmp_path: Path) -> None:
    log = log_of(tmp_path, "gl_entry", datetime(2026, 3, 4, 12, tzinfo=UTC))
    first = fingerprint(log)
    repeat(log, "gl_entry", "2026-03-03")
    assert fingerprint(log) == first


def test_what_is_put_there_anew_under_its_own_name_confirms_it_on_that_day(tmp_path: Path) -> None:
    log = log_of(tmp_path, "customer", datetime(2026, 3, 4, 12, tzinfo=UTC))
    first = fingerprint(log)
    log.append(SEEN_AGAIN, {"branch_id": "oslo", "path": "a.csv", "sha256": "f", "modified_ns": 2})
    [found] = confirmations(log)
    assert (found.delivery_id, found.dataset) == ("oslo/customer/2026-02-03_000001", "customer")
    assert found.delivery_date.isoformat() == "2026-03-04"
    assert fingerprint(log) != first
