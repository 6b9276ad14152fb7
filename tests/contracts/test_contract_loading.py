"""Loading contracts: what is read, and that every mistake names file, line, found, expected and fix."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.contracts.loading import load_contract, load_contracts
from pipelines.contracts.model import Kind, Scope, Severity
from pipelines.errors import ContractError
from pipelines.settings import REPOSITORY

CONTRACTS = REPOSITORY / "data_contracts"

TALLY = """\
apiVersion: "v3.2.0"
kind: "DataContract"
id: "tally"
name: "Tally"
version: "1.10.0"
status: "active"
team:
  name: "counting-house"
slaProperties:
  - property: "dueAfterMonthEnd"
    value: 3
  - property: "refusalThreshold"
    value: "0.25"
schema:
  - name: "tally"
    description: "What was counted."
    dataGranularityDescription: "One row is one count."
    quality:
      - name: "not_over"
        description: "No count exceeds its limit."
        severity: "error"
        type: "custom"
        engine: "pandera"
        implementation:
          scope: "row"
          columns: ["amount", "top"]
          expression: "amount <= top"
          fix: "Count again."
    properties:
      - name: "code"
        description: "Who counted."
        logicalType: "string"
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        classification: "personal"
        logicalTypeOptions:
          maxLength: 8
      - name: "amount"
        description: "How much."
        logicalType: "number"
        physicalType: "DECIMAL(20,4)"
        classification: "internal"
        customProperties:
          - property: "exclusiveMinimum"
            value: "0.0001"
      - name: "top"
        description: "How much at most."
        logicalType: "number"
        physicalType: "DECIMAL(20,4)"
        classification: "internal"
"""


def write(folder: Path, text: str = TALLY, name: str = "tally") -> Path:
    path = folder / f"{name}.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, old: str, new: str) -> str:
    assert TALLY.count(old) >= 1
    with pytest.raises(ContractError) as error:
        load_contract(write(folder, TALLY.replace(old, new, 1)))
    return str(error.value)


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(TALLY.splitlines(), start=1) if text in line)


def test_load_contract_reads_every_part(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path))
    assert contract.version == "1.10.0"
    assert contract.owner_team == "counting-house"
    assert contract.primary_key == contract.document_key == ("code",)
    assert contract.slice_date is None
    assert contract.service_level.refusal_threshold == Decimal("0.25")
    assert contract.service_level.due_days_after_month_end == 3
    assert contract.field("code").max_length == 8
    assert contract.field("code").classification == "personal"
    assert contract.field("amount").exclusive_minimum == Decimal("0.0001")
    assert contract.schema["amount"] == pl.Decimal(20, 4)
    (rule,) = contract.rules
    assert (rule.scope, rule.severity, rule.columns) == (Scope.ROW, Severity.ERROR, ("amount", "top"))


def test_the_shipped_ledger_contract_says_what_accounting_needs() -> None:
    contract = load_contracts(CONTRACTS)["gl_entry"]
    assert contract.primary_key == ("ledger", "fiscal_year", "journal_code", "document_number", "line_number")
    assert contract.document_key == contract.primary_key[:4]
    assert contract.slice_date == "posting_date"
    assert contract.sums == (
        ("debit_amount_functional", "functional_currency_code"),
        ("credit_amount_functional", "functional_currency_code"),
    )
    assert {rule.name: (rule.scope, rule.severity) for rule in contract.rules} == {
        "balanced": (Scope.DOCUMENT, Severity.ERROR),
        "red_storno": (Scope.ROW, Severity.WARNING),
    }
    assert contract.field("quantity").dtype == pl.Decimal(20, 6)


def test_the_datasets_are_under_contract_and_money_is_never_float() -> None:
    contracts = load_contracts(CONTRACTS)
    assert set(contracts) == {
        "branch", "fiscal_calendar", "fx_rate", "gl_account", "customer", "supplier",
        "gl_entry", "trial_balance", "sales_invoice", "sales_invoice_line", "payment", "payment_allocation",
        "product", "cost_center", "tax_code", "purchase_invoice", "purchase_invoice_line", "open_item",
        "ownership", "equity_event", "acquisition_event", "fair_value_step", "adjustment_entry", "ic_stock", "budget",
    }  # fmt: skip
    fields = [field for contract in contracts.values() for field in contract.fields]
    amounts = [field for field in fields if "amount" in field.name]
    assert amounts
    assert all(field.dtype == pl.Decimal(20, 4) for field in amounts)
    assert contracts["fx_rate"].field("rate").dtype == pl.Decimal(20, 10)
    assert all(field.kind is Kind.STRING for field in fields if field.name.endswith("_code"))


def test_closed_lists_are_kept_once_and_hold_the_codes_in_use() -> None:
    contracts = load_contracts(CONTRACTS)
    currencies = contracts["gl_entry"].field("functional_currency_code").allowed
    countries = contracts["branch"].field("country_code").allowed
    assert currencies is not None
    assert countries is not None
    assert {"EUR", "NOK", "USD", "JPY", "CNY", "ZWG", "XCG"} <= set(currencies)
    assert not {"XXX", "XTS", "EURO", "RMB"} & set(currencies)
    assert "NO" in countries
    assert len(countries) == 249  # ISO 3166-1, officially assigned


@pytest.mark.parametrize(
    ("old", "new", "found", "fix"),
    [
        ('id: "tally"', "id: NO", "NO without quotes", '"NO"'),
        ('value: "0.25"', "value: 0.25", "0.25 without quotes", '"0.25"'),
        ('version: "1.10.0"', "version: 1.10", "1.10 without quotes", '"1.10"'),
        ("maxLength: 8", "maxLength: 010", "010 without quotes", '"010"'),
    ],
)
def test_yaml_that_turns_text_into_something_else_is_an_error(
    tmp_path: Path, old: str, new: str, found: str, fix: str
) -> None:
    said = mistakes(tmp_path, old, new)
    assert f"tally.odcs.yaml:{line_of(old)}: found {found}" in said
    assert fix in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('    description: "What', '    descripton: "What', "Did you mean 'description'?"),
        ("required: true", "requird: true", "Did you mean 'required'?"),
        ('property: "exclusiveMinimum"', 'property: "exclusiveMinimun"', "Did you mean 'exclusiveMinimum'?"),
        ('property: "dueAfterMonthEnd"', 'property: "dueAfterMonth"', "Did you mean 'dueAfterMonthEnd'?"),
        ('logicalType: "string"', 'logicalType: "decimal"', "'decimal'"),
        ('physicalType: "DECIMAL(20,4)"', 'physicalType: "DOUBLE"', "never a float"),
        ('classification: "personal"', 'classification: "secret"', "public, internal, personal, confidential"),
        ('apiVersion: "v3.2.0"', 'apiVersion: "v3.1.0"', "'v3.2.0'"),
        ('id: "tally"', 'id: "talley"', "as the file is named"),
        ('value: "0.0001"', 'value: "0.00001"', "at most 4 places"),
        ('value: "0.25"', 'value: "25"', 'from "0" to "1"'),
        ("primaryKeyPosition: 1", "primaryKeyPosition: 2", "1, 2, 3"),
        ('severity: "error"', 'severity: "fatal"', "error, warning"),
        ('engine: "pandera"', 'engine: "soda"', "`engine: pandera`"),
        ("maxLength: 8", "maxLength: 8\n          minimum: 1", "minimum"),
        ("maxLength: 8", "maxLength: -8", "less than the minimum of 0"),
        ("kind:", 'kind: "DataContract"\nkind:', "written twice"),
    ],
)
def test_a_mistake_names_file_line_and_what_was_expected(tmp_path: Path, old: str, new: str, expected: str) -> None:
    said = mistakes(tmp_path, old, new)
    assert "tally.odcs.yaml:" in said
    assert expected in said


def test_a_mistake_stands_at_its_own_line(tmp_path: Path) -> None:
    said = mistakes(tmp_path, "maxLength: 8", "maxLenght: 8")
    assert f"tally.odcs.yaml:{line_of('maxLength: 8')}:" in said


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("amount <= tops", "'tops' is no field"),
        ("amount <=", "Correct the expression"),
        ("amount > 0.1", "CAST('0.1' AS DECIMAL(20,4))"),
        ("amount / top > 1", "not exact"),
        ("amount + top", "true or false"),
        ("SUM(amount) <= SUM(top)", "one verdict for each row"),
        ("SUM(amount) = top", "one verdict for each row"),
        ("amount <= top AND code = 'x'", "leave out code"),
        ("amount > 1 OR top = (amount > 1)", "Compare fields of one type"),
        ("SUM(amount) OVER (PARTITION BY top) > 1", "one verdict for each row"),
        ("SQRT(amount) > top", "which calls SQRT"),
    ],
)
def test_a_bad_rule_is_an_error_at_load(tmp_path: Path, expression: str, expected: str) -> None:
    said = mistakes(tmp_path, "amount <= top", expression)
    assert f"tally.odcs.yaml:{line_of('amount <= top')}:" in said
    assert expected in said


def test_a_document_rule_must_judge_the_document_and_not_a_row(tmp_path: Path) -> None:
    assert "one verdict for a whole document" in mistakes(tmp_path, 'scope: "row"', 'scope: "document"')


def test_an_unknown_column_of_a_rule_is_an_error(tmp_path: Path) -> None:
    said = mistakes(tmp_path, 'columns: ["amount", "top"]', 'columns: ["amount", "tip"]')
    assert "'tip'" in said
    assert "Did you mean 'top'?" in said


def test_a_reference_to_a_field_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    refers = '\n        relationships:\n          - to: "{}"\n            customProperties:\n'
    refers += '              - property: "whenUnknown"\n                value: "warn"'
    write(tmp_path, TALLY.replace("maxLength: 8", "maxLength: 8" + refers.format("tally.cod")))
    with pytest.raises(ContractError, match=r"tally\.cod, which is no field.*Did you mean 'code'"):
        load_contracts(tmp_path)
    write(tmp_path, TALLY.replace("maxLength: 8", "maxLength: 8" + refers.format("tallies.code")))
    with pytest.raises(ContractError, match=r"has no contract.*Did you mean 'tally'"):
        load_contracts(tmp_path)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, TALLY.replace("required: true", "required: yes"))
    write(tmp_path, TALLY.replace('"active"', '"asleep"').replace('"tally"', '"other"'), "other")
    with pytest.raises(ContractError) as error:
        load_contracts(tmp_path)
    assert "tally.odcs.yaml" in str(error.value)
    assert "asleep" in str(error.value)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    assert load_contract(write(tmp_path)).title == "Tally"
    assert load_contract(write(tmp_path, TALLY.replace('name: "Tally"', 'name: "Count"'))).title == "Count"


def test_a_folder_without_contracts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no contract here"):
        load_contracts(tmp_path)
