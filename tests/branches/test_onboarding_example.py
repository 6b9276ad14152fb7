"""The guide's worked example does what the guide says: its own file, through its own folder."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import polars as pl

from pipelines.branches import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.settings import REPOSITORY
from pipelines.sources.reading import read_file
from pipelines.standardize import standardize

NAME = "grand_livre_2026-02_20260304.csv"


def test_the_worked_example_works(tmp_path: Path) -> None:
    guide = (REPOSITORY / "docs" / "onboarding.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```csv\n(.*?)```", guide, re.DOTALL)
    folder = re.search(r"```yaml\n(type:.*?)```", guide, re.DOTALL)
    assert folder is not None
    (tmp_path / "lyon").mkdir()
    (tmp_path / "lyon" / "defs.yaml").write_text(folder[1], encoding="utf-8")
    (tmp_path / NAME).write_text(lines, encoding="cp1252")

    contracts = load_contracts(REPOSITORY / "data_contracts")
    file = load_branch(tmp_path / "lyon" / "defs.yaml", contracts, tmp_path).file_for(NAME)
    assert file is not None
    (table,) = read_file(tmp_path / NAME, file.layout, tmp_path)
    said = file.datasets["gl_entry"]
    done = standardize(
        dataclasses.replace(table, metadata={**table.metadata, "file_name": NAME}), said.mapping, said.contract
    )
    frame, problems = done.collect()
    assert problems.is_empty()
    assert frame.height == 5
    assert table.rows_read == frame.height + len(table.non_data) + len(done.out_of_scope) == 9
    sums = (
        frame.group_by("document_number")
        .agg(pl.col("^(debit|credit)_amount_functional$").sum())
        .sort("document_number")
    )
    assert [tuple(map(str, row)) for row in sums.rows()] == [
        ("B-0007", "1200.0000", "1200.0000"),
        ("F-0001", "1200.0000", "1200.0000"),
    ]
    assert said.periods(NAME, {}) == ("2026-02",)
