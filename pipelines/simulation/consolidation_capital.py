"""Shares and capital of a group: what its branches paid for each other, goodwill, and what belongs to others.

Not here: trade inside the group (consolidation_inside), translation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from pipelines.simulation.calendar import Month
from pipelines.simulation.consolidation_translation import EXCHANGE, Row, is_result, month_before, rounded
from pipelines.simulation.consolidation_units import Member, Unit
from pipelines.simulation.events import Group
from pipelines.simulation.group_events import Step, steps
from pipelines.simulation.holdings import price
from pipelines.simulation.money import RATE_UNIT

CAPITAL, RETAINED, INVESTMENT, OTHERS = "2000", "2100", "1180", "2900"
BARGAIN = "7350"
OTHERS_RESULT, GOODWILL, ASSOCIATES, ASSOCIATES_RESULT = "2150", "1010", "1190", "7300"
DIVIDENDS, DIFFERENCE, DEFERRED_TAX_LIABILITY, DEFERRED_TAX = "7160", "7210", "3120", "8010"


class Goodwill(NamedTuple):
    """What a purchase came to, in the group's currency."""

    branch: str
    month: str
    price: int
    others: int
    net_assets: int
    goodwill: int


@dataclass
class Shares:
    """The capital of one group. `translated`: every member's rows of every month, whether it belongs to it or not."""

    group: Group
    unit: Unit
    months: list[Month]
    translated: list[Row]
    goodwill: list[Goodwill] = field(default_factory=list)

    def entered(self, member: Member, month: Month) -> list[Row]:
        """A bought branch enters with what it had at the closing rate of the month before."""
        before = month_before(month).text
        there: dict[tuple[str, str], int] = {}
        for row in self._of(member):
            if row.month <= before and not is_result(row.account) and row.account not in (RETAINED, EXCHANGE, CAPITAL):
                place = (row.account, row.partner)
                there[place] = there.get(place, 0) + row.amount
        rows = [Row(member.branch, month.text, a, p, "acquisition", "entry", v) for (a, p), v in there.items()]
        equity = -sum(there.values())
        return [*rows, Row(member.branch, month.text, RETAINED, "", "acquisition", "entry", equity)]

    def capital(self) -> Iterator[Row]:
        for member in self.unit.members[1:]:
            if member.method == "equity":
                yield from self._associate(member)
            elif member.since is None:
                yield from self._founded(member)
            else:
                yield from self._bought(member)
            if member.method == "full":
                yield from self._dividends(member)

    def others(self, counted: list[Row]) -> Iterator[Row]:
        """Their share of every month: result with all that is charged to the branch, exchange differences."""
        for member in self.unit.full:
            if not member.others:
                continue
            for month in self.months:
                if not member.is_in(month):
                    continue
                of_month = [r for r in counted if (r.branch, r.month) == (member.branch, month.text)]
                result = sum(r.amount for r in of_month if is_result(r.account))
                exchange = sum(r.amount for r in of_month if r.account == EXCHANGE and r.movement != "opening")
                yield from self._theirs(
                    member, Row(member.branch, month.text, OTHERS_RESULT, "", "result", "nci_result", result)
                )
                yield from self._theirs(
                    member, Row(member.branch, month.text, EXCHANGE, "", "translation_difference", "nci_cta", exchange)
                )

    def _founded(self, member: Member) -> Iterator[Row]:
        """Only the capital was there when it was founded; everything since is the group's, and others have a share."""
        month = self.months[0]
        opening = [r for r in self._of(member) if r.movement == "opening"]
        paid_in = sum(r.amount for r in opening if r.account == CAPITAL)
        owned = rounded(paid_in * member.direct)
        yield Row(member.branch, month.text, CAPITAL, "", "elimination", "investment", -paid_in)
        yield Row(member.owner, month.text, INVESTMENT, member.branch, "elimination", "investment", owned)
        yield Row(member.branch, month.text, OTHERS, "", "opening", "nci_equity", paid_in - owned)
        for account, rule in ((RETAINED, "nci_equity"), (EXCHANGE, "nci_cta")):
            amount = sum(r.amount for r in opening if r.account == account)
            yield from self._theirs(member, Row(member.branch, month.text, account, "", "opening", rule, amount))

    def _bought(self, member: Member) -> Iterator[Row]:
        month = next((m for m in self.months if member.enters(m)), None)
        if month is None:
            return
        equity = next(r.amount for r in self.entered(member, month) if r.account == RETAINED)
        worth = [step for step in steps(self.group) if step.branch == member.branch]
        revalued = sum(step.amount - _taxed(step) for step in worth)
        net_assets = -equity + revalued
        others = rounded(net_assets * member.others)
        paid = self._price(member, month)
        goodwill = paid + others - net_assets
        self.goodwill.append(Goodwill(member.branch, month.text, paid, others, net_assets, goodwill))
        for branch, account, partner, rule, amount in (
            (member.branch, RETAINED, "", "investment", -equity),
            (member.owner, INVESTMENT, member.branch, "investment", -paid),
            (member.branch, OTHERS, "", "nci_acquisition", -others),
            # A purchase below what was bought is a gain of the day (IFRS 3.34).
            (member.branch, GOODWILL if goodwill > 0 else BARGAIN, "", "goodwill", goodwill),
            *((member.branch, s.account, "", "fair_value_step", s.amount) for s in worth),
            *((member.branch, DEFERRED_TAX_LIABILITY, "", "fair_value_step", -_taxed(s)) for s in worth),
        ):
            yield Row(branch, month.text, account, partner, "acquisition", rule, amount)

    def amortised(self) -> Iterator[Row]:
        """What was worth more than its books say is used up evenly, and its deferred tax with it."""
        for member in self.unit.full:
            worth = [step for step in steps(self.group) if step.branch == member.branch and member.since]
            lasting = [month for month in self.months if member.is_in(month)]
            for step in worth:
                for nth, month in enumerate(lasting[: step.months], start=1):
                    used = _part(step.amount, nth, step.months)
                    tax = _part(_taxed(step), nth, step.months)
                    for account, amount in (
                        (step.expense, used), (step.account, -used), (DEFERRED_TAX_LIABILITY, tax),
                        (DEFERRED_TAX, -tax),
                    ):  # fmt: skip
                        rule = "fair_value_amortisation"
                        yield Row(member.branch, month.text, account, "", "amortisation", rule, amount)

    def _associate(self, member: Member) -> Iterator[Row]:
        """One line: what was paid, and the owners' share of what it earned since, also before the first month."""
        first = self.months[0]
        paid = sum(
            r.amount
            for r in self.translated
            if (r.branch, r.account, r.partner) == (member.owner, INVESTMENT, member.branch) and r.month == first.text
        )
        yield Row(member.owner, first.text, INVESTMENT, member.branch, "reclassification", "equity_method", -paid)
        yield Row(member.owner, first.text, ASSOCIATES, member.branch, "reclassification", "equity_method", paid)
        earned = sum(r.amount for r in self._of(member) if r.movement == "opening" and r.account == RETAINED)
        share = rounded(earned * member.share)
        yield Row(member.owner, first.text, RETAINED, member.branch, "opening", "equity_method", share)
        yield Row(member.owner, first.text, ASSOCIATES, member.branch, "opening", "equity_method", -share)
        for month in self.months:
            rows = [r for r in self._of(member) if r.month == month.text]
            for account, rule, amount in (
                (ASSOCIATES_RESULT, "equity_method_result", sum(r.amount for r in rows if is_result(r.account))),
                (EXCHANGE, "equity_method_cta", sum(r.amount for r in rows if r.account == EXCHANGE)),
            ):
                share = rounded(amount * member.share)
                yield Row(member.owner, month.text, account, member.branch, "result", rule, share)
                yield Row(member.owner, month.text, ASSOCIATES, member.branch, "result", rule, -share)

    def _dividends(self, member: Member) -> Iterator[Row]:
        """The owner's income leaves and the group's part comes back to equity; the others' part reduces theirs."""
        for month in self.months:
            if not member.is_in(month):
                continue
            paid = sum(r.amount for r in self._of(member) if r.month == month.text and r.movement == "dividend")
            theirs = rounded(paid * member.others)
            yield from self._theirs(
                member, Row(member.branch, month.text, RETAINED, "", "dividend", "nci_dividend", paid)
            )
            income = sum(
                r.amount
                for r in self.translated
                if (r.branch, r.account, r.partner, r.month)
                == (member.owner, DIVIDENDS, member.branch, month.text)
            )  # fmt: skip
            back = theirs - paid
            for branch, account, partner, rule, amount in (
                (member.owner, DIVIDENDS, member.branch, "intercompany_dividend", -income),
                (member.branch, RETAINED, "", "intercompany_dividend", back),
                (member.owner, DIFFERENCE, member.branch, "intercompany_fx_difference", income - back),
            ):
                yield Row(branch, month.text, account, partner, "dividend", rule, amount)

    @staticmethod
    def _theirs(member: Member, whole: Row) -> Iterator[Row]:
        """The others' share of an amount moves from its account to theirs."""
        share = rounded(whole.amount * member.others)
        yield whole._replace(amount=-share)
        yield whole._replace(account=OTHERS, amount=share)

    def _price(self, member: Member, month: Month) -> int:
        currency = self.group.branches[member.owner].currency
        rate = self.group.rates.spot(currency, self.unit.currency, month.first)
        return rounded(Fraction(price(self.group) * rate, RATE_UNIT))

    def _of(self, member: Member) -> Iterator[Row]:
        return (row for row in self.translated if row.branch == member.branch)


def _taxed(step: Step) -> int:
    return rounded(Fraction(step.amount * step.tax_rate, 100))


def _part(amount: int, nth: int, months: int) -> int:
    """What of an amount falls on the nth month, so that all months together are the whole."""
    return rounded(Fraction(amount * nth, months)) - rounded(Fraction(amount * (nth - 1), months))
