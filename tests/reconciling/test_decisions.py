"""Decisions on breaks: what is refused and why, four eyes, and that the log alone says what stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.errors import BreakError
from pipelines.lake.events import EventLog
from pipelines.reconciling.decisions import (
    MatchDecision,
    Wish,
    approve,
    assign,
    assignments,
    decide,
    decide_match,
    decisions,
    match_decisions,
    standing,
    state_of_decisions,
)

TODAY = date(2026, 4, 10)
WISH = Wish("b1", "norway", "explain", Decimal("12.50"), "NOK", "booked in April", "Ada")
ACCEPT = replace(WISH, kind="accept", until=date(2026, 6, 30))


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(tmp_path, clock=lambda: datetime(2026, 4, 10, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (replace(WISH, kind="forget"), "b1: 'forget' is no decision; expected one of explain, accept"),
        (replace(WISH, reason=" "), "b1: the reason is empty"),
        (replace(WISH, by=""), "b1: nobody decides"),
        (replace(WISH, cause="magic"), "b1: 'magic' is no cause; expected one of timing"),
        (replace(ACCEPT, until=None), "b1: 'accept' needs a day until which it holds"),
        (replace(WISH, kind="correct"), "b1: 'correct' needs a day until which it holds"),
        (replace(ACCEPT, until=date(2026, 4, 9)), "b1: it would hold until 2026-04-09, and today is 2026-04-10"),
        (replace(ACCEPT, approved_by=" ADA"), "b1:  ADA decides and approves; expected two persons"),
    ],
)
def test_a_wish_that_cannot_be_is_a_sentence_and_leaves_no_event(log: EventLog, wish: Wish, sentence: str) -> None:
    with pytest.raises(BreakError, match="^" + sentence.replace("(", r"\(")):
        decide(log, [WISH, wish], TODAY)
    assert log.read() == []


def test_the_last_decision_stands_and_the_earlier_one_stays_on_record(log: EventLog) -> None:
    decide(log, [WISH, replace(WISH, break_id="b2")], TODAY)
    decide(log, [replace(WISH, kind="dispute", reason="they say otherwise", by="Bo")], TODAY)
    made = decisions(log)
    assert [(one.decision_id, one.break_id, one.kind) for one in made] == [
        ("D1", "b1", "explain"),
        ("D2", "b2", "explain"),
        ("D3", "b1", "dispute"),
    ]
    assert standing(made)["b1"].decided_by == "Bo"
    assert standing(made)["b1"].amount == Decimal("12.50")


def test_an_acceptance_counts_once_another_person_approved_it(log: EventLog) -> None:
    assert not decide(log, [ACCEPT], TODAY)[0].counts
    with pytest.raises(BreakError, match=r"D1 was decided by Ada; found aDa to approve it, expected another person"):
        approve(log, "D1", by="aDa")
    assert approve(log, "d1", by="Bo").counts
    assert [(one.approved_by, one.counts) for one in decisions(log)] == [("Bo", True)]
    with pytest.raises(BreakError, match="D1 waits for nobody: 'accept' by Ada, approved by Bo"):
        approve(log, "D1", by="Cy")


def test_a_decision_that_was_replaced_is_not_approved_any_more(log: EventLog) -> None:
    decide(log, [ACCEPT], TODAY)
    decide(log, [replace(WISH, kind="dispute")], TODAY)
    with pytest.raises(BreakError, match=r"D1 was replaced by D2 \(dispute\)"):
        approve(log, "D1", by="Bo")


def test_what_needs_no_second_person_cannot_be_approved(log: EventLog) -> None:
    decide(log, [WISH], TODAY)
    with pytest.raises(BreakError, match="D1 waits for nobody"):
        approve(log, "D1", by="Bo")
    with pytest.raises(BreakError, match="There is no decision 'D9'"):
        approve(log, "D9", by="Bo")


def test_an_assignment_names_department_reason_and_who(log: EventLog) -> None:
    with pytest.raises(BreakError, match="An assignment needs"):
        assign(log, [("b1", "norway")], to=("", ""), by="Ada", reason="theirs")
    assign(log, [("b1", "norway"), ("b2", "norway")], to=("sales", "Bo"), by="Ada", reason="theirs")
    assert [(one.break_id, one.department, one.person) for one in assignments(log)] == [
        ("b1", "sales", "Bo"),
        ("b2", "sales", "Bo"),
    ]


def test_the_newest_word_on_a_match_counts_and_a_rejection_says_why(log: EventLog) -> None:
    word = MatchDecision(
        "m1", "payment_bank", "norway", "confirm", ("payment|1", "bank_entry|7"), "", "Ada", datetime.now(UTC)
    )
    decide_match(log, word)
    with pytest.raises(BreakError, match="A rejected match needs a reason"):
        decide_match(log, replace(word, decision="reject"))
    with pytest.raises(BreakError, match="'maybe' is no word on a match"):
        decide_match(log, replace(word, decision="maybe"))
    decide_match(log, replace(word, decision="reject", reason="another customer's", decided_by="Bo"))
    assert [(one.decision, one.decided_by, one.items) for one in match_decisions(log)] == [
        ("reject", "Bo", ("payment|1", "bank_entry|7"))
    ]


def test_every_decision_changes_what_a_night_depends_on(log: EventLog) -> None:
    seen = [tuple(state_of_decisions(log))]
    for step in (
        lambda: decide(log, [ACCEPT], TODAY),
        lambda: approve(log, "D1", by="Bo"),
        lambda: assign(log, [("b1", "norway")], to=("sales", ""), by="Ada", reason="theirs"),
    ):
        step()
        seen.append(tuple(state_of_decisions(log)))
    assert len(set(seen)) == 4
