"""A dry run: one file taken in as the night would do it, in a lake of its own that is thrown away afterwards.

The workspace is only read: configuration, contracts, and the received files that lookups need. Not here: printing
(trying), where each field came from (mapped).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pipelines.branches.config import BranchConfig, DatasetConfig, FileConfig
from pipelines.console.mapped import Mapped, mapped
from pipelines.errors import SourceError
from pipelines.intake.opening import Opened, with_lookups
from pipelines.intake.replay import looked_up_files
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.deliveries import read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.landing import Ignored, receive_new
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import ReceivedFile, waiting
from pipelines.sources.table import TextTable

_SHOWN_PLACES = 3
_TOGETHER = "document_refused"


@dataclass(frozen=True)
class Reason:
    """Why rows are refused or reported: how many, where the first of them stand, and what the first one says."""

    rule: str
    column: str | None
    rows: int
    places: tuple[str, ...]
    message: str
    refuses: bool


@dataclass(frozen=True)
class TriedTable:
    """One table of the file as it was read. `unused`: columns that no dataset takes."""

    section: str
    sheet: str
    columns: tuple[str, ...]
    header_row: int | None
    rows_read: int
    unreadable: int
    encoding: str
    evidence: str
    unused: tuple[str, ...]


@dataclass(frozen=True)
class TriedDataset:
    """What became of one dataset: its receipt, where its fields come from (None: nothing was standardized), reasons."""

    config: DatasetConfig
    receipt: Receipt
    mapped: Mapped | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class TriedFile:
    """One file (of an archive, or the file itself). `config` is None where no pattern matched."""

    file: ReceivedFile
    config: FileConfig | None
    tables: tuple[TriedTable, ...]
    datasets: tuple[TriedDataset, ...]


@dataclass(frozen=True)
class Trial:
    """The whole dry run. `beside`: files that lookups read, and whence they were taken."""

    files: tuple[TriedFile, ...]
    ignored: tuple[Ignored, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True)
class _Room:
    """The throwaway lake with its log, where to read, and how many samples to keep."""

    lake: Lake
    log: EventLog
    scratch: Path
    samples: int


def dry_run(branch: BranchConfig, file: Path, path: str, real: Lake, rows: int) -> Trial:
    """Take `file` in as if it lay at `path` below the branch's landing folder; `rows` samples of every field.

    `real` is the workspace's lake, of which only the log and received files are read. Raises `LakeError` as taking in
    does.
    """
    with TemporaryDirectory(prefix="tieout-try-") as folder:
        home = Path(folder)
        lake, landing = Lake(home / "lake"), home / "landing"
        log = EventLog(lake.events)
        room = _Room(lake, log, home / "reading", rows)
        beside: list[str] = []
        for source, name, whence in _looked_up(branch, file, path, real):
            _put(source, landing / branch.branch_id / name)
            receive_new(lake, log, landing, branch.branch_id)
            beside.append(f"{name} ({whence})")
        _put(file, landing / branch.branch_id / path)
        arrivals = receive_new(lake, log, landing, branch.branch_id)
        new = {one.sequence for one in arrivals.received}
        tried = [
            _tried(room, branch, take_in(lake, log, branch, one))
            for one in waiting(log, branch.branch_id)
            if one.sequence in new
        ]
        return Trial(tuple(tried), arrivals.ignored, tuple(beside))


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _looked_up(branch: BranchConfig, file: Path, path: str, real: Lake) -> Iterator[tuple[Path, str, str]]:
    """The files that the file's lookups read: those that lie beside it, else those that the lake received."""
    config = branch.file_for(path)
    wanted = {one.file: one for d in (config.datasets.values() if config else ()) for one in d.lookups.values()}
    prefix = path.removesuffix(path.rsplit("/", 1)[-1])
    for kind, lookup in wanted.items():
        if kind is None:
            continue
        other = next(one for one in branch.files if one.name == kind)
        near = [
            one
            for one in sorted(file.parent.iterdir())
            if one.is_file() and other.matches(prefix + one.name) and lookup.pairs(path, prefix + one.name)
        ]
        if near:
            yield near[-1], prefix + near[-1].name, "beside the file"
            continue
        log = EventLog(real.events)
        asked = ReceivedFile(branch.branch_id, 0, path, "", 0, 0, log.read()[0].at) if log.read() else None
        for dataset in config.datasets.values() if config and asked else ():
            for name, found in looked_up_files(log, branch, dataset, asked).items() if asked else ():
                if found is not None and dataset.lookups[name].file == kind:
                    yield real.received(found.sha256), found.sent_path, "in the lake"


def _tried(room: _Room, branch: BranchConfig, taken: TakenIn) -> TriedFile:
    config = branch.version_for(taken.file.path, taken.file.received_at)
    if config is None:
        return TriedFile(taken.file, None, (), _refused_only(room.lake, branch, taken))
    opened = Opened(branch, config, taken.file, room.lake.received(taken.file.sha256), room.scratch)
    room.scratch.mkdir(parents=True, exist_ok=True)
    try:
        tables = opened.tables()
    except SourceError:  # the receipts say so
        tables = []
    given = {one.dataset: one for one in taken.receipts}
    datasets = [
        TriedDataset(dataset, given[name], _mapped(room, opened, dataset, tables), _reasons(room.lake, given[name]))
        for name, dataset in config.datasets.items()
        if name in given
    ]
    return TriedFile(taken.file, config, tuple(_table(one, datasets) for one in tables), tuple(datasets))


def _refused_only(lake: Lake, branch: BranchConfig, taken: TakenIn) -> tuple[TriedDataset, ...]:
    """An archive that could not be opened: only its receipts say anything."""
    configs = {name: one for config in branch.files for name, one in config.datasets.items()}
    return tuple(TriedDataset(configs[one.dataset], one, None, _reasons(lake, one)) for one in taken.receipts)


def _mapped(room: _Room, opened: Opened, dataset: DatasetConfig, tables: Sequence[TextTable]) -> Mapped | None:
    try:
        own = with_lookups(room.lake, room.log, opened, dataset, tables)
        return mapped(own, dataset, room.samples) if own else None
    except SourceError:  # the receipt says so
        return None


def _table(table: TextTable, datasets: Sequence[TriedDataset]) -> TriedTable:
    takers = [one for one in datasets if one.config.takes(table.section)]
    unused = [
        column
        for column in table.columns
        if takers and all(one.mapped is not None and column in one.mapped.extra for one in takers)
    ]
    return TriedTable(
        section=table.section,
        sheet=table.sheet,
        columns=table.columns,
        header_row=next((one.row for one in table.non_data if one.kind == "header"), None),
        rows_read=table.rows_read,
        unreadable=len(table.unreadable),
        encoding=table.metadata.get("reader.encoding", ""),
        evidence=table.metadata.get("reader.encoding_evidence", ""),
        unused=tuple(unused),
    )


def _reasons(lake: Lake, receipt: Receipt) -> tuple[Reason, ...]:
    """What was found by rule and column: refusals first, most rows first; rows that only wait for others are last."""
    found = read_frame(lake, receipt, "findings").filter(pl.col("source_row").is_not_null())
    keys = ["severity", "rule", "column"]
    told = []
    for (severity, rule, column), part in found.group_by(keys, maintain_order=True):
        rows = part.unique(["source_sheet", "source_row"], maintain_order=True).sort("source_sheet", "source_row")
        first = rows.head(_SHOWN_PLACES)
        places = tuple(
            f"{sheet} row {row}".strip() for sheet, row in first.select("source_sheet", "source_row").iter_rows()
        )
        said = str(rows["message"][0] or "")
        told.append(Reason(str(rule), _text(column), rows.height, places, said, severity == "error"))
    return tuple(sorted(told, key=lambda one: (not one.refuses, one.rule == _TOGETHER, -one.rows)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
