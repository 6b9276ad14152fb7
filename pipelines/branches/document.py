"""What may stand in a branch's `defs.yaml` and in a profile: strict models of the text, before contracts are looked at.

Not here: reading YAML and merging profiles (loading), checks against contracts (checking), what others use (config).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictStr

from pipelines.branches.rules import DatedBy, DateRule, Lookup, PeriodRule
from pipelines.nearest import did_you_mean
from pipelines.sources.layout import Layout
from pipelines.standardize.conventions import Booleans, Dates, Numbers, Strict
from pipelines.standardize.mapping import Mapping

COMPONENT = "pipelines.components.branch.Branch"
Rule = Literal["full", "period", "append"]


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as err:
        raise ValueError(f"{value!r} is no regular expression: {err}.") from err
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        hint = did_you_mean(value, sorted(available_timezones()))
        raise ValueError(f"{value!r} is no IANA time zone; expected e.g. Europe/Oslo.{hint}")
    return ZoneInfo(value).key


Regex = Annotated[StrictStr, AfterValidator(_regex)]
Control = Annotated[StrictStr, Field(pattern=r"^(rows|contract_rows|documents|sum:[a-z_]+)$")]


class DatasetSaid(Strict):
    """One dataset of a file: how deliveries add up, and how the columns are mapped.

    `lookups`: name → another table, whose columns the mapping may name as `<name>.<column>`. `controls`: a total that
    the file declares → what it must equal: `rows`, `contract_rows`, `documents` or `sum:<field>`. `may_be_empty`: a
    delivery without records is meant so, and empties what it replaces; else it is refused.
    """

    rule: Rule
    may_be_empty: StrictBool = False
    period: PeriodRule | None = None
    lookups: dict[StrictStr, Lookup] = Field(default_factory=dict)
    mapping: Mapping
    controls: dict[StrictStr, Control] = Field(default_factory=dict)


class FileSaid(Strict):
    """One kind of file. `pattern` matches the whole path below the branch's landing folder.

    `dated_by` says which version of its parts a file falls under; without it the delivery date does.
    """

    pattern: Regex
    layout: Layout
    delivery_date: DateRule
    dated_by: DatedBy | None = None
    numbers: Numbers | None = None
    dates: Dates | None = None
    booleans: Booleans | None = None
    datasets: dict[StrictStr, DatasetSaid]  # none where the file is there to be looked up in


class Owner(Strict):
    """Who answers for the branch's records."""

    team: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    email: Annotated[StrictStr, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class BranchSaid(Strict):
    """A branch: who it is, and the files it sends. `since` is the first month ('YYYY-MM') that it owes.

    `numbers`, `dates` and `booleans` hold for every file that does not say its own.
    """

    branch_id: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Annotated[StrictStr, Field(min_length=1)]
    country_code: Annotated[StrictStr, Field(pattern=r"^[A-Z]{2}$")]
    currency: Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")]
    time_zone: Annotated[StrictStr, AfterValidator(_zone)]
    language: Annotated[StrictStr, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
    owner: Owner
    since: Annotated[StrictStr, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    profile: StrictStr | None = None
    numbers: Numbers | None = None
    dates: Dates | None = None
    booleans: Booleans | None = None
    files: Annotated[dict[StrictStr, FileSaid], Field(min_length=1)]
    tighten: dict[StrictStr, dict[str, Any]] = Field(default_factory=dict)


class BranchDocument(BaseModel):
    """The outline of `attributes` for editors and `dg check`; `load_branch` checks all of it, profile included."""

    model_config = ConfigDict(extra="forbid")

    branch_id: str
    name: str
    country_code: str
    currency: str
    time_zone: str
    language: str
    owner: Owner
    since: str | None = None
    profile: str | None = None
    numbers: dict[str, Any] | None = None
    dates: dict[str, Any] | None = None
    booleans: dict[str, Any] | None = None
    files: dict[str, dict[str, Any] | None] = Field(default_factory=dict)
    tighten: dict[str, dict[str, Any]] = Field(default_factory=dict)
