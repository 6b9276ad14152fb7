"""Groups larger than six: clones, their folders and their account map."""

from __future__ import annotations

import csv
from pathlib import Path

from pipelines.simulation.folders import write_account_map, write_folders
from pipelines.simulation.group import simulate
from pipelines.simulation.members import members
from pipelines.simulation.rates import CURRENCIES

DEFINITION = """\
attributes:
  branch_id: germany
  name: "Rheintal"
  country_code: "DE"
  currency: EUR
  files:
    postings:
      pattern: 'Buchungen_\\d+'
      columns: {functional_currency_code: {value: EUR}, amount: Netto EUR}
"""


def test_fifty_branches_have_fifty_ids_and_rates_for_their_money() -> None:
    fifty = members(50)
    assert len(fifty) == 50
    assert list(fifty)[:7] == ["germany", "norway", "united_states", "france", "china", "united_kingdom", "germany_02"]
    assert {profile.currency for profile in fifty.values()} <= set(CURRENCIES)
    assert fifty["norway_02"].system == "norway" and fifty["norway_02"].currency == "SEK"


def test_a_clone_s_folder_is_the_original_s_with_its_own_money(tmp_path: Path) -> None:
    (tmp_path / "branches" / "germany").mkdir(parents=True)
    (tmp_path / "branches" / "germany" / "defs.yaml").write_text(DEFINITION, encoding="utf-8")
    missing = write_folders(tmp_path / "out", tmp_path / "branches", members(14))
    assert "germany_03" not in missing and "norway" in missing
    assert (tmp_path / "out/germany/defs.yaml").read_text(encoding="utf-8") == DEFINITION
    clone = (tmp_path / "out/germany_03/defs.yaml").read_text(encoding="utf-8")
    assert "branch_id: germany_03" in clone and 'country_code: "CH"' in clone
    assert "currency: CHF" in clone and "{value: CHF}" in clone
    assert "Netto EUR" in clone, "names of columns stay"


def test_the_account_map_repeats_the_original_s_rows(tmp_path: Path) -> None:
    original = tmp_path / "account_map.csv"
    original.write_text("branch_id,account_from\ngermany,0100\nnorway,1000\n", encoding="utf-8")
    write_account_map(tmp_path / "out", original, members(8))
    with (tmp_path / "out" / "account_map.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    assert rows == [("germany", "0100"), ("norway", "1000"), ("germany_02", "0100"), ("norway_02", "1000")]


def test_clones_write_what_their_originals_do_in_their_own_money(tmp_path: Path) -> None:
    simulate(tmp_path, branches=13, months=1, only=["germany_02", "norway_02", "united_states_02", "china_02"])
    sent = {branch.name: {path.suffix for path in branch.iterdir()} for branch in (tmp_path / "deliveries").iterdir()}
    assert sent == {
        "group": {".csv"},
        "germany_02": {".csv"},
        "norway_02": {".csv", ".xml"},
        "united_states_02": {".xlsx"},
        "china_02": {".csv"},
    }
    (audit,) = (tmp_path / "deliveries/norway_02").glob("*.xml")
    assert "<DefaultCurrencyCode>SEK</DefaultCurrencyCode>" in audit.read_text(encoding="utf-8")
    (rates,) = (tmp_path / "deliveries/group").glob("fx_rate_202601_*")
    assert "\nSEK,EUR," in rates.read_text(encoding="utf-8")
    assert (tmp_path / "truth/refusals.csv").read_text(encoding="utf-8").count("_02,") == 0, "clones have no defects"
