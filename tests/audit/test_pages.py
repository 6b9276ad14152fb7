"""The Data Docs as people open them: from a disk, without a network, findings first."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from pipelines.audit.gate import run_gate
from pipelines.audit.policy import Policy, PolicyRow
from pipelines.audit.rows import AuditRow

POLICY: Policy = {
    ("trial_balance", "branch"): PolicyRow(0, 100_000, "hold", "branch_finance", "The ledger ties to <the> balance.")
}
TABLES = {
    "audit_trial_balance": [
        AuditRow("trial_balance", "branch", "north", "2026-P01", "NOK", "100.00", "100.00", 0, True),
        AuditRow("trial_balance", "branch", "north", "2026-P02", "NOK", "100.00", "90.05", -995, False),
        AuditRow("trial_balance", "branch", "south", "2026-P02", "EUR", "5000.00", "100.00", -490_000, False),
    ]
}


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    run_gate(TABLES, POLICY, folder, "2026-04-10.1")
    return folder / "2026-04-10.1"


def test_index_lists_every_finding_with_its_size_gravest_first(docs: Path) -> None:
    page = html.parse(docs / "index.html")
    rows = [[cell.text_content().strip() for cell in row.iter("td")] for row in page.xpath("//h2[2]/following::tr[td]")]
    assert rows == [
        ["hold", "trial_balance", "south", "2026-P02", "5000.00", "100.00", "-4,900.00", "EUR"],
        ["warned", "trial_balance", "north", "2026-P02", "100.00", "90.05", "-9.95", "NOK"],
    ]


def test_index_says_what_a_check_means_who_answers_and_links_to_its_page(docs: Path) -> None:
    page = html.parse(docs / "index.html")
    (row,) = page.xpath("//h2[1]/following::table[1]//tr[td]")
    cells = [cell.text_content().strip() for cell in row.iter("td")]
    assert cells[:5] == ["trial_balance", "The ledger ties to <the> balance.", "branch finance", "3", "1"]
    (link,) = row.xpath(".//a/@href")
    assert "Failed" in html.parse(docs / link).getroot().text_content()


def test_no_page_asks_the_network_for_anything(docs: Path) -> None:
    pages = sorted(docs.rglob("*.html"))
    assert len(pages) >= 3  # the index, the suite, its result
    for page in pages:
        tree = html.parse(page)
        assert not tree.xpath("//script | //img | //iframe")
        for reference in tree.xpath("//@href | //@src"):
            assert not reference.startswith(("http:", "https:", "//")), f"{page}: {reference}"
            target, _, _ = reference.partition("#")
            assert not target or (page.parent / target).resolve().is_file(), f"{page}: {reference}"
