"""The group of six: what France, China and the United Kingdom send, read again by other means than the writers."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.simulation.planted import ALL, CORRECTED, FORGOTTEN, LYING_TOTAL, SENT_TWICE

Balances = dict[str, list[Decimal]]  # account -> opening, debit, credit
SIX = ("germany", "norway", "united_states", "france", "china", "united_kingdom")


SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def six() -> Path:
    """The committed sample, which another test compares with what the simulation writes."""
    return SEEDS


def truth(six: Path, name: str) -> list[dict[str, str]]:
    with (six / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused_rows(six: Path, file: str, sheet: str = "") -> set[int]:
    place = (file, sheet)
    return {int(r["source_row"]) for r in truth(six, "refusals") if (r["source_file"], r["source_sheet"]) == place}


def sent(six: Path, branch: str, beginning: str) -> list[Path]:
    return sorted(path for path in (six / "deliveries" / branch).iterdir() if path.name.startswith(beginning))


def cells(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@dataclass
class Read:
    """A ledger read again: movements by fiscal period, and the balances that the branch prints."""

    moved: dict[str, Balances] = field(default_factory=lambda: defaultdict(dict))
    printed: dict[str, Balances] = field(default_factory=dict)

    def book(self, period: str, account: str, debit: Decimal, credit: Decimal, *, opening: bool) -> None:
        found = self.moved[period].setdefault(account, [Decimal(), Decimal(), Decimal()])
        if opening:
            found[0] += debit - credit
        else:
            found[1] += debit
            found[2] += credit


def number(text: str) -> Decimal:
    """A French or plain number, whatever it is padded with; nothing is nought."""
    return Decimal(text.strip().replace(",", ".") or "0")


def french(six: Path) -> Read:
    read = Read()
    for path in sent(six, "france", "900000041FEC"):
        refused = refused_rows(six, path.name)
        lines = path.read_text("iso-8859-15").splitlines()
        header = lines[0].split("\t")
        for at, line in enumerate(lines[1:], start=2):
            row = dict(zip(header, line.split("\t"), strict=True))
            if at not in refused:
                assert len(row["Debit"]) == len(row["Credit"]) == 23
                period = str(int(row["EcritureDate"][4:6]))
                opening = row["JournalCode"] == "AN"
                read.book(period, row["CompteNum"], number(row["Debit"]), number(row["Credit"]), opening=opening)
    for path in sent(six, "france", "balance_"):
        rows = cells(path, "iso-8859-15", ";")
        assert rows[-1][0] == "TOTAL"
        read.printed[rows[1][1]] = {
            row[3]: [number(row[5]) - number(row[6]), number(row[7]), number(row[8])] for row in rows[1:-1]
        }
    return read


def chinese(six: Path) -> Read:
    read = Read()
    for path in sent(six, "china", "凭证_"):
        refused = refused_rows(six, path.name)
        rows = cells(path, "gb18030", ",")
        assert rows[-1][0] == "合计"
        for at, values in enumerate(rows[1:-1], start=2):
            row = dict(zip(rows[0], values, strict=True))
            if at not in refused:
                period = str(int(row["会计期间"][5:7]))
                debit, credit = number(row["借方金额"]), number(row["贷方金额"])
                read.book(period, row["科目编码"], debit, credit, opening=row["凭证字"] == "期初")
    signs = {"借": 1, "贷": -1, "平": 0}
    for path in sent(six, "china", "科目余额表_"):
        rows = cells(path, "gb18030", ",")[1:-1]
        read.printed[str(int(rows[0][0][5:7]))] = {
            row[1]: [signs[row[3]] * number(row[4]), number(row[5]), number(row[6])] for row in rows
        }
    return read


def vouchers(path: Path) -> Iterator[dict[str, object]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line, parse_float=Decimal)


def british(six: Path) -> Read:
    read = Read()
    for path in sent(six, "united_kingdom", "journals_"):
        refused, at = refused_rows(six, path.name, "line"), 0
        for voucher in vouchers(path):
            for line in voucher["lines"]:  # type: ignore[attr-defined]
                at += 1
                if at not in refused:
                    amount = line["amount"]
                    period = str(voucher["period"]).removeprefix("P").split()[0]
                    opening = voucher["journalType"] == "OPENING"
                    debit, credit = max(amount, Decimal()), max(-amount, Decimal())
                    read.book(period, line["nominalCode"], debit, credit, opening=opening)
    for path in sent(six, "united_kingdom", "trial-balance_"):
        for row in vouchers(path):
            period = str(row["period"]).removeprefix("P").split()[0]
            account = [row["opening"], row["debits"], row["credits"]]
            read.printed.setdefault(period, {})[str(row["nominalCode"])] = account  # type: ignore[assignment]
    return read


@pytest.mark.parametrize(
    ("branch", "reader", "periods"),
    [("france", french, ["1", "2", "3"]), ("china", chinese, ["1", "2", "3"]),
     ("united_kingdom", british, ["10", "11", "12"])],
)  # fmt: skip
def test_ledger_read_again_is_the_printed_balance_less_what_is_refused(
    six: Path, branch: str, reader: object, periods: list[str]
) -> None:
    read: Read = reader(six)  # type: ignore[operator]
    assert sorted(read.printed, key=int) == sorted(read.moved, key=int) == periods
    nothing = {"opening": "0", "debit": "0", "credit": "0"}
    for period in periods:
        lost = {r["account_code"]: r for r in truth(six, "trial_balance_differences")
                if (r["branch_id"], r["fiscal_period"]) == (branch, period)}  # fmt: skip
        assert lost, "something is refused in every period"
        for account in read.printed[period] | read.moved[period]:
            opening, debit, credit = read.printed[period].get(account, [Decimal()] * 3)
            found = read.moved[period].get(account, [Decimal()] * 3)
            less = lost.get(account, nothing)
            assert found[1] == debit - Decimal(less["debit"]), (period, account)
            assert found[2] == credit - Decimal(less["credit"]), (period, account)
            if period == periods[0]:
                assert found[0] == opening, account


def test_a_posting_of_late_january_lies_in_the_eleventh_british_period(six: Path) -> None:
    """By hand: weeks run from Monday, 31 March 2025; 43 weeks on, the tenth period ends on Sunday, 25 January 2026."""
    (january, *_) = sent(six, "united_kingdom", "journals_2026-01")
    periods = {str(v["postedOn"]): v["period"] for v in vouchers(january)}
    assert periods["2026-01-23"] == "P10 FY2026"
    assert periods["2026-01-26"] == periods["2026-01-30"] == "P11 FY2026"
    statements = {(r["fiscal_year"], r["fiscal_period"]) for r in truth(six, "income_statement")
                  if r["branch_id"] == "united_kingdom"}  # fmt: skip
    assert statements == {("2026", "10"), ("2026", "11"), ("2026", "12")}


def test_chinese_vouchers_are_numbered_anew_every_month_and_red_ones_are_negative(six: Path) -> None:
    numbers, red = [], 0
    for path in sent(six, "china", "凭证_"):
        rows = [row for row in cells(path, "gb18030", ",")[1:-1] if row[2] == "记"]
        numbers.append(sorted({row[3] for row in rows}))
        red += sum(row[16].startswith("-") or row[17].startswith("-") for row in rows)
    assert all(found[0] == "记-0001" and found[-1] == f"记-{len(found):04d}" for found in numbers)
    assert set(numbers[0]) & set(numbers[1]), "the number alone is no key"
    found = [r for r in truth(six, "findings") if (r["branch_id"], r["rule"]) == ("china", "red_storno")]
    assert red == len(found) > 10


def test_chinese_names_need_the_whole_of_gb18030(six: Path) -> None:
    (path, *_) = sent(six, "china", "客户档案_")
    assert "㐂" in path.read_text("gb18030")
    with pytest.raises(UnicodeDecodeError):
        path.read_text("gbk")


def test_french_letters_join_the_lines_of_a_settled_bill(six: Path) -> None:
    """What carries one letter of one partner adds up to nothing where bill and money are of the same month."""
    for path in sent(six, "france", "900000041FEC"):
        lettered: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
        refused = refused_rows(six, path.name)
        for at, line in enumerate(path.read_text("iso-8859-15").splitlines()[1:], start=2):
            row = line.split("\t")
            assert bool(row[13]) == bool(row[14])
            if row[13] and at not in refused:
                assert row[6], "only partners' lines are lettered"
                lettered[row[6], row[13]].append(number(row[11]) - number(row[12]))
        whole = [amounts for amounts in lettered.values() if len({a > 0 for a in amounts}) == 2]
        assert len(whole) > 3
        assert all(sum(amounts) == 0 for amounts in whole)


def test_statements_of_six_tie(six: Path) -> None:
    sheets: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    right = {"share_capital", "retained_earnings", "trade_payables", "intercompany_payables",
             "intercompany_loans_payable", "output_tax_payable",
             "income_tax_payable", "payroll_liabilities", "borrowings", "other_liabilities",
             "result_for_the_year"}  # fmt: skip
    for row in truth(six, "balance_sheet"):
        sign = -1 if row["statement_line"] in right else 1
        sheets[row["branch_id"], row["fiscal_period"]] += sign * Decimal(row["amount"])
    assert {branch for branch, _ in sheets} == set(SIX)
    assert set(sheets.values()) == {Decimal()}
    assert all(Decimal(r["gross_profit"]) > 0 for r in truth(six, "kpi_monthly"))
    unmapped = [r for r in truth(six, "balance_sheet") if r["statement_line"] == "unmapped"]
    # Small things are bought on the month's last working day: the British January has none before its period ends.
    assert len(unmapped) == 6 * 3 - 1 and all(Decimal(r["amount"]) > 0 for r in unmapped)


def test_trade_between_branches_is_on_both_sides(six: Path) -> None:
    """France's sales to the United Kingdom are the United Kingdom's purchases from France, in the same currency."""
    sold = {row[0]: number(row[12]) for path in sent(six, "france", "factures_")
            for row in cells(path, "iso-8859-15", ";")[1:] if row[7] == "united_kingdom"}  # fmt: skip
    bought = {bill["supplierReference"]: bill["total"] for path in sent(six, "united_kingdom", "bills_")
              for bill in vouchers(path) if bill.get("groupCompany") == "france"}  # fmt: skip
    spoiled = {r["document"] for r in truth(six, "refusals") if r["branch_id"] in ("france", "united_kingdom")}
    assert sold.keys() == bought.keys() and len(sold) > 10
    assert {k: v for k, v in sold.items() if k not in spoiled} == {k: bought[k] for k in sold if k not in spoiled}


def test_every_row_is_counted_once_and_delimited_files_hold_as_many(six: Path) -> None:
    habits = {"germany": ("cp1252", ";"), "norway": ("utf-8-sig", ";"), "france": ("iso-8859-15", ";"),
              "china": ("gb18030", ","), "group": ("utf-8", ",")}  # fmt: skip
    for row in truth(six, "counts"):
        parts = ("accepted", "quarantined", "duplicate", "out_of_scope", "non_data")
        assert int(row["rows_read"]) == sum(int(row[f"rows_{part}"]) for part in parts), row
        path = six / "deliveries" / row["branch_id"] / row["source_file"]
        if path.suffix == ".csv":
            assert len(cells(path, *habits[row["branch_id"]])) == int(row["rows_read"]), path.name
        elif path.suffix == ".ndjson" and row["source_sheet"] not in ("line", "allocation"):
            assert len(path.read_text("utf-8").splitlines()) == int(row["rows_read"]), path.name
        elif path.suffix == ".txt":
            assert path.read_text("iso-8859-15").count("\n") == int(row["rows_read"]), path.name
    refused = Counter((r["dataset"], r["source_file"], r["source_sheet"]) for r in truth(six, "refusals"))
    counted = {(r["dataset"], r["source_file"], r["source_sheet"]): int(r["rows_quarantined"])
               for r in truth(six, "counts")}  # fmt: skip
    assert {place: n for place, n in counted.items() if n} == refused


def test_every_defect_is_planted_and_there_are_more_than_fifty(six: Path) -> None:
    marked = {row["planted_as"] for name in ("refusals", "findings") for row in truth(six, name)}
    kept = {"formula_in_a_text", "wrong_amount_corrected_later"}
    marked |= {row["because"] for row in truth(six, "files")}
    names = {defect.name for defect in ALL}
    assert names - kept | {LYING_TOTAL, FORGOTTEN, SENT_TWICE, CORRECTED} <= marked
    assert len(names) > 50


def test_lists_without_a_change_say_nothing_new(six: Path) -> None:
    """The British product list went wrong in February, so March's, which is January's, says something again."""
    fates = {(r["branch_id"], r["source_file"]): r["fate"] for r in truth(six, "files")}
    counted = {(r["branch_id"], r["source_file"]) for r in truth(six, "counts")}
    products = {stamp: fates["united_kingdom", f"products_{stamp}.ndjson"]
                for stamp in ("20260203", "20260303", "20260403")}  # fmt: skip
    assert set(products.values()) == {"taken"}
    assert [fates["france", f"articles_{stamp}.csv"] for stamp in ("20260203", "20260303", "20260403")] == [
        "taken",
        "taken",
        "repeated",
    ]
    assert {place for place, fate in fates.items() if fate != "repeated"} == counted


def test_each_branch_sends_every_record_every_month(six: Path) -> None:
    records = {"gl_entry", "gl_account", "trial_balance", "customer", "supplier", "product", "cost_center", "tax_code",
               "sales_invoice", "sales_invoice_line", "purchase_invoice", "purchase_invoice_line", "payment",
               "payment_allocation", "open_item"}  # fmt: skip
    found: dict[str, set[str]] = defaultdict(set)
    for row in truth(six, "counts"):
        if row["branch_id"] != "group":
            found[row["branch_id"]].add(row["dataset"])
    assert found.keys() == set(SIX)
    assert all(records == datasets for datasets in found.values())
    files: dict[str, Counter[str]] = defaultdict(Counter)
    for row in truth(six, "files"):
        punctual = row["because"] in ("", "unchanged") or row["fate"] == "superseded"
        if punctual and row["branch_id"] != "group":
            files[row["branch_id"]][row["delivery_date"]] += 1
    assert all(len(set(by_day.values())) == 1 for by_day in files.values()), "as many in every month"
