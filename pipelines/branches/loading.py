"""Reads a branch's folder: YAML with line numbers, its profile merged in, every mistake said at once.

A profile and a branch are merged key by key: maps merge, a list or a value replaces, an empty value (`~`) removes; what
is one statement (where a field's value stands, how dates are written) is replaced whole.
Not here: what the keys mean (document), and how they agree with contracts (checking).
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipelines.branches.assembling import Told, file_versions, tightened, with_defaults
from pipelines.branches.checking import CODES, Mistake, check_branch
from pipelines.branches.config import BranchConfig
from pipelines.branches.dating import AsOf, as_of, dating_mistakes, first_days
from pipelines.branches.document import COMPONENT, BranchSaid
from pipelines.branches.explaining import explain
from pipelines.contracts.model import Contract
from pipelines.contracts.strict_yaml import YamlText, read_yaml
from pipelines.errors import ConfigError
from pipelines.nearest import did_you_mean, nearest_word
from pipelines.settings import Workspace

BRANCH_FILE = "defs.yaml"
_TOP_KEYS = ("type", "attributes", "requirements", "post_processing", "template_vars_module")
_WHOLE = frozenset({"delivery_date", "period", "numbers", "dates", "booleans", "header", "fiscal_calendar"})
_PROFILE_KEYS = ("description", "numbers", "dates", "booleans", "files")


@dataclass(frozen=True)
class _Read:
    """The merged attributes, and the texts that say where each of them stands.

    `day` is set where the attributes are those of one day: it knows in which version each of them stands.
    """

    attributes: dict[str, Any]
    branch: YamlText
    profile: YamlText | None
    day: AsOf = field(default_factory=lambda: AsOf({}))

    def at(self, path: tuple[str | int, ...]) -> str:
        """``file:line`` of the merged value at `path`: in the branch's file where it says it, else in the profile."""
        path = min(self.day.spellings(path), key=self._unknown_steps)
        in_branch = _depth(self.branch, ("attributes", *path))
        if self.profile is None or in_branch >= len(path) + 1 or in_branch - 1 >= _depth(self.profile, path):
            return self.branch.at(("attributes", *path))
        return self.profile.at(path)

    def _unknown_steps(self, path: tuple[str | int, ...]) -> int:
        in_profile = 0 if self.profile is None else _depth(self.profile, path)
        return len(path) - max(_depth(self.branch, ("attributes", *path)) - 1, in_profile)


def load_branches(workspace: Workspace, contracts: Dictionary[str, Contract]) -> dict[str, BranchConfig]:
    """Every branch of a workspace by id; ConfigError with the mistakes of all folders."""
    found: dict[str, BranchConfig] = {}
    mistakes: list[str] = []
    for path in sorted(workspace.branches_dir.glob(f"*/{BRANCH_FILE}")):
        try:
            branch = load_branch(path, contracts, workspace.profiles_dir)
        except ConfigError as error:
            mistakes += error.mistakes
            continue
        if branch.branch_id in found:
            other = found[branch.branch_id].source
            mistakes.append(
                f"{path}: the branch_id {branch.branch_id!r} stands in {other} too. Give each branch its own."
            )
        found[branch.branch_id] = branch
    if mistakes:
        raise ConfigError(mistakes)
    return found


def load_branch(path: Path, contracts: Dictionary[str, Contract], profiles_dir: Path) -> BranchConfig:
    """One branch out of its `defs.yaml`; ConfigError with every mistake: file, line, found, expected, fix."""
    read = _read(path, profiles_dir)
    days = first_days(read.attributes)
    mistakes = dating_mistakes(read.attributes)
    if mistakes:
        raise ConfigError(_sentences(mistakes, read))
    starts: list[date | None] = sorted(
        {day for own in days.values() for day in own} or {None}, key=lambda d: d or date.min
    )
    told, sentences = {}, list[str]()
    for start in starts:
        day = as_of(read.attributes, start, merge)
        told[start] = _told(replace(read, attributes=day.attributes, day=day), path, contracts, sentences)
    if sentences:
        raise ConfigError(list(dict.fromkeys(sentences)))
    known = {start: one for start, one in told.items() if one is not None}
    sentences = [sentence for name, own in days.items() for sentence in _disagreements(read, name, own, known)]
    if sentences:
        raise ConfigError(sentences)
    said = known[starts[-1]].said
    files = tuple(file_versions(name, order, days.get(name, [None]), known) for order, name in enumerate(said.files))
    return BranchConfig(
        branch_id=said.branch_id,
        name=said.name,
        country_code=said.country_code,
        currency=said.currency,
        time_zone=said.time_zone,
        language=said.language,
        owner_team=said.owner.team,
        owner_email=said.owner.email,
        since=said.since,
        files=files,
        source=str(path),
    )


def _told(read: _Read, path: Path, contracts: Dictionary[str, Contract], sentences: list[str]) -> Told | None:
    try:
        said = BranchSaid.model_validate(read.attributes)
    except ValidationError as error:
        complaints = [
            Mistake(one.path, one.sentence + _meant(one, read, contracts))
            for one in explain(error, BranchSaid, read.attributes)
        ]
        sentences += _sentences(complaints, read)
        return None
    said = with_defaults(said)
    mistakes = list(check_branch(said, contracts))
    if path.parent.name != said.branch_id:
        sentence = (
            f"the folder is called {path.parent.name!r}, but branch_id is {said.branch_id!r}. Give both the same name."
        )
        mistakes.append(Mistake(("branch_id",), sentence))
    own = tightened(said, contracts, mistakes)
    sentences += _sentences(mistakes, read)
    return Told(said, own)


def _disagreements(read: _Read, name: str, days: list[date | None], known: Dictionary[date | None, Told]) -> list[str]:
    """What a kind of file with versions has to say the same on all days, or before it is opened."""
    if len(days) == 1:
        return []
    found = []
    said = known[None].said.files[name]
    if (said.dated_by or said.delivery_date).kind == "metadata":
        sentence = (
            "the file has versions, and its date stands inside it, where nobody can read it before a version is chosen."
            " Say in dated_by which part of the name is the date, e.g. dated_by: {file_name: '_(\\d{8})', format: "
            '"%Y%m%d"}, or dated_by: arrival.'
        )
        found.append(Mistake(("files", name, "dated_by" if said.dated_by else "delivery_date"), sentence))
    given = [set(known[day].said.files[name].datasets) for day in days]
    if any(one != given[0] for one in given):
        sentence = (
            "the versions give different datasets. Make a file of its own where others come, with its own pattern."
        )
        found.append(Mistake(("files", name), sentence))
    return _sentences(found, read)


def _meant(mistake: Mistake, read: _Read, contracts: Dictionary[str, Contract]) -> str:
    """What the model cannot know: the nearest code of a closed list, and the nearest name in the profile."""
    if "Did you mean" in mistake.sentence:
        return ""
    if mistake.path in {(key,) for key in CODES}:
        field = contracts["branch"].field(CODES[str(mistake.path[0])]) if "branch" in contracts else None
        return did_you_mean(read.attributes[str(mistake.path[0])], (field.allowed or ()) if field else ())
    there: Any = read.profile.data if read.profile else None
    for step in mistake.path:
        if not isinstance(there, dict):
            return ""
        if step not in there:
            near = nearest_word(step, there)
            return "" if near is None else f" Did you mean {near!r}? So it is called in the profile."
        there = there[step]
    return ""


def _read(path: Path, profiles_dir: Path) -> _Read:
    if not path.is_file():
        raise ConfigError(
            [f"{path}: there is no such file. A branch is a folder with a {BRANCH_FILE}; see docs/onboarding.md."]
        )
    branch = read_yaml(path)
    mistakes = list(branch.mistakes)
    data = branch.data if isinstance(branch.data, dict) else {}
    mistakes += [_unknown_key(branch, (key,), key, _TOP_KEYS) for key in data if key not in _TOP_KEYS]
    if data.get("type") != COMPONENT:
        mistakes.append(f"{branch.at(('type',))}: type is {data.get('type')!r}; expected {COMPONENT!r}. Write it so.")
    attributes = data.get("attributes")
    if not isinstance(attributes, dict):
        raise ConfigError(
            [*mistakes, f"{branch.at(('attributes',))}: attributes are missing; they say what the branch is."]
        )
    profile = _profile(branch, attributes.get("profile"), profiles_dir, mistakes)
    if mistakes:
        raise ConfigError(mistakes)
    merged = attributes if profile is None else merge(_without(profile.data, "description"), attributes)
    return _Read(merged, branch, profile)


def _profile(branch: YamlText, name: Any, profiles_dir: Path, mistakes: list[str]) -> YamlText | None:
    if not isinstance(name, str):
        return None
    path = profiles_dir / f"{name}.yaml"
    known = sorted(file.stem for file in profiles_dir.glob("*.yaml"))
    if name not in known:
        hint = did_you_mean(name, known)
        place = branch.at(("attributes", "profile"))
        mistakes.append(f"{place}: there is no profile {name!r}; known are {', '.join(known) or 'none'}.{hint}")
        return None
    profile = read_yaml(path)
    mistakes += profile.mistakes
    if not isinstance(profile.data, dict):
        mistakes.append(f"{path}:1: the profile is no map of keys; expected {', '.join(_PROFILE_KEYS)}.")
        return None
    mistakes += [_unknown_key(profile, (key,), key, _PROFILE_KEYS) for key in profile.data if key not in _PROFILE_KEYS]
    return profile


def merge(base: Any, over: Any, within: str = "") -> Any:
    """`over` onto `base`: maps key by key, everything else replaced; a null in `over` removes the key.

    What is one statement is replaced whole: a column's source, a date or period rule, conventions, amounts of another
    shape. `within` is the key that holds the two.
    """
    if not isinstance(over, dict) or not isinstance(base, dict):
        return over
    if within == "amounts" and over.get("shape", base.get("shape")) != base.get("shape"):
        return over
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif key in _WHOLE or within == "columns" or (within == "amounts" and key != "tax_keys"):
            merged[key] = value
        else:
            merged[key] = merge(merged.get(key), value, key)
    return merged


def _without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}


def _unknown_key(text: YamlText, place: tuple[str | int, ...], key: str, known: tuple[str, ...]) -> str:
    hint = did_you_mean(key, known) or " Remove it."
    return f"{text.at(place)}: unknown key {key!r}; expected one of {', '.join(known)}.{hint}"


def _depth(text: YamlText, path: tuple[str | int, ...]) -> int:
    while path and path not in text.lines:
        path = path[:-1]
    return len(path)


def _sentences(mistakes: list[Mistake], read: _Read) -> list[str]:
    return list(dict.fromkeys(f"{read.at(mistake.path)}: {mistake.sentence}" for mistake in mistakes))
