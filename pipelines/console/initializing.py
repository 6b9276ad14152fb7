"""`tieout init`: a new workspace, ready for its first branch.

Not here: what the files mean (docs say it), and the sample group (this repository's own workspace).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.console.reference import MODELS
from pipelines.console.terminal import out
from pipelines.errors import TieoutError
from pipelines.settings import WORKSPACE_FILE

# The group's own chart and the audit's limits are a good start as they are; the others begin empty.
_COPIED = {
    "group_account",
    "group_heading",
    "audit_policy",
    "audit_test_policy",
    "close_policy",
    "consolidation_policy",
    "currency",
}

_SETTINGS = """\
# One group's own files. Every folder is relative to this file; remove a line to keep its default.
group_name: "My Group"
group_currency: "EUR"          # ISO 4217, quoted
time_zone: "Europe/Berlin"     # the nights are dated in it
branches: "branches"           # one folder a branch, each with a defs.yaml
seeds: "seeds/reference"       # group chart, account map, audit policy
landing: "data/landing"        # branches put their files into landing/<branch>/
lake: "data/lake"
warehouse: "data/warehouse"
reports: "data/reports"
dagster_home: "data/dagster"
# Who hears of a night; nobody while this is commented out. Secrets stay in environment variables: docs/alerts.md.
# notices:
#   controller: {email: "controller@group.example"}
#   smtp: {host: "mail.group.example", from: "tieout@group.example", user: "tieout", password_env: "MAIL_PASSWORD"}
#   webhooks:
#     - {name: "finance", url_env: "SLACK_URL"}
"""

_EXAMPLE = """\
# Copy this folder, name it after your branch (letters, digits, _), rename this file to defs.yaml, correct every line.
# `tieout check` says what is wrong, with line and fix. Quote all codes: YAML reads NO as false and 0400 as 256.
# Easier: `tieout draft BRANCH FILE` writes such a file from one that the branch sends.
type: pipelines.components.branch.Branch
attributes:
  branch_id: "north"
  name: "North Trading Ltd"
  country_code: "NO"
  currency: "NOK"
  time_zone: "Europe/Oslo"
  language: "nb"
  owner: {team: "finance-north", email: "finance@north.example"}

  # A ready-made profile reads the files of a known system (datev, saft); then say only what differs:
  # profile: "saft"

  # How this branch writes numbers and dates; a file or a column may say its own.
  numbers: {decimal_mark: ",", thousands_marks: " "}
  dates: {formats: ["%d.%m.%Y"]}

  files:
    customers:                                     # any name
      # The file's path below landing/<branch>, as a regular expression.
      pattern: 'customers_[0-9-]+[.]csv'
      layout: {kind: "delimited", delimiter: ";"}
      # The day the file is of: out of its name here; `arrival` is the day it came.
      delivery_date: {file_name: '_([0-9-]+)[.]csv', format: "%Y-%m-%d"}
      datasets:
        customer:
          rule: "full"                             # full: replaces all; period: replaces its months; append: adds
          mapping:
            columns:                               # contract field: column of the file
              customer_code: "Number"
              customer_name: "Name"
              country_code: {column: "Country", values: {"Norge": "NO", "Sverige": "SE"}}
"""

_READ_ME = """\
# Branches

One folder a branch, each with a `defs.yaml` that says who the branch is, which files it sends and how their columns
become the contracts' fields. No code. `tieout draft BRANCH FILE` writes a first one; `example/defs.yaml.example` is
another start. Check with `tieout check`, and see what becomes of a file with `tieout try BRANCH FILE`.
"""

_IGNORED = "data/\n"


def run_init(folder: Path) -> None:
    """Make the workspace in `folder`. Raises `TieoutError` where something lies there; nothing is overwritten."""
    home = folder.resolve()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise TieoutError(f"{home}: something is here already; expected an empty or new folder. Name another one.")
    _write(home / WORKSPACE_FILE, _SETTINGS)
    _write(home / ".gitignore", _IGNORED)
    _write(home / "branches" / "README.md", _READ_ME)
    _write(home / "branches" / "example" / "defs.yaml.example", _EXAMPLE)
    for model in sorted(MODELS.glob("*.csv")):
        _reference_table(model, home / "seeds" / "reference" / model.name)
    (home / "data" / "landing").mkdir(parents=True)
    out().print(
        f"{home} is a workspace now.\n\n"
        f"1. export TIEOUT_WORKSPACE={home}\n"
        "2. Correct tieout.yaml: the group's name, currency and time zone.\n"
        "3. tieout draft BRANCH FILE makes a branch's folder out of one of its files; correct what is marked there.\n"
        "4. tieout check, until it finds nothing; tieout try BRANCH FILE, until it takes what it should.\n"
        "5. Map the branch's accounts to the group's: `tieout accounts start`, seeds/reference/account_map.csv.\n"
        "6. Put the branch's files into data/landing/BRANCH/ and start tieout run.",
        soft_wrap=True,
    )


def _reference_table(model: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if model.stem in _COPIED:
        shutil.copyfile(model, target)
        return
    with model.open(encoding="utf-8") as stream:
        target.write_text(stream.readline(), encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
