"""The simulation's own accounting, against figures worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import TieoutError
from pipelines.simulation.booking import trade_of
from pipelines.simulation.calendar import first_months
from pipelines.simulation.charts import GERMANY, NORWAY, ROLES, group_account, role_of
from pipelines.simulation.events import Bill, BillLine, Group, bills_of, open_before, settling
from pipelines.simulation.group import simulate
from pipelines.simulation.ledger import Document, Ledger, Posting
from pipelines.simulation.members import members
from pipelines.simulation.money import convert, divide, grouped, rate_text, spaced, tax_on, tax_within
from pipelines.simulation.rates import walk
from pipelines.simulation.routine import Routine
from pipelines.simulation.world import BRANCH_IDS, PROFILES, Party, build_branch

CUSTOMER = Party("10001", "Kunde", "DE", "", "", "", "", "", "EUR", "customer", taxed=True)


def group_of(seed: int, volume: int = 1) -> Group:
    profiles = members(len(BRANCH_IDS))
    return Group({b: build_branch(profile, seed, volume, profiles) for b, profile in profiles.items()}, walk(seed))


def test_halves_are_rounded_away_from_zero() -> None:
    assert [divide(5, 2), divide(-5, 2), divide(7, 3), divide(-7, 3), divide(0, 3)] == [3, -3, 2, -2, 0]


def test_tax_by_hand() -> None:
    assert tax_on(100_00, 1900) == 19_00
    assert tax_on(50, 1900) == 10  # 9.5 cents
    assert tax_on(-50, 1900) == -10
    assert tax_within(119_00, 1900) == 19_00
    assert tax_within(107_00, 700) == 7_00
    assert tax_on(1234_56, 725) == 89_51  # 89.5056


@given(net=st.integers(-10_000_000, 10_000_000), rate=st.sampled_from([1900, 700, 2500, 1500]))
def test_a_tax_key_finds_the_tax_that_was_added(net: int, rate: int) -> None:
    tax = tax_on(net, rate)
    assert tax_within(net + tax, rate) == tax


def test_money_is_written_as_the_branches_write_it() -> None:
    assert [spaced(-1_234_567_05), grouped(-1_234_50), grouped(5)] == ["-1 234 567,05", "(1,234.50)", "0.05"]
    assert rate_text(11_637_000_000) == "1.1637000000"
    assert convert(100_00, 8_593_281_774) == 85_93


def test_a_sale_debits_gross_and_credits_net_and_tax() -> None:
    sale = Posting("receivable:10001", "sales_standard", 119_00, 19_00, "output_tax_standard", "standard")
    entries = Document("RE1", "sales", date(2026, 1, 5), "", (sale,)).entries()
    assert [(e.account, e.debit, e.credit) for e in entries] == [
        ("receivable:10001", 119_00, 0),
        ("sales_standard", 0, 100_00),
        ("output_tax_standard", 0, 19_00),
    ]


def test_a_reversal_in_red_stays_on_its_side() -> None:
    posting = Posting("utilities", "accruals", -500_00)
    books = Ledger()
    books.post(Document("SO1", "general", date(2026, 2, 2), "", (posting,), red=True))
    assert (books.accounts["utilities"].debit, books.accounts["utilities"].credit) == (-500_00, 0)
    assert (books.accounts["accruals"].debit, books.accounts["accruals"].credit) == (0, -500_00)


def test_opening_balances_are_brought_forward_and_not_turned_over() -> None:
    books = Ledger()
    books.post(Document("EB", "opening", date(2026, 1, 1), "", (Posting("bank", "carried_forward", 10_00),)))
    assert (books.accounts["bank"].opening, books.accounts["bank"].debit) == (10_00, 0)
    books.turn()
    assert books.accounts["bank"].opening == 10_00


def test_a_discount_is_two_per_cent_of_each_tax_class() -> None:
    lines = (BillLine("sales_standard", "standard", 100_00, 19_00, 100_00, 19_00),
             BillLine("sales_reduced", "reduced", 50_00, 3_50, 50_00, 3_50))  # fmt: skip
    bill = Bill("sale", "RE1", date(2026, 1, 5), CUSTOMER, "EUR", 10**10, lines, "discount")
    (step,) = settling(bill)
    assert step.discounts == (("standard", 2_38, 2_38), ("reduced", 1_07, 1_07))
    assert (step.amount, step.lag) == (172_50, 7)


def test_a_payment_in_another_currency_realises_the_exchange_difference() -> None:
    group = group_of(7)
    branch = group.branches["germany"]
    seen = set()
    for month in first_months(8):
        for day in month.days:
            for booked in trade_of(group, branch, day):
                payment = booked.payment
                if payment is None or payment.currency == "EUR" or payment.amount < 0:
                    continue
                rate = group.rates.spot(payment.currency, "EUR", day)
                books = Ledger()
                books.post(booked.document)
                assert books.accounts["bank"].movement == payment.amount_f
                assert abs(payment.amount_f - convert(payment.amount, rate)) <= len(payment.allocations)
                gain = -sum(books.accounts[a].movement for a in ("fx_gain", "fx_loss") if a in books.accounts)
                assert gain == sum(a.fx_f for a in payment.allocations)
                seen.add(gain > 0)
    assert seen == {True, False}, "gains and losses both happen"


def test_both_sides_of_trade_inside_the_group_are_the_same_trade() -> None:
    group = group_of(7)
    for seller, buyer in (("germany", "norway"), ("united_states", "germany")):
        for day in first_months(1)[0].work_days:
            sold = [b for b in bills_of(group, group.branches[seller], "sale", day) if b.party.partner == buyer]
            bought = [b for b in bills_of(group, group.branches[buyer], "purchase", day) if b.party.partner == seller]
            assert [(b.number, b.currency, b.gross) for b in sold] == [
                (b.their_number, b.currency, b.gross) for b in bought
            ]


def test_open_items_agree_with_the_books() -> None:
    """What partners of the own currency owed, were billed and have settled is what their accounts show."""
    group = group_of(11)
    branch = group.branches["norway"]
    own = {party.role for party in branch.all_customers if party.currency == "NOK"}
    before = open_before(group, branch, "sale")
    expected = {role: brought.amount_f for role, brought in before.items() if role in own}
    books = Ledger()
    for role, amount in expected.items():
        books.post(Document("IB", "opening", date(2026, 1, 1), "", (Posting(role, "carried_forward", amount),)))
    for month in first_months(3):
        for day in month.days:
            for booked in trade_of(group, branch, day):
                books.post(booked.document)
                party = booked.bill.party if booked.bill else booked.payment.party if booked.payment else CUSTOMER
                if party.role not in own:
                    continue
                change = booked.bill.gross if booked.bill else 0
                if booked.payment:
                    change -= sum(a.amount + a.discount for a in booked.payment.allocations)
                expected[party.role] = expected.get(party.role, 0) + change
    assert len(expected) > 10
    assert {role: books.accounts[role].closing for role in expected} == expected


def test_every_role_has_a_group_account_and_every_code_is_used_once() -> None:
    for chart in (profile.chart for profile in PROFILES.values()):
        codes = [code for code, _ in chart.accounts.values()]
        assert len(set(codes)) == len(codes)
        assert {role_of(key) for key in chart.accounts} <= set(ROLES)
    assert group_account("receivable:10001") == "1300"
    assert GERMANY.local("payable:70003") == "70003"
    assert NORWAY.local("payable:00503") == "2400"


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_the_books_balance_whatever_the_seed(seed: int) -> None:
    group = group_of(seed)
    for branch in group.branches.values():
        books = Ledger()
        routine = Routine(group, branch, books)
        documents = list(routine.opening())
        (month,) = first_months(1)
        for document in documents:
            books.post(document)
        routine.begin()
        for day in month.days:
            for document in [b.document for b in trade_of(group, branch, day)] + list(routine.of_day(month, day)):
                entries = document.entries()
                assert sum(e.debit for e in entries) == sum(e.credit for e in entries), document.number
                assert all(bool(e.debit) != bool(e.credit) for e in entries)
                books.post(document)
                documents.append(document)
        assert sum(balance.closing for _, balance in books) == 0
        assert books.accounts["carried_forward"].closing == 0
        numbers = [document.number for document in documents]
        assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("wrong", "says"), [({"months": 25}, "1 to 24"), ({"scale": "vast"}, "small, medium"),
                                             ({"only": ["spain"]}, "no branch spain")])  # fmt: skip
def test_what_cannot_be_simulated_is_said(tmp_path: Path, wrong: dict[str, object], says: str) -> None:
    with pytest.raises(TieoutError, match=says):
        simulate(tmp_path, **wrong)  # type: ignore[arg-type]
