"""Drafts: what a file shows is recognised and taken, what it does not show is left to a person, nothing silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.branches import BranchConfig, load_branch
from pipelines.console.dry_run import dry_run
from pipelines.contracts.loading import load_contracts
from pipelines.drafting.habits import DateHabit, date_habit, number_habit
from pipelines.drafting.looking import look
from pipelines.drafting.matching import best_dataset
from pipelines.drafting.naming import read_name
from pipelines.drafting.writing import Draft, Home, write_draft
from pipelines.errors import SourceError
from pipelines.lake.places import Lake
from pipelines.settings import REPOSITORY

CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
PROFILES = REPOSITORY / "pipelines" / "profiles"
HOME = Home("branch", "EUR", "Europe/Berlin")

GERMAN = """\
Buchungsdatum;Belegnummer;Konto;Gegenkonto;Betrag;Soll/Haben;Buchungstext
03.02.2026;RE-1;1200;8400;1.190,00;S;Müller
04.02.2026;RE-2;4930;1200;59,50;S;Büro
"""
NORWEGIAN = """\
Bilagsnr;Bilagsdato;Kontonr;Debet;Kredit;Tekst
1001;03.02.2026;1920;2 500,00;;Innbetaling
1001;03.02.2026;1500;;2 500,00;Innbetaling
"""
CHINESE = """\
凭证字,凭证号,日期,科目编码,摘要,借方金额,贷方金额
记,1,2026-02-03,1403,采购,500.00,
记,1,2026-02-03,2202,采购,,500.00
"""
ENGLISH = """\
Customer No,Name,Country,Currency,Terms days
10001,Harper & Sons,GB,GBP,30
10002,Miller Ltd,IE,EUR,14
"""


def drafted(path: Path) -> Draft:
    seen = look(path)
    name, _ = best_dataset(seen, path.name, CONTRACTS)
    return write_draft(seen, path.name, CONTRACTS[name] if name and seen.profile is None else None, HOME)


def loaded(draft: Draft, folder: Path) -> BranchConfig:
    file = folder / "branch" / "defs.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(draft.text, encoding="utf-8")
    return load_branch(file, CONTRACTS, PROFILES)


def taken(path: Path, folder: Path) -> dict[str, tuple[int, int, int]]:
    """Dataset → rows read, accepted and refused, by the draft as it is."""
    trial = dry_run(loaded(drafted(path), folder), path, path.name, Lake(folder / "lake"), 1)
    return {
        one.receipt.dataset: (one.receipt.rows.read, one.receipt.rows.accepted, one.receipt.rows.quarantined)
        for file in trial.files
        for one in file.datasets
    }


@pytest.mark.parametrize(
    ("name", "text", "encoding", "dataset", "lines"),
    [
        (
            "buchungen_20260228.csv",
            GERMAN,
            "cp1252",
            "gl_entry",
            [
                "encoding: cp1252  # check",
                'numbers: {decimal_mark: ",", thousands_marks: ["."]}',
                'dates: {formats: ["%d.%m.%Y"]}',
                'shape: two_accounts, account: "Konto", contra_account: "Gegenkonto"',
                'language: "de"',
            ],
        ),
        (
            "hovedbok_2026-02-28.csv",
            NORWEGIAN,
            "utf-8",
            "gl_entry",
            [
                'numbers: {decimal_mark: ",", thousands_marks: [" "]}',
                'amounts: {shape: two_columns, debit: "Debet", credit: "Kredit"}',
                'currency: "NOK"  # check',
                'country_code: "NO"  # check',
                "delivery_date: {file_name: '_(\\d{4}-\\d{2}-\\d{2})\\.csv$', format: \"%Y-%m-%d\"}  # check",
            ],
        ),
        (
            "凭证_202602.csv",
            CHINESE,
            "gb18030",
            "gl_entry",
            [
                "encoding: gb18030  # check",
                'journal_code: "凭证字"',
                "delivery_date: arrival  # check",
                'language: "zh"',
            ],
        ),
        ("customers.csv", ENGLISH, "utf-8", "customer", ['customer_code: "Customer No"', "rule: full  # check"]),
    ],
)
def test_a_plain_file_is_drafted_and_taken_whole(  # noqa: PLR0917 (one for each part of a case)
    name: str, text: str, encoding: str, dataset: str, lines: list[str], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    draft = drafted(path)
    assert [line for line in lines if line not in draft.text] == [], draft.text
    rows = text.count("\n")
    assert taken(path, tmp_path) == {dataset: (rows, rows - 1, 0)}


def test_a_workbook_with_titles_and_a_total_is_drafted(tmp_path: Path) -> None:
    path = tmp_path / "Trial_Balance_2026-01_20260204.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Notes").write_row(0, 0, ["Prepared by", "Ann"])
    sheet = book.add_worksheet("TB")
    sheet.write(0, 0, "North Ltd")
    sheet.write_row(
        2, 0, ["Period end", "Account No", "Account Name", "Opening balance", "Debit", "Credit", "Closing balance"]
    )
    sheet.write_row(3, 0, ["2026-01-31", "1000", "Cash", 100, 50.25, 0, 150.25])
    sheet.write_row(4, 0, ["2026-01-31", "2000", "Capital", -100, 0, 50.25, -150.25])
    sheet.write_row(5, 0, ["Total", "", "", 0, 50.25, 50.25, 0])
    book.close()
    assert taken(path, tmp_path) == {"trial_balance": (6, 2, 0)}  # two records, title, blank, header, total


def test_nested_json_is_drafted(tmp_path: Path) -> None:
    path = tmp_path / "journals_20260204.json"
    lines = [{"account": "1000", "debit": "10.50", "credit": "0"}, {"account": "4000", "debit": "0", "credit": "10.50"}]
    records = [{"documentNumber": "A1", "postingDate": "2026-02-03", "entries": lines}]
    path.write_text(json.dumps({"data": records}), encoding="utf-8")
    assert taken(path, tmp_path) == {"gl_entry": (2, 2, 0)}


@pytest.mark.parametrize(
    ("branch", "pattern", "profile", "dataset"),
    [
        ("germany", "EXTF_DebKred_20260203.csv", "datev", "customer"),
        ("norway", "SAF-T Financial_*_20260203071500.xml", "saft", "gl_account"),
        ("france", "*FEC20260131_*.txt", "fec", "gl_account"),
        ("united_kingdom", "journals_2026-01_*.ndjson", "signed-amount-json", "gl_entry"),
    ],
)
def test_a_known_system_is_recognised(branch: str, pattern: str, profile: str, dataset: str, tmp_path: Path) -> None:
    (path,) = (REPOSITORY / "seeds" / "deliveries" / branch).glob(pattern)
    draft = drafted(path)
    assert f"  profile: {profile}\n" in draft.text
    read, accepted, refused = taken(path, tmp_path)[dataset]
    assert accepted > 0
    assert refused < read / 10


def test_sie_is_recognised_and_its_vouchers_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "books.se"
    voucher = '#VER A 1 20260131 "Kontant"\n{\n#TRANS 1910 {} 250.00\n#TRANS 3001 {} -250.00\n}\n'
    head = "#FLAGGA 0\n#GEN 20260205\n#RAR 0 20260101 20261231\n#KONTO 1910 Kassa\n#UB 0 1910 250.00\n"
    path.write_text(head + voucher, encoding="utf-8")
    assert "  profile: sie\n" in drafted(path).text
    assert {name: counts[1] for name, counts in taken(path, tmp_path).items()} == {
        "gl_account": 1,
        "trial_balance": 1,
        "gl_entry": 2,
    }


def test_what_could_be_read_in_two_ways_is_not_decided(tmp_path: Path) -> None:
    path = tmp_path / "journal_20260204.csv"
    text = "Date,Document No,Account,Amount\n01/02/2026,1,1000,1.250\n01/02/2026,1,4000,-1.250\n"
    path.write_text(text, encoding="utf-8")
    draft = drafted(path)
    assert "# FILL IN: '1.250' could be 1250 or a number with decimals" in draft.text
    assert "the values also fit %m/%d/%Y" in draft.text
    assert "# check: positive is debit" in draft.text


def test_what_the_file_lacks_is_left_open_and_not_made_up(tmp_path: Path) -> None:
    path = tmp_path / "invoices_20260204.csv"
    text = "Invoice No,Invoice date,Customer,Currency,Net,VAT,Gross\nA1,2026-02-03,10001,USD,100.00,20.00,120.00\n"
    path.write_text(text, encoding="utf-8")
    draft = drafted(path)
    # The amounts are dollars and the branch's own currency is another: nothing in the file says what they are in it.
    assert draft.open == ("net_amount_functional", "tax_amount_functional", "gross_amount_functional")
    assert "# gross_amount_functional:  # FILL IN" in draft.text


def test_a_code_without_a_meaning_is_listed_and_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("Account No,Account Name,Type\n1000,Cash,Asset\n4000,Sales,XYZ\n", encoding="utf-8")
    draft = drafted(path)
    assert '# account_type: {column: "Type", values: {"Asset": "asset"}}  # FILL IN: not known are "XYZ"' in draft.text
    assert taken(path, tmp_path) == {"gl_account": (3, 2, 0)}


def test_a_file_of_no_known_kind_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(SourceError, match=r"no draft can be made.*docs/onboarding\.md"):
        look(path)


@pytest.mark.parametrize(
    ("values", "mark", "thousands", "negative"),
    [
        (["1.234,56", "12,00"], ",", (".",), ()),
        (["1,234.56"], ".", (",",), ()),
        (["1 234,56", "-5,10"], ",", (" ",), ()),
        (["1'234.50"], ".", ("'",), ()),
        (["12", "1500"], None, (), ()),
        (["(1,250.00)", "99.50"], ".", (",",), ("parentheses",)),
        (["12,50-", "3,00"], ",", (), ("trailing_minus",)),
        (["1.234", "7,50"], ",", (".",), ()),
        (["1,234,567"], None, (",",), ()),
    ],
)
def test_how_numbers_are_written(
    values: list[str], mark: str | None, thousands: tuple[str, ...], negative: tuple[str, ...]
) -> None:
    habit = number_habit(values)
    assert (habit.decimal_mark, habit.thousands_marks, habit.negative, habit.doubt) == (mark, thousands, negative, "")


@pytest.mark.parametrize("values", [["1.234"], ["1,234"], ["1.234,50", "1,234.50"]])
def test_numbers_that_leave_a_doubt_say_so(values: list[str]) -> None:
    habit = number_habit(values)
    assert habit.decimal_mark is None
    assert habit.doubt


def test_how_dates_are_written() -> None:
    assert date_habit(["31.01.2026", "01.02.2026"]) == DateHabit("%d.%m.%Y")
    assert date_habit(["01/02/2026"]) == DateHabit("%d/%m/%Y", ("%m/%d/%Y",))
    assert date_habit(["01/02/2026"], month_first=True) == DateHabit("%m/%d/%Y", ("%d/%m/%Y",))
    assert date_habit(["01/31/2026", "02/01/2026"]) == DateHabit("%m/%d/%Y")
    assert date_habit(["n/a", "today"]) is None
    assert date_habit(["2026年2月3日"]) == DateHabit("%Y年%m月%d日")


def test_what_a_name_says() -> None:
    said = read_name("grand_livre_2026-02_20260304.csv")
    assert said.pattern == r"grand_livre_\d{4}-\d{2}_\d{8}\.csv"
    assert said.day == (r"_(\d{8})\.csv$", "%Y%m%d")
    assert read_name("kunden (neu).csv").pattern == r"kunden \(neu\)\.csv"
    assert read_name("kunden.csv").day is None
