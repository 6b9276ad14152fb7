"""Open items against the books, fiscal periods by hand, and the turn of the year."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from pipelines.simulation.books import Books
from pipelines.simulation.calendar import first_months
from pipelines.simulation.charts import GROUP_LINES, group_account, party_code
from pipelines.simulation.events import Group
from pipelines.simulation.members import members
from pipelines.simulation.periods import april_year, period_of
from pipelines.simulation.rates import walk
from pipelines.simulation.truth import Truth
from pipelines.simulation.world import BRANCH_IDS, build_branch
from pipelines.simulation.writers.fec import letter, padded


def group_of(count: int) -> Group:
    profiles = members(count)
    return Group({b: build_branch(p, 11, 1, profiles) for b, p in profiles.items()}, walk(11))


def test_a_british_year_by_hand() -> None:
    """1 April 2025 is a Tuesday; its week began on 31 March. 4, 4 and 5 weeks end on 27 April, 25 May, 29 June."""
    year = april_year(2026)
    assert [(p.first, p.last) for p in year[:3]] == [
        (date(2025, 4, 1), date(2025, 4, 27)),
        (date(2025, 4, 28), date(2025, 5, 25)),
        (date(2025, 5, 26), date(2025, 6, 29)),
    ]
    assert [(p.first, p.last, p.month.text) for p in year[9:]] == [
        (date(2025, 12, 29), date(2026, 1, 25), "2026-01"),
        (date(2026, 1, 26), date(2026, 2, 22), "2026-02"),
        (date(2026, 2, 23), date(2026, 3, 31), "2026-03"),
    ]
    assert period_of(date(2026, 4, 1), april=True) == april_year(2027)[0]
    assert period_of(date(2026, 2, 28), april=False).number == 2


@pytest.mark.parametrize("year", range(2024, 2034))
def test_periods_leave_no_day_out_and_each_ends_in_its_own_month(year: int) -> None:
    periods = april_year(year)
    assert (periods[0].first, periods[-1].last) == (date(year - 1, 4, 1), date(year, 3, 31))
    for one, next_one in pairwise(periods):
        assert (next_one.first - one.last).days == 1
    for period in periods:
        assert (period.last.year, period.last.month) == (period.month.year, period.month.number)


def test_padded_amounts_and_letters_by_hand() -> None:
    assert padded(143712) == "        000000001437,12"
    assert padded(0) == "        000000000000,00"
    assert padded(-5) == "       -000000000000,05"
    assert [letter("FA1"), letter("FA26"), letter("FA701")] == ["B", "BA", "BAZ"]  # 701 = 1*676 + 0*26 + 25


@pytest.mark.parametrize("branch", BRANCH_IDS)
def test_open_items_are_what_the_partners_accounts_hold(branch: str) -> None:
    group = group_of(6)
    books = Books(group, group.branches[branch], Truth())
    for month in first_months(4):
        for _ in books.happenings(month):
            pass
        held = {role: b.closing for role, b in books.printed.accounts.items() if party_code(role) and b.closing}
        found: dict[str, int] = defaultdict(int)
        for item in books.open_items.at(books.period.last):
            found[item.party.role] += item.amount_f
            assert (item.amount > 0) == (item.side == "receivable")
        assert {role: amount for role, amount in found.items() if amount} == held
        assert len(held) > 10


@pytest.mark.parametrize(("branch", "months", "year"), [("norway", 13, 2027), ("united_kingdom", 4, 2027)])
def test_a_new_year_begins_with_the_old_one_s_balances_and_no_result(branch: str, months: int, year: int) -> None:
    group = group_of(6)
    truth = Truth()
    books = Books(group, group.branches[branch], truth)
    closing: dict[str, int] = {}
    for month in first_months(months):
        before = {role: balance.closing for role, balance in books.printed.accounts.items()}
        for _ in books.happenings(month):
            pass
        closing = before or closing
    assert (books.period.year, books.period.number) == (year, 1)
    result = sum(
        amount for role, amount in closing.items() if GROUP_LINES[group_account(role)][0] == "income_statement"
    )
    assert result < 0, "a profit is a credit"
    for role, balance in books.printed.accounts.items():
        if GROUP_LINES[group_account(role)][0] == "income_statement":
            assert balance.opening == 0, role
        elif role == "retained":
            assert balance.opening == closing[role] + result
        elif role != "carried_forward":
            assert balance.opening == closing.get(role, 0), role
    sheet = [row for row in truth.tables["balance_sheet"] if row[1] == str(year)]
    assert sum(Decimal(row[4]) for row in sheet if row[3] == "result_for_the_year") != 0
