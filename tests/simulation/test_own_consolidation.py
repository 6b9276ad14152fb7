"""The simulation's own consolidation: hand-worked figures, and proofs that every group's truth must pass."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest

from pipelines.simulation.calendar import Month
from pipelines.simulation.collected import BranchBooks
from pipelines.simulation.consolidation_capital import Shares
from pipelines.simulation.consolidation_translation import Row, Translation, Way, is_result, rounded
from pipelines.simulation.consolidation_units import Member, Unit, units
from pipelines.simulation.events import Group
from pipelines.simulation.group import simulate
from pipelines.simulation.group_events import EquityEvent
from pipelines.simulation.holdings import FOUNDED
from pipelines.simulation.members import members
from pipelines.simulation.rates import Rates, walk
from pipelines.simulation.world import BRANCH_IDS, PROFILES, build_branch

SEEDS = Path(__file__).parents[2] / "seeds"
JANUARY = Month(2026, 1)


class YearsRates:
    """0.88 when it begins, 0.92 on average, 0.95 when it ends; ten decimals."""

    def average(self, source: str, target: str, month: Month) -> int:  # noqa: ARG002
        return 9_200_000_000

    def closing(self, source: str, target: str, month: Month) -> int:  # noqa: ARG002
        return 9_500_000_000 if month == JANUARY else 8_800_000_000


def worked_case() -> list[Row]:
    """Capital 1,000.00 paid in at 0.90, 200.00 brought forward at 178.00, a result of 300.00; all in one month."""
    books = BranchBooks(
        opening={"bank": 120_000, "capital": -100_000, "retained": -20_000},
        months={"2026-01": {"bank": 30_000, "sales_untaxed": -30_000}},
    )
    branch = build_branch(PROFILES["united_states"], 1, 1, PROFILES)
    events = [
        EquityEvent(branch.id, "1", "EUR", FOUNDED, "capital", "2000", 100_000, 9_000_000_000),
        EquityEvent(branch.id, "2", "EUR", FOUNDED, "retained_earnings_brought_forward", "2100", 20_000, 0, 17_800),
    ]
    way = Way(cast("Rates", YearsRates()), ("USD", "EUR"))
    done = Translation(branch, books, way, events).run([JANUARY])
    (proof,) = done.proofs
    # 1,200.00 x 0.07 + 300.00 x 0.03 = 84.00 + 9.00; nothing was rounded.
    assert proof[2:] == (84_00, 9_00, 0, 0, 93_00)
    return done.rows


def total(rows: list[Row], account: str, movement: str = "") -> int:
    return sum(r.amount for r in rows if r.account == account and movement in ("", r.movement))


def test_the_worked_case_is_translated_to_the_cent() -> None:
    rows = worked_case()
    assert total(rows, "1600") == 1_425_00  # 1,500.00 x 0.95
    assert (total(rows, "2000"), total(rows, "2100"), total(rows, "4000")) == (-900_00, -178_00, -276_00)
    # 1,200.00 x 0.88 - 900.00 - 178.00 = -22.00: a loss, and a debit; then a gain of 93.00.
    assert total(rows, "2500", "opening") == 22_00
    assert total(rows, "2500") == -71_00


def test_others_have_their_share_of_the_worked_case() -> None:
    rows = worked_case()
    share = Fraction(80, 100)
    owned = Member("united_states", "germany", share, share, "full", None, ("USD", "EUR"))
    head = Member("germany", "", Fraction(1), Fraction(1), "full", None, ("EUR",))
    group = Group({}, walk(1))
    shares = Shares(group, Unit("germany:group", "EUR", (head, owned)), [JANUARY], rows)
    moved = [*shares.capital(), *shares.others(rows)]
    others: dict[str, int] = defaultdict(int)
    for row in moved:
        if row.account == "2900":
            others[row.rule] -= row.amount
    # 20 % of 900.00 + 178.00 - 22.00 = 211.20; of 276.00; of 93.00. Together 20 % of 1,425.00.
    assert others["nci_equity"] + others["nci_cta"] == 211_20 + 18_60
    assert others["nci_result"] == 55_20
    assert sum(others.values()) == 285_00
    assert total([*rows, *moved], "2500") == -56_80
    assert total(moved, "1180") == -720_00  # the parent's shares: 80 % of 900.00
    assert sum(row.amount for row in moved) == 0


def test_halves_of_minor_units_are_rounded_away_from_zero() -> None:
    assert [rounded(Fraction(n, 2)) for n in (1, -1, 3, -3, 0)] == [1, -1, 2, -2, 0]
    assert [rounded(Fraction(n, 100)) for n in (49, 51, -49, -51)] == [0, 1, 0, -1]


def test_who_belongs_to_which_group() -> None:
    profiles = members(len(BRANCH_IDS))
    group = Group({b: build_branch(p, 1, 1, profiles) for b, p in profiles.items()}, walk(1))
    whole, part = units(group)
    shares = {m.branch: (m.share, m.method) for m in whole.members}
    assert shares == {
        "germany": (1, "full"),
        "norway": (1, "full"),
        "china": (Fraction(4, 5), "full"),
        "united_states": (Fraction(3, 10), "equity"),
        "france": (Fraction(9, 10), "full"),
        "united_kingdom": (Fraction(4, 5), "full"),
    }
    british = whole.member("united_kingdom")
    assert british is not None
    assert british.currencies == ("GBP", "NOK", "EUR"), "by way of the sub-group's currency"
    assert (part.unit, part.currency, [m.branch for m in part.members]) == (
        "norway:group",
        "NOK",
        ["norway", "united_kingdom"],
    )


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("column", ["amount", "closing", "amount_in_books", "closing_in_books"])
def test_every_group_and_month_comes_to_nothing(column: str) -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in read(SEEDS, "group_balance"):
        sums[row["unit_id"], row["group_period"]] += Decimal(row[column])
    months = ("2026-01", "2026-02", "2026-03")
    assert sums == {(u, m): Decimal() for u in ("germany:group", "norway:group") for m in months}


def test_exchange_differences_are_proven_but_for_cents() -> None:
    proofs = read(SEEDS, "translation")
    for row in proofs:
        parts = [Decimal(row[part]) for part in ("opening_net_assets", "result", "equity_movements", "rounding")]
        assert sum(parts) == Decimal(row["total"])
        assert abs(parts[-1]) <= Decimal("0.30"), "about fifty accounts, each rounded by half a cent at most"
    assert any(Decimal(row["equity_movements"]) for row in proofs), "the dividends"
    france = {row["group_period"] for row in proofs if row["branch_id"] == "france"}
    assert france == {"2026-02", "2026-03"}, "bought on the first of February"


def test_goodwill_is_what_was_paid_above_the_net_assets() -> None:
    (row,) = read(SEEDS, "goodwill")
    price, others, net, goodwill = (
        Decimal(row[c]) for c in ("price", "non_controlling_interests", "net_assets", "goodwill")
    )
    # The equity that France itself shows at the end of January: what is not mapped is an asset until it is.
    equity = sum(
        Decimal(r["amount"])
        for r in read(SEEDS, "balance_sheet")
        if (r["branch_id"], r["fiscal_period"]) == ("france", "1")
        and r["statement_line"] in ("share_capital", "retained_earnings", "result_for_the_year")
    )
    # Machines worth 20,000.00 more, a quarter of that deferred tax.
    assert net == equity + Decimal("15000.00")
    assert others == (net / 10).quantize(Decimal("0.01"))
    assert goodwill == price + others - net


def test_a_year_that_ends_is_carried_to_equity(tmp_path: Path) -> None:
    simulate(tmp_path, months=13, branches=2, defects=False)
    rows = [r for r in read(tmp_path, "group_balance") if is_result(r["group_account_code"])]
    december = {r["group_account_code"]: Decimal(r["closing"]) for r in rows if r["group_period"] == "2026-12"}
    assert all(december.values())
    for row in rows:
        if row["group_period"] == "2027-01":
            account, closing = row["group_account_code"], Decimal(row["closing"])
            assert Decimal(row["amount"]) == closing, "what December left is in equity, and no movement of January"
            assert abs(closing) < abs(december[account]), "a month's amount, not a year's"
