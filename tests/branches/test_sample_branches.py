"""The sample group's folders and the files that its branches send fit each other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.branches import BranchConfig, load_branches
from pipelines.contracts.loading import load_contracts
from pipelines.settings import REPOSITORY, Workspace

DELIVERIES = REPOSITORY / "seeds" / "deliveries"
LEDGER = {"gl_account", "gl_entry", "trial_balance", "customer", "supplier"}
TRADE = {"sales_invoice", "sales_invoice_line", "payment", "payment_allocation", "open_item"}
PURCHASES = {"purchase_invoice", "purchase_invoice_line", "product", "cost_center", "tax_code"}
OFFICE = {
    "branch", "fiscal_calendar", "fx_rate", "ownership", "equity_event", "acquisition_event", "fair_value_step",
    "adjustment_entry", "ic_stock", "budget",
}  # fmt: skip
SIX = ("germany", "norway", "united_states", "france", "china", "united_kingdom")


@pytest.fixture(scope="module")
def branches() -> dict[str, BranchConfig]:
    workspace = Workspace.load(REPOSITORY)
    return load_branches(workspace, load_contracts(workspace.contracts_dir))


def test_every_branch_delivers_every_dataset_that_it_keeps(branches: dict[str, BranchConfig]) -> None:
    assert set(branches) == {*SIX, "group"}
    assert set(branches["group"].datasets) == OFFICE
    for name in SIX:
        assert set(branches[name].datasets) == LEDGER | TRADE | PURCHASES


@pytest.mark.parametrize("branch_id", [*SIX, "group"])
def test_every_file_is_one_that_the_branch_declares(branch_id: str, branches: dict[str, BranchConfig]) -> None:
    branch = branches[branch_id]
    names = sorted(path.name for path in (DELIVERIES / branch_id).iterdir())
    found = {name: branch.file_for(name) for name in names}
    assert names
    assert [name for name, file in found.items() if file is None] == []
    assert {file.name for file in found.values() if file} == {file.name for file in branch.files}
    arrived = datetime(2026, 5, 1, tzinfo=UTC)
    for name, file in found.items():
        if file and file.delivery_date.kind == "file_name":
            day = file.delivery_date.resolve(name, {}, arrived, branch.time_zone)
            assert f"{day:%Y%m%d}" in name
