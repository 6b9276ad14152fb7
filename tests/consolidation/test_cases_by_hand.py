"""The hand-worked cases themselves: their arithmetic, their journals, and that each named mistake is one.

Needs no warehouse. What the warehouse makes of the cases stands in `test_group_books`.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from case_files import Case, all_cases, worked_out

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_working_comes_to_the_figure(case: Case) -> None:
    for figure in case.figures:
        assert worked_out(figure.working) == figure.amount, f"{figure.name}: {figure.working}"
        assert worked_out(figure.wrong_working) == figure.wrong, f"{figure.name}, wrong: {figure.wrong_working}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_a_mistake_gives_another_figure(case: Case) -> None:
    assert [f.name for f in case.figures if f.amount == f.wrong or not f.mistake] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_journals_balance_by_document(case: Case) -> None:
    off = {str(d.day): sum(line.amount for line in d.lines) for d in case.documents}
    assert {day: amount for day, amount in off.items() if amount != Decimal(0)} == {}
