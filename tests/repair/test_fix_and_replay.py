"""Fix and replay: after a repair the lake is the one that never had the error, whatever kind of defect was planted.

One story, told once: spoiled files of all branches, workbooks filled in with what the books say, approval by a second
person, and at last the branches' own corrected files.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from defect_lakes import (
    BRANCHES,
    DEFECTS,
    MAKER,
    Frames,
    Scene,
    branch_of,
    differing,
    moved,
    scene,
    send_workbooks,
    waiting_repairs,
)

from pipelines.errors import RepairError
from pipelines.repair.records import approve, reject
from pipelines.repair.standing import StandingRepair, standing_repairs
from pipelines.simulation.planted import RED_STORNO
from pipelines.simulation.truth import Replaced

CHECKER = "Checker C."
# Accepted, since nobody can see that they are wrong (or they are not); only the branch itself can send them otherwise.
UNSEEN = {"formula_in_a_text", "wrong_amount_corrected_later"}
# Said by the columns' meaning, not by the mapping: whatever changes how much money, how many pieces or which money.
AMOUNTS = {
    *("Brutto", "Netto", "Netto EUR", "Brutto EUR", "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen"),
    *("DebitAmount", "Beløp", "Valuta", "Quantity", "Amount", "Net Amount", "rate", "TTC", "Debit", "Qté"),
    *("借方金额", "币种", "amount", "total"),
}


@dataclass
class Story:
    """What was in force when, and what became of the repairs."""

    scene: Scene
    books: Frames
    spoiled: Frames
    proposed: Frames
    approved: Frames
    sent_again: Frames
    missing: list[Replaced]
    refused_checker: str
    in_force: list[StandingRepair]
    at_the_end: list[StandingRepair]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    told = scene(tmp_path_factory.mktemp("story"), moved(DEFECTS))
    told.land_both()
    side = told.spoiled
    configs = {name: branch_of(name) for name in BRANCHES}
    spoiled = side.in_force()
    missing = send_workbooks(side, told.truth.replaced, told.root / "workbooks")
    side.night()
    proposed = side.in_force()
    repairs = waiting_repairs(side)
    with pytest.raises(RepairError) as refused:
        approve(side.log, repairs, by=f" {MAKER.upper()} ")
    approve(side.log, repairs, by=CHECKER)
    side.night()
    approved, standing = side.in_force(), standing_repairs(side.lake, side.log, configs)
    for branch in BRANCHES:
        for name in told.changed_files(branch):
            side.land(branch, told.sent("right", branch) / name)
    side.night()
    return Story(
        scene=told,
        books=told.clean.in_force(),
        spoiled=spoiled,
        proposed=proposed,
        approved=approved,
        sent_again=side.in_force(),
        missing=missing,
        refused_checker=str(refused.value),
        in_force=standing,
        at_the_end=standing_repairs(side.lake, side.log, configs),
    )


def test_every_class_of_defect_takes_something_out_of_force(story: Story) -> None:
    truth = story.scene.truth
    planted = {one.planted for one in (*truth.refusals, *truth.findings)} - {RED_STORNO}
    assert planted | UNSEEN == {one.name for one in DEFECTS}
    spoiled = {(one.dataset, one.branch) for one in truth.refusals}
    assert differing(story.spoiled, story.books) == spoiled | {("gl_entry", "germany")}


def test_what_a_person_cannot_correct_in_a_workbook_was_never_refused(story: Story) -> None:
    assert {cell.planted for cell in story.missing} == UNSEEN
    corrected = {cell.planted for cell in story.scene.truth.replaced} - UNSEEN
    assert len(corrected) >= 50


def test_a_repair_that_nobody_approved_changes_nothing(story: Story) -> None:
    assert differing(story.proposed, story.spoiled) == set()


def test_the_maker_approves_nothing(story: Story) -> None:
    assert MAKER in story.refused_checker


def test_approved_repairs_give_the_lake_that_never_had_the_errors(story: Story) -> None:
    place = ("gl_entry", "germany")
    assert differing(story.approved, story.books) == {place}
    unseen = {cell.row for cell in story.missing}
    assert len(unseen) == 2
    here, there = story.approved[place], story.books[place]
    other = here.join(there, on=here.columns, how="anti", nulls_equal=True)
    documents = {text[:2] for text in other["document_number"].unique()}
    assert documents == {"ZE", "ER"}  # the payment with the formula, and the purchase with the wrong amount
    assert other["document_number"].n_unique() == 2


def test_a_changed_amount_stays_open_and_a_changed_code_does_not(story: Story) -> None:
    for one in story.in_force:
        cell = one.repair.cell
        amount = any(cell.column.casefold().endswith(name.casefold()) for name in AMOUNTS)
        assert one.state == ("to_be_booked_at_source" if amount else "in_force"), (cell, one.sentence)
        assert one.is_open == amount


def test_a_repair_says_by_how_much_it_changes_what_is_refused(story: Story) -> None:
    # Reckoned by hand from what was planted: 26,273.15 should have been 16,273.15, a bill in euros over 387.93 should
    # have been over 287.93, and an amount that cannot be read counts for nothing before.
    def change(defect: str, measure: str) -> dict[str, Decimal]:
        places = {(one.file, one.sheet, one.row) for one in story.scene.truth.replaced if one.planted == defect}
        return {
            found.currency: found.amount
            for one in story.in_force
            if (one.repair.correction.path, one.repair.cell.sheet, one.repair.cell.source_row) in places
            for found in one.repair.correction.differences
            if found.measure == measure
        }

    assert change("unbalanced_transaction", "debit_amount_functional") == {"NOK": Decimal("-10000")}
    assert change("bill_total_is_not_net_plus_vat", "gross_amount_transaction") == {"EUR": Decimal("-100")}
    assert change("unparsable_amount", "debit_amount_functional") == {"EUR": Decimal("2554.58")}


def test_the_branchs_own_file_closes_every_repair(story: Story) -> None:
    assert differing(story.sent_again, story.books) == set()
    opened = {one.repair.repair_id for one in story.in_force if one.is_open}
    for one in story.at_the_end:
        booked = one.repair.repair_id in opened
        assert one.state == ("booked_at_source" if booked else "superseded"), (one.repair.cell, one.sentence)
        assert not one.is_open
        assert one.closed_by


def test_a_repair_of_a_replaced_row_changes_nothing_and_says_so(story: Story) -> None:
    """An approval that is taken back after the branch's own file came: what is in force is the branch's."""
    side = story.scene.spoiled
    one = story.at_the_end[0]
    reject(side.log, [one.repair.repair_id], by=CHECKER, reason="the branch has sent it")
    side.night([one.repair.cell.branch_id])
    assert differing(side.in_force(), story.books) == set()
