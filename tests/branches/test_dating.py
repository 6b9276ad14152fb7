"""Parts of a branch that change on a day: which version holds when, and that no day has none or two."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.branches import BranchConfig, FileConfig, load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.errors import ConfigError
from pipelines.settings import REPOSITORY

CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
ARRIVED = datetime(2026, 12, 1, 12, tzinfo=UTC)  # months after every day that the files' names say
PLAIN = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: porto
  name: "Porto"
  country_code: "PT"
  currency: EUR
  time_zone: Europe/Lisbon
  language: pt
  owner: {team: finance-porto, email: finance@example.com}
  files:
    clients:
      pattern: 'clientes_\\d{8}\\.csv'
      layout: {kind: delimited, delimiter: ";"}
      delivery_date: {file_name: '_(\\d{8})', format: "%Y%m%d"}
      datasets:
        customer:
          rule: full
          mapping:
            columns:
              customer_code: Codigo
              customer_name: Nome
              country_code: {column: Pais, values: {PORT: "PT", ESP: "ES"}}
              currency_code: {value: "EUR"}
"""
SOURCE = PLAIN.replace(
    "customer_code: Codigo",
    'customer_code: {versions: [{column: Codigo, valid_to: "2026-03-31"}, '
    '{column: Cliente, valid_from: "2026-04-01"}]}',
)
VALUES = PLAIN.replace(
    'values: {PORT: "PT", ESP: "ES"}}',
    'values: {PORT: "PT", ESP: "ES"},\n'
    '                versions: [{}, {valid_from: "2026-04-01", values: {ESP: ~, E: "ES"}}]}',
)
MAPPING = PLAIN + '            versions: [{}, {valid_from: "2026-04-01", columns: {customer_name: Designacao}}]\n'
LAYOUT = PLAIN.replace(
    'layout: {kind: delimited, delimiter: ";"}',
    'layout: {kind: delimited, versions: [{delimiter: ";"}, {valid_from: "2026-04-01", delimiter: "|"}]}',
)
KIND = PLAIN.replace(
    'layout: {kind: delimited, delimiter: ";"}',
    'layout: {kind: delimited}\n      versions: [{}, {valid_from: "2026-04-01", layout: {delimiter: "|"}}]',
)


def load(tmp_path: Path, text: str) -> BranchConfig:
    folder = tmp_path / "porto"
    folder.mkdir(exist_ok=True)
    (folder / "defs.yaml").write_text(text, encoding="utf-8")
    return load_branch(folder / "defs.yaml", CONTRACTS, tmp_path)


def of_day(branch: BranchConfig, day: str) -> FileConfig:
    found = branch.version_for(f"clientes_{day}.csv", ARRIVED)
    assert found is not None
    return found


@pytest.mark.parametrize("text", [SOURCE, VALUES, MAPPING, LAYOUT], ids=["source", "values", "mapping", "layout"])
def test_a_version_begins_on_its_day_and_leaves_the_days_before_as_they_were(text: str, tmp_path: Path) -> None:
    undated = of_day(load(tmp_path, PLAIN), "20260331")
    dated = load(tmp_path, text)
    before, after = of_day(dated, "20260331"), of_day(dated, "20260401")
    assert before.datasets == undated.datasets  # the fingerprint too: nothing is taken in again
    assert before.layout == undated.layout
    assert after.datasets["customer"].mapping_version != before.datasets["customer"].mapping_version
    assert after.valid_from == date(2026, 4, 1)


def test_each_part_says_what_changes_and_keeps_the_rest(tmp_path: Path) -> None:
    columns = of_day(load(tmp_path, VALUES), "20260401").datasets["customer"].mapping.columns
    assert columns["country_code"].values == {"PORT": "PT", "E": "ES"}
    assert columns["country_code"].column == ("Pais",)
    columns = of_day(load(tmp_path, MAPPING), "20260401").datasets["customer"].mapping.columns
    assert columns["customer_name"].column == ("Designacao",)
    assert columns["customer_code"].column == ("Codigo",)
    branch = load(tmp_path, KIND)
    assert getattr(of_day(branch, "20260401").layout, "delimiter", "") == "|"
    assert getattr(of_day(branch, "20260331").layout, "delimiter", "") == ","


def test_a_third_version_changes_only_its_own_days(tmp_path: Path) -> None:
    third = SOURCE.replace('"2026-04-01"}]', '"2026-04-01"}, {column: Numero, valid_from: "2026-07-01"}]')
    two, three = load(tmp_path, SOURCE), load(tmp_path, third)
    for day in ("20260331", "20260401", "20260630"):
        assert of_day(two, day).datasets == of_day(three, day).datasets
    assert of_day(three, "20260701").datasets["customer"].mapping.columns["customer_code"].column == ("Numero",)


def test_a_name_without_a_date_falls_under_the_day_of_arrival(tmp_path: Path) -> None:
    arrival = SOURCE.replace("delivery_date: {file_name: '_(\\d{8})', format: \"%Y%m%d\"}", "delivery_date: arrival")
    branch = load(tmp_path, arrival)
    found = branch.version_for("clientes_20260101.csv", datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    assert found is not None
    assert found.valid_from is None  # still 31 March in London, and 23:30 in Lisbon
    found = branch.version_for("clientes_20260101.csv", datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    assert found is not None
    assert found.valid_from == date(2026, 4, 1)


def test_the_period_in_the_name_may_decide_instead(tmp_path: Path) -> None:
    by_period = SOURCE.replace("clientes_\\d{8}", "clientes_\\d{6}_\\d{8}").replace(
        "      datasets:", "      dated_by: {file_name: 'clientes_(\\d{6})_', format: \"%Y%m\"}\n      datasets:"
    )
    branch = load(tmp_path, by_period)
    february = branch.version_for("clientes_202602_20260504.csv", ARRIVED)
    april = branch.version_for("clientes_202604_20260504.csv", ARRIVED)
    assert february is not None and february.valid_from is None
    assert april is not None and april.valid_from == date(2026, 4, 1)


TWO = '[{column: Codigo, valid_to: "2026-03-31"}, {column: Cliente, valid_from: "2026-04-01"}]'
MISTAKES = [
    (TWO.replace("04-01", "04-03"), "2026-04-01 to 2026-04-02 have no version"),
    (TWO.replace("04-01", "03-30"), "2026-03-30 to 2026-03-31 have two versions"),
    (
        TWO.replace("{column: Codigo,", '{column: Codigo, valid_from: "2026-01-01",'),
        "no version holds before 2026-01-01",
    ),
    (TWO.replace('"2026-04-01"}', '"2026-04-01", valid_to: "2026-12-31"}'), "no version holds after 2026-12-31"),
    (TWO.replace(', valid_from: "2026-04-01"', ""), "valid_from is missing"),
    (TWO.replace("2026-04-01", "2026-04-31"), "valid_from is '2026-04-31'; expected a day"),
    ("[]", "expected a list"),
    (TWO.replace("column: Cliente", "colum: Cliente"), "unknown key 'colum'.*Did you mean 'column'"),
]


@pytest.mark.parametrize(("versions", "said"), MISTAKES)
def test_a_day_without_a_version_or_with_two_is_a_mistake_with_its_line(
    versions: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load(tmp_path, PLAIN.replace("customer_code: Codigo", f"customer_code: {{versions: {versions}}}"))
    line = next(n for n, text in enumerate(PLAIN.splitlines(), start=1) if "customer_code" in text)
    assert all(one.startswith(f"{tmp_path}/porto/defs.yaml:{line}:") for one in caught.value.mistakes)


def test_a_mistake_inside_a_version_names_the_line_of_that_version(tmp_path: Path) -> None:
    text = PLAIN + (
        "            versions:\n"
        "              - {}\n"
        '              - valid_from: "2026-04-01"\n'
        "                columns:\n"
        "                  customer_nam: Designacao\n"
    )
    with pytest.raises(ConfigError, match="customer_nam") as caught:
        load(tmp_path, text)
    (said,) = caught.value.mistakes
    assert said.startswith(f"{tmp_path}/porto/defs.yaml:{len(text.splitlines())}:")
    assert "Did you mean 'customer_name'" in said


def test_what_finds_the_version_cannot_have_versions(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="delivery_date is the same on all days"):
        load(tmp_path, KIND.replace('layout: {delimiter: "|"}', "delivery_date: arrival"))
    inside = SOURCE.replace(
        "{file_name: '_(\\d{8})', format: \"%Y%m%d\"}", '{metadata: Data, format: "%Y%m%d"}'
    ).replace('delimiter: ";"}', 'delimiter: ";", header: {row: 2}, metadata: {row: 1, fields: {Data: 1}}}')
    with pytest.raises(ConfigError, match="before a version is chosen"):
        load(tmp_path, inside)
