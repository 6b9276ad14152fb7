"""Real files with folders only: every control total agrees, every refusal has its reason, and the page says so.

Runs where TIEOUT_REALDATA names the folder of the files. The totals are the publishers' (see the samples), and for the
spend files and invoice lines those of an independent script.
"""

from __future__ import annotations

import pytest
from real_files import DOCUMENT, REALDATA, SAMPLES, Sample, agreements, all_receipts, document

from pipelines.lake.receipts import Receipt

pytestmark = pytest.mark.skipif(not REALDATA.is_dir(), reason="TIEOUT_REALDATA names no folder of real files")
BROKEN = {
    "DATEV EXTF, line break in a text that no quote opens": {"not_a_number", "required"},
    "DATEV EXTF, a quote never closed": {"delivery_refused", "unreadable_row"},
    "DATEV EXTF, no side, no account": {"delivery_refused", "required", "unknown_value"},
    "UK public spend, jan-mar-2014": {"required"},
    "UK public spend, apr-jun-2014": {"delivery_refused", "not_a_date"},
}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Receipt]]:
    return all_receipts(REALDATA, tmp_path_factory.mktemp("real"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_every_row_is_accounted_for_and_every_total_agrees(sample: Sample, taken: dict[str, list[Receipt]]) -> None:
    found = taken[sample.title]
    assert {dataset for dataset, _, _ in sample.totals} <= {receipt.dataset for receipt in found}
    for receipt in found:
        receipt.assert_conserved()
        assert [one for one in agreements(sample, receipt) if not one[-1]] == []
    reasons = {rule for receipt in found for rule in receipt.reasons}
    assert reasons == BROKEN.get(sample.title, set())


def test_every_reference_rate_is_taken(taken: dict[str, list[Receipt]]) -> None:
    # 7,126 days; 198,271 cells of 32 currencies hold a number, counted by a bare script.
    (receipt,) = taken["ECB reference rates"]
    assert (receipt.rows.accepted, receipt.standardized.rows) == (7126, 198_271)


def test_every_journal_of_the_cloud_ledger_nets_to_zero(taken: dict[str, list[Receipt]]) -> None:
    # 1,685 journals of 4,033 lines; the contract's rule `balanced` refuses any that does not net to zero.
    ledger = next(one for one in taken["Xero tables"] if one.dataset == "gl_entry")
    assert (ledger.rows.accepted, ledger.rows.quarantined) == (4033, 0)


def test_the_page_says_what_the_files_give(taken: dict[str, list[Receipt]]) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(taken), "run python tests/realdata/real_files.py"
