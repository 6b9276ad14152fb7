"""Orders, goods and the bank of the sample group: against the books, the delivered files, and figures by hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.simulation.booking import Booked, Payment
from pipelines.simulation.calendar import Month
from pipelines.simulation.ledger import Document, Posting
from pipelines.simulation.operations.bank import Account
from pipelines.simulation.operations.stock import Movement, Stock
from pipelines.simulation.world import Party

SEEDS = Path(__file__).parents[2] / "seeds"
CALENDAR_YEAR = ("germany", "norway", "united_states", "france", "china")  # whose periods are calendar months
JANUARY = Month(2026, 1)
SUPPLIER = Party("70001", "Lieferant", "DE", "", "", "", "", "", "EUR", "supplier", taxed=True)


def truth(name: str) -> list[dict[str, str]]:
    with (SEEDS / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def balances(account: str) -> dict[tuple[str, str], Decimal]:
    """What the full books have at the end of January, February and March."""
    return {
        (row["branch_id"], f"2026-{int(row['fiscal_period']):02d}"): Decimal(row["closing"])
        for row in truth("books")
        if row["group_account_code"] == account and row["branch_id"] in CALENDAR_YEAR
    }


def test_what_lies_in_the_warehouses_is_worth_what_the_inventory_accounts_say() -> None:
    worth: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in truth("stock"):
        if row["branch_id"] in CALENDAR_YEAR:
            worth[row["branch_id"], row["period_end_date"][:7]] += Decimal(row["closing_value"])
    assert len(worth) == 15
    assert worth == balances("1200")


def test_the_bank_has_what_the_printed_balance_of_the_bank_account_says() -> None:
    has = [row["closing_amount"] for row in truth("bank") if row["branch_id"] == "germany"]
    printed = []
    for path in sorted((SEEDS / "deliveries/germany").glob("SuSa_*.csv")):
        (line,) = [line for line in path.read_text("cp1252").splitlines() if ";1800;Bank;" in line]
        printed.append(line.split(";")[10].replace(".", "").replace(",", "."))
    assert len(has) == 3
    assert has == printed


def test_a_month_of_stock_begins_where_the_one_before_ended() -> None:
    closing: dict[tuple[str, ...], tuple[str, str]] = {}
    for row in truth("stock"):
        place = (row["branch_id"], row["product_code"], row["warehouse_code"])
        if place in closing:
            assert (row["opening_quantity"], row["opening_value"]) == closing[place]
        closing[place] = (row["closing_quantity"], row["closing_value"])
        quantities = [int(row[f"{step}_quantity"]) for step in ("opening", "in", "out", "closing")]
        assert sum(quantities[:3]) == quantities[3]


def test_delivered_lines_name_the_order_and_the_delivery_of_the_truth() -> None:
    told = {(r["invoice_number"], r["line_number"]): r for r in truth("processes") if r["branch_id"] == "germany"}
    path = next((SEEDS / "deliveries/germany").glob("Rechnungspositionen_202601_*.csv"))
    with path.open(encoding="cp1252", newline="") as file:
        delivered = list(csv.DictReader(file, delimiter=";"))
    named, seen = defaultdict(set), 0
    for row in delivered:
        line = told.get((row["Rechnungsnummer"], row["Position"]))
        named[row["Auftrag"]].add(row["Rechnungsnummer"])
        if line:
            seen += 1
            assert (row["Auftrag"], row["Lieferschein"]) == (line["order_number"], line["delivery_number"])
    assert seen > 50
    several = [invoices for invoices in named.values() if len(invoices) > 1]
    assert several, "a credit note names the order of the invoice that it corrects"
    for invoices in several:
        assert len([number for number in invoices if (number, "1") in told]) == 1, "and no two invoices share an order"


def test_steps_of_an_order_come_one_after_the_other() -> None:
    statuses = set()
    for row in truth("processes"):
        assert row["order_date"] < row["delivered_date"] <= row["invoice_date"]
        rest = int(row["ordered_quantity"]) - int(row["delivered_quantity"])
        assert rest > 0 if row["status"] == "partly_delivered" else rest >= 0
        assert row["settled_date"] <= "2026-03-31"
        statuses.add(row["status"])
    assert statuses == {"closed", "invoiced", "partly_delivered"}


def paid(number: str, day: date, amount: int) -> Booked:
    document = Document(number, "bank", day, "", (Posting("payable:70001", "bank", amount),))
    return Booked(document, payment=Payment(number, day, SUPPLIER, "EUR", -amount, -amount, f"ref {number}", ()))


def test_suppliers_paid_on_a_day_are_one_entry_of_the_bank() -> None:
    """1,000.00 before; 100.00 and 50.00 on the 5th in one batch, 30.00 on the 6th: 820.00 after."""
    account = Account()
    opening = Document("EB", "opening", date(2026, 1, 1), "", (Posting("bank", "carried_forward", 1_000_00),))
    assert account.move(Booked(opening)) == []
    assert account.move(paid("Z1", date(2026, 1, 5), 100_00)) == []
    assert account.move(paid("Z2", date(2026, 1, 5), 50_00)) == []
    (batch,) = account.move(paid("Z3", date(2026, 1, 6), 30_00))
    assert (batch.key, batch.amount, batch.batch, batch.payments) == ("202601|1", -150_00, 2, ("Z1", "Z2"))
    (single,), statement = account.end(JANUARY)
    assert (single.number, single.amount, single.reference) == (2, -30_00, "ref Z3")
    assert (statement.opening, statement.closing, statement.entries) == (1_000_00, 820_00, 2)
    assert account.end(JANUARY.next)[1].opening == 820_00


@pytest.mark.parametrize(("kind", "quantity"), [("receipt", 7), ("return_in", 7), ("issue", -7)])
def test_what_moves_is_told_on_its_side(kind: str, quantity: int) -> None:
    stock = Stock()
    stock.move(Movement("EB", 1, date(2026, 1, 1), "opening", "P", "01", 10, 100_00))
    stock.move(Movement("L1", 1, date(2026, 1, 5), kind, "P", "01", quantity, 10_00 * quantity))
    level = stock.levels["P", "01"]
    assert (level.opening, level.received, level.issued) == (10, max(quantity, 0), min(quantity, 0))
    stock.turn()
    assert (stock.levels["P", "01"].opening, stock.levels["P", "01"].received) == (10 + quantity, 0)
