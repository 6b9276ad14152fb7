"""Products of one maker that several branches sell: one GTIN, each branch's own code and name.

A few branches' lists lack the GTIN or have it mistyped. Not here: parties (shared), and the lists as files (writers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stdnum import ean

from pipelines.simulation.world import Branch, Product

# System -> what each of its products is, in the order of its list; empty: nobody else sells it. Gloves of two sizes,
# saw blades of two diameters and a cordless drill beside a cordless driver are different products.
_TRUE = {
    "germany": ("drill", "blade_210", "screwdrivers", "tester", "gloves_10", "", "driver", "bench", ""),
    "norway": ("drill", "blade_210", "screwdrivers", "gloves_10", "", "bench", "driver", ""),
    "united_states": ("", "blade_inch", "screwdrivers", "", "bench", "tester", ""),
    "france": ("drill", "blade_210", "screwdrivers", "gloves_10", "bench", "", "driver", ""),
    "china": ("drill", "blade_210", "screwdrivers", "", "bench", "", "driver"),
    "united_kingdom": ("drill", "blade_inch", "screwdrivers", "gloves_10", "bench", "", "driver"),
}
_KINDS = ("drill", "blade_210", "blade_inch", "screwdrivers", "tester", "gloves_10", "driver", "bench")
_MAKER = "40063810"  # the first eight digits of the maker's numbers
_WITHOUT = {("norway", "drill")}
_MISTYPED = {("united_states", "screwdrivers")}


@dataclass(frozen=True)
class TrueProduct:
    """A branch's product and what that is."""

    branch_id: str
    code: str
    true_product: str


def share_products(branches: Mapping[str, Branch]) -> tuple[dict[str, Branch], list[TrueProduct]]:
    """The branches with the makers' GTINs, and what every product is, sorted.

    A branch that was cloned from another sells what that one sells, also where each has given it a number of its own.
    """
    shared: dict[str, Branch] = {}
    truth: list[TrueProduct] = []
    for branch_id, branch in branches.items():
        kinds = _TRUE[branch.system]
        products = [_with_gtin(branch, one, kind) for one, kind in zip(branch.products, kinds, strict=True)]
        shared[branch_id] = replace(branch, products=tuple(products))
        truth += [
            TrueProduct(branch_id, one.code, kind or f"{branch.system} {one.code}")
            for one, kind in zip(products, kinds, strict=True)
        ]
    return shared, sorted(truth, key=lambda one: (one.branch_id, one.code))


def _with_gtin(branch: Branch, product: Product, kind: str) -> Product:
    if not kind:
        return product
    if (branch.id, kind) in _WITHOUT:
        return replace(product, gtin="")
    digits = f"{_MAKER}{_KINDS.index(kind) + 1:04d}"
    check = int(ean.calc_check_digit(digits))
    return replace(product, gtin=f"{digits}{(check + 1) % 10 if (branch.id, kind) in _MISTYPED else check}")
