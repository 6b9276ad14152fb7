"""What distinguishes one branch from another before chance comes in. Not here: the branches themselves (world,
national).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.simulation.charts import Chart

# What the numbers of bills, credit notes, purchases, money received and money paid begin with.
USUAL_KINDS = {"sale": "INV", "credit": "CN", "purchase": "BILL", "received": "RC", "paid": "PY"}


@dataclass(frozen=True)
class Profile:
    """A branch's name, place, money, accounts, habits and words; amounts of it follow from `money_scale`."""

    branch_id: str
    name: str
    country: str
    currency: str
    time_zone: str
    registration_id: str
    tax_id: str
    chart: Chart
    tax_rates: dict[str, int]  # tax class -> basis points
    money_scale: int  # rough worth of one euro in the branch's currency
    foreign: tuple[str, str]  # (country, currency) of its foreign customers and suppliers
    sales_per_day: int
    purchases_per_day: int
    number_style: str
    first_customer: int
    first_supplier: int
    words: tuple[
        tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]
    ]  # names, legal forms, streets, cities
    products: tuple[tuple[str, str], ...]  # name, tax class
    abroad: tuple[str, str, str] | None = None  # name, street and city as others write them, where they differ
    cloned_from: str = ""  # the branch whose system and habits it has, where that is not itself
    kinds: Mapping[str, str] = field(default_factory=lambda: USUAL_KINDS)
    codes: tuple[str, str] = ("{:05d}", "{:05d}")  # customers', suppliers'; leading zeros are part of the code
    most_parties: int = 3_900
    april_year: bool = False  # fiscal years from April with periods of 4, 4 and 5 weeks; else calendar months
    red_reversals: bool = False  # accruals are reversed by repeating the posting in negative amounts
    red_credit_notes: bool = False  # so are sales
    letters: bool = False  # the lines of a bill and of what settles it carry a common letter

    @property
    def system(self) -> str:
        """Whose habits and files it has: its own, or those of the branch that it was cloned from."""
        return self.cloned_from or self.branch_id
