"""The groups inside the simulated group: who heads one, who belongs to it, with which share and currencies.

Not here: amounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pipelines.simulation.calendar import Month
from pipelines.simulation.events import Group
from pipelines.simulation.holdings import Holding, holdings


@dataclass(frozen=True)
class Member:
    """A branch in a group. `share` is what the group's owners have of it, `direct` what its owner has."""

    branch: str
    owner: str
    share: Fraction
    direct: Fraction
    method: str
    since: date | None  # None: from the foundation on
    currencies: tuple[str, ...]  # from its own to the group's

    @property
    def others(self) -> Fraction:
        """The share of non-controlling interests."""
        return 1 - self.share

    def is_in(self, month: Month) -> bool:
        return self.since is None or self.since <= month.first

    def enters(self, month: Month) -> bool:
        return self.since == month.first


@dataclass(frozen=True)
class Unit:
    """A consolidated group; the head is its first member."""

    unit: str
    currency: str
    members: tuple[Member, ...]

    @property
    def full(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.method == "full")

    def member(self, branch: str) -> Member | None:
        return next((member for member in self.members if member.branch == branch), None)


def units(group: Group) -> list[Unit]:
    """Every group and sub-group, heads in the order of the branches."""
    held = holdings(group)
    heads = {h.owner for h in held if h.method == "full"}
    return [_unit(group, head, held) for head in group.branches if head in heads]


def _unit(group: Group, head: str, held: list[Holding]) -> Unit:
    currency = group.branches[head].currency
    found = [Member(head, "", Fraction(1), Fraction(1), "full", None, (currency,))]
    for member in found:  # grows while it is walked: the owned of the owned follow
        for h in held:
            if h.owner == member.branch and member.method == "full":
                found.append(_owned(group, member, h))
    return Unit(f"{head}:group", currency, tuple(found))


def _owned(group: Group, owner: Member, holding: Holding) -> Member:
    direct = Fraction(holding.share, 100)
    since = holding.since if holding.since == group.bought_on else owner.since
    own = group.branches[holding.owned].currency
    return Member(
        holding.owned, owner.branch, owner.share * direct, direct, holding.method, since, (own, *owner.currencies)
    )
