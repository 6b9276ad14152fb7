"""The receipt of a delivery: every row and every sum of what a branch sent, accounted for, and its JSON.

Not here: how the counts come about (intake) and what later deliveries do to the rows (slices, manifests).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pipelines.drift.shape import Drift, Shape
from pipelines.errors import LakeError
from pipelines.lake.tallies import Tally, total

Status = Literal["accepted", "refused"]
DeliveryRule = Literal["full", "period", "append"]

ACCEPTED, QUARANTINED, DUPLICATE = "accepted", "quarantined", "duplicate"
OUT_OF_SCOPE = "out_of_scope"
ROW_CLASSES = (ACCEPTED, QUARANTINED, DUPLICATE)  # what a standardized row can become


@dataclass(frozen=True)
class RowCounts:
    """Source rows, each counted once. `quarantined` includes rows that could not be read at all."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    out_of_scope: int = 0
    non_data: int = 0

    @property
    def accounted(self) -> int:
        return self.accepted + self.quarantined + self.duplicate + self.out_of_scope + self.non_data


@dataclass(frozen=True)
class Control:
    """A total that the file declares beside what its rows add up to. `difference` is computed − declared."""

    name: str
    declared: str
    computed: str
    difference: Decimal | None
    agrees: bool


@dataclass(frozen=True)
class Unused:
    """A source row that carries no record for this dataset: where, what kind, and how it begins.

    `kind` is OUT_OF_SCOPE for records that the branch's mapping leaves to another dataset, else the kind of non-data.
    One entry may stand for many rows alike (`count`), of which `row` is the first.
    """

    sheet: str
    row: int
    kind: str
    text: str
    count: int = 1


@dataclass(frozen=True)
class DeliveredSlice:
    """The accepted rows of one delivery in one period: a Parquet file in the delivery's folder."""

    file: str
    content_hash: str
    tally: Tally


@dataclass(frozen=True)
class Receipt:
    """What became of one dataset in one received file.

    `standardized` counts contract rows (after one source row was split into several); `totals` shares them out over
    ROW_CLASSES. `periods` are the slices that the delivery speaks for: every one it replaces under the rule `period`.
    """

    delivery_id: str
    branch_id: str
    dataset: str
    delivery_date: date
    received_sequence: int
    received_at: datetime
    status: Status
    refused_reason: str | None
    source_file: str
    file_sha256: str
    file_bytes: int
    contract_version: str
    mapping_version: str
    reader_version: str
    fingerprint: str
    rule: DeliveryRule
    periods: tuple[str, ...]
    owner: str
    rows: RowCounts
    standardized: Tally
    totals: Mapping[str, Tally] = field(default_factory=dict)
    slices: Mapping[str, DeliveredSlice] = field(default_factory=dict)
    controls: tuple[Control, ...] = ()
    unused: tuple[Unused, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)  # rule -> findings with severity error
    shape: Shape | None = None  # what the delivered table looked like; older receipts do not say
    drift: tuple[Drift, ...] = ()  # how that differs from the delivery before

    @property
    def order(self) -> tuple[date, int]:
        """Deliveries take effect in this order."""
        return (self.delivery_date, self.received_sequence)

    def total(self, row_class: str) -> Tally:
        """Contract rows and sums of one of ROW_CLASSES."""
        return self.totals.get(row_class, Tally())

    def assert_conserved(self) -> None:
        """Law 1 within one delivery; raises `LakeError` naming what does not add up."""
        place = f"{self.source_file} → {self.delivery_id}"
        advice = "This is an error of the program, not of the file: please report it with the receipt."
        if self.rows.read != self.rows.accounted:
            raise LakeError(
                f"{place}: {self.rows.read} rows were read but {self.rows.accounted} are accounted for"
                f" ({self.rows}). {advice}"
            )
        if min(asdict(self.rows).values()) < 0:
            raise LakeError(f"{place}: a count of rows is negative ({self.rows}). {advice}")
        shared = total(self.total(row_class) for row_class in ROW_CLASSES)
        if self.standardized != shared:
            raise LakeError(
                f"{place}: standardized rows and sums {self.standardized.as_json()} differ from accepted +"
                f" quarantined + duplicate {shared.as_json()}. {advice}"
            )
        in_slices = total(part.tally for part in self.slices.values())
        if in_slices != self.total(ACCEPTED):
            raise LakeError(
                f"{place}: its slices hold {in_slices.as_json()}, accepted were"
                f" {self.total(ACCEPTED).as_json()}. {advice}"
            )
        if self.status == "refused" and self.slices:
            raise LakeError(f"{place}: the delivery was refused and yet has slices. {advice}")

    def as_json(self) -> bytes:
        said: dict[str, Any] = {
            **{name: getattr(self, name) for name in _PLAIN},
            "delivery_date": self.delivery_date.isoformat(),
            "received_at": self.received_at.isoformat(),
            "periods": list(self.periods),
            "rows": asdict(self.rows),
            "standardized": self.standardized.as_json(),
            "totals": {name: one.as_json() for name, one in self.totals.items()},
            "slices": {
                period: {"file": part.file, "content_hash": part.content_hash, **part.tally.as_json()}
                for period, part in self.slices.items()
            },
            "controls": [{**asdict(one), "difference": _text(one.difference)} for one in self.controls],
            "unused": [asdict(one) for one in self.unused],
            "reasons": dict(self.reasons),
        }
        if self.shape is not None:
            said["shape"] = self.shape.as_json()
        if self.drift:
            said["drift"] = [asdict(one) for one in self.drift]
        return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

    @classmethod
    def from_json(cls, text: bytes, source: str) -> Receipt:
        """Read a receipt; `source` names it in errors. Raises `LakeError` when it is not one."""
        try:
            said = json.loads(text)
            return cls(
                **{name: said[name] for name in _PLAIN},
                delivery_date=date.fromisoformat(said["delivery_date"]),
                received_at=datetime.fromisoformat(said["received_at"]),
                periods=tuple(said["periods"]),
                rows=RowCounts(**said["rows"]),
                standardized=Tally.from_json(said["standardized"]),
                totals={name: Tally.from_json(one) for name, one in said["totals"].items()},
                slices={
                    period: DeliveredSlice(one["file"], one["content_hash"], Tally.from_json(one))
                    for period, one in said["slices"].items()
                },
                controls=tuple(_control(one) for one in said["controls"]),
                unused=tuple(Unused(**one) for one in said["unused"]),
                reasons=said["reasons"],
                shape=Shape.from_json(said["shape"]) if "shape" in said else None,
                drift=tuple(Drift(**one) for one in said.get("drift", ())),
            )
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            raise LakeError(f"{source}: not a receipt ({error!r}). Restore the lake from a backup.") from error


_PLAIN = (
    "delivery_id",
    "branch_id",
    "dataset",
    "received_sequence",
    "status",
    "refused_reason",
    "source_file",
    "file_sha256",
    "file_bytes",
    "contract_version",
    "mapping_version",
    "reader_version",
    "fingerprint",
    "rule",
    "owner",
)


def delivery_id(branch_id: str, dataset: str, delivery_date: date, sequence: int) -> str:
    """``germany/gl_entry/2026-02-03_000017``."""
    return f"{branch_id}/{dataset}/{delivery_date.isoformat()}_{sequence:06d}"


def order_of(delivery_id: str) -> tuple[date, int]:
    """`Receipt.order` of the delivery with this id."""
    day, _, sequence = delivery_id.rpartition("/")[2].rpartition("_")
    return date.fromisoformat(day), int(sequence)


def fingerprint(file_sha256: str, contract_version: str, mapping_version: str, reader_version: str) -> str:
    """What decides whether a file must be standardized again: the same fingerprint gives the same delivery."""
    parts = (file_sha256, contract_version, mapping_version, reader_version)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _control(said: Mapping[str, Any]) -> Control:
    difference = said["difference"]
    return Control(**{**said, "difference": None if difference is None else Decimal(difference)})
