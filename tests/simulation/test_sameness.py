"""The sample's truth of who is who, against the lists that its branches send."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from stdnum.de import vat

SEEDS = Path(__file__).parents[2] / "seeds"


def rows(file: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding=encoding, newline="") as text:
        return list(csv.DictReader(text, delimiter=delimiter))


def french_parties() -> list[list[str]]:
    file = next((SEEDS / "deliveries" / "france").glob("tiers_20260203.csv"))
    return [line.split(";") for line in file.read_text(encoding="iso8859-15").splitlines()[1:]]


def test_truth_names_every_party_of_a_branch_once() -> None:
    sent = {(line[0], {"C": "customer", "F": "supplier"}[line[1]]) for line in french_parties()}
    true = [(row["code"], row["role"]) for row in rows(SEEDS / "truth" / "parties.csv") if row["branch_id"] == "france"]
    assert sorted(true) == sorted(sent)


def test_branches_list_companies_of_other_branches_in_their_own_writing() -> None:
    branches = defaultdict(set)
    for row in rows(SEEDS / "truth" / "parties.csv"):
        branches[row["true_party"]].add(row["branch_id"])
    assert sum(len(listing) > 1 for listing in branches.values()) >= 15
    china = next((SEEDS / "deliveries" / "china").glob("客户档案_20260203.csv")).read_text(encoding="gb18030")
    assert "博特格工具厂" in china or "南德螺丝贸易" in china or "卡尔德布鲁克五金" in china


def test_tax_ids_of_companies_at_home_have_right_check_digits() -> None:
    sheet = (SEEDS / "deliveries" / "germany" / "EXTF_DebKred_20260203.csv").read_text(encoding="cp1252")
    header, *lines = [line.split(";") for line in sheet.splitlines()[1:]]
    place, number = header.index("EU-Land"), header.index("EU-UStID")
    at_home = [line for line in lines if "Hartwig Technik" in ";".join(line)]
    assert at_home
    assert all(vat.is_valid(line[number].strip('"')) for line in at_home if line[place].strip('"') == "DE")


def test_products_of_one_maker_have_one_true_product() -> None:
    drills = {row["branch_id"] for row in rows(SEEDS / "truth" / "products.csv") if row["true_product"] == "drill"}
    assert drills == {"china", "france", "germany", "norway", "united_kingdom"}
