"""Files that other people's systems wrote, through a whole night with branch folders alone.

They are not part of the project: TIEOUT_REALDATA names their folder. Expected figures are the files' own declarations,
their publisher's notes, and what a plain XML parser adds up here.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

REALDATA = Path(os.environ.get("TIEOUT_REALDATA") or "nowhere")
FOLDERS = Path(__file__).parents[1] / "branches"
OTHER_FOLDERS = Path(__file__).parents[1] / "realdata"
NORWAY = REALDATA / "no-saft-skatteetaten"
COMPANY = "ExampleFile SAF-T Financial_888888888_20180228235959.xml"
TWIN = "ExampleFile SAF-T Financial_888888888_20180228235959_Excel_ExampleView.xlsx"
OTHER = "ExampleFile SAF-T Financial_999999999_20161125213512.xml"
SKELETON = "SAF-T_Financial_1.3_Eksempelfil fra xmlSpy.xml"
GOOD = {
    "valid_minimal_700": (10, "3209.18"),  # 100 + 250.50 + 99.99 + 1000 + 50 + 75.25 + 500 + 123.45 + 999.99 + 10
    "encoding_windows1252": (2, "350.50"),
    "encoding_utf8_bom": (2, "350.50"),
    "leading_zero_konto": (2, "350.50"),
}
BROKEN = ("broken_quotes", "invalid_fields", "embedded_newlines")
SIE = {
    "sie_a": "BL0001_typ4.SE",
    "sie_b": "Bokslut%20Norstedts%20SIE%204E.se",
    "sie_c": "MAMUT_SIE4_EXPORT.SE",
}
BALANCES_ONLY = "arsaldo_ovnbolag.se"
FEC = "542107651FEC20210502.csv"
XERO = ("xero_journal_line_data.csv", "xero_journal_data.csv", "xero_account_data.csv")
# The file's own balances of these accounts do not follow from its ledger: movement booked, movement declared.
DOES_NOT_TIE = {"1920": ("354407.00", "300568.75"), "2711": ("-0.35", "0"), "2740": ("0.35", "0")}

pytestmark = pytest.mark.skipif(not REALDATA.is_dir(), reason="TIEOUT_REALDATA names no folder of real files")


@pytest.fixture(scope="session")
def real(run_once: Callable[..., Any], make_workspace: Callable[..., Path]) -> Any:
    """Every file in a branch of its own, all in one night."""
    branches = {
        "company": ("norwegian_saft", NORWAY / COMPANY),
        "twin": ("norwegian_excel", NORWAY / TWIN),
        "other": ("norwegian_saft", NORWAY / OTHER),
        "skeleton": ("norwegian_saft", NORWAY / SKELETON),
    }
    for name in (*GOOD, *BROKEN):
        branches[name] = ("german_datev", REALDATA / "de-datev" / f"datev-lint_{name}.csv")
    for name, file in {**SIE, "sie_balances": BALANCES_ONLY}.items():
        branches[name] = ("swedish_sie", REALDATA / "se-sie" / file)
    others = {"french_fec": [REALDATA / "fr-fec-odoo" / FEC]}
    others["xero_export"] = [REALDATA / "us-xero-seeds" / name for name in XERO]

    def fill(folder: Path) -> None:
        folders = {branch: FOLDERS / kind for branch, (kind, _) in branches.items()}
        make_workspace(folder, {**folders, **{branch: OTHER_FOLDERS / branch for branch in others}})
        for branch, files in others.items():
            (folder / "data" / "landing" / branch).mkdir(parents=True)
            for file in files:
                shutil.copyfile(file, folder / "data" / "landing" / branch / file.name)
        for branch, (kind, file) in branches.items():
            defs = folder / "branches" / branch / "defs.yaml"
            text = defs.read_text(encoding="utf-8")
            defs.write_text(text.replace(f"branch_id: {kind}", f"branch_id: {branch}"), encoding="utf-8")
            landing = folder / "data" / "landing" / branch
            landing.mkdir(parents=True)
            name = f"EXTF_Buchungsstapel_{branch}.csv" if kind == "german_datev" else file.name
            shutil.copyfile(file, landing / name)

    return run_once("real-files", fill)


def plain_xml(file: Path) -> ElementTree.Element:
    root = ElementTree.fromstring(file.read_bytes())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def amount(element: ElementTree.Element, path: str) -> Decimal:
    return Decimal(element.findtext(path) or "0")


def test_the_night_publishes_all_branches_and_holds_none(real: Any) -> None:
    assert real.rows("select branch_id, reason from ops.held_branch") == []


@pytest.mark.parametrize(
    ("branch", "documents", "lines", "total"),
    [("company", 53, 170, "9487049.35"), ("twin", 53, 170, "9487049.35"), ("other", 2, 5, "25000")],
)
def test_the_whole_ledger_is_published(real: Any, branch: str, documents: int, lines: int, total: str) -> None:
    assert real.rows(
        "select count(distinct document_number), count(*), sum(debit_amount_functional), "
        "sum(credit_amount_functional) from core.fct_gl_entry where branch_id = ?",
        [branch],
    ) == [(documents, lines, Decimal(total), Decimal(total))]
    assert real.rows("select count(*) from ops.quarantine where branch_id = ?", [branch]) == [(0,)]


@pytest.mark.parametrize(("branch", "file"), [("company", COMPANY), ("other", OTHER)])
def test_every_line_is_the_one_in_the_xml(real: Any, branch: str, file: str) -> None:
    wanted = [
        (
            transaction.findtext("TransactionID"),
            line.findtext("AccountID"),
            amount(line, "DebitAmount/Amount"),
            amount(line, "CreditAmount/Amount"),
        )
        for transaction in plain_xml(NORWAY / file).iter("Transaction")
        for line in transaction.iter("Line")
    ]
    found = real.rows(
        "select document_number, account_code, debit_amount_functional, credit_amount_functional "
        "from core.fct_gl_entry where branch_id = ? order by source_row",
        [branch],
    )
    assert found == wanted


@pytest.mark.parametrize("branch", ["company", "other"])
def test_control_totals_are_recorded_and_agree(real: Any, branch: str) -> None:
    found = real.rows(
        "select control_name, cast(declared as decimal(20, 4)) = cast(computed as decimal(20, 4)), difference, agrees "
        "from ops.receipt_control where starts_with(delivery_id, ? || '/') order by 1",
        [branch],
    )
    names = ("NumberOfEntries", "TotalCredit", "TotalDebit")
    assert found == [(name, True, Decimal(0), True) for name in names]


@pytest.mark.parametrize("branch", ["company", "twin"])
def test_balances_open_as_declared_and_close_as_the_ledger_moved_them(real: Any, branch: str) -> None:
    declared = {
        account.findtext("AccountID"): tuple(
            amount(account, f"{moment}DebitBalance") - amount(account, f"{moment}CreditBalance")
            for moment in ("Opening", "Closing")
        )
        for account in plain_xml(NORWAY / COMPANY).iter("Account")
    }
    assert len(declared) == 22
    rows = real.rows(
        "select account_code, min_by(opening_balance_amount_functional, fiscal_period), "
        "max_by(closing_balance_amount_functional, fiscal_period), min(fiscal_period), max(fiscal_period) "
        "from finance.rpt_branch_trial_balance where branch_id = ? group by 1",
        [branch],
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    assert {(row[3], row[4]) for row in rows} == {(1, 4)}
    wanted = dict(declared)
    for account, (moved, said) in DOES_NOT_TIE.items():
        opening, closing = declared[account]
        assert closing - opening == Decimal(said)
        wanted[account] = (opening, opening + Decimal(moved))
    assert found == wanted


@pytest.mark.parametrize("branch", ["company", "twin"])
def test_reconciliation_names_the_accounts_that_do_not_tie_and_no_other(real: Any, branch: str) -> None:
    found = real.rows(
        "select account_code, movement_difference_amount_functional from reconciliation.recon_ledger_to_trial_balance "
        "where branch_id = ? and (opening_difference_amount_functional <> 0 "
        "or movement_difference_amount_functional <> 0 or closing_difference_amount_functional <> 0) order by 1",
        [branch],
    )
    assert found == [
        (account, Decimal(moved) - Decimal(said)) for account, (moved, said) in sorted(DOES_NOT_TIE.items())
    ]


def test_openings_that_do_not_add_up_are_named_with_their_size(real: Any) -> None:
    """The workbook prints the sum of its opening balances: 2,545,410, not 0. The IB lines of the Swedish file without
    vouchers add up to 1,151,678.15."""
    found = real.rows("select branch_id, difference_minor from audit.audit_opening_balance where not passed order by 1")
    assert found == [
        ("company", 254_541_000),
        ("other", -123_456),
        ("sie_balances", 115_167_815),
        ("twin", 254_541_000),
    ]
    assert real.rows("select * from audit.audit_balance_sheet where not passed") == []


def test_xml_and_workbook_say_the_same(real: Any) -> None:
    for table, columns in {
        "core.fct_gl_entry": "fiscal_year, fiscal_period, document_number, line_number, posting_date, account_code, "
        "debit_amount_functional, credit_amount_functional, functional_currency_code, party_type, party_code, tax_code",
        "finance.rpt_branch_trial_balance": "fiscal_year, fiscal_period, account_code, account_name, "
        "opening_balance_amount_functional, debit_amount_functional, credit_amount_functional, "
        "closing_balance_amount_functional",
        "core.dim_customer": "customer_code, customer_name",
        "core.dim_supplier": "supplier_code, supplier_name",
        "core.dim_account": "account_code, account_name",
    }.items():
        both = [
            real.rows(f"select {columns} from {table} where branch_id = ? order by all", [branch])
            for branch in ("company", "twin")
        ]
        assert both[0], table
        assert both[0] == both[1], table


def test_the_skeleton_of_dummy_words_is_refused_in_so_many_words(real: Any) -> None:
    """The 1.30 example is a generated skeleton: its currency is 'aaa', its record number 'a', its period 0."""
    refused = dict(
        real.rows("select dataset, status from ops.delivery where branch_id = 'skeleton' and dataset = 'gl_entry'")
    )
    assert refused == {"gl_entry": "refused"}
    ((reasons,),) = real.rows(
        "select reasons from ops.quarantine where branch_id = 'skeleton' and dataset = 'gl_entry'"
    )
    for word in ("not_an_integer(line_number): 'a'", "fiscal_period is '0'", "functional_currency_code is 'aaa'"):
        assert word in reasons
    ((declared, computed, agrees),) = real.rows(
        "select declared, computed, agrees from ops.receipt_control where control_name = 'NumberOfEntries' "
        "and starts_with(delivery_id, 'skeleton/')"
    )
    assert (declared, computed, agrees) == ("0", "1", False)
    assert real.rows("select count(*) from core.fct_gl_entry where branch_id = 'skeleton'") == [(0,)]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_good_datev_batches_load_whole(real: Any, name: str) -> None:
    rows, gross = GOOD[name]
    assert real.rows(
        "select count(*), count(distinct source_row), sum(debit_amount_functional), sum(credit_amount_functional), "
        "min(year(posting_date)), max(year(posting_date)) from core.fct_gl_entry where branch_id = ?",
        [name],
    ) == [(2 * rows, rows, Decimal(gross), Decimal(gross), 2025, 2025)]
    assert real.rows(
        "select rows_read, rows_accepted, rows_quarantined, rows_non_data from ops.delivery where branch_id = ?", [name]
    ) == [(rows + 2, rows, 0, 2)]
    if name == "leading_zero_konto":
        codes = real.rows("select distinct account_code from core.fct_gl_entry where branch_id = ? order by 1", [name])
        assert [code for (code,) in codes] == ["0000123", "0000456", "0001200", "0008400"]
    if name.startswith("encoding"):
        texts = real.rows("select distinct line_text from core.fct_gl_entry where branch_id = ?", [name])
        # The files close a quote there that they never opened: it stays, as a plain csv reader keeps it.
        assert ('Büromaterial"',) in texts


@pytest.mark.parametrize(
    ("name", "in_force", "at_fault"),
    [
        ("broken_quotes", 0, {4: "a quote is opened and never closed"}),
        ("invalid_fields", 0, {4: "'X' says no side", 5: "account_code is empty"}),
        # Its second line stands outside the quotes: a record of its own that holds nothing but a text.
        ("embedded_newlines", 4, {4: "is no number"}),
    ],
)
def test_broken_datev_batches_name_the_row(real: Any, name: str, in_force: int, at_fault: dict[int, str]) -> None:
    found: dict[int, str] = defaultdict(str)
    for row, reasons in real.rows("select source_row, reasons from ops.quarantine where branch_id = ?", [name]):
        found[row] += reasons
    for row, words in at_fault.items():
        assert words in found[row]
    others = {row: reasons for row, reasons in found.items() if row not in at_fault}
    assert all(reasons.startswith("delivery_refused: ") for reasons in others.values())
    assert real.rows("select count(*) from core.fct_gl_entry where branch_id = ?", [name]) == [(in_force,)]
    ((status, read, accounted),) = real.rows(
        "select status, rows_read, rows_accepted + rows_quarantined + rows_non_data from ops.delivery "
        "where branch_id = ?",
        [name],
    )
    assert (status, read) == ("accepted" if in_force else "refused", accounted)


def closing(real: Any, branch: str) -> dict[str, Decimal]:
    """What the published trial balance says of the branch's last period, accounts at zero left out."""
    rows = real.rows(
        "select account_code, max_by(closing_balance_amount_functional, (fiscal_year, fiscal_period)) "
        "from finance.rpt_branch_trial_balance where branch_id = ? group by 1",
        [branch],
    )
    return {account: amount for account, amount in rows if amount}


def tagged_lines(file: str) -> list[list[str]]:
    """The cells of every line of a SIE file, as a plain regular expression finds them; objects stay one cell."""
    text = (REALDATA / "se-sie" / file).read_bytes().decode("cp437")
    cell = re.compile(r'"((?:[^"\\]|\\.)*)"|(\{[^}]*\})|(\S+)')
    return [["".join(one) for one in cell.findall(line)] for line in text.splitlines() if line.strip()]


def declared(lines: list[list[str]], *tags: str) -> dict[str, Decimal]:
    return {line[2]: Decimal(line[3]) for line in lines if line[0] in tags and line[1] == "0" and Decimal(line[3])}


@pytest.mark.parametrize("branch", sorted(SIE))
def test_swedish_trial_balance_is_the_files_own(real: Any, branch: str) -> None:
    lines = tagged_lines(SIE[branch])
    wanted = declared(lines, "#UB", "#RES")
    assert len(wanted) > 10
    assert closing(real, branch) == wanted
    # And it got there through the vouchers: opening and movement of the file, added up here.
    moved: dict[str, Decimal] = defaultdict(Decimal, declared(lines, "#IB"))
    for line in lines:
        if line[0] == "#TRANS":
            moved[line[1]] += Decimal(line[3])
    assert {account: amount for account, amount in moved.items() if amount} == wanted


def test_swedish_balances_without_vouchers_are_shown_as_the_file_says_them(real: Any) -> None:
    assert closing(real, "sie_balances") == declared(tagged_lines(BALANCES_ONLY), "#UB", "#RES")


def test_french_trial_balance_is_the_sum_of_the_files_lines(real: Any) -> None:
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    with (REALDATA / "fr-fec-odoo" / FEC).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter="|"):
            debit, credit = (Decimal((row[side] or "0").strip().replace(",", ".")) for side in ("Debit", "Credit"))
            wanted[row["CompteNum"]] += debit - credit
    assert sum(amount for amount in wanted.values() if amount > 0)
    assert closing(real, "french_fec") == {account: amount for account, amount in wanted.items() if amount}


def test_xero_trial_balance_is_the_sum_of_the_journals_lines(real: Any) -> None:
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    with (REALDATA / "us-xero-seeds" / XERO[0]).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            wanted[row["account_code"] or row["account_id"]] += Decimal(row["net_amount"])
    assert closing(real, "xero_export") == {account: amount for account, amount in wanted.items() if amount}
