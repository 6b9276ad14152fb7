"""The Dagster step that takes one branch in: what is selected, what its assets, months and checks show afterwards.

Not here: the assets' definitions (`branch`), taking in and judging (`pipelines.night`, `pipelines.intake`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import dagster as dg

from pipelines.branches import BranchConfig
from pipelines.components.deliveries import Standing, materialized, metadata
from pipelines.components.months import month_metadata
from pipelines.components.naming import asset_key
from pipelines.components.overdue import mark, sentence, unmarked
from pipelines.components.preview import preview, refusals
from pipelines.contracts.model import WHOLE, Contract
from pipelines.lake.deliveries import in_effect, read_receipt
from pipelines.lake.events import EventLog
from pipelines.lake.manifests import Manifest, read_manifest
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.lake.received import confirmations
from pipelines.night.months import Arrival, arrivals, confirmed, files_behind, months_arrived, months_in_force
from pipelines.night.obligations import Obligation, due_calendar
from pipelines.night.results import BranchIntake
from pipelines.night.steps import Night


def months_asked(context: dg.AssetExecutionContext) -> tuple[str, ...]:
    """The months that somebody selected for this run; none in a night, which takes in whatever came."""
    if context.has_partition_key or context.has_partition_key_range:
        return tuple(context.partition_keys)
    return ()


@dataclass(frozen=True)
class BranchStep:
    """One branch in one run. `asked`: months whose files are read again, whether anything about them changed or not."""

    night: Night
    branch: BranchConfig
    contracts: Mapping[str, Contract]
    partitions: dg.PartitionsDefinition[str]
    asked: tuple[str, ...]

    def run(self, context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        """Take the branch in; its data never raises here, so that no other branch is held up."""
        before = {dataset: months_in_force(self._manifest(dataset)) for dataset in self.branch.datasets}
        repeated_before = self._repeated()
        selected = [one for one in self.branch.datasets if self._key(one) in context.selected_asset_keys]
        again = self._files_again(selected) if self.asked else ()
        intake = self.night.take_in(self.branch.branch_id, again)
        repeated = self._repeated()
        lacking: dict[dg.AssetKey, list[Obligation]] = {}
        for dataset in sorted(self.branch.datasets):
            key = self._key(dataset)
            standing = self._standing(dataset, intake)
            again_on = {day for name, day in repeated - repeated_before if name == dataset}
            came = self._came(standing, before[dataset], again_on)
            shown = self._shown(standing, came)
            if dataset not in selected:
                if standing.receipts:  # a file that was selected for one dataset brought another one along
                    self._log_months(context, key, came)
                    context.log_event(dg.AssetMaterialization(key, metadata=metadata(standing) | shown))
                continue
            self._log_months(context, key, [one for one in came if one.period not in self.asked])
            yield materialized(key, standing, shown)
            lacking[key] = self._lacking(standing)
        self._mark(context, lacking)

    # What is known of a dataset.

    @cached_property
    def _lake(self) -> Lake:
        return Lake.of(self.night.workspace)

    @cached_property
    def _log(self) -> EventLog:
        return EventLog(self._lake.events)

    @cached_property
    def _due(self) -> dict[str, dict[str, Obligation]]:
        """Dataset → month → what was or will be owed for it; after intake, since that says when the branch began."""
        manifests = [self._manifest(dataset) for dataset in self.branch.datasets]
        months = [month for one in manifests if one for month in one.slices if month[:1].isdigit()]
        since = {self.branch.branch_id: min(months)} if months else {}
        found: dict[str, dict[str, Obligation]] = {dataset: {} for dataset in self.branch.datasets}
        branches = {self.branch.branch_id: self.branch}
        for one in due_calendar(self.night.plan.night_date, branches, self.contracts, since):
            found[one.dataset][one.period] = one
        return found

    def _key(self, dataset: str) -> dg.AssetKey:
        return asset_key(self.branch.branch_id, dataset)

    def _manifest(self, dataset: str) -> Manifest | None:
        return read_manifest(self._lake, dataset, self.branch.branch_id)

    def _files_again(self, datasets: list[str]) -> tuple[Any, ...]:
        return files_behind(self._lake, self._log, self.branch.branch_id, datasets, self.asked)

    def _standing(self, dataset: str, intake: BranchIntake) -> Standing:
        manifest = self._manifest(dataset)
        receipts = tuple(receipt for receipt in intake.receipts if receipt.dataset == dataset)
        open_months = self._open_months(dataset, manifest, arrivals(receipts, {}))
        today = self.night.plan.night_date
        return Standing(
            branch_id=intake.branch_id,
            dataset=dataset,
            receipts=receipts,
            owed=tuple(one for one in open_months if one.due_date < today),
            due=tuple(one for one in open_months if one.due_date >= today),
            failure=intake.sentence if intake.status == "failed" else None,
            rows_in_force=sum(part.rows for part in manifest.slices.values()) if manifest else 0,
            data_date=str(manifest.data_date) if manifest else None,
        )

    def _open_months(self, dataset: str, manifest: Manifest | None, came: list[Arrival]) -> list[Obligation]:
        """Months of the calendar that have not come. The manifest tells almost all; the rest is looked up."""
        there = months_in_force(manifest) | {one.period for one in came}
        calendar = self._due[dataset]
        if any(one.due_date < self.night.plan.night_date for month, one in calendar.items() if month not in there):
            there |= months_arrived(self._lake, self._log, self.branch.branch_id, dataset)
        return [one for month, one in sorted(calendar.items()) if month not in there]

    def _repeated(self) -> set[tuple[str, dt.date]]:
        """(dataset, day) of every time that the branch sent the same again."""
        own = self.branch.branch_id
        return {(one.dataset, one.delivery_date) for one in confirmations(self._log) if one.branch_id == own}

    def _came(self, standing: Standing, before: set[str], again_on: set[dt.date]) -> list[Arrival]:
        """Months that tonight's deliveries brought; one that was there before keeps the day on which it first came.

        A list that came again unchanged (`again_on`) brought the month that had ended, though no delivery.
        """
        due = {month: one.due_date for month, one in self._due[standing.dataset].items()}
        came = arrivals(standing.receipts, due)
        manifest = self._manifest(standing.dataset)
        if manifest and WHOLE in manifest.slices:
            known = before | {one.period for one in came}
            settled = confirmed(again_on, due, standing.rows_in_force)
            came = [*came, *(one for one in settled if one.period not in known)]
        if not before.intersection(one.period for one in came):
            return came
        first = self._first_days(standing.dataset)
        return [replace(one, arrived=min(one.arrived, first.get(one.period, one.arrived))) for one in came]

    def _first_days(self, dataset: str) -> dict[str, dt.date]:
        receipts = in_effect(self._lake, self._log, self.branch.branch_id, dataset)
        return {one.period: one.arrived for one in arrivals(receipts, {})}

    def _last(self, dataset: str) -> tuple[Receipt, ...]:
        manifest = self._manifest(dataset)
        return (read_receipt(self._lake, *manifest.deliveries[-1]),) if manifest and manifest.deliveries else ()

    # What is shown of it.

    def _shown(self, standing: Standing, came: list[Arrival]) -> dict[str, Any]:
        """Tonight's deliveries, or where none came the one that stands, so that the page stays worth reading."""
        try:
            receipts = standing.receipts or self._last(standing.dataset)
            said = {
                **refusals(self._lake, receipts),
                **preview(self._lake, receipts, self.contracts[standing.dataset]),
            }
        except Exception as error:  # what is only shown fails no branch
            said = {"preview": f"The delivery cannot be shown: {type(error).__name__}: {error}"}
        alone = [one for one in came if (one.period,) == self.asked]
        return said | (month_metadata(alone[0]) if alone else {})

    def _log_months(self, context: dg.AssetExecutionContext, key: dg.AssetKey, came: list[Arrival]) -> None:
        for one in came:
            if self.partitions.has_partition_key(one.period):
                said = month_metadata(one)
                context.log_event(dg.AssetMaterialization(key, partition=one.period, metadata=said))

    def _lacking(self, standing: Standing) -> list[Obligation]:
        """What is overdue, and months that were asked for although nothing of them ever came."""
        asked = [one for one in standing.due if one.period in self.asked]
        return sorted([*standing.owed, *asked], key=lambda one: one.period)

    def _mark(self, context: dg.AssetExecutionContext, lacking: dict[dg.AssetKey, list[Obligation]]) -> None:
        missing = {
            key: unmarked(context.instance, key, [one.period for one in owed], self.partitions)
            for key, owed in lacking.items()
            if owed
        }
        mark(context.run, context.instance, self.branch.branch_id, missing, sentence(self.branch.name, lacking))
