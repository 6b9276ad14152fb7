"""Watches one received file for drift: finds the delivery to compare with, and lays what differs on the new one.

What counts as the one before is the accepted delivery of the same kind of file that precedes this one in effect and
came earlier, so that taking everything in again gives the same. Not here: comparing (drift), writing (taking).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import polars as pl

from pipelines.branches.config import DatasetConfig
from pipelines.contracts.model import Scope, Severity
from pipelines.drift.comparing import Terms, compare, to_keep, unmapped_headers
from pipelines.drift.explaining import REFUSE, cut_otherwise, explain_missing, missing
from pipelines.drift.misread import misread
from pipelines.drift.nested import compare_parts
from pipelines.drift.observing import kinds_of, observe, sample_of
from pipelines.drift.proposing import Place
from pipelines.drift.shape import Drift, Shape
from pipelines.drift.uses import header_of
from pipelines.errors import SourceError
from pipelines.intake.agreed import agreed_headers, declared_paths, own_uses
from pipelines.intake.judged import Judged
from pipelines.intake.opening import Opened
from pipelines.lake.deliveries import read_receipt
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.received import TakenInDelivery, received_files, taken_in
from pipelines.sources.layout import DelimitedLayout, ExcelLayout
from pipelines.sources.strict import AUTO
from pipelines.sources.table import ROW, TextTable
from pipelines.validation.findings import Code, delivery_finding

_DELIMITERS = (",", ";", "\t", "|")
# Drift that may be why so many rows are refused that the delivery is.
_MOST_UNDECLARED = 500  # paths that a receipt names
_LIKELY_WHY = ("column_renamed", "column_removed", "column_retyped")
_ADVICE = "See `tieout drift {branch}` for old, new and a proposed change."


@dataclass(frozen=True)
class Explained:
    """A dataset that could not be standardized: why, and what of it is drift."""

    reason: str
    shape: Shape | None = None
    drift: tuple[Drift, ...] = ()


@dataclass(frozen=True)
class Watch:
    """One received file, of a delivery date, beside what its branch sent before."""

    lake: Lake
    log: EventLog
    opened: Opened

    def judged(self, judged: Judged, tables: Sequence[TextTable], delivered_on: date) -> Judged:
        """The judged dataset with its shape and drift, and refused where the contract says so."""
        terms = self._terms(judged.config, tables)
        old = self._shape_before(judged.config.dataset, delivered_on)
        new = observe(tables, terms.uses)
        kinds = _kinds(tables, unmapped_headers(old, new, terms))
        if terms.ordered:
            found = compare(old, new, kinds, terms)
        else:
            paths = declared_paths(self.opened.config, tables[0].section)
            found = [*compare(old, new, kinds, terms), *compare_parts(old, new, paths, tables[0].section, terms)]
        headers = [one for use in terms.uses if (one := header_of(use.names, tables[0].columns)) is not None]
        found += misread(old, judged.findings, judged.frame.height, lambda: sample_of(tables[0], headers), terms)
        refusal = judged.refusal
        refusing = [one.sentence for one in found if one.action == REFUSE or (refusal and one.kind in _LIKELY_WHY)]
        if refusing:
            refusal = " ".join([*refusing, self._advice, *([refusal] if refusal else [])])
        # A part of JSON or XML that is only sometimes there is new once.
        known = sorted({*new.undeclared, *(old.undeclared if old is not None else ())})[:_MOST_UNDECLARED]
        shape = replace(new, kept=to_keep(old, new, found, terms), undeclared=tuple(known))
        return replace(judged, shape=shape, drift=tuple(found), refusal=refusal)

    def refused(self, config: DatasetConfig, tables: Sequence[TextTable], reason: str, delivered_on: date) -> Explained:
        """Why a dataset could not be standardized: `reason`, and the drift that likely led to it."""
        terms = self._terms(config, tables)
        if not tables or not missing(tables[0].columns, terms):
            return Explained(reason)
        found = list(self._cut_otherwise(terms))
        new = observe(tables, terms.uses)
        if not found:
            old = self._shape_before(config.dataset, delivered_on)
            strange = [one for one in new.columns if not terms.wants(one)]
            found = explain_missing(old, new, _kinds(tables, strange), terms)
        return Explained(self._reason(reason, found), new, tuple(found))

    def unread(self, config: DatasetConfig, reason: str) -> Explained:
        """Why a file could not be read at all: `reason`, and the delimiter or encoding that would make it readable."""
        found = tuple(self._cut_otherwise(self._terms(config, ())))
        return Explained(self._reason(reason, found), drift=found)

    @property
    def _advice(self) -> str:
        return _ADVICE.format(branch=self.opened.branch.branch_id)

    def _reason(self, reason: str, found: Sequence[Drift]) -> str:
        return " ".join([reason, *(one.sentence for one in found), *([self._advice] if found else [])])

    def _terms(self, config: DatasetConfig, tables: Sequence[TextTable]) -> Terms:
        kind = self.opened.config
        return Terms(
            mapping=config.mapping,
            contract=config.contract,
            uses=own_uses(config),
            agreed=agreed_headers(self.opened, config, tables),
            place=Place(kind.name, config.dataset, self._first_day),
            ordered=isinstance(kind.layout, DelimitedLayout | ExcelLayout),
        )

    @cached_property
    def _first_day(self) -> date | None:
        """From which day on a change would hold; None where changes of this kind of file cannot be dated."""
        branch, file = self.opened.branch, self.opened.file
        kind = branch.file_for(file.path)
        if kind is None or kind.earlier:
            return None
        rule = kind.dated_by or kind.delivery_date
        try:
            return None if rule.kind == "metadata" else rule.resolve(file.path, {}, file.received_at, branch.time_zone)
        except SourceError:
            return None

    @cached_property
    def _before(self) -> list[tuple[date, int, TakenInDelivery]]:
        """Deliveries of the branch's files that came earlier, the last in effect first."""
        found = [
            (_date_of(one.delivery_id), sequence, one)
            for (_, sequence), given in taken_in(self.log, self.opened.branch.branch_id).items()
            if sequence < self.opened.file.sequence
            for one in given
        ]
        return sorted(found, key=lambda one: one[:2], reverse=True)

    @cached_property
    def _paths(self) -> dict[int, str]:
        return {one.sequence: one.path for one in received_files(self.log, self.opened.branch.branch_id)}

    def _alike(self, sequence: int) -> bool:
        """Whether that file is of the same kind; asked of few, since every pattern is held against its name."""
        kind = self.opened.branch.file_for(self._paths[sequence])
        return kind is not None and kind.name == self.opened.config.name

    def _shape_before(self, dataset: str, delivered_on: date) -> Shape | None:
        own = (delivered_on, self.opened.file.sequence)
        for day, sequence, one in self._before:
            if one.dataset == dataset and (day, sequence) < own and self._alike(sequence):
                receipt = read_receipt(self.lake, one.delivery_id, one.fingerprint)
                if receipt.status == "accepted":
                    return receipt.shape
        return None

    def _cut_otherwise(self, terms: Terms) -> Iterator[Drift]:
        """The delimiter or encoding under which the file has every column that the mapping of `terms` needs."""
        layout = self.opened.config.layout
        if not isinstance(layout, DelimitedLayout):
            return
        said = {"delimiter": layout.delimiter, "encoding": layout.encoding}
        others = [sign for sign in _DELIMITERS if sign not in (layout.delimiter, layout.quote, layout.escape)]
        for encoding in dict.fromkeys((layout.encoding, AUTO)):
            for sign in (*([] if encoding == layout.encoding else [layout.delimiter]), *others):
                changed = {"delimiter": sign, "other_delimiters": (), "encoding": encoding}
                try:
                    tables = replace(
                        self.opened, config=replace(self.opened.config, layout=layout.model_copy(update=changed))
                    ).tables()
                except SourceError:
                    continue
                if missing(tables[0].columns, terms):
                    continue
                found = tables[0].metadata.get("reader.encoding", encoding) if encoding == AUTO else encoding
                now = {"delimiter": sign, "encoding": layout.encoding if layout.encoding == AUTO else found}
                yield from cut_otherwise(said, now, terms)
                return


def drift_findings(drift: Sequence[Drift], branch_id: str) -> list[pl.DataFrame]:
    """One finding on the delivery for each difference; an error where it refuses the delivery.

    An unlisted code has refused its rows already, each with a finding of its own.
    """
    advice = _ADVICE.format(branch=branch_id)
    return [
        delivery_finding(
            Code(one.rule, Scope.DELIVERY, Severity.ERROR if one.action == REFUSE else Severity.WARNING, one.where),
            f"{_on_a_line(one.old)} → {_on_a_line(one.new)}",
            f"{one.sentence} {advice}",
        )
        for one in drift
        if one.action == REFUSE or one.kind != "new_code"
    ]


def extra_cells(tables: Sequence[TextTable], columns: Sequence[str]) -> pl.DataFrame | None:
    """What stands in `columns`, row by row as JSON, where anything does. None: nothing is kept."""
    found = []
    for table in tables:
        here = [one for one in columns if one in table.columns]
        if here:
            filled = pl.any_horizontal(pl.col(here).is_not_null() & (pl.col(here) != ""))
            cells = pl.struct(here).struct.json_encode().alias("cells")
            found.append(
                table.frame.filter(filled).select(pl.lit(table.sheet).alias("source_sheet"), ROW, cells).collect()
            )
    return pl.concat(found) if found else None


def _kinds(tables: Sequence[TextTable], headers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        here = [one for one in headers if one in table.columns and one not in found]
        found |= kinds_of(table, here) if here else {}
    return found


def _date_of(delivery_id: str) -> date:
    return date.fromisoformat(delivery_id.rpartition("/")[2][:10])


def _on_a_line(text: str) -> str:
    return ", ".join(text.split("\n")) or "nothing"
