"""A branch as every other part sees it: who it is, its files, and how each becomes datasets.

Not here: reading and checking configuration (loading, checking), and doing anything with a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipelines.branches.overlap import common_name
from pipelines.branches.rules import DateRule, Lookup, PeriodRule
from pipelines.contracts.model import Contract
from pipelines.errors import ConfigError, SourceError
from pipelines.sources.layout import Layout
from pipelines.sources.packed import member_path
from pipelines.standardize.mapping import Mapping


@dataclass(frozen=True)
class DatasetConfig:
    """How one table of a file becomes deliveries of one dataset.

    `contract` is the dataset's contract as the branch tightened it. `mapping_version` changes with anything that could
    change what rows become or replace: layout, mapping, rules, tightening.
    """

    dataset: str
    rule: str  # full, period, append
    period: PeriodRule | None
    mapping: Mapping
    controls: Dictionary[str, str]
    contract: Contract
    mapping_version: str
    may_be_empty: bool = False  # a delivery without records is meant so
    lookups: Dictionary[str, Lookup] = field(default_factory=dict)

    def takes(self, section: str) -> bool:
        """Whether the file's table `section` (sheet, kind of record) feeds this dataset."""
        return self.mapping.section in ("", section)

    def periods(self, relative_path: str, metadata: Dictionary[str, str]) -> tuple[str, ...] | None:
        """The months (`YYYY-MM`) that a delivery replaces, None: those found in its rows.

        Raises SourceError where the file was to say them and does not.
        """
        return self.period.resolve(relative_path, metadata) if self.period else None


@dataclass(frozen=True)
class FileConfig:
    """One kind of file that the branch sends. Of files of one day, those with the lower `order` are taken in first.

    Where its parts change with time, this is the newest version, which holds from `valid_from` on; `earlier` are those
    before it, oldest first, and `dated_by` says of which day a file is. A version knows of no other.
    """

    name: str
    order: int
    pattern: str
    layout: Layout
    delivery_date: DateRule
    datasets: Dictionary[str, DatasetConfig]
    dated_by: DateRule | None = None  # None: the delivery date
    valid_from: date | None = None
    earlier: tuple[FileConfig, ...] = ()

    def matches(self, relative_path: str) -> bool:
        """Whether a path below the branch's landing folder is such a file."""
        return re.fullmatch(self.pattern, relative_path) is not None

    def on(self, day: date) -> FileConfig:
        """The version that holds on `day`."""
        if self.valid_from is None or self.valid_from <= day:
            return replace(self, earlier=()) if self.earlier else self
        return next(one for one in reversed(self.earlier) if one.valid_from is None or one.valid_from <= day)

    def may_stand_in(self, archive: str) -> bool:
        """Whether an archive of this path may hold such a file."""
        return common_name(self.pattern, re.escape(member_path(archive, "")) + ".+") is not None


@dataclass(frozen=True)
class BranchConfig:
    """A branch of the group."""

    branch_id: str
    name: str
    country_code: str
    currency: str
    time_zone: str
    language: str
    owner_team: str
    owner_email: str
    files: tuple[FileConfig, ...]
    since: str | None = None  # the first month ('YYYY-MM') that it owes; None: the first one that it sent rows of
    source: str = field(default="", compare=False)  # the defs.yaml, for messages

    @property
    def datasets(self) -> tuple[str, ...]:
        """Every dataset that the branch delivers, sorted."""
        return tuple(sorted({dataset for file in self.files for dataset in file.datasets}))

    def file_for(self, relative_path: str) -> FileConfig | None:
        """The kind of file that a path is; None where it is none. ConfigError where it would be two."""
        found = [file for file in self.files if file.matches(relative_path)]
        if len(found) > 1:
            names = " and ".join(file.name for file in found)
            raise ConfigError(
                [f"{self.source}: the file {relative_path!r} matches the patterns of {names}. Narrow one of them."]
            )
        return found[0] if found else None

    def version_for(self, relative_path: str, arrived_at: datetime) -> FileConfig | None:
        """The kind of file that a path is, as it is on the file's day: known before the file is opened.

        A name that holds no date falls under the day on which the file arrived.
        """
        kind = self.file_for(relative_path)
        if kind is None or not kind.earlier:
            return kind
        try:
            day = (kind.dated_by or kind.delivery_date).resolve(relative_path, {}, arrived_at, self.time_zone)
        except SourceError:
            day = arrived_at.astimezone(ZoneInfo(self.time_zone)).date()
        return kind.on(day)
