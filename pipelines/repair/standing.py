"""What became of each repair: worked out anew from lake and log, so that a withdrawal or a rebuild changes it rightly.

Not here: deciding (records) and applying (overlay).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines.branches.config import BranchConfig
from pipelines.contracts.model import Contract
from pipelines.lake.deliveries import StandingReceipt, accepted_rows, current_receipts, read_frame
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.lake.receipts import Receipt
from pipelines.repair.feeding import feeds
from pipelines.repair.records import LINE, Repair, proposals
from pipelines.repair.refused import replaced_by

State = Literal[
    "proposed",  # waits for a second person
    "rejected",
    "obsolete",  # nobody needs to decide any more
    "approved",  # the next night takes it in
    "still_refused",  # taken in, but the row is refused for something else
    "in_force",
    "to_be_booked_at_source",  # in force or not, the branch's own system has not sent the amount yet
    "booked_at_source",
    "superseded",  # the branch has sent the document anew
]
_OPEN: frozenset[State] = frozenset({"proposed", "approved", "still_refused", "to_be_booked_at_source"})


@dataclass(frozen=True)
class StandingRepair:
    """A repair with its state, and why, as a sentence. `closed_by`: the delivery with which it ended, if one did."""

    repair: Repair
    state: State
    sentence: str
    closed_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in _OPEN


def standing_repairs(
    lake: Lake, log: EventLog, branches: Mapping[str, BranchConfig], repair_ids: Sequence[str] | None = None
) -> list[StandingRepair]:
    """Every repair (or those named) of these branches with its state, in order of proposal."""
    found = []
    views: dict[tuple[str, str], _Deliveries] = {}
    for one in proposals(log):
        branch = branches.get(one.cell.branch_id)
        if branch is None or (repair_ids is not None and one.repair_id not in repair_ids):
            continue
        key = (one.cell.branch_id, one.correction.dataset)
        if key not in views:
            views[key] = _Deliveries(lake, branch, current_receipts(lake, log, *key))
        found.append(_standing(one, views[key]))
    return found


def _standing(repair: Repair, deliveries: _Deliveries) -> StandingRepair:
    if repair.decision == "rejected":
        said = f"{repair.decided_by} rejected it: {repair.decision_reason}"
        return StandingRepair(repair, "rejected", said)
    own = deliveries.own(repair)
    if own is None or own.withdrawn:
        return StandingRepair(repair, "obsolete", f"{repair.correction.path} was withdrawn.")
    if repair.decision == "proposed":
        return _proposed(repair, own.receipt, deliveries)
    if repair.repair_id not in deliveries.applied(own.receipt):
        replaced = replaced_by(own.receipt, deliveries.standing)
        if replaced is None:
            return StandingRepair(repair, "approved", "The next night takes the row in again.")
    return _approved(repair, own.receipt, deliveries)


def _proposed(repair: Repair, own: Receipt, deliveries: _Deliveries) -> StandingRepair:
    replaced = replaced_by(own, deliveries.standing)
    if replaced is not None:
        said = f"The delivery {replaced.delivery_id} ({replaced.source_file}) has replaced the row since."
        return StandingRepair(repair, "obsolete", said, replaced.delivery_id)
    if not deliveries.is_refused(own, repair):
        return StandingRepair(repair, "obsolete", "The row is not refused any more.")
    later = deliveries.later_with(own, repair.correction.document)
    if later is not None:
        said = f"The delivery {later.delivery_id} ({later.source_file}) has brought the document since."
        return StandingRepair(repair, "obsolete", said, later.delivery_id)
    return StandingRepair(repair, "proposed", "It waits for a second person to approve it.")


def _approved(repair: Repair, own: Receipt, deliveries: _Deliveries) -> StandingRepair:
    rows = deliveries.rows_at(own, repair)
    amount = repair.correction.kind == "amount"
    if rows.is_empty() and deliveries.is_refused(own, repair) and replaced_by(own, deliveries.standing) is None:
        return StandingRepair(repair, "still_refused", "The row is still refused; export it again to see why.")
    if rows.is_empty():  # a repeated row that says what the other one says is kept once, as the other one
        rows = deliveries.rows_of(own, repair.correction.document)
    later = deliveries.last_with_keys(own, rows, repair.correction.document)
    if later is not None:
        where = f"the delivery {later.delivery_id} ({later.source_file})"
        if amount and deliveries.same_values(own, later, rows, repair):
            return StandingRepair(repair, "booked_at_source", f"Brought by {where}.", later.delivery_id)
        said = f"Superseded by {where}, which has other figures." if amount else f"Superseded by {where}."
        return StandingRepair(repair, "superseded", said, later.delivery_id)
    again = deliveries.refused_again(own, repair, rows)
    if again is not None:
        said = f"The delivery {again.delivery_id} ({again.source_file}) brought the document anew, and it was refused."
        return StandingRepair(repair, "to_be_booked_at_source" if amount else "superseded", said, again.delivery_id)
    replaced = replaced_by(own, deliveries.standing)
    if replaced is not None:
        said = f"The delivery {replaced.delivery_id} ({replaced.source_file}) no longer has the document."
        return StandingRepair(repair, "superseded", said, replaced.delivery_id)
    return _in_force(repair)


def _in_force(repair: Repair) -> StandingRepair:
    if repair.correction.kind == "amount":
        return StandingRepair(repair, "to_be_booked_at_source", "In force; the branch has to book and send it too.")
    return StandingRepair(repair, "in_force", "In force.")


class _Deliveries:
    """The deliveries of one branch and dataset, asked about single documents."""

    def __init__(self, lake: Lake, branch: BranchConfig, receipts: Sequence[StandingReceipt]) -> None:
        self._lake, self._branch, self._all = lake, branch, receipts
        self.standing = [one.receipt for one in receipts if not one.withdrawn]
        self._quarantines: dict[str, pl.DataFrame] = {}

    def own(self, repair: Repair) -> StandingReceipt | None:
        """The delivery that the repaired row came in, as it stands."""
        return next((one for one in self._all if one.receipt.received_sequence == repair.cell.sequence), None)

    def applied(self, receipt: Receipt) -> set[str]:
        """The repairs that lay over the file when it was last taken in: its findings name them."""
        found = read_frame(self._lake, receipt, "findings").filter(
            pl.col("rule").is_in(["repaired", "repair_not_applied"])
        )
        return set(found["message"].str.extract_all(r"\bR\d+\b").explode().drop_nulls())

    def is_refused(self, receipt: Receipt, repair: Repair) -> bool:
        place = (pl.col("source_sheet") == repair.cell.sheet) & (pl.col("source_row") == repair.cell.source_row)
        return not self._quarantine(receipt).filter(place).is_empty()

    def rows_at(self, receipt: Receipt, repair: Repair) -> pl.DataFrame:
        """The accepted contract rows that the repaired source row became; empty where there are none."""
        if not receipt.slices:
            return pl.DataFrame()
        place = (pl.col("source_sheet") == repair.cell.sheet) & (pl.col("source_row") == repair.cell.source_row)
        return accepted_rows(self._lake, receipt).filter(place).collect()

    def rows_of(self, receipt: Receipt, document: str | None) -> pl.DataFrame:
        """The accepted rows of the document of this name."""
        if document is None or not receipt.slices:
            return pl.DataFrame()
        name = _document_name(self._contract)
        return accepted_rows(self._lake, receipt).filter(name == document).collect()

    def last_with_keys(self, own: Receipt, rows: pl.DataFrame, document: str | None) -> Receipt | None:
        """The last later delivery that brought, accepted, a document of these rows."""
        if rows.is_empty():
            return self.later_with(own, document)
        key = list(self._contract.document_key)
        wanted = rows.select(key).unique()
        for one in self._later(own):
            if (
                one.slices
                and not accepted_rows(self._lake, one)
                .join(wanted.lazy(), on=key, how="semi", nulls_equal=True)
                .head(1)
                .collect()
                .is_empty()
            ):
                return one
        return None

    def later_with(self, own: Receipt, document: str | None) -> Receipt | None:
        """The last later delivery that brought, accepted, the document of this name."""
        if document is None:
            return None
        name = _document_name(self._contract)
        for one in self._later(own):
            if one.slices and not accepted_rows(self._lake, one).filter(name == document).head(1).collect().is_empty():
                return one
        return None

    def refused_again(self, own: Receipt, repair: Repair, rows: pl.DataFrame) -> Receipt | None:
        """The last later delivery that has the document in its quarantine."""
        names = {repair.correction.document, *_names(rows, self._contract)} - {None}
        for one in self._later(own, accepted=False):
            if not self._quarantine(one).filter(pl.col("document").is_in(list(names))).is_empty():
                return one
        return None

    def same_values(self, own: Receipt, later: Receipt, rows: pl.DataFrame, repair: Repair) -> bool:
        """Whether a later delivery has, over the document, the values of the fields that the repaired column feeds."""
        fields = self._fed(own, repair)
        if rows.is_empty() or not fields:
            return False
        key = list(self._contract.document_key)
        wanted = rows.select(key).unique().lazy()
        mine, theirs = (
            accepted_rows(self._lake, one)
            .join(wanted, on=key, how="semi", nulls_equal=True)
            .select(fields)
            .collect()
            .sort(fields)
            for one in (own, later)
        )
        return mine.equals(theirs)

    def _fed(self, own: Receipt, repair: Repair) -> list[str]:
        kind = self._branch.version_for(own.source_file, own.received_at)
        config = kind.datasets.get(own.dataset) if kind else None
        if config is None or repair.cell.column == LINE:
            return sorted({measure for measure, _ in self._contract.sums})
        fed = {name for use in feeds(repair.cell.column, config) if use.is_amount for name in use.fields}
        return sorted(fed & set(self._contract.names))

    def _later(self, own: Receipt, *, accepted: bool = True) -> Iterator[Receipt]:
        for one in reversed(self.standing):
            if one.order > own.order and (not accepted or one.status == "accepted"):
                yield one

    def _quarantine(self, receipt: Receipt) -> pl.DataFrame:
        if receipt.delivery_id not in self._quarantines:
            self._quarantines[receipt.delivery_id] = read_frame(self._lake, receipt, "quarantine")
        return self._quarantines[receipt.delivery_id]

    @property
    def _contract(self) -> Contract:
        dataset = self._all[0].receipt.dataset
        return next(kind.datasets[dataset].contract for kind in self._branch.files if dataset in kind.datasets)


def _names(rows: pl.DataFrame, contract: Contract) -> set[str]:
    if rows.is_empty():
        return set()
    return set(rows.select(_document_name(contract).alias("document"))["document"])


def _document_name(contract: Contract) -> pl.Expr:
    return pl.concat_str([pl.col(part).cast(pl.String).fill_null("?") for part in contract.document_key], separator="/")
