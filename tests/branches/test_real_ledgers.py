"""Files of other people, read with a branch folder and no code. Runs where TIEOUT_REALDATA names their folder.

The truth is what the files declare about themselves and what their publisher says of them.
"""

from __future__ import annotations

import dataclasses
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.branches import BranchConfig, load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.settings import REPOSITORY
from pipelines.sources.reading import read_file
from pipelines.standardize import standardize
from pipelines.validation.judging import judge

HERE = Path(__file__).parent
REALDATA = Path(os.environ.get("TIEOUT_REALDATA") or "nowhere")
SAFT = "no-saft-skatteetaten/ExampleFile SAF-T Financial_888888888_20180228235959.xml"
TWIN = "no-saft-skatteetaten/ExampleFile SAF-T Financial_888888888_20180228235959_Excel_ExampleView.xlsx"
TURNOVER = Decimal("9487049.35")

pytestmark = pytest.mark.skipif(not REALDATA.is_dir(), reason="TIEOUT_REALDATA names no folder of real files")


def branch(folder: Path) -> BranchConfig:
    contracts = load_contracts(REPOSITORY / "data_contracts")
    return load_branch(folder / "defs.yaml", contracts, REPOSITORY / "pipelines" / "profiles")


def load(config: BranchConfig, path: Path, scratch: Path) -> dict[str, pl.DataFrame]:
    """Dataset → rows that its contract accepts; a refused row is an error here."""
    file = config.file_for(path.name)
    assert file is not None
    found: dict[str, pl.DataFrame] = {}
    for table in read_file(path, file.layout, scratch):
        assert not table.unreadable
        named = dataclasses.replace(table, metadata={**table.metadata, "file_name": path.name})
        for dataset, said in file.datasets.items():
            if said.takes(table.section):
                frame, problems = standardize(named, said.mapping, said.contract).collect()
                judged = judge(frame, problems, said.contract)
                assert judged.findings.filter(pl.col("severity") == "error").is_empty(), judged.findings
                found[dataset] = judged.accepted
    return found


@pytest.fixture(scope="module")
def xml(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return load(branch(HERE / "norwegian_saft"), REALDATA / SAFT, tmp_path_factory.mktemp("xml"))


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return load(branch(HERE / "norwegian_excel"), REALDATA / TWIN, tmp_path_factory.mktemp("xlsx"))


@pytest.mark.parametrize("form", ["xml", "workbook"])
def test_the_whole_company_is_read(form: str, request: pytest.FixtureRequest) -> None:
    data: dict[str, pl.DataFrame] = request.getfixturevalue(form)
    ledger = data["gl_entry"]
    documents = ledger.group_by("document_number").agg(pl.col("^(debit|credit)_amount_functional$").sum())
    assert documents.height == 53
    assert documents.filter(pl.col("debit_amount_functional") != pl.col("credit_amount_functional")).is_empty()
    assert ledger.get_column("debit_amount_functional").sum() == TURNOVER
    assert ledger.get_column("credit_amount_functional").sum() == TURNOVER
    assert [data[name].height for name in ("gl_account", "customer", "supplier")] == [22, 6, 6]


@pytest.mark.parametrize("form", ["xml", "workbook"])
def test_balances_are_as_declared_and_tie_to_the_ledger_where_the_file_does(
    form: str, request: pytest.FixtureRequest
) -> None:
    data: dict[str, pl.DataFrame] = request.getfixturevalue(form)
    balances = data["trial_balance"]
    # The workbook prints the sums of its balances.
    assert balances.get_column("opening_balance_amount_functional").sum() == Decimal(2545410)
    assert balances.get_column("closing_balance_amount_functional").sum() == Decimal("2491571.75")
    movement = (
        data["gl_entry"]
        .group_by("account_code")
        .agg((pl.col("debit_amount_functional").sum() - pl.col("credit_amount_functional").sum()).alias("movement"))
    )
    declared = balances.select(
        "account_code",
        (pl.col("closing_balance_amount_functional") - pl.col("opening_balance_amount_functional")).alias("declared"),
    )
    both = movement.join(declared, on="account_code", how="full", coalesce=True).fill_null(0)
    moved = both.filter(pl.col("movement") != pl.col("declared"))
    # Three accounts do not tie in the file itself (added up by hand): that is to be shown, not mended.
    expected = [("1920", "354407.00", "300568.75"), ("2711", "-0.35", "0"), ("2740", "0.35", "0")]
    assert moved.sort("account_code").rows() == [(code, Decimal(own), Decimal(said)) for code, own, said in expected]


def test_both_forms_hold_the_same_ledger(xml: dict[str, pl.DataFrame], workbook: dict[str, pl.DataFrame]) -> None:
    same = [
        *(
            "fiscal_year",
            "fiscal_period",
            "journal_code",
            "document_number",
            "line_number",
            "posting_date",
            "account_code",
        ),
        *(
            "debit_amount_functional",
            "credit_amount_functional",
            "functional_currency_code",
            "party_type",
            "party_code",
        ),
        *("tax_code", "line_text"),
    ]
    left, right = (data["gl_entry"].select(same).sort("document_number", "line_number") for data in (xml, workbook))
    assert left.equals(right), [name for name in same if not left[name].equals(right[name])]
    for dataset, key in (("gl_account", "account_code"), ("customer", "customer_code"), ("supplier", "supplier_code")):
        left, right = (data[dataset].select(pl.col(key)).sort(key) for data in (xml, workbook))
        assert left.equals(right)
    balances = ["account_code", "fiscal_year", "opening_balance_amount_functional", "closing_balance_amount_functional"]
    left, right = (data["trial_balance"].select(balances).sort("account_code") for data in (xml, workbook))
    assert left.equals(right)


def test_the_other_saft_example_is_read_too(tmp_path: Path) -> None:
    # Its publisher declares 2 entries and 25,000 each side.
    path = REALDATA / "no-saft-skatteetaten/ExampleFile SAF-T Financial_999999999_20161125213512.xml"
    ledger = load(branch(HERE / "norwegian_saft"), path, tmp_path)["gl_entry"]
    assert ledger.get_column("document_number").n_unique() == 2
    assert ledger.get_column("debit_amount_functional").sum() == Decimal(25000)
    assert ledger.get_column("credit_amount_functional").sum() == Decimal(25000)


@pytest.mark.parametrize(
    ("name", "rows", "gross"),
    [
        ("valid_minimal_700", 10, "3209.18"),  # 100 + 250.50 + 99.99 + 1000 + 50 + 75.25 + 500 + 123.45 + 999.99 + 10
        ("encoding_windows1252", 2, "350.50"),
        ("encoding_utf8_bom", 2, "350.50"),
        ("leading_zero_konto", 2, "350.50"),
    ],
)
def test_a_datev_batch_becomes_two_lines_a_row(name: str, rows: int, gross: str, tmp_path: Path) -> None:
    batch = tmp_path / f"EXTF_Buchungsstapel_{name}.csv"
    batch.write_bytes((REALDATA / f"de-datev/datev-lint_{name}.csv").read_bytes())
    ledger = load(branch(HERE / "german_datev"), batch, tmp_path)["gl_entry"]
    assert ledger.height == 2 * rows
    assert ledger.get_column("debit_amount_functional").sum() == Decimal(gross)
    assert ledger.get_column("credit_amount_functional").sum() == Decimal(gross)
    assert ledger.get_column("posting_date").dt.year().unique().to_list() == [2025]  # said only in the metadata row
    if name == "leading_zero_konto":
        assert set(ledger.get_column("account_code")) == {"0001200", "0008400", "0000123", "0000456"}
