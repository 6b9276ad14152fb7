"""Judging deliveries: every expected verdict below was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from pandera.config import config_context

from pipelines.contracts.loading import load_contracts
from pipelines.contracts.model import Contract, Rule, Scope, Severity
from pipelines.contracts.tightening import apply_tightening
from pipelines.errors import ContractError
from pipelines.settings import REPOSITORY
from pipelines.validation.judging import PROBLEMS, Judgement, judge

CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
# Any share may be refused, so that a small delivery shows its rows' reasons and nothing else.
LENIENT = replace(CONTRACTS["gl_entry"].service_level, refusal_threshold=Decimal(1))
LEDGER = replace(CONTRACTS["gl_entry"], service_level=LENIENT)


def line(row: int, document: str, number: int | None, debit: str, credit: str, **more: Any) -> dict[str, Any]:
    return {
        "ledger": "local",
        "fiscal_year": 2026,
        "fiscal_period": 1,
        "journal_code": "GL",
        "document_number": document,
        "line_number": number,
        "posting_date": date(2026, 1, 31),
        "entry_kind": "normal",
        "is_posted": True,
        "account_code": "1000",
        "debit_amount_functional": Decimal(debit),
        "credit_amount_functional": Decimal(credit),
        "functional_currency_code": "EUR",
        "source_row": row,
        "source_part": 1,
        **more,
    }


def frame(rows: list[dict[str, Any]], contract: Contract = LEDGER) -> pl.DataFrame:
    schema = {**contract.schema, "source_row": pl.Int64(), "source_part": pl.Int64()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def problem(row: int, rule: str, column: str, value: str) -> dict[str, Any]:
    said = {"source_row": row, "source_part": 1, "rule": rule, "column": column, "value": value}
    return {**said, "message": f"{column} is '{value}'"}


def judged(
    rows: list[dict[str, Any]], problems: list[dict[str, Any]] | None = None, contract: Contract = LEDGER
) -> Judgement:
    return judge(frame(rows, contract), pl.DataFrame(problems or [], schema=PROBLEMS), contract)


def reasons(judgement: Judgement) -> set[tuple[int, str]]:
    return {(row, rule) for row, rule in judgement.findings.select("source_row", "rule").iter_rows()}


def rows_of(table: pl.DataFrame) -> list[int]:
    return table["source_row"].to_list()


GOOD = [line(2, "A", 1, "119.00", "0"), line(3, "A", 2, "0", "100.00"), line(4, "A", 3, "0", "19.00")]
OTHER = [line(5, "B", 1, "10", "0"), line(6, "B", 2, "0", "10")]


def test_good_rows_are_accepted_with_nothing_said() -> None:
    result = judged([*GOOD, *OTHER])
    assert rows_of(result.accepted) == [2, 3, 4, 5, 6]
    assert result.accepted.columns == [*LEDGER.names, "source_row", "source_part"]
    assert result.findings.is_empty()
    assert result.refused.is_empty()
    assert result.delivery_refused is None


def test_one_refused_line_refuses_its_document_and_no_other() -> None:
    rows = [GOOD[0], {**GOOD[1], "account_code": None}, GOOD[2], *OTHER]
    result = judged(rows)
    assert rows_of(result.accepted) == [5, 6]
    assert rows_of(result.refused) == [2, 3, 4]
    assert set(result.refused["document"]) == {"local/2026/GL/A"}
    assert reasons(result) == {(3, "required"), (2, "document_refused"), (4, "document_refused")}
    followers = result.findings.filter(pl.col("rule") == "document_refused")
    assert set(followers["message"]) == {"refused with line 3"}


def test_an_unbalanced_document_is_refused_on_each_of_its_lines_with_its_sums() -> None:
    rows = [GOOD[0], GOOD[1], {**GOOD[2], "credit_amount_functional": Decimal("19.0001")}, *OTHER]
    result = judged(rows)
    assert rows_of(result.accepted) == [5, 6]
    assert reasons(result) == {(2, "balanced"), (3, "balanced"), (4, "balanced")}
    assert set(result.findings["scope"]) == {"document"}
    assert set(result.findings["value"]) == {
        "debit_amount_functional 119.0000, credit_amount_functional 119.0001",
    }


def test_sums_that_binary_fractions_would_miss_balance_exactly() -> None:
    # 0.1 + 0.2 is not 0.3 in binary; and beyond 2^53 a binary number has no cents left.
    tenths = [line(2, "A", 1, "0.1", "0"), line(3, "A", 2, "0.2", "0"), line(4, "A", 3, "0", "0.3")]
    large = [line(5, "B", 1, "9007199254740993.0001", "0"), line(6, "B", 2, "0", "9007199254740993.0002")]
    result = judged([*tenths, *large])
    assert rows_of(result.accepted) == [2, 3, 4]
    assert reasons(result) == {(5, "balanced"), (6, "balanced")}


def test_every_reason_of_a_row_is_told_with_value_and_expectation() -> None:
    bad = line(2, "A", 1, "0", "0", functional_currency_code="EURO", fiscal_period=17, user_code="u" * 65)
    result = judged([bad, *OTHER])
    assert reasons(result) == {(2, "unknown_value"), (2, "out_of_range"), (2, "too_long")}
    by_rule = {row["rule"]: row for row in result.findings.iter_rows(named=True)}
    assert by_rule["unknown_value"]["value"] == "EURO"
    assert by_rule["unknown_value"]["column"] == "functional_currency_code"
    assert by_rule["out_of_range"]["message"] == "fiscal_period is '17'; expected at least 1 and at most 16."
    assert by_rule["too_long"]["message"].endswith("expected at most 64 characters.")


def test_an_unreadable_value_is_one_reason_and_not_also_a_missing_one() -> None:
    unread = problem(3, "not_a_number", "credit_amount_functional", "1O0,00")
    rows = [GOOD[0], {**GOOD[1], "credit_amount_functional": None}, GOOD[2]]
    result = judged(rows, [unread])
    assert reasons(result) == {(3, "not_a_number"), (2, "document_refused"), (4, "document_refused")}
    (finding,) = result.findings.filter(pl.col("rule") == "not_a_number").iter_rows(named=True)
    assert (finding["document"], finding["value"], finding["severity"]) == ("local/2026/GL/A", "1O0,00", "error")


def test_an_unreadable_value_in_an_optional_field_refuses_too() -> None:
    result = judged([*GOOD, *OTHER], [problem(5, "not_a_date", "due_date", "31.02.2026")])
    assert rows_of(result.refused) == [5, 6]


def test_an_identical_row_is_kept_once() -> None:
    again = [{**row, "source_row": row["source_row"] + 100} for row in GOOD]
    result = judged([*again, *GOOD, *OTHER])
    assert rows_of(result.accepted) == [2, 3, 4, 5, 6]
    assert rows_of(result.duplicates) == [102, 103, 104]
    assert set(result.findings["severity"]) == {"warning"}
    assert "The row repeats row 2 in every field; it is kept once." in result.findings["message"].to_list()


def test_one_key_with_two_contents_refuses_every_document_involved() -> None:
    clash = [line(7, "A", 1, "119.00", "0", line_text="another text"), *GOOD, *OTHER]
    result = judged(clash)
    assert rows_of(result.accepted) == [5, 6]
    assert reasons(result) == {
        (2, "duplicate_key"), (7, "duplicate_key"), (3, "document_refused"), (4, "document_refused"),
    }  # fmt: skip
    value = result.findings.filter(pl.col("rule") == "duplicate_key")["value"][0]
    assert value == "local/2026/GL/A/1"


def test_rows_that_differ_only_in_an_unreadable_value_are_not_called_copies() -> None:
    rows = [{**GOOD[0], "debit_amount_functional": None}, {**GOOD[0], "debit_amount_functional": None, "source_row": 9}]
    unread = [problem(row, "not_a_number", "debit_amount_functional", text) for row, text in ((2, "1l9"), (9, "l19"))]
    result = judged(rows, unread)
    assert result.duplicates.is_empty()
    assert rows_of(result.refused) == [2, 9]


def test_a_line_whose_document_is_unknown_stands_alone() -> None:
    lost = line(9, "A", 1, "5", "0", document_number=None)
    other = line(10, "A", 2, "0", "5", document_number=None)
    result = judged([*GOOD, lost, other])
    assert rows_of(result.accepted) == [2, 3, 4]
    assert reasons(result) == {(9, "required"), (10, "required")}
    assert set(result.refused["document"]) == {"local/2026/GL/?"}


def test_scattered_lines_of_a_document_are_judged_together() -> None:
    assert rows_of(judged([GOOD[0], OTHER[0], GOOD[1], OTHER[1], GOOD[2]]).accepted) == [2, 5, 3, 6, 4]


def test_a_reversal_on_the_same_side_is_shown_and_not_refused() -> None:
    storno = [line(2, "S", 1, "-50", "0"), line(3, "S", 2, "0", "-50")]
    result = judged(storno)
    assert rows_of(result.accepted) == [2, 3]
    assert result.accepted["debit_amount_functional"].to_list() == [Decimal("-50.0000"), Decimal("0.0000")]
    assert reasons(result) == {(2, "red_storno"), (3, "red_storno")}
    assert set(result.findings["severity"]) == {"warning"}


@pytest.mark.parametrize(
    ("opening", "debit", "credit", "closing", "holds"),
    [
        ("100", "30", "50", "80", True),
        ("100", "30", "50", "80.0001", False),
        ("100", None, None, "80", True),
        ("100", "30", None, "130", True),
        ("100", None, "50", "150", False),
    ],
)
def test_a_trial_balance_rolls_forward(opening: str, debit: str, credit: str, closing: str, holds: bool) -> None:
    contract = replace(CONTRACTS["trial_balance"], service_level=LENIENT)
    row = {
        "ledger": "local", "fiscal_year": 2026, "from_fiscal_period": 1, "fiscal_period": 1,
        "period_end_date": date(2026, 1, 31), "account_code": "0420", "functional_currency_code": "NOK",
        "opening_balance_amount_functional": Decimal(opening),
        "debit_amount_functional": debit and Decimal(debit),
        "credit_amount_functional": credit and Decimal(credit),
        "closing_balance_amount_functional": Decimal(closing),
        "includes_closing_entries": False, "source_row": 1, "source_part": 1,
    }  # fmt: skip
    assert reasons(judged([row], contract=contract)) == (set() if holds else {(1, "rolls_forward")})


@pytest.mark.parametrize(
    ("kind", "net", "tax", "gross", "found"),
    [
        ("invoice", "100", "19", "119", set()),
        ("invoice", "100", "19", "118.9999", {"gross_is_net_plus_tax"}),
        ("credit_note", "-100", "-19", "-119", set()),
        ("credit_note", "100", "19", "119", {"credit_note_is_negative"}),
        ("credit_note", "100", "19", "120", {"credit_note_is_negative", "gross_is_net_plus_tax"}),
        ("refund", "100", "19", "119", {"unknown_value"}),
    ],
)
def test_an_invoice_adds_up_and_a_credit_note_is_negative(
    kind: str, net: str, tax: str, gross: str, found: set[str]
) -> None:
    contract = replace(CONTRACTS["sales_invoice"], service_level=LENIENT)
    amounts = {
        f"{part}_amount_{currency}": Decimal(value)
        for part, value in (("net", net), ("tax", tax), ("gross", gross))
        for currency in ("transaction", "functional")
    }
    row = {
        "invoice_number": "R-0007", "invoice_type": kind, "invoice_date": date(2026, 2, 3), "customer_code": "00042",
        "currency_code": "EUR", "functional_currency_code": "EUR", "source_row": 2, "source_part": 1, **amounts,
    }  # fmt: skip
    result = judged([row], contract=contract)
    assert {rule for _, rule in reasons(result)} == found
    assert result.accepted["invoice_number"].to_list() == ([] if found else ["R-0007"])


def test_a_delivery_over_its_threshold_is_refused_whole_and_one_at_it_is_not() -> None:
    fifth = replace(LEDGER, service_level=replace(LENIENT, refusal_threshold=Decimal("0.20")))
    bad = line(100, "X", 1, "0", "0", account_code=None)
    at_limit = judged([bad, *OTHER, line(7, "C", 1, "1", "0"), line(8, "C", 2, "0", "1")], contract=fifth)
    assert at_limit.delivery_refused is None
    over = judged([bad, *GOOD], contract=fifth)
    assert over.delivery_refused is not None
    assert "1 of 4 records are refused, more than the share of 0.20" in over.delivery_refused
    last = over.findings.row(-1, named=True)
    assert (last["rule"], last["scope"], last["source_row"]) == ("delivery_refused", "delivery", None)
    assert rows_of(over.accepted) == [2, 3, 4]


def test_rows_that_could_not_be_read_count_towards_the_threshold() -> None:
    fifth = replace(LEDGER, service_level=replace(LENIENT, refusal_threshold=Decimal("0.20")))
    nothing = pl.DataFrame(schema=PROBLEMS)
    assert judge(frame(GOOD), nothing, fifth).delivery_refused is None
    assert "1 of 4 records" in str(judge(frame(GOOD), nothing, fifth, unreadable=1).delivery_refused)


def test_a_delivery_rule_refuses_the_delivery_with_what_it_found() -> None:
    def limited(severity: Severity) -> Contract:
        rule = Rule(
            name="at_most_100",
            scope=Scope.DELIVERY,
            expression="SUM(debit_amount_functional) <= 100",
            columns=("debit_amount_functional",),
            severity=severity,
            description="Debits of a delivery stay within 100.",
            fix="Split it.",
        )
        return replace(LEDGER, rules=(*LEDGER.rules, rule))

    refused = judged(GOOD, contract=limited(Severity.ERROR))
    assert refused.delivery_refused == (
        "Debits of a delivery stay within 100. Split it. Found debit_amount_functional 119.0000."
    )
    warned = judged(GOOD, contract=limited(Severity.WARNING))
    assert warned.delivery_refused is None
    assert reasons(warned) == {(None, "at_most_100")}
    assert judged(OTHER, contract=limited(Severity.ERROR)).delivery_refused is None


def test_messages_show_other_rows_as_the_caller_wants() -> None:
    rows = [{**GOOD[0], "source_row": 1003, "account_code": None}, {**GOOD[1], "source_row": 1004}]
    result = judge(frame(rows), pl.DataFrame(schema=PROBLEMS), LEDGER, shown=lambda row: row % 1000)
    assert "refused with line 3" in result.findings["message"].to_list()


def test_an_empty_delivery_is_judged() -> None:
    result = judged([])
    assert result.accepted.is_empty()
    assert result.delivery_refused is None


def test_parts_of_one_source_row_are_told_apart() -> None:
    parts = [line(2, "A", 1, "7", "0"), {**line(2, "A", 2, "0", "7"), "source_part": 2}]
    unread = {**problem(2, "not_an_integer", "fiscal_period", "x"), "source_part": 2}
    result = judged([parts[0], {**parts[1], "fiscal_period": None}], [unread])
    found = {(part, rule) for part, rule in result.findings.select("source_part", "rule").iter_rows()}
    assert found == {(2, "not_an_integer")}  # part 1 is of the very row that is wrong
    assert result.refused.select("source_row", "source_part").rows() == [(2, 1), (2, 2)]


def test_a_frame_that_is_not_of_the_contracts_shape_is_a_fault_and_no_finding() -> None:
    wrong = frame(GOOD).with_columns(pl.col("debit_amount_functional").cast(pl.Float64))
    with pytest.raises(ContractError, match=r"not of the contract's shape"):
        judge(wrong, pl.DataFrame(schema=PROBLEMS), LEDGER)


def test_checks_cannot_be_switched_off_from_outside() -> None:
    with config_context(validation_enabled=False):
        result = judged([{**GOOD[0], "account_code": None}])
    assert rows_of(result.refused) == [2]


@pytest.mark.parametrize(("code", "found"), [("00042", set()), ("000421", {"pattern"}), ("A00042", {"pattern"})])
def test_a_pattern_must_match_the_whole_value(code: str, found: set[str]) -> None:
    contract = apply_tightening(CONTRACTS["customer"], {"fields": {"customer_code": {"pattern": "[0-9]{5}"}}})
    contract = replace(contract, service_level=LENIENT)
    row = {"customer_code": code, "customer_name": "Ada", "source_row": 2, "source_part": 1}
    assert {rule for _, rule in reasons(judged([row], contract=contract))} == found


def test_a_key_that_is_the_document_can_repeat_too() -> None:
    contract = replace(CONTRACTS["customer"], service_level=LENIENT)
    names = {2: ("1", "Ada"), 3: ("1", "Ada"), 4: ("2", "Bo"), 5: ("2", "Bob"), 6: ("3", "Cy")}
    rows = [
        {"customer_code": code, "customer_name": name, "source_row": row, "source_part": 1}
        for row, (code, name) in names.items()
    ]
    result = judged(rows, contract=contract)
    assert rows_of(result.accepted) == [2, 6]
    assert reasons(result) == {(3, "duplicate_row"), (4, "duplicate_key"), (5, "duplicate_key")}


@pytest.mark.parametrize(
    ("rate", "found"), [("0.0000000001", set()), ("0", {"out_of_range"}), ("-1", {"out_of_range"})]
)
def test_a_rate_is_positive(rate: str, found: set[str]) -> None:
    contract = replace(CONTRACTS["fx_rate"], service_level=LENIENT)
    row = {
        "from_currency_code": "NOK", "to_currency_code": "EUR", "rate_date": date(2026, 1, 31), "rate_type": "closing",
        "rate": Decimal(rate), "source_row": 2, "source_part": 1,
    }  # fmt: skip
    assert {rule for _, rule in reasons(judged([row], contract=contract))} == found


def test_what_an_unreadable_value_explains_is_no_reason_of_its_own() -> None:
    """A side that says nothing leaves debit and credit empty: that is one reason, not two."""
    sides = {"debit_amount_functional": None, "credit_amount_functional": None}
    rows = [{**GOOD[0], **sides}, GOOD[1], GOOD[2], *OTHER]
    problems = pl.DataFrame([problem(2, "unknown_value", "debit_amount_functional", "X")], schema=PROBLEMS)
    both = {"debit_amount_functional": frozenset({"credit_amount_functional"})}
    both |= {"credit_amount_functional": frozenset({"debit_amount_functional"})}
    said = reasons(judge(frame(rows), problems, LEDGER, explained=both))
    assert said == {(2, "unknown_value"), (3, "document_refused"), (4, "document_refused")}
    assert (2, "required") in reasons(judge(frame(rows), problems, LEDGER))
    # What is empty for itself stays a reason.
    rows[0]["account_code"] = None
    assert (2, "required") in reasons(judge(frame(rows), problems, LEDGER, explained=both))


def test_the_good_parts_of_a_refused_row_wait_for_no_other() -> None:
    parts = [{**GOOD[0], "account_code": None}, {**GOOD[1], "source_row": 2, "source_part": 2}, GOOD[2], *OTHER]
    result = judged(parts)
    assert reasons(result) == {(2, "required"), (4, "document_refused")}
    assert rows_of(result.refused) == [2, 2, 4]
