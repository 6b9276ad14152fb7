"""The page on planted defects: every defect that is planted stands there, all were found, nothing else was refused."""

from __future__ import annotations

from defect_lakes import BRANCHES, DEFECTS
from defect_table import DOCUMENT, OTHERS, SEEDS, tables

PAGE = tables(DOCUMENT.read_text(encoding="utf-8"))
RERUN = "run python tests/repair/defect_table.py"


def test_every_planted_defect_stands_on_the_page() -> None:
    planted = {(one.name, one.branch, one.dataset) for one in DEFECTS}
    others = {(name, branch, dataset) for name, (branch, dataset, *_) in OTHERS.items()}
    stated = {(row["defect"], row["branch"], row["dataset"]) for row in PAGE[0]}
    assert stated == planted | others, RERUN
    ruled = {one.name: rule for one in DEFECTS if (rule := getattr(one, "rule", ""))}
    assert {row["defect"]: row["what must say so"] for row in PAGE[0] if row["defect"] in ruled} == ruled, RERUN


def test_every_defect_was_found_in_every_group() -> None:
    unseen = [row["defect"] for row in PAGE[0] if not row["planted"]]
    assert len(unseen) == 5  # two that read well, three mistakes of whole files that need nobody's attention
    assert [row for row in PAGE[0] if row["planted"] and not row["planted"] == row["found"] == str(len(SEEDS))] == []


def test_no_row_was_missed_and_none_refused_wrongly() -> None:
    assert [row["branch"] for row in PAGE[1]] == list(BRANCHES)
    assert {(row["missed"], row["refused wrongly"]) for row in PAGE[1]} == {("0", "0")}


def test_the_lake_was_the_same_in_every_group() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"In {len(SEEDS)} of {len(SEEDS)} groups the lake was the same" in text
