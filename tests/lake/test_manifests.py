"""Manifests: history, going back, what is pending, what is collected, and what a full disk leaves."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lake_builder import CONTRACT, Line, deliver, lake_in

from pipelines.contracts.model import Field, Kind
from pipelines.errors import LakeError
from pipelines.lake.collection import collect
from pipelines.lake.files import atomic_write
from pipelines.lake.manifests import all_manifests, pending, read_manifest, roll_back
from pipelines.lake.parquet import read_rows, scan_rows
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.resolving import resolve

APRIL = date(2026, 4, 1)
LATER = datetime.now(UTC) + timedelta(days=400)


def line(document: str, amount: str, month: int = 1) -> Line:
    return Line(document, 1, date(2026, month, 9), Decimal(amount))


def two_nights(folder: Path) -> tuple[Lake, Any, str, str]:
    lake, log = lake_in(folder)
    deliver(lake, log, sequence=1, day=APRIL, rule="append", lines=[line("A", "1"), line("B", "2")])
    first = resolve(lake, log, CONTRACT, "germany").after
    deliver(lake, log, sequence=2, day=APRIL, rule="append", lines=[line("A", "5"), line("C", "3", month=2)])
    second = resolve(lake, log, CONTRACT, "germany").after
    assert first and second
    return lake, log, first, second


def documents(lake: Lake) -> dict[str, str]:
    manifest = read_manifest(lake, "gl_entry", "germany")
    assert manifest is not None
    rows = scan_rows([lake.root / one.file for one in manifest.slices.values()]).collect()
    return {row["document_number"]: format(row["debit_amount_functional"].normalize(), "f") for row in rows.to_dicts()}


def test_change_names_touched_slices_only(tmp_path: Path) -> None:
    lake, log, _, _ = two_nights(tmp_path)
    deliver(lake, log, sequence=3, day=APRIL, rule="append", lines=[line("D", "1", month=3)])
    change = resolve(lake, log, CONTRACT, "germany")
    assert (change.touched, change.refolded) == (("2026-03",), False)
    assert all_manifests(lake)["gl_entry", "germany"].generation == 3


def test_slice_of_one_delivery_is_its_file_and_not_a_copy(tmp_path: Path) -> None:
    lake, log = lake_in(tmp_path)
    receipt = deliver(lake, log, sequence=1, day=APRIL, rule="append", lines=[line("A", "1")])
    resolve(lake, log, CONTRACT, "germany")
    manifest = read_manifest(lake, "gl_entry", "germany")
    assert manifest is not None
    delivered = lake.delivery(receipt.delivery_id, receipt.fingerprint) / receipt.slices["2026-01"].file
    assert (lake.root / manifest.slices["2026-01"].file).samefile(delivered)


def test_late_full_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    lake, log = lake_in(tmp_path)
    deliver(lake, log, sequence=1, day=date(2026, 4, 3), rule="full", lines=[line("NEW", "1")])
    resolve(lake, log, CONTRACT, "germany")
    deliver(lake, log, sequence=2, day=date(2026, 4, 1), rule="full", lines=[line("OLD", "2")])
    change = resolve(lake, log, CONTRACT, "germany")
    assert (change.refolded, change.touched) == (True, ())
    assert documents(lake) == {"NEW": "1"}
    manifest = read_manifest(lake, "gl_entry", "germany")
    assert manifest is not None
    assert manifest.standing["germany/gl_entry/2026-04-01_000002"].superseded.rows == 1
    assert manifest.data_date == "2026-04-03"


def test_empty_period_delivery_empties_its_period(tmp_path: Path) -> None:
    lake, log, _, _ = two_nights(tmp_path)
    deliver(lake, log, sequence=3, day=APRIL, rule="period", lines=[], periods=["2026-02"])
    change = resolve(lake, log, CONTRACT, "germany")
    assert change.touched == ("2026-02",)
    assert documents(lake) == {"A": "5", "B": "2"}


def test_new_revision_replaces_the_old_which_stays_readable(tmp_path: Path) -> None:
    lake, log = lake_in(tmp_path)
    old = deliver(lake, log, sequence=1, day=APRIL, rule="append", lines=[line("A", "1")], mapping_version="m1")
    resolve(lake, log, CONTRACT, "germany")
    deliver(lake, log, sequence=1, day=APRIL, rule="append", lines=[line("A", "9")], mapping_version="m2")
    assert [one.mapping_version for one in pending(lake, log, "gl_entry", "germany")] == ["m2"]
    resolve(lake, log, CONTRACT, "germany")
    assert documents(lake) == {"A": "9"}
    assert pl.read_parquet(lake.delivery(old.delivery_id, old.fingerprint) / old.slices["2026-01"].file).height == 1


def test_going_back_and_forth(tmp_path: Path) -> None:
    lake, log, first, second = two_nights(tmp_path)
    assert documents(lake) == {"A": "5", "B": "2", "C": "3"}
    back = roll_back(lake, "gl_entry", "germany", first)
    assert back is not None and back.hash == first
    assert documents(lake) == {"A": "1", "B": "2"}
    assert [one.received_sequence for one in pending(lake, log, "gl_entry", "germany")] == [2]
    assert resolve(lake, log, CONTRACT, "germany").after == second
    assert roll_back(lake, "gl_entry", "germany", None) is None
    assert read_manifest(lake, "gl_entry", "germany") is None
    with pytest.raises(LakeError, match="not in the history"):
        roll_back(lake, "gl_entry", "germany", "0" * 64)


def test_altered_manifest_is_found(tmp_path: Path) -> None:
    lake, *_ = two_nights(tmp_path)
    path = lake.manifest("gl_entry", "germany")
    path.write_bytes(path.read_bytes().replace(b'"rows": 2', b'"rows": 3'))
    with pytest.raises(LakeError, match="was altered"):
        read_manifest(lake, "gl_entry", "germany")


def test_new_contract_version_gives_every_slice_its_columns(tmp_path: Path) -> None:
    lake, log, _, _ = two_nights(tmp_path)
    newer = replace(
        CONTRACT, version="1.1.0", fields=(*CONTRACT.fields, Field("cost_center_code", Kind.STRING, "added"))
    )
    resolve(lake, log, newer, "germany")
    manifest = read_manifest(lake, "gl_entry", "germany")
    assert manifest is not None
    for one in manifest.slices.values():
        assert dict(read_rows(lake.root / one.file).schema) == newer.lake_schema
    assert documents(lake) == {"A": "5", "B": "2", "C": "3"}


def test_collecting_keeps_what_is_in_force_published_or_young(tmp_path: Path) -> None:
    lake, log, first, second = two_nights(tmp_path)
    deliver(lake, log, sequence=3, day=APRIL, rule="append", lines=[line("A", "7")])
    resolve(lake, log, CONTRACT, "germany")
    files = set((lake.root / "current").rglob("*.parquet"))
    assert len(files) == 4  # January three times, February once
    assert collect(lake, [], timedelta(days=90), datetime.now(UTC)).files == 0
    collect(lake, [first], timedelta(days=90), LATER)
    assert len(set((lake.root / "current").rglob("*.parquet"))) == 3
    roll_back(lake, "gl_entry", "germany", first)
    assert documents(lake) == {"A": "1", "B": "2"}
    with pytest.raises(LakeError, match="not in the history"):
        roll_back(lake, "gl_entry", "germany", second)
    assert resolve(lake, log, CONTRACT, "germany").after is not None
    assert documents(lake) == {"A": "7", "B": "2", "C": "3"}


def test_leftovers_of_a_killed_run_are_collected(tmp_path: Path) -> None:
    lake, *_ = two_nights(tmp_path)
    (lake.scratch / "delivery-x").mkdir(parents=True)
    (lake.scratch / "delivery-x" / "half.parquet").write_text("half")
    (lake.manifests / "gl_entry" / ".germany.json.1234.tmp").write_text("half")
    collect(lake, [], timedelta(days=900), LATER)
    assert list(lake.scratch.iterdir()) == []
    assert [path.name for path in (lake.manifests / "gl_entry").iterdir()] == ["germany.json"]


def test_rows_that_do_not_add_up_are_never_committed(tmp_path: Path) -> None:
    lake, log, _, second = two_nights(tmp_path)
    receipt = deliver(lake, log, sequence=3, day=APRIL, rule="append", lines=[line("X", "4")])
    path = lake.delivery(receipt.delivery_id, receipt.fingerprint) / "receipt.json"
    said = Receipt.from_json(path.read_bytes(), "receipt")
    more = said.total("accepted") + said.total("accepted")
    path.write_bytes(replace(said, standardized=more, totals={"accepted": more}).as_json())
    with pytest.raises(LakeError, match="differs from in force"):
        resolve(lake, log, CONTRACT, "germany")
    manifest = read_manifest(lake, "gl_entry", "germany")
    assert manifest is not None and manifest.hash == second


def test_disk_that_fills_up_while_a_slice_is_written_leaves_nothing_half(tmp_path: Path) -> None:
    """A real limit of the system, in a process of its own: files of more than 20 kB cannot be written."""
    script = """
import resource, signal, sys
from datetime import date
from decimal import Decimal
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from lake_builder import Line, deliver, lake_in
from pipelines.errors import LakeError
lake, log = lake_in(Path(sys.argv[1]))
log.append("before", {})
lines = [Line(f"D{n}", 1, date(2026, 1, 1), Decimal(n * 7919 % 9973), text=str(n * 104729)) for n in range(20000)]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    deliver(lake, log, sequence=1, day=date(2026, 4, 1), rule="append", lines=lines)
except LakeError as error:
    print(error)
"""
    here = Path(__file__).resolve()
    paths = [str(here.parent), str(here.parents[2])]
    said = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), *paths], capture_output=True, text=True, check=True
    )
    assert "the disk is full" in said.stdout and "Free space" in said.stdout
    lake, log = lake_in(tmp_path)
    assert not list((lake.root / "deliveries").rglob("*.parquet"))
    assert list(lake.scratch.iterdir()) == []
    assert [event.kind for event in log.read()] == ["before"]


def test_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "manifest.json"
    atomic_write(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(LakeError, match=r"disk is full .* Free space"):
            atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["manifest.json"]
