"""What nights keep of breaks: written once a night, only published nights count, and a changed file is noticed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import LakeError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.night.break_memory import break_memory, create_break_changes
from pipelines.reconciling.kept import COLUMNS, keep_changes, verified


def candidate(folder: Path, night: str, changes: list[tuple[str, str]]) -> Path:
    """A finished candidate that holds (break, change) of a night."""
    path = folder / f"{night}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema recon")
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        connection.execute(f"create table recon.recon_break_change ({columns})")
        for break_id, change in changes:
            connection.execute(
                "insert into recon.recon_break_change (night_id, night_date, break_id, what, amount)"
                " values (?, ?, ?, ?, ?)",
                [night, date(2026, 4, 10), break_id, change, Decimal("0.0300")],
            )
    return path


def test_only_published_nights_count_in_their_order(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "o'lake")
    log = EventLog(lake.events, clock=lambda: datetime(2026, 4, 10, tzinfo=UTC))
    for night, change in (("2026-04-10.9", "opened"), ("2026-04-10.10", "settled")):
        kept = keep_changes(lake, candidate(tmp_path, night, [("b1", change)]), night)
        assert kept is not None
        log.append("published", {"night_id": night, **kept.as_event()})
    keep_changes(lake, candidate(tmp_path, "2026-04-10.11", [("b1", "reopened")]), "2026-04-10.11")
    log.append("published", {"night_id": "2026-04-11.1"})  # a night without a change
    with duckdb.connect() as connection:
        connection.execute("create schema lake")
        create_break_changes(connection, lake, break_memory(log))
        found = connection.sql("select night_sequence, what, amount from lake.break_change order by 1").fetchall()
    assert found == [(1, "opened", Decimal("0.0300")), (2, "settled", Decimal("0.0300"))]


def test_without_any_change_nothing_is_kept_and_the_view_is_empty(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert keep_changes(lake, candidate(tmp_path, "2026-04-10.1", []), "2026-04-10.1") is None
    with duckdb.connect() as connection:
        connection.execute("create schema lake")
        create_break_changes(connection, lake, break_memory(EventLog(lake.events)))
        assert connection.sql("select * from lake.break_change").fetchall() == []


def test_a_file_that_was_changed_or_lost_is_an_error(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    kept = keep_changes(lake, candidate(tmp_path, "2026-04-10.1", [("b1", "opened")]), "2026-04-10.1")
    assert kept is not None
    path = verified(lake, kept)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(LakeError, match="was changed"):
        verified(lake, kept)
    path.unlink()
    with pytest.raises(LakeError, match="is missing"):
        verified(lake, kept)
