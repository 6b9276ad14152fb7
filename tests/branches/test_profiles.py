"""The profiles `fec` and `signed-amount-json`, on files written by hand in the ways in which programs write them."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.branches import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.settings import REPOSITORY
from pipelines.sources.reading import read_file
from pipelines.standardize import standardize
from pipelines.validation.judging import judge

DEFS = """
type: pipelines.components.branch.Branch
attributes:
  branch_id: newcomer
  name: "Newcomer"
  country_code: "FR"
  currency: EUR
  time_zone: Europe/Paris
  language: fr
  owner: {{team: newcomer, email: ledger@example.com}}
  profile: {profile}
"""
HEAD = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib"),
    *("PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate"),
    *("Montantdevise", "Idevise"),
]
SIDES = ("debit_amount_functional", "credit_amount_functional")


def read(folder: Path, profile: str, name: str, content: bytes, more: str = "") -> dict[str, pl.DataFrame]:
    """Dataset → accepted rows of a file that a branch with this profile sends; `refused <dataset>` → the others."""
    defs = folder / "newcomer" / "defs.yaml"
    defs.parent.mkdir(exist_ok=True)
    defs.write_text(DEFS.format(profile=profile) + more, encoding="utf-8")
    branch = load_branch(defs, load_contracts(REPOSITORY / "data_contracts"), REPOSITORY / "pipelines" / "profiles")
    path = folder / name
    path.write_bytes(content)
    file = branch.file_for(name)
    assert file is not None
    found: dict[str, pl.DataFrame] = {}
    for table in read_file(path, file.layout, folder / "scratch"):
        named = dataclasses.replace(table, metadata={**table.metadata, "file_name": name})
        for dataset, said in file.datasets.items():
            if said.takes(table.section):
                judged = judge(*standardize(named, said.mapping, said.contract).collect(), said.contract)
                found[dataset], found[f"refused {dataset}"] = judged.accepted, judged.refused
    return found


def fec(*lines: list[str], sign: str = "\t", head: list[str] = HEAD) -> str:
    return "\r\n".join(sign.join(line) for line in (head, *lines))


def line(account: str, debit: str, credit: str, **other: str) -> list[str]:
    said = {
        **dict.fromkeys(HEAD, ""),
        "JournalCode": "VE",
        "JournalLib": "Ventes",
        "EcritureNum": "VE1",
        "EcritureDate": "20260102",
        "CompteNum": account,
        "CompteLib": f"Compte n° {account[:3]}",
        "PieceRef": "-",
        "EcritureLib": 'Vente "A',
        "Debit": debit,
        "Credit": credit,
        "ValidDate": "20260131",
        **other,
    }
    return list(said.values())


SALE = (
    line(
        "411000",
        " 000000000001437,12",
        "0,00",
        CompAuxNum="C7",
        CompAuxLib="Bœuf & Fils",
        EcritureLet="AA",
        DateLet="20260220",
    ),
    line("707000", "0,00", " 000000000001197,60"),
    line("707000", "", "0,00"),
    line("445710", "0,00", " 000000000000239,52", Montantdevise="-000000000000260,00", Idevise="USD"),
)
FILE = "123456789FEC20261231.txt"


@pytest.mark.parametrize("sign", ["\t", "|"])
@pytest.mark.parametrize("encoding", ["iso-8859-15", "utf-8", "utf-8-sig", "cp1252"])
def test_a_fec_is_read_however_it_is_written(tmp_path: Path, sign: str, encoding: str) -> None:
    found = read(tmp_path, "fec", FILE, fec(*SALE, sign=sign).encode(encoding))
    ledger = found["gl_entry"]
    assert [ledger[side].sum() for side in SIDES] == [Decimal("1437.12")] * 2
    assert ledger["line_number"].to_list() == [1, 2, 3, 4]
    first = ledger.row(0, named=True)
    assert first["line_text"] == 'Vente "A'
    assert (first["party_type"], first["party_code"], first["source_document"]) == ("customer", "C7", None)
    assert (first["clearing_document"], first["clearing_date"]) == ("AA", date(2026, 2, 20))
    assert ledger["transaction_amount"].to_list() == [None, None, None, Decimal(-260)]
    assert (ledger["fiscal_year"].unique().to_list(), ledger["is_posted"].unique().to_list()) == ([2026], [True])
    assert found["customer"]["customer_name"].to_list() == ["Bœuf & Fils"]
    assert found["supplier"].is_empty()
    accounts = found["gl_account"].sort("account_code")
    assert accounts["account_code"].to_list() == ["411000", "445710", "707000"]
    assert accounts["account_type"].to_list() == [None, None, "revenue"]


@pytest.mark.parametrize(("debit", "credit"), [("D", "C"), ("+1", "-1")])
def test_amount_and_side_are_the_other_form_of_a_fec(tmp_path: Path, debit: str, credit: str) -> None:
    head = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEAD]
    content = fec(line("411000", "120,00", debit), line("707000", "120,00", credit), head=head)
    ledger = read(tmp_path, "fec", FILE, content.encode())["gl_entry"]
    assert [ledger[side].to_list() for side in SIDES] == [[Decimal(120), Decimal(0)], [Decimal(0), Decimal(120)]]


def test_drafts_openings_and_the_fiscal_year_are_told(tmp_path: Path) -> None:
    opening = {"JournalCode": "AN", "EcritureNum": "AN1", "EcritureDate": "20250701"}
    draft = {"ValidDate": "", "EcritureDate": "20260630"}
    content = fec(
        *(line("512000", "5,00", "0,00", **opening), line("101000", "0,00", "5,00", **opening)),
        *(line("411000", "1,00", "0,00", **draft), line("707000", "0,00", "1,00", **draft)),
    )
    more = """  files:
    ledger:
      datasets:
        gl_entry:
          mapping:
            fiscal_calendar: {first_month: 7, named_after: end}
"""
    ledger = read(tmp_path, "fec", "123456789FEC20260630.txt", content.encode(), more)["gl_entry"]
    assert ledger["entry_kind"].to_list() == ["opening", "opening", "normal", "normal"]
    assert ledger["is_posted"].to_list() == [True, True, False, False]
    assert ledger["fiscal_year"].unique().to_list() == [2026]
    assert ledger["fiscal_period"].to_list() == [1, 1, 12, 12]


def test_an_account_with_two_names_is_refused_and_the_ledger_is_not(tmp_path: Path) -> None:
    content = fec(*SALE, line("707000", "0,00", "0,00", CompteLib="Another name"))
    found = read(tmp_path, "fec", FILE, content.encode())
    assert found["gl_entry"].height == 5
    assert sorted(found["gl_account"]["account_code"]) == ["411000", "445710"]
    assert found["refused gl_account"].height == 2


def test_vouchers_of_an_api_become_debit_and_credit(tmp_path: Path) -> None:
    voucher = {
        "journalNumber": "INV-1",
        "journalType": "SALES",
        "postedOn": "2026-01-02",
        "period": "P10 FY2026",
        "lines": [
            {"lineNumber": 1, "nominalCode": "1100", "amount": 120.1, "customer": "C1", "currency": None},
            {"lineNumber": 2, "nominalCode": "4000", "amount": -120.1},
        ],
    }
    opening = {**voucher, "journalNumber": "EB-1", "journalType": "OPENING"}
    more = """  files:
    journals:
      datasets:
        gl_entry:
          mapping: {columns: {functional_currency_code: {value: GBP}}}
"""
    content = "\n".join(json.dumps(one) for one in (voucher, opening)).encode()
    ledger = read(tmp_path, "signed-amount-json", "journals_2026-01.ndjson", content, more)["gl_entry"]
    assert [ledger[side].to_list() for side in SIDES] == [
        [Decimal("120.1"), Decimal(0)] * 2,
        [Decimal(0), Decimal("120.1")] * 2,
    ]
    assert (ledger["fiscal_year"][0], ledger["fiscal_period"][0]) == (2026, 10)
    assert ledger["entry_kind"].to_list() == ["normal", "normal", "opening", "opening"]
    assert ledger["party_type"].to_list() == ["customer", None] * 2
