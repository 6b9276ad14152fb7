"""The committed sample group: reproducible, complete, and read again here without the writers and the pipeline."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from pipelines.simulation.group import simulate
from pipelines.simulation.planted import SENT_TWICE

SEEDS = Path(__file__).parents[2] / "seeds"
CENT = Decimal("0.01")


def truth(name: str, folder: Path = SEEDS) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in ("deliveries", "truth")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def unpacked(content: bytes) -> list[tuple[str, tuple[int, ...], bytes]]:
    """A workbook's members: how tightly they are packed depends on the machine's zlib, what they hold does not."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [(member.filename, member.date_time, book.read(member)) for member in book.infolist()]


def test_the_sample_is_reproduced_byte_for_byte(tmp_path: Path) -> None:
    simulate(tmp_path)
    made, committed = files(tmp_path), files(SEEDS)
    assert sorted(made) == sorted(committed)
    for name, content in committed.items():
        if name.endswith(".xlsx"):
            assert unpacked(made[name]) == unpacked(content), name
        else:
            assert made[name] == content, name


def test_the_sample_stays_small() -> None:
    assert sum(len(content) for content in files(SEEDS).values()) < 6_000_000


def test_a_text_that_begins_like_a_formula_is_delivered_as_it_is() -> None:
    postings = (SEEDS / "deliveries/germany/EXTF_Buchungsstapel_202601_20260203.csv").read_text("cp1252")
    assert '"=HYPERLINK(""http' in postings


def test_the_same_file_is_delivered_twice() -> None:
    repeated = [row for row in truth("files") if row["because"] == SENT_TWICE]
    (copy,) = repeated
    folder = SEEDS / "deliveries" / copy["branch_id"]
    original = copy["source_file"].replace("_Kopie", "")
    assert (folder / copy["source_file"]).read_bytes() == (folder / original).read_bytes()


def test_statements_tie() -> None:
    """Assets = equity and liabilities with the year's result; the result is the sum of the months' statements."""
    income: dict[str, Decimal] = defaultdict(Decimal)
    credit = {"dividend_income", "sales", "other_operating_income", "interest_income"}
    sheets: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for row in truth("balance_sheet"):
        sheets[row["branch_id"], row["fiscal_period"]][row["statement_line"]] = Decimal(row["amount"])
    results: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in truth("income_statement"):
        sign = 1 if row["statement_line"] in credit else -1
        income[row["branch_id"]] += sign * Decimal(row["amount"])
        results[row["branch_id"], row["fiscal_period"]] = income[row["branch_id"]]
    equity = {"share_capital", "retained_earnings", "trade_payables", "intercompany_payables",
             "intercompany_loans_payable", "output_tax_payable",
              "income_tax_payable", "payroll_liabilities", "borrowings", "other_liabilities",
              "result_for_the_year"}  # fmt: skip
    for place, lines in sheets.items():
        right = sum(amount for line, amount in lines.items() if line in equity)
        left = sum(amount for line, amount in lines.items() if line not in equity)
        assert left == right, place
        assert lines["result_for_the_year"] == results[place], place


def test_what_is_shown_is_the_books_less_what_is_refused() -> None:
    shown, books = ({(r["branch_id"], r["fiscal_period"], r["group_account_code"]): r for r in truth(name)}
                    for name in ("trial_balance", "books"))  # fmt: skip
    lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in truth("trial_balance_differences"):
        lost[row["branch_id"], row["fiscal_period"]] += Decimal(row["debit"])
    for branch in ("germany", "norway", "united_states"):
        for period in ("1", "2", "3"):
            full = sum(Decimal(r["debit"]) for k, r in books.items() if k[:2] == (branch, period))
            less = sum(Decimal(r["debit"]) for k, r in shown.items() if k[:2] == (branch, period))
            assert full - less == lost[branch, period]
    assert not lost["germany", "2"], "the corrected month has nothing refused"
    assert lost["germany", "3"] and lost["norway", "1"] and lost["united_states", "2"]


# Reading the ledgers again, by other means than the writers: what is left after the refusals must be what is printed.

Balances = dict[str, list[Decimal]]  # account -> opening, debit, credit
AUTOMATIC = {"4400": (19, "3806"), "4736": (19, "3806"), "4300": (7, "3801"), "4731": (7, "3801"),
             "5736": (19, "1406"), "5731": (7, "1401")}  # fmt: skip
KEYS = {"9": (19, "1406"), "8": (7, "1401"), "3": (19, "3806"), "2": (7, "3801")}


def book(into: Balances, account: str, amount: Decimal, *, opening: bool, red: bool = False) -> None:
    """`amount` is signed, debit positive; a red reversal keeps the side and the sign."""
    found = into.setdefault(account, [Decimal(), Decimal(), Decimal()])
    if opening:
        found[0] += amount
    elif (amount > 0) != red:
        found[1] += amount
    else:
        found[2] -= amount


def refused_rows(file: str, sheet: str = "") -> set[int]:
    return {int(r["source_row"]) for r in truth("refusals") if (r["source_file"], r["source_sheet"]) == (file, sheet)}


def german_postings(name: str) -> Balances:
    """By the rules of the program: the tax key or the automatic account says which tax the gross amount holds."""
    found: Balances = {}
    path = SEEDS / "deliveries/germany" / name
    refused = refused_rows(name)
    with path.open(encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    header = rows[1]
    for number, cells in enumerate(rows[2:], start=3):
        if number in refused:
            continue
        row = dict(zip(header, cells, strict=True))
        text = row["Basis-Umsatz"] or row["Umsatz (ohne Soll/Haben-Kz)"]
        gross = Decimal(text.replace(",", ".")) * (1 if row["Soll/Haben-Kennzeichen"] == "S" else -1)
        contra = row["Gegenkonto (ohne BU-Schlüssel)"]
        percent, tax_account = AUTOMATIC.get(contra) or KEYS.get(row["BU-Schlüssel"], (0, ""))
        tax = (abs(gross) * percent / (100 + percent)).quantize(CENT, ROUND_HALF_UP).copy_sign(gross)
        opening = row["Herkunft-Kz"] == "EB"
        book(found, row["Konto"], gross, opening=opening)
        book(found, contra, tax - gross, opening=opening)
        if tax:
            book(found, tax_account, -tax, opening=opening)
    return found


def norwegian_lines(name: str) -> Balances:
    found: Balances = {}
    refused = refused_rows(name, "Line")
    tree = etree.parse(SEEDS / "deliveries/norway" / name)
    for number, line in enumerate(tree.iterfind(".//{*}Line"), start=1):
        if number in refused:
            continue
        journal = line.getparent().getparent().findtext("{*}JournalID")
        debit, credit = (Decimal(line.findtext(f"{{*}}{side}Amount/{{*}}Amount") or 0) for side in ("Debit", "Credit"))
        red = debit < 0 or credit < 0
        book(found, line.findtext("{*}AccountID") or "", debit - credit, opening=journal == "IB", red=red)
    return found


def american_lines(name: str) -> Balances:
    found: Balances = {}
    refused = refused_rows(name, "GL Detail")
    sheet = openpyxl.load_workbook(SEEDS / "deliveries/united_states" / name)["GL Detail"]
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number < 7 or number in refused or not row[4]:
            continue
        text = str(row[9]).replace(",", "")
        amount = -Decimal(text.strip("()")) if text.startswith("(") else Decimal(text)
        book(found, str(row[4]), amount, opening=row[1] == "OPEN")
    return found


def german_printed(period: int) -> Balances:
    name = next(r["source_file"] for r in truth("files") if r["source_file"].startswith(f"SuSa_20260{period}"))
    with (SEEDS / "deliveries/germany" / name).open(encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[2:-1]

    def amount(text: str, side: str = "S") -> Decimal:
        return Decimal(text.replace(".", "").replace(",", ".")) * (1 if side == "S" else -1)

    return {r[4]: [amount(r[6], r[7]), amount(r[8]), amount(r[9])] for r in rows}


def norwegian_printed(name: str) -> dict[str, tuple[Decimal, Decimal]]:
    found = {}
    for account in etree.parse(SEEDS / "deliveries/norway" / name).iterfind(".//{*}Account"):
        opening, closing = (
            Decimal(account.findtext(f"{{*}}{when}DebitBalance") or 0)
            - Decimal(account.findtext(f"{{*}}{when}CreditBalance") or 0)
            for when in ("Opening", "Closing")
        )
        found[account.findtext("{*}AccountID") or ""] = (opening, closing)
    return found


def american_printed(name: str) -> Balances:
    sheet = openpyxl.load_workbook(SEEDS / "deliveries/united_states" / name)["Trial Balance"]

    def amount(text: object) -> Decimal:
        plain = Decimal(str(text).replace(",", "").strip("()"))
        return -plain if str(text).startswith("(") else plain

    return {str(row[0]): [amount(cell) for cell in row[2:5]]
            for row in sheet.iter_rows(min_row=6, values_only=True) if row[0] and row[0] != "TOTAL"}  # fmt: skip


def lost(branch: str, period: int) -> dict[str, dict[str, str]]:
    return {r["account_code"]: r for r in truth("trial_balance_differences")
            if (r["branch_id"], r["fiscal_period"]) == (branch, str(period))}  # fmt: skip


def months(branch: str, beginning: str) -> Iterator[tuple[int, str]]:
    """The files in force, a month each."""
    taken = [r["source_file"] for r in truth("files") if (r["branch_id"], r["fate"]) == (branch, "taken")]
    yield from enumerate(sorted(name for name in taken if name.startswith(beginning)), start=1)


@pytest.mark.parametrize(("branch", "beginning"), [("germany", "EXTF_Buchung"), ("united_states", "Atlas")])
def test_ledger_read_again_is_the_printed_balance_less_what_is_refused(branch: str, beginning: str) -> None:
    for period, name in months(branch, beginning):
        read = german_postings(name) if branch == "germany" else american_lines(name)
        printed = german_printed(period) if branch == "germany" else american_printed(name)
        missing = lost(branch, period)
        for account in printed | read:
            opening, debit, credit = printed.get(account, [Decimal()] * 3)
            less = missing.get(account, {"opening": "0", "debit": "0", "credit": "0"})
            found = read.get(account, [Decimal()] * 3)
            assert found[1] == debit - Decimal(less["debit"]), (period, account)
            assert found[2] == credit - Decimal(less["credit"]), (period, account)
            if period == 1:
                assert found[0] == opening, account


def test_norwegian_ledger_read_again_carries_the_declared_balances_forward() -> None:
    for period, name in months("norway", "SAF-T"):
        read, missing = norwegian_lines(name), lost("norway", period)
        for account, (opening, closing) in norwegian_printed(name).items():
            less = missing.get(account, {"debit": "0", "credit": "0"})
            found = read.get(account, [Decimal()] * 3)
            movement = found[1] - found[2] + Decimal(less["debit"]) - Decimal(less["credit"])
            assert opening + movement == closing, (period, account)
            if period == 1:
                assert found[0] == opening, account


def test_the_header_totals_of_february_are_the_lines_and_those_of_march_lie() -> None:
    by_month = dict(months("norway", "SAF-T"))
    for period, lies in ((2, False), (3, True)):
        tree = etree.parse(SEEDS / "deliveries/norway" / by_month[period])
        declared = Decimal(tree.findtext(".//{*}TotalDebit") or 0)
        total = sum(Decimal(e.text or 0) for e in tree.iterfind(".//{*}DebitAmount/{*}Amount"))
        assert (declared != total) is lies
        assert int(tree.findtext(".//{*}NumberOfEntries") or 0) == len(tree.findall(".//{*}Transaction"))
