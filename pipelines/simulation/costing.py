"""Cost centres, and what a product list says beside price and cost. Not here: prices, accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.simulation.charts import role_of
from pipelines.simulation.world import Branch, Product


@dataclass(frozen=True)
class CostCenter:
    """A place where cost arises. The first is the parent of all others."""

    code: str
    name: str
    parent: str
    manager: str
    valid_from: date
    valid_to: date | None = None


_FOUNDED = date(2019, 1, 1)
_CLOSED = date(2024, 12, 31)  # of the last one
# Company, administration, sales, warehouse, workshop, and one that no longer exists.
_NAMES = {
    "germany": ("Unternehmen", "Verwaltung", "Vertrieb", "Lager", "Werkstatt", "Filiale Süd"),
    "norway": ("Selskapet", "Administrasjon", "Salg", "Lager", "Verksted", "Avdeling Nord"),
    "united_states": ("Company", "Administration", "Sales", "Warehouse", "Workshop", "South branch"),
    "france": ("Société", "Administration", "Ventes", "Entrepôt", "Atelier", "Agence de Dijon"),
    "china": ("公司", "行政部", "销售部", "仓库", "车间", "南方分部"),
    "united_kingdom": ("Company", "Administration", "Sales", "Warehouse", "Workshop", "Hull depot"),
}
_MANAGERS = {
    "germany": "Böttcher",
    "norway": "Ødegård",
    "united_states": "Mitchell",
    "france": "Lefèvre",
    "china": "王敏",
    "united_kingdom": "Fenwick",
}
_CODES = {
    "germany": "{:04d}",
    "norway": "{:d}",
    "united_states": "CC-{:d}",
    "france": "SA{:03d}",
    "china": "BM{:02d}",
    "united_kingdom": "{:03d}",
}
_STEP = {"germany": 100, "norway": 10, "united_states": 100, "france": 10, "china": 1, "united_kingdom": 10}
# Whose expense a role is; all others concern no cost centre.
_PLACES = {
    "wages": 1, "social_expense": 1, "office": 1, "advice": 1, "bank_fees": 1, "rent": 3, "depreciation": 4,
    "advertising": 2, "freight": 3, "utilities": 4, "curiosities": 4,
}  # fmt: skip
_TARIFF = ("84672100", "82023900", "82054000", "62160000", "94032080", "49011000")


def cost_centers(branch: Branch) -> list[CostCenter]:
    """The branch's cost centres."""
    codes = [_code(branch, n) for n in range(len(_NAMES[branch.system]))]
    return [
        CostCenter(
            code, name, codes[0] if n else "", _MANAGERS[branch.system], _FOUNDED, _CLOSED if n == 5 else None
        )
        for n, (code, name) in enumerate(zip(codes, _NAMES[branch.system], strict=True))
    ]  # fmt: skip


def cost_center_of(branch: Branch, account: str) -> str:
    """The code of the cost centre that an account's expenses belong to; empty where there is none."""
    place = _PLACES.get(role_of(account))
    return _code(branch, place) if place else ""


def _code(branch: Branch, n: int) -> str:
    return _CODES[branch.system].format((n + 1) * _STEP[branch.system])


def product_group(product: Product) -> str:
    """`10` to `40`: what the numbers mean is the branch's own affair."""
    return f"{int(product.code) % 4 + 1}0"


def tariff_number(product: Product) -> str:
    return _TARIFF[int(product.code) % len(_TARIFF)]


def gtin(branch: Branch, product: Product) -> str:
    """The maker's number, else one of the range for use inside a company; thirteen digits, the last a check digit."""
    if product.gtin is not None:
        return product.gtin
    digits = f"20{sum(branch.id.encode()) % 10**6:06d}{int(product.code):04d}"
    total = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
