"""Who owns whom in the simulated group, and what owners and owned book for it: shares, a purchase, dividends, a loan.

Germany is the parent. Norway is a sub-group of its own: it owns most of the United Kingdom. The United States are an
associate. France is bought on a day, the others were founded; clones belong to Germany. Not here: the lists that the
office sends about it (office_lists), and its consolidation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.calendar import FIRST_DAY, Month, work_day_from
from pipelines.simulation.events import Group
from pipelines.simulation.ledger import Document, Posting
from pipelines.simulation.money import convert, divide
from pipelines.simulation.world import BRANCH_IDS, Branch

FOUNDED = date(2019, 1, 1)
BROUGHT_FORWARD = date(2025, 12, 31)  # the results of earlier years, as translated then
CAPITAL = 50_000  # whole euros, or their rough worth
FUNDS = 450_000  # more in the bank of whoever buys and lends
LENDS = ("germany",)
PRICE = 400_000  # of France
LOAN = 40_000  # to France, once it is bought
_INTEREST = 200  # a month
# Branch → whole euros' worth that it distributes, and the day of March.
_DIVIDENDS = {"china": (12_500, 17), "norway": (15_000, 19)}
_HISTORY = date(2025, 10, 1)  # the first quotations there are; earlier rates are a share of them
_CAPITAL_AT, _RESULTS_AT = 97, 101  # per cent of those


@dataclass(frozen=True)
class Holding:
    """A direct share in per cent; `method` is full or equity."""

    owner: str
    owned: str
    share: int
    method: str
    since: date

    @property
    def founded(self) -> bool:
        return self.since == FOUNDED


@dataclass(frozen=True)
class Dividend:
    """What a branch distributes to all of its owners; minor units of its own currency."""

    branch: str
    day: date
    amount: int


def holdings(group: Group) -> list[Holding]:
    """Every direct holding among the branches of the group."""
    found = [
        Holding("germany", "norway", 100, "full", FOUNDED),
        Holding("norway", "united_kingdom", 80, "full", BROUGHT_FORWARD),
        Holding("germany", "china", 80, "full", FOUNDED),
        Holding("germany", "united_states", 30, "equity", FOUNDED),
        Holding("germany", "france", 90, "full", group.bought_on),
        *(Holding("germany", branch, 100, "full", FOUNDED) for branch in group.branches if branch not in BRANCH_IDS),
    ]
    return [h for h in found if {h.owner, h.owned} <= set(group.branches)]


def capital(branch: Branch) -> int:
    """Share capital in minor units, the same from the foundation on."""
    return worth(branch, CAPITAL)


def worth(branch: Branch, euros: int) -> int:
    """Minor units of the branch's currency for so many whole euros at the smallest volume."""
    return euros * 100 * branch.profile.money_scale * branch.volume


def capital_rate(group: Group, owned: str, currency: str) -> int:
    """The rate at which a branch's capital was paid in, into a currency.

    The United Kingdom came when Norway became a group of its own, at the closing rates of that day, by way of the
    krone; everybody else long before.
    """
    own, rates = group.branches[owned].currency, group.rates
    if owned == "united_kingdom" and "norway" in group.branches:
        krone = group.branches["norway"].currency
        first, then = rates.spot(own, krone, BROUGHT_FORWARD), rates.spot(krone, currency, BROUGHT_FORWARD)
        return divide(first * then, 10**10)
    return _share(rates.spot(own, currency, _HISTORY), _CAPITAL_AT, own == currency)


def results_rate(group: Group, owned: str, currency: str) -> int:
    """The rate at which the results of earlier years stand in a group's books."""
    own = group.branches[owned].currency
    return _share(group.rates.spot(own, currency, _HISTORY), _RESULTS_AT, own == currency)


def _share(rate: int, per_cent: int, same: bool) -> int:
    return rate if same else divide(rate * per_cent, 100)


def investments(group: Group, branch: Branch) -> dict[str, int]:
    """What a branch's shares in others stand in its books for when the simulated time begins, by role."""
    return {
        f"investment:{h.owned}": divide(
            convert(capital(group.branches[h.owned]), capital_rate(group, h.owned, branch.currency)) * h.share, 100
        )
        for h in holdings(group)
        if h.owner == branch.id and h.since < FIRST_DAY
    }


def dividends(group: Group, first: date, last: date) -> Iterator[Dividend]:
    """What is distributed between two days, in order of days."""
    for year in range(first.year, last.year + 1):
        for name, (euros, nth) in _DIVIDENDS.items():
            day = work_day_from(date(year, 3, nth))
            if name in group.branches and first <= day <= last and any(h.owned == name for h in holdings(group)):
                yield Dividend(name, day, worth(group.branches[name], euros))


def price(group: Group) -> int:
    """What France costs, in minor units of euros."""
    return worth(group.branches["germany"], PRICE)


def documents(group: Group, branch: Branch, month: Month, day: date) -> Iterator[Document]:
    """What a branch books on a day as an owner, as owned, as lender and as borrower."""
    for paid in dividends(group, day, day):
        yield from _distributed(group, branch, paid)
    if branch.id in ("germany", "france") and {"germany", "france"} <= set(group.branches):
        yield from _bought(group, branch, month, day)


def _distributed(group: Group, branch: Branch, paid: Dividend) -> Iterator[Document]:
    text = "Dividend"
    if branch.id == paid.branch:
        posting = Posting("retained", "bank", paid.amount, text=text)
        yield Document(branch.number("BK", paid.day, 921), "bank", paid.day, text, (posting,))
    for holding in holdings(group):
        if (holding.owner, holding.owned) == (branch.id, paid.branch):
            source = group.branches[paid.branch].currency
            share = divide(paid.amount * holding.share, 100)
            received = convert(share, group.rates.spot(source, branch.currency, paid.day))
            said = (source, share) if source != branch.currency else ("", 0)
            posting = Posting("bank", f"dividends:{paid.branch}", received, 0, "", "", *said, text=text)
            yield Document(branch.number("BK", paid.day, 922), "bank", paid.day, text, (posting,))


def _bought(group: Group, branch: Branch, month: Month, day: date) -> Iterator[Document]:
    """The purchase, the loan that follows it, and its interest at every month's end."""
    begins = work_day_from(group.bought_on)
    loan, interest = (worth(group.branches["germany"], euros) for euros in (LOAN, _INTEREST))
    lends = branch.id == "germany"
    if day == begins:
        if lends:
            posting = Posting("investment:france", "bank", price(group))
            yield Document(branch.number("BK", day, 923), "bank", day, "Outillage du Rhône SAS", (posting,))
        given = Posting("ic_loan_given:france", "bank", loan) if lends else _taken(loan)
        yield Document(branch.number("BK", day, 924), "bank", day, "Outillage du Rhône SAS", (given,))
    if day >= begins and day == month.work_days[-1]:
        earned = Posting("bank", "ic_interest_income:france", interest)
        owed = Posting("ic_interest_expense:germany", "bank", interest)
        posting = earned if lends else owed
        yield Document(branch.number("BK", day, 925), "bank", day, "Outillage du Rhône SAS", (posting,))


def _taken(loan: int) -> Posting:
    return Posting("bank", "ic_loan_taken:germany", loan)
