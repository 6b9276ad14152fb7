"""Reference tables: every mistake with file, line, what was found and what was expected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.console.reference import MODELS, reference_mistakes

MAP = "branch_id,account_from,account_to,group_account_code,valid_from,valid_to,note,proposed_by,approved_by\n"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "reference"
    shutil.copytree(MODELS, folder)
    return folder


def test_the_products_own_tables_are_in_order(tables: Path) -> None:
    assert reference_mistakes(tables, None) == []


def test_a_missing_table_is_named(tables: Path) -> None:
    (tables / "group_account.csv").unlink()
    [mistake] = reference_mistakes(tables, None)
    assert str(tables / "group_account.csv") in mistake
    assert "missing" in mistake


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("germany,4400,4400,4999,,,,ann,bob", "'4999' is not in group_account.csv"),
        ("atlantis,4400,4400,4000,,,,ann,bob", "branch 'atlantis' has no folder; known are germany"),
        ("germany,4500,4400,4000,,,,ann,bob", "'4500' to '4400' is no range"),
        ("germany,440,4400,4000,,,,ann,bob", "'440' to '4400' is no range"),
        ("germany,4400,4400,4000,2026-02,2026-01,,ann,bob", "valid_from 2026-02 is after valid_to 2026-01"),
        ("germany,4400,,4000,2026-02-15,,,ann,bob", "valid_from 2026-02-15 is not the first day of a month"),
        ("germany,4400,,4000,,2026-02-27,,ann,bob", "valid_to 2026-02-27 is not the last day of a month"),
        ("germany,4400,,4000,2026,,,ann,bob", "valid_from '2026' is no posting period"),
        ("germany,44*,4499,4000,,,,ann,bob", "account_to '4499' stands beside the pattern '44*'"),
        ("germany,type:income,,4000,,,,ann,bob", "'type:income' names no type"),
        ("germany,4401,,4010,,,,ann,bob", "4401 → 4010 contradicts line 2, 4401 → 4000: both hold for 4401"),
        ("germany,4400,4400,4000,,,,ann,ann", "two different persons"),
        ("germany,4400,4400,4000,,,,,bob", "two different persons"),
        ("germany,4400,4400,4000,,,,ann", "found 8 cells; expected 9"),
    ],
)
def test_a_wrong_mapping_is_named_with_its_line(tables: Path, row: str, words: str) -> None:
    good = "germany,4401,4401,4000,,,,ann,bob"
    (tables / "account_map.csv").write_text(f"{MAP}{good}\n{row}\n", encoding="utf-8")
    [mistake] = reference_mistakes(tables, {"germany"})
    assert mistake.startswith(f"{tables / 'account_map.csv'}:3: ")
    assert words in mistake


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("party,germany,customer,1,atlantis,customer,2,same,why,ann,bob", "branch 'atlantis' has no folder"),
        ("party,germany,customer,1,germany,customer,2,maybe,why,ann,bob", "decision 'maybe' is unknown"),
        ("party,germany,customer,8,germany,customer,9,different,why,ann,", "line 2 speaks of the same two records"),
    ],
)
def test_a_wrong_word_on_golden_records_is_named_with_its_line(tables: Path, row: str, words: str) -> None:
    file = tables / "party_match.csv"
    good = "party,germany,customer,9,germany,customer,8,same,why,ann,bob"
    file.write_text(f"{file.read_text().splitlines()[0]}\n{good}\n{row}\n", encoding="utf-8")
    [mistake] = [one for one in reference_mistakes(tables, {"germany"}) if one.startswith(str(file))]
    assert mistake.startswith(f"{file}:3: ")
    assert words in mistake


def test_rows_that_wait_for_approval_are_in_order_and_contradict_nothing(tables: Path) -> None:
    rows = ["germany,4400,,4000,,,,ann,bob", "germany,4400,,4010,,,,ann,", "germany,44*,,4010,,,,ann,bob"]
    (tables / "account_map.csv").write_text(MAP + "\n".join(rows) + "\n", encoding="utf-8")
    assert reference_mistakes(tables, {"germany"}) == []


def test_a_wrong_header_is_shown_beside_the_right_one(tables: Path) -> None:
    (tables / "account_map.csv").write_text("branch,account\n", encoding="utf-8")
    [mistake] = reference_mistakes(tables, None)
    assert "found columns branch,account; expected branch_id,account_from" in mistake
