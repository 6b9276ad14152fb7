"""What golden records are made of: branches' own records, and pairs of them. Not here: how pairs are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["party", "product"]
State = Literal["match", "suggested", "rejected", "contradicted"]


class RecordKey(NamedTuple):
    """A branch's own record: `role` is customer, supplier or product."""

    branch_id: str
    role: str
    code: str


@dataclass(frozen=True)
class Record:
    """A customer, supplier or product as a branch sends it; what is not known is empty.

    Of products `name`, `unit_code`, `gtin` and `commodity_code` are used.
    """

    key: RecordKey
    name: str
    country: str = ""
    tax_id: str = ""
    registration_id: str = ""
    bank_account: str = ""
    postal_code: str = ""
    city: str = ""
    street: str = ""
    unit_code: str = ""
    gtin: str = ""
    commodity_code: str = ""
    partner_branch_id: str = ""  # the branch of the group that it is

    @property
    def kind(self) -> Kind:
        return "product" if self.key.role == "product" else "party"


@dataclass(frozen=True)
class Pair:
    """Two records that are or may be the same, and by which rule; `confidence` from 0 to 1."""

    left: RecordKey
    right: RecordKey
    rule: str
    confidence: float
    state: State
    detail: str = ""
