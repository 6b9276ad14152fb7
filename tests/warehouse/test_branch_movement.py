"""The branches' books as movements of the group's months: openings, closings, changes of mapping, all by hand.

Every branch here is one case; all are in EUR, and each amount is small enough to follow with a pencil.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

Rows = list[tuple[Any, ...]]
CASES = ("yearend", "unmarked", "differs", "printed", "thirteen", "remapped", "red")
CHART = (("1000", "1600"), ("1200", "1300"), ("2000", "2000"), ("2900", "2100"), ("4000", "4000"))
MAP = "branch_id,account_from,account_to,group_account_code,valid_from,valid_to,note,proposed_by,approved_by\n"


def two_years(lake: Any, entry: Callable[..., Any], branch: str, closing: str, opening: tuple[Any, ...]) -> None:
    """Opens with 100, earns 50 in December, closes the year, opens the next one with `opening`, and earns 10."""
    lake.put(
        "gl_entry",
        branch,
        "2025-01",
        entry("1", date(2025, 1, 1), ("1000", "100", "0"), ("2000", "0", "100"), kind="opening"),
    )
    lake.put(
        "gl_entry",
        branch,
        "2025-12",
        entry("2", date(2025, 12, 5), ("1000", "50", "0"), ("4000", "0", "50"))
        + entry("3", date(2025, 12, 31), ("4000", "50", "0"), ("2900", "0", "50"), kind=closing),
    )
    lake.put(
        "gl_entry",
        branch,
        "2026-01",
        (entry("1", date(2026, 1, 1), *opening, kind="opening") if opening else [])
        + entry("2", date(2026, 1, 7), ("1000", "10", "0"), ("4000", "0", "10")),
    )


def prints(lake: Any, entry: Callable[..., Any], printout: Callable[..., Any]) -> None:
    """Balances only: November and December; nothing of January 2026, in which 5 was earned; February; nothing of
    March, in which 8 was; April; and from May a ledger."""
    for month, last_day, lines in (
        (11, date(2025, 11, 30), (("1000", "100", "20", "0", "120"), ("2000", "-100", "0", "0", "-100"),
                                  ("4000", "0", "0", "20", "-20"))),
        (12, date(2025, 12, 31), (("1000", "120", "30", "0", "150"), ("2000", "-100", "0", "0", "-100"),
                                  ("4000", "-20", "0", "30", "-50"))),
        (2, date(2026, 2, 28), (("1000", "155", "7", "0", "162"), ("2000", "-100", "0", "0", "-100"),
                                ("2900", "-50", "0", "0", "-50"), ("4000", "-5", "0", "7", "-12"))),
        (4, date(2026, 4, 30), (("1000", "170", "1", "0", "171"), ("2000", "-100", "0", "0", "-100"),
                                ("2900", "-50", "0", "0", "-50"), ("4000", "-20", "0", "1", "-21"))),
    ):  # fmt: skip
        lake.put("trial_balance", "printed", str(last_day)[:7], printout(month, last_day, *lines))
    lake.put("gl_entry", "printed", "2026-05", entry("9", date(2026, 5, 5), ("1000", "3", "0"), ("4000", "0", "3")))


def thirteen_periods(lake: Any, entry: Callable[..., Any], printout: Callable[..., Any]) -> None:
    """Thirteen periods of 28 days from 1 January, no calendar, 3 earned in each; 0.50 adjusted in the next February."""
    first, bank = date(2026, 1, 1), Decimal(0)
    for number in range(1, 14):
        last = first + timedelta(days=27)
        for day in (first + timedelta(days=1), first + timedelta(days=20), last):
            document = entry(
                f"{number}-{day}", day, ("1000", "1", "0"), ("4000", "0", "1"), fiscal_year=2026, fiscal_period=number
            )
            lake.slices.setdefault(("gl_entry", "thirteen", str(day)[:7]), []).extend(document)
        lines = (("1000", str(bank), "3", "0", str(bank + 3)), ("4000", str(-bank), "0", "3", str(-bank - 3)))
        printed = printout(number, last, *lines, fiscal_year=2026)
        lake.slices.setdefault(("trial_balance", "thirteen", str(last)[:7]), []).extend(printed)
        first, bank = last + timedelta(days=1), bank + 3
    adjustment = entry(
        "a", date(2027, 2, 3), ("1000", "0.5", "0"), ("4000", "0", "0.5"),
        kind="adjustment", fiscal_year=2026, fiscal_period=14,
    )  # fmt: skip
    lake.put("gl_entry", "thirteen", "2027-02", adjustment)


@pytest.fixture(scope="module")
def books(
    new_warehouse: Callable[[], Any],
    small: Callable[[], Any],
    entry: Callable[..., Any],
    printout: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    lake = small()
    lake.slices["branch", "group", "all"] += [
        {"branch_code": code, "branch_name": code, "country_code": "DE", "functional_currency_code": "EUR",
         "time_zone": "Europe/Berlin"}
        for code in CASES
    ]  # fmt: skip
    carried = (("1000", "150", "0"), ("2000", "0", "100"), ("2900", "0", "50"))
    two_years(lake, entry, "yearend", "closing", carried)
    two_years(lake, entry, "unmarked", "normal", ())
    two_years(lake, entry, "differs", "closing", (("1000", "148", "0"), ("2000", "0", "100"), ("2900", "0", "48")))
    prints(lake, entry, printout)
    thirteen_periods(lake, entry, printout)
    opening = entry("1", date(2026, 1, 1), ("1200", "100", "0"), ("2000", "0", "100"), kind="opening")
    opening[0]["partner_branch_id"] = "yearend"
    january = entry("2", date(2026, 1, 9), ("1200", "30", "0"), ("4000", "0", "30"))
    february = entry(
        "3", date(2026, 2, 9), ("1200", "5", "0"), ("4000", "0", "5"), party_type="customer", party_code="7"
    )
    lake.put("gl_entry", "remapped", "2026-01", opening + january)
    lake.put("gl_entry", "remapped", "2026-02", february)
    lake.put(
        "customer",
        "remapped",
        "all",
        [{"customer_code": "7", "customer_name": "Red", "country_code": "DE", "partner_branch_id": "red"}],
    )
    sale = entry("1", date(2026, 1, 9), ("1200", "100", "0"), ("4000", "0", "100"))
    storno = entry("2", date(2026, 1, 10), ("1200", "-90", "0"), ("4000", "0", "-90"))
    lake.put("gl_entry", "red", "2026-01", sale + storno)
    late = entry("3", date(2026, 2, 2), ("1200", "4", "0"), ("4000", "0", "4"), fiscal_period=1)
    lake.put("gl_entry", "red", "2026-02", late)
    warehouse = new_warehouse()
    warehouse.seeds = tmp_path_factory.mktemp("seeds")
    for table in (new_warehouse().seeds).glob("*.csv"):
        (warehouse.seeds / table.name).write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
    rows = [f"{case},{own},,{group},,,,a,b" for case in CASES for own, group in CHART if case != "remapped"]
    rows += ["remapped,2000,,2000,,,,a,b", "remapped,4000,,4000,,,,a,b"]
    rows += ["remapped,1200,,1300,,2026-01,,a,b", "remapped,1200,,1310,2026-02,,,a,b"]
    known = (warehouse.seeds / "account_map.csv").read_text(encoding="utf-8").split("\n", 1)[1]
    (warehouse.seeds / "account_map.csv").write_text(MAP + "\n".join(rows) + "\n" + known, encoding="utf-8")
    warehouse.build(lake)
    return warehouse


@pytest.fixture(scope="module")
def moved(books: Any) -> Callable[..., Rows]:
    """The movements of a case."""
    found = books.query(
        "select branch_id, group_period, group_account_code, partner_branch_id, movement_type, source, "
        "amount_functional from kept.int_branch_movement order by all"
    )
    return lambda case, since="": [row[1:] for row in found if row[0] == case and row[1] >= since]


OPENED: Rows = [
    ("2025-01", "1600", "", "opening", "ledger", Decimal(100)),
    ("2025-01", "2000", "", "opening", "ledger", Decimal(-100)),
    ("2025-12", "1600", "", "normal", "ledger", Decimal(50)),
    ("2025-12", "4000", "", "normal", "ledger", Decimal(-50)),
]
EARNED: Rows = [
    ("2026-01", "1600", "", "normal", "ledger", Decimal(10)),
    ("2026-01", "4000", "", "normal", "ledger", Decimal(-10)),
]


@pytest.mark.parametrize("case", ["yearend", "unmarked"])
def test_a_year_is_neither_closed_nor_opened_twice(moved: Callable[..., Rows], case: str) -> None:
    """Counted with its closing entry, December would show sales of nothing; opened twice, 1600 would be 310."""
    assert moved(case) == OPENED + EARNED


def test_what_a_year_opens_with_otherwise_is_a_movement_of_its_own(moved: Callable[..., Rows], books: Any) -> None:
    """Carried: bank 150, retained earnings with the result -50. Opened: 148 and -48."""
    assert moved("differs", "2026-01") == [
        EARNED[0],
        ("2026-01", "1600", "", "opening_difference", "ledger", Decimal(-2)),
        ("2026-01", "2100", "", "opening_difference", "ledger", Decimal(2)),
        EARNED[1],
    ]
    assert books.query(
        "select branch_id, subject, difference_minor from audit.audit_opening_continuity where not passed"
    ) == [("differs", "local 2026-01", 400)]


def test_closing_entries_without_a_mark_are_recognised_and_named(books: Any) -> None:
    assert books.query(
        "select branch_id, subject, actual, difference_minor from audit.audit_unmarked_closing where not passed"
    ) == [("unmarked", "local 2025-P12", "document J 3 empties the result accounts and is not marked", 5000)]
    assert books.query(
        "select fiscal_period, amount_functional from finance.rpt_branch_income_statement "
        "where branch_id = 'unmarked' and fiscal_year = 2025 and amount_functional <> 0"
    ) == [(12, Decimal(50))]


def test_printed_balances_move_in_the_month_whose_print_tells_of_them(moved: Callable[..., Rows], books: Any) -> None:
    """February tells of 162 - 150 = 12, January's 5 in it; April of 171 - 162 = 9; May is a ledger's."""
    assert [row for row in moved("printed") if row[1] == "1600"] == [
        ("2025-11", "1600", "", "normal", "trial_balance", Decimal(20)),
        ("2025-11", "1600", "", "opening", "trial_balance", Decimal(100)),
        ("2025-12", "1600", "", "normal", "trial_balance", Decimal(30)),
        ("2026-02", "1600", "", "normal", "trial_balance", Decimal(12)),
        ("2026-04", "1600", "", "normal", "trial_balance", Decimal(9)),
        ("2026-05", "1600", "", "normal", "ledger", Decimal(3)),
    ]
    assert [row for row in moved("printed") if row[1] == "2100"] == []  # the result of 2025 rolls by rule, once
    assert books.query(
        "select distinct explained_by from reconciliation.recon_ledger_to_trial_balance where branch_id = 'printed'"
    ) == [("balances_only",)]


def test_thirteen_periods_and_adjustments_fall_into_the_groups_months(moved: Callable[..., Rows]) -> None:
    """Periods 9 and 10 end on 9 September and 7 October: both September's. What is adjusted is December's."""
    months = {row[0]: row[-1] for row in moved("thirteen") if row[1] == "1600"}
    assert months == {f"2026-{month:02d}": Decimal(3) for month in range(1, 13)} | {
        "2026-09": Decimal(6),
        "2026-12": Decimal("3.5"),
    }


def test_a_balance_follows_its_account_to_another_group_account_with_its_partner(moved: Callable[..., Rows]) -> None:
    assert moved("remapped") == [
        ("2026-01", "1300", "", "normal", "ledger", Decimal(30)),
        ("2026-01", "1300", "yearend", "opening", "ledger", Decimal(100)),
        ("2026-01", "2000", "", "opening", "ledger", Decimal(-100)),
        ("2026-01", "4000", "", "normal", "ledger", Decimal(-30)),
        ("2026-02", "1300", "", "mapping_change", "ledger", Decimal(-30)),
        ("2026-02", "1300", "yearend", "mapping_change", "ledger", Decimal(-100)),
        ("2026-02", "1310", "", "mapping_change", "ledger", Decimal(30)),
        ("2026-02", "1310", "red", "normal", "ledger", Decimal(5)),
        ("2026-02", "1310", "yearend", "mapping_change", "ledger", Decimal(100)),
        ("2026-02", "4000", "red", "normal", "ledger", Decimal(-5)),
    ]


def test_red_stornos_net_and_late_lines_stay_in_their_period(moved: Callable[..., Rows], books: Any) -> None:
    """100 - 90, and 4 that was posted in February for January. Turnover stays as printed: debit 14, credit 0."""
    assert moved("red") == [
        ("2026-01", "1300", "", "normal", "ledger", Decimal(14)),
        ("2026-01", "4000", "", "normal", "ledger", Decimal(-14)),
    ]
    assert books.query(
        "select fiscal_period, debit_amount_functional, credit_amount_functional from finance.rpt_branch_trial_balance "
        "where branch_id = 'red' and account_code = '1200'"
    ) == [(1, Decimal(14), Decimal(0))]


def test_opening_and_movements_add_up_to_every_closing_balance(books: Any) -> None:
    assert books.query(
        "select count(*) filter (where not passed), count(distinct branch_id) from audit.audit_roll_forward"
    ) == [(0, len(CASES) + 2)]
