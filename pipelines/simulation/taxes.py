"""The tax codes of each system, with the interval in which they held. Not here: the tax itself (money, events)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.world import Branch


@dataclass(frozen=True)
class TaxCode:
    """A code in the branch's own tax list. `rate` is in basis points."""

    code: str
    name: str
    direction: str  # output, input
    tax_class: str
    rate: int
    box: str
    valid_from: date
    valid_to: date | None = None

    @property
    def account_role(self) -> str:
        return f"{self.direction}_tax_{self.tax_class}" if self.rate else ""


_LONG_AGO = date(2007, 1, 1)
# System -> direction and class -> code, name, box of the return.
_CODES: dict[str, dict[tuple[str, str], tuple[str, str, str]]] = {
    "germany": {
        ("output", "standard"): ("3", "Umsatzsteuer 19 %", "81"),
        ("output", "reduced"): ("2", "Umsatzsteuer 7 %", "86"),
        ("output", "untaxed"): ("1", "Umsatzsteuerfrei mit Vorsteuerabzug", "43"),
        ("input", "standard"): ("9", "Vorsteuer 19 %", "66"),
        ("input", "reduced"): ("8", "Vorsteuer 7 %", "66"),
        ("input", "untaxed"): ("0", "Ohne Vorsteuer", ""),
    },
    "norway": {
        ("output", "standard"): ("3", "Utgående, høy sats", "3"),
        ("output", "reduced"): ("31", "Utgående, middels sats", "31"),
        ("output", "untaxed"): ("52", "Utførsel", "52"),
        ("input", "standard"): ("1", "Inngående, høy sats", "1"),
        ("input", "reduced"): ("11", "Inngående, middels sats", "11"),
        ("input", "untaxed"): ("0", "Ingen avgiftsbehandling", ""),
    },
    "united_states": {
        ("output", "standard"): ("TAX", "State and local sales tax", "ST-1 line 4"),
        ("output", "untaxed"): ("EXEMPT", "Resale and export", "ST-1 line 2"),
        ("input", "untaxed"): ("NONE", "No tax on purchases", ""),
    },
    "france": {
        ("output", "standard"): ("C20", "TVA collectée 20 %", "08"),
        ("output", "reduced"): ("C055", "TVA collectée 5,5 %", "09"),
        ("output", "untaxed"): ("C00", "Exportations", "04"),
        ("input", "standard"): ("D20", "TVA déductible 20 %", "20"),
        ("input", "reduced"): ("D055", "TVA déductible 5,5 %", "20"),
        ("input", "untaxed"): ("D00", "Achats sans TVA", ""),
    },
    "china": {
        ("output", "standard"): ("XX13", "销项税额13%", "1"),
        ("output", "reduced"): ("XX09", "销项税额9%", "1"),
        ("output", "untaxed"): ("XX00", "出口免税", "7"),
        ("input", "standard"): ("JX13", "进项税额13%", "12"),
        ("input", "reduced"): ("JX09", "进项税额9%", "12"),
        ("input", "untaxed"): ("JX00", "不抵扣", ""),
    },
    "united_kingdom": {
        ("output", "standard"): ("S20", "Standard rated sales", "1"),
        ("output", "reduced"): ("S05", "Reduced rated sales", "1"),
        ("output", "untaxed"): ("S00", "Zero rated sales", "6"),
        ("input", "standard"): ("P20", "Standard rated purchases", "4"),
        ("input", "reduced"): ("P05", "Reduced rated purchases", "4"),
        ("input", "untaxed"): ("P00", "Zero rated purchases", "7"),
    },
}
# Rates that no longer hold under a code that still does: system -> code, rate, first and last day.
_FORMER: dict[str, tuple[str, int, date, date]] = {
    "germany": ("3", 1600, date(2020, 7, 1), date(2020, 12, 31)),
    "china": ("XX13", 1600, date(2018, 5, 1), date(2019, 3, 31)),
    "france": ("C20", 1960, date(2000, 4, 1), date(2013, 12, 31)),
}


def code_of(branch: Branch, direction: str, tax_class: str) -> str:
    """The code that the branch's system writes for a tax class, sold (`output`) or bought (`input`)."""
    return _CODES[branch.system][direction, tax_class][0]


def tax_codes(branch: Branch) -> Iterator[TaxCode]:
    """The branch's tax list, former rates first."""
    for (direction, tax_class), (code, name, box) in _CODES[branch.system].items():
        begins = _LONG_AGO
        former = _FORMER.get(branch.system)
        if former and former[0] == code:
            _, rate, first, last = former
            yield TaxCode(code, name, direction, tax_class, rate, box, first, last)
            begins = date.fromordinal(last.toordinal() + 1)
        yield TaxCode(code, name, direction, tax_class, branch.profile.tax_rates[tax_class], box, begins)
