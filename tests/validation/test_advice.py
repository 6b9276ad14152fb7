"""Reasons of a quarantined row are recognised in their text, and each has advice."""

from __future__ import annotations

from pipelines.validation.advice import advice_for, reasons_apart, rules_in


def test_rules_are_read_from_the_text_of_reasons() -> None:
    text = "not_a_number(debit_amount_functional): '1O,00' is no number: expected 1.234,56; balanced: debit 1 credit 2"
    assert rules_in(text) == ("not_a_number", "balanced")


def test_a_rule_over_several_columns_is_one_rule() -> None:
    assert rules_in("gross_is_net_plus_tax(net, tax, gross): Net plus tax is gross.") == ("gross_is_net_plus_tax",)


def test_the_good_lines_of_a_refused_document_wait_for_the_bad_one() -> None:
    assert rules_in("document_refused: refused with line 7") == ("document_refused",)
    [advice] = advice_for(("document_refused",))
    assert "This row is sound" in advice


def test_advice_comes_once_a_rule_and_never_not_at_all() -> None:
    assert len(advice_for(("required", "required"))) == 1
    assert len(advice_for(("a_rule_of_our_own",))) == 1
    assert len(advice_for(())) == 1


def test_reasons_come_apart_even_where_a_message_holds_a_semicolon() -> None:
    text = "unknown_value(side): 'X' says no side; expected S or H.; document_refused: refused with line 7"
    assert reasons_apart(text) == ("unknown_value(side): 'X' says no side; expected S or H.",)
    assert reasons_apart("document_refused: refused with line 7") == ("document_refused: refused with line 7",)
