"""A branch's folder: what is read, and that every mistake is said with its file, its line and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.branches import BranchConfig, load_branch
from pipelines.branches.loading import merge
from pipelines.contracts.loading import load_contracts
from pipelines.errors import ConfigError
from pipelines.settings import REPOSITORY

CONTRACTS = load_contracts(REPOSITORY / "data_contracts")
GOOD = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: lyon
  name: "Lyon"
  country_code: "FR"
  currency: EUR
  time_zone: Europe/Paris
  language: fr
  owner: {team: finance-lyon, email: finance@example.com}
  dates: {formats: ["%d/%m/%Y"]}
  files:
    clients:
      pattern: 'clients_\\d{8}\\.csv'
      layout: {kind: delimited, delimiter: ";", encoding: cp1252}
      delivery_date: {file_name: '_(\\d{8})', format: "%Y%m%d"}
      datasets:
        customer:
          rule: full
          mapping:
            columns:
              customer_code: Code
              customer_name: [Nom, Raison sociale]
              currency_code: {column: Devise, optional: true}
    taux:
      pattern: 'taux_\\d{6}\\.csv'
      layout: {kind: delimited}
      delivery_date: arrival
      datasets:
        fx_rate:
          rule: period
          period: content
          mapping:
            columns:
              from_currency_code: de
              to_currency_code: vers
              rate_date: jour
              rate_type: {value: spot}
              rate: taux
"""


def load(tmp_path: Path, text: str = GOOD, profile: str | None = None) -> BranchConfig:
    folder = tmp_path / "branches" / "lyon"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "defs.yaml").write_text(text, encoding="utf-8")
    profiles = tmp_path / "profiles"
    profiles.mkdir(exist_ok=True)
    if profile is not None:
        (profiles / "known.yaml").write_text(profile, encoding="utf-8")
    return load_branch(folder / "defs.yaml", CONTRACTS, profiles)


def mistakes(tmp_path: Path, text: str, profile: str | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, profile)
    return caught.value.mistakes


def line_of(text: str, fragment: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if fragment in line)


def test_a_branch_is_read(tmp_path: Path) -> None:
    branch = load(tmp_path)
    assert (branch.branch_id, branch.currency, branch.owner_team) == ("lyon", "EUR", "finance-lyon")
    assert branch.datasets == ("customer", "fx_rate")
    assert [file.order for file in branch.files] == [0, 1]
    clients = branch.file_for("clients_20260131.csv")
    assert clients is not None and clients.name == "clients"
    assert branch.file_for("autre.csv") is None
    rate = branch.files[1].datasets["fx_rate"]
    assert rate.mapping.dates is not None and rate.mapping.dates.formats == ("%d/%m/%Y",)  # the branch's own habit


MISTAKES = [  # what is written instead of what, where it stands, what is said
    ("currency: EUR", "currancy: EUR", "currancy", "unknown key 'currancy'.*Did you mean 'currency'"),
    ('"FR"', "NO", "country_code", 'found NO without quotes, which YAML turns into a truth value.*Write "NO"'),
    ("customer_code: Code", "customer_code: 0400", "customer_code", "found 0400 without quotes"),
    ("customer_code: Code", "customer_code: 1.10", "customer_code", "found 1.10 without quotes"),
    ("customer_code: Code", "customer_code: 12:30", "customer_code", "found 12:30 without quotes"),
    ("customer_code: Code", "customer_code: 12", "customer_code", 'number 12; expected text. Write "12" in quotes'),
    ("customer_code: Code", "customer_code: true", "customer_code", "truth value true; expected text"),
    ("customer_code: Code", "customer_cod: Code", "customer_cod:", "no field of customer.*mean 'customer_code'"),
    ("              customer_code: Code\n", "", "columns:", "customer requires customer_code"),
    ("{column: Devise, optional: true}", "{colum: Devise}", "Devise", "key 'colum'.*Did you mean 'column'"),
    ("optional: true", "optional: yes", "Devise", "found yes without quotes"),
    ("rule: full", "rule: ful", "rule: ful", "expected 'full', 'period' or 'append'.*Did you mean 'full'"),
    ("period: content\n", "\n", "rule: period", "period is missing"),
    ('["%d/%m/%Y"]', '["%d/%m/%Y", "%m/%d/%Y"]', "formats", "ambiguous: .* would be .* or .*Keep one"),
    ('["%d/%m/%Y"]', '["%d/%k/%Y"]', "formats", "holds %k"),
    ("kind: delimited,", "kind: delimitd,", "delimitd", "'delimitd'; expected one of.*Did you mean 'delimited'"),
    ("delimiter:", "delimeter:", "delimeter", "unknown key 'delimeter'.*Did you mean 'delimiter'"),
    ("customer:", "custmer:", "custmer", "no dataset 'custmer'.*Did you mean 'customer'"),
    ("currency: EUR", "currency: EUX", "EUX", "currency is 'EUX', which is no code of the list.*Did you mean"),
    ('"FR"', '"XQ"', "XQ", "country_code is 'XQ', which is no code of the list"),
    ('name: "Lyon"\n', 'name: "Lyon"\n  profile: ../known\n', "../known", "no profile '../known'"),
    ("Europe/Paris", "Europe/Lyon", "time_zone", "no IANA time zone"),
    ("{value: spot}", "{value: midday}", "midday", "rate_type may be spot, average, closing; found 'midday'"),
    ("attributes:", "attributs:", "attributs", "unknown key 'attributs'.*Did you mean 'attributes'"),
    ("branch_id: lyon", "branch_id: paris", "branch_id", "folder is called 'lyon', but branch_id is 'paris'"),
    ('name: "Lyon"', 'name: "Lyon"\n  name: "Twice"', "Twice", "'name' is written twice"),
    ('name: "Lyon"\n', 'name: "Lyon"\n  profile: nown\n', "nown", "no profile 'nown'.*Did you mean 'known'"),
    ("taux_\\d{6}\\.csv", "clients_2026.*", "clients_2026", "patterns of clients and taux both match a file called"),
    ("layout: {kind: delimited}", "layout: {kind: delimited, preamble: -1}", "preamble", "preamble is the number -1"),
]


@pytest.mark.parametrize(("good", "bad", "at", "says"), MISTAKES)
def test_a_mistake_is_said_with_its_line(good: str, bad: str, at: str, says: str, tmp_path: Path) -> None:
    assert good in GOOD
    text = GOOD.replace(good, bad, 1)
    found = mistakes(tmp_path, text, profile="files: {}\n")
    file = tmp_path / "branches" / "lyon" / "defs.yaml"
    assert any(sentence.startswith(f"{file}:{line_of(text, at)}:") for sentence in found), found
    assert any(re.search(says, sentence) for sentence in found), found


def test_every_mistake_is_said_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("customer_code: Code", "customer_cod: Code").replace("rate: taux", "rat: taux")
    said = "\n".join(mistakes(tmp_path, text))
    assert "'customer_cod'" in said and "'rat'" in said and "requires rate" in said


def test_a_date_without_any_format_is_a_mistake(tmp_path: Path) -> None:
    text = GOOD.replace('  dates: {formats: ["%d/%m/%Y"]}\n', "")
    assert any("rate_date is a date, and no date format is declared" in said for said in mistakes(tmp_path, text))


def test_a_file_that_two_patterns_match_is_an_error_when_it_comes(tmp_path: Path) -> None:
    # A pattern that looks ahead cannot be compared beforehand.
    branch = load(tmp_path, GOOD.replace("taux_\\d{6}\\.csv", "(?=clients).*"))
    with pytest.raises(ConfigError, match="matches the patterns of clients and taux"):
        branch.file_for("clients_20260131.csv")


# --- profiles --------------------------------------------------------------------------------------------------------

PROFILE = """\
dates: {formats: ["%Y-%m-%d"]}
files:
  partners:
    pattern: 'partners\\.csv'
    layout: {kind: delimited, delimiter: "|"}
    delivery_date: arrival
    datasets:
      customer:
        rule: full
        mapping:
          columns:
            customer_code: ID
            customer_name: NAME
            country_code: {column: LAND, values: {N: "NO"}}
"""
HEAD = GOOD[: GOOD.index("  dates:")] + "  profile: known\n"


def test_a_branch_states_only_what_differs(tmp_path: Path) -> None:
    over = "  files:\n    partners:\n      datasets:\n        customer:\n          mapping:\n            columns:\n"
    text = HEAD + over + "              customer_name: {first_of: [LONG, NAME]}\n              country_code: ~\n"
    columns = load(tmp_path, text, PROFILE).files[0].datasets["customer"].mapping.columns
    assert columns["customer_code"].column == ("ID",)
    assert columns["customer_name"].first_of is not None
    assert "country_code" not in columns


def test_a_mistake_in_a_profile_names_the_profile(tmp_path: Path) -> None:
    broken = PROFILE.replace("customer_name: NAME", "customer_nam: NAME")
    (said, missing) = sorted(mistakes(tmp_path, HEAD, broken), key=lambda sentence: "requires" in sentence)
    assert said.startswith(f"{tmp_path / 'profiles' / 'known.yaml'}:{line_of(broken, 'customer_nam')}:")
    assert "requires customer_name" in missing


def test_what_is_one_statement_is_replaced_whole() -> None:
    base = {
        "columns": {"a": {"value": "x", "optional": True}},
        "dates": {"formats": ["%Y"], "year_from": {}},
        "keep": {"k": 1},
    }
    over = {"columns": {"a": {"column": "A"}}, "dates": {"formats": ["%d"]}, "keep": {"l": 2}}
    assert merge(base, over) == {
        "columns": {"a": {"column": "A"}},
        "dates": {"formats": ["%d"]},
        "keep": {"k": 1, "l": 2},
    }


def test_amounts_of_another_shape_are_replaced_and_tax_keys_are_added() -> None:
    base = {"amounts": {"shape": "two_accounts", "tax_keys": {"9": {"rate": 19}}}}
    assert merge(base, {"amounts": {"tax_keys": {"8": {"rate": 7}}}})["amounts"]["tax_keys"].keys() == {"8", "9"}
    assert merge(base, {"amounts": {"shape": "signed", "amount": "A"}}) == {
        "amounts": {"shape": "signed", "amount": "A"}
    }


# --- versions and tightening -----------------------------------------------------------------------------------------


def version(branch: BranchConfig, dataset: str) -> str:
    return next(file.datasets[dataset].mapping_version for file in branch.files if dataset in file.datasets)


@pytest.mark.parametrize(
    "change",
    [
        ("customer_code: Code", "customer_code: Numero"),
        ("encoding: cp1252", "encoding: utf-8"),
        ("rule: full", "rule: append"),
        ("  files:\n", "  tighten: {customer: {fields: {customer_code: {max_length: 9}}}}\n  files:\n"),
    ],
)
def test_the_mapping_version_changes_with_what_changes_rows(change: tuple[str, str], tmp_path: Path) -> None:
    before, after = load(tmp_path), load(tmp_path, GOOD.replace(*change, 1))
    assert version(before, "customer") != version(after, "customer")
    assert version(before, "fx_rate") == version(after, "fx_rate")


def test_the_mapping_version_ignores_what_does_not(tmp_path: Path) -> None:
    changed = GOOD.replace('name: "Lyon"', 'name: "Lyon, the branch"  # renamed').replace(
        "pattern: 'cl", "pattern: '(?:x/)?cl"
    )
    assert version(load(tmp_path), "customer") == version(load(tmp_path, changed), "customer")


def test_a_branch_may_tighten_a_contract_and_not_loosen_it(tmp_path: Path) -> None:
    tighter = "  tighten: {customer: {fields: {tax_id: {required: true}}}}\n  files:\n"
    text = GOOD.replace("  files:\n", tighter, 1)
    found = load(tmp_path, text).files[0].datasets["customer"].contract
    assert found.field("tax_id").required
    assert not CONTRACTS["customer"].field("tax_id").required
    looser = text.replace("tax_id: {required: true}", "customer_name: {required: false}")
    (said,) = mistakes(tmp_path, looser)
    assert said.startswith(f"{tmp_path / 'branches/lyon/defs.yaml'}:{line_of(looser, 'tighten')}:")
    assert "customer_name" in said
