"""What `tieout.yaml` says under `notices`: who hears of a night, and over which mail server and webhooks.

Nothing is sent where nothing is said. Secrets never stand here: only the names of the environment variables that hold
them. Not here: writing and sending messages (`pipelines.notices`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.nearest import did_you_mean

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_SECURITY = ("starttls", "tls", "none")
_RECEIPTS = ("always", "with_problems")


@dataclass(frozen=True)
class Smtp:
    """A mail server. `security`: starttls, tls or none; `password_env` names an environment variable."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password_env: str = ""
    ca_file: str = ""  # certificates of a house's own authority, PEM; else those of the system
    timeout_seconds: int = 15


@dataclass(frozen=True)
class Webhook:
    """A Slack-compatible address, held by an environment variable. `teams` whose branches it hears of; none: all."""

    name: str
    url_env: str
    teams: tuple[str, ...] = ()
    language: str = "en"
    timeout_seconds: int = 15


@dataclass(frozen=True)
class NoticeSettings:
    """`controller` hears of everything, also of what is the whole group's. `dry_run`: write, but send nothing."""

    smtp: Smtp | None = None
    webhooks: tuple[Webhook, ...] = ()
    controller: str = ""
    controller_language: str = "en"
    receipts: str = "always"  # whether a branch also hears where nothing is to do: always, with_problems
    remind_every_days: int = 1
    dry_run: bool = False

    @property
    def somebody_hears(self) -> bool:
        return bool(self.smtp or self.webhooks)


@dataclass
class _Reader:
    """Takes values out of one map, and remembers every mistake as a sentence."""

    place: str
    said: Mapping[str, Any]
    known: tuple[str, ...]
    mistakes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for key in self.said:
            if key not in self.known:
                expected = ", ".join(self.known)
                self.mistakes.append(
                    f"{self.place}: unknown key {key!r}; expected one of {expected}.{did_you_mean(key, self.known)}"
                )

    def text(self, key: str, pattern: re.Pattern[str] | None, expected: str, default: str | None = None) -> str:
        value = self.said.get(key, default)
        if not isinstance(value, str) or (value != default and pattern is not None and not pattern.fullmatch(value)):
            self.mistakes.append(f"{self.place}: {key} is {value!r}; expected {expected}. Correct it.")
            return ""
        return value

    def number(self, key: str, least: int, most: int, default: int) -> int:
        value = self.said.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.mistakes.append(
                f"{self.place}: {key} is {value!r}; expected a whole number from {least} to {most}. Correct it."
            )
            return default
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.said.get(key, choices[0])
        if value not in choices:
            self.mistakes.append(f"{self.place}: {key} is {value!r}; expected {' or '.join(choices)}. Correct it.")
            return choices[0]
        return str(value)

    def inner(self, key: str, known: tuple[str, ...]) -> _Reader | None:
        if self.said.get(key) is None:
            return None
        return self.reader(f"{self.place}.{key}", self.said[key], known)

    def reader(self, place: str, said: Any, known: tuple[str, ...]) -> _Reader | None:
        if not isinstance(said, dict):
            self.mistakes.append(f"{place}: found {said!r}; expected keys: {', '.join(known)}.")
            return None
        return _Reader(place, said, known, self.mistakes)


def read_notices(file: Path, said: Any) -> tuple[NoticeSettings, list[str]]:
    """The settings under `notices` of `file`, and one sentence per mistake: place, found, expected, fix."""
    if said is None:
        return NoticeSettings(), []
    mistakes: list[str] = []
    known = ("smtp", "webhooks", "controller", "receipts", "remind_every_days", "dry_run")
    top = _Reader("", {}, known, mistakes).reader(f"{file}: notices", said, known)
    if top is None:
        return NoticeSettings(), mistakes
    controller = top.inner("controller", ("email", "language"))
    settings = NoticeSettings(
        smtp=_smtp(
            top.inner(
                "smtp", ("host", "port", "from", "security", "user", "password_env", "ca_file", "timeout_seconds")
            )
        ),
        webhooks=_webhooks(top),
        controller=controller.text("email", _ADDRESS, "one e-mail address") if controller else "",
        controller_language=controller.text("language", _LANGUAGE, "a language such as en", "en")
        if controller
        else "en",
        receipts=top.choice("receipts", _RECEIPTS),
        remind_every_days=top.number("remind_every_days", 1, 365, 1),
        dry_run=said.get("dry_run", False) is True,
    )
    if not isinstance(said.get("dry_run", False), bool):
        mistakes.append(f"{top.place}: dry_run is {said['dry_run']!r}; expected true or false. Correct it.")
    if settings.controller and not settings.smtp:
        mistakes.append(f"{top.place}: the controller has an e-mail address, but smtp is missing. Add it.")
    return settings, mistakes


def _smtp(said: _Reader | None) -> Smtp | None:
    if said is None:
        return None
    found = Smtp(
        host=said.text("host", re.compile(r"[^\s]+"), "the mail server's name"),
        port=said.number("port", 1, 65535, 587),
        sender=said.text("from", _ADDRESS, "the sender's e-mail address"),
        security=said.choice("security", _SECURITY),
        user=said.text("user", None, "the name to log in with", ""),
        password_env=said.text("password_env", _VARIABLE, "the name of an environment variable", ""),
        ca_file=said.text("ca_file", None, "a PEM file", ""),
        timeout_seconds=said.number("timeout_seconds", 1, 300, 15),
    )
    if bool(found.user) != bool(found.password_env):
        said.mistakes.append(f"{said.place}: user and password_env belong together. Say both, or neither.")
    if found.user and found.security == "none":
        said.mistakes.append(f"{said.place}: a password would travel in the clear. Set security to starttls or tls.")
    return found


def _webhooks(top: _Reader) -> tuple[Webhook, ...]:
    said = top.said.get("webhooks") or []
    if not isinstance(said, list):
        top.mistakes.append(f"{top.place}: webhooks is {said!r}; expected a list. Correct it.")
        return ()
    found = []
    for number, one in enumerate(said, start=1):
        known = ("name", "url_env", "teams", "language", "timeout_seconds")
        hook = top.reader(f"{top.place}.webhooks, entry {number}", one, known)
        if hook is None:
            continue
        teams = hook.said.get("teams", [])
        if not isinstance(teams, list) or not all(isinstance(team, str) for team in teams):
            hook.mistakes.append(f"{hook.place}: teams is {teams!r}; expected a list of teams. Correct it.")
            teams = []
        found.append(
            Webhook(
                name=hook.text("name", _NAME, "a short name of small letters, digits, - and _"),
                url_env=hook.text("url_env", _VARIABLE, "the name of an environment variable that holds the address"),
                teams=tuple(teams),
                language=hook.text("language", _LANGUAGE, "a language such as en", "en"),
                timeout_seconds=hook.number("timeout_seconds", 1, 300, 15),
            )
        )
    names = [one.name for one in found]
    top.mistakes += [
        f"{top.place}.webhooks: the name {name!r} stands twice. Rename one."
        for name in set(names)
        if names.count(name) > 1
    ]
    return tuple(found)
