"""Who is told what: one message a recipient and night, with everything that is theirs to do.

Not here: what is wrong (problems), whether it was said before (outbox), sending (channels).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.branches.config import BranchConfig
from pipelines.notice_settings import NoticeSettings
from pipelines.notices.branch_receipt import BranchReceipt, as_html, as_text
from pipelines.notices.harmless import one_line
from pipelines.notices.phrases import FALLBACK, Language, language
from pipelines.notices.problems import Problem

EMAIL, WEBHOOK = "email", "webhook"
_LISTED = 40  # problems of one message; whoever has more starts with these
_RULES = 4  # reasons of one delivery
_FIGURES = {"declared", "computed", "expected", "actual"}  # figures that arrive as text, or say something else


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told: `email:<address>` or `webhook:<name>`. `branches` None: everything, the group's as well."""

    channel: str
    address: str
    language: str
    branches: frozenset[str] | None
    wants_receipts: bool = False

    @property
    def name(self) -> str:
        return f"{self.channel}:{self.address}"

    def is_told(self, problem: Problem) -> bool:
        return self.branches is None or problem.branch_id in self.branches


@dataclass(frozen=True)
class Attachment:
    name: str
    html: str


@dataclass(frozen=True)
class Message:
    """One message, complete: it can be sent again later as it is."""

    recipient: str
    night_id: str
    night_date: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Night:
    """What every message of a night has in common."""

    group: str
    night_id: str
    night_date: date
    branches: Mapping[str, BranchConfig]


def recipients(settings: NoticeSettings, branches: Mapping[str, BranchConfig]) -> list[Recipient]:
    """Everybody who may be told, each once: owners by address, the controller, webhooks."""
    found: list[Recipient] = []
    if settings.smtp:
        owned: dict[str, list[BranchConfig]] = {}
        for branch in branches.values():
            owned.setdefault(branch.owner_email.lower(), []).append(branch)
        controller = settings.controller.lower()
        found += [
            Recipient(EMAIL, address, _common_language(its), frozenset(one.branch_id for one in its), True)
            for address, its in sorted(owned.items())
            if address != controller
        ]
        if controller:
            found.append(Recipient(EMAIL, controller, settings.controller_language, None))
    for hook in settings.webhooks:
        of_teams = frozenset(one.branch_id for one in branches.values() if one.owner_team in hook.teams)
        found.append(Recipient(WEBHOOK, hook.name, hook.language, of_teams if hook.teams else None))
    return found


def message(
    night: Night, recipient: Recipient, problems: Sequence[Problem], receipts: Sequence[BranchReceipt]
) -> Message:
    """The message with all of `problems`, by branch, and the receipts attached and written out below."""
    spoken = language(recipient.language)
    day = spoken.day(night.night_date)
    subject = "message.subject_problems" if problems else "message.subject_receipt"
    lines = [spoken.say("message.night", group=night.group, day=day, night=night.night_id), ""]
    if not problems:
        lines += [spoken.say("message.in_order"), ""]
    listed = list(problems[:_LISTED])
    for branch_id in dict.fromkeys(one.branch_id for one in listed):
        lines += _of_branch(night, spoken, branch_id, [one for one in listed if one.branch_id == branch_id])
    if len(problems) > len(listed):
        lines += [spoken.say("message.more", count=spoken.count(len(problems) - len(listed))), ""]
    if receipts:
        lines += [spoken.say("message.attached"), ""]
        lines += [line for one in receipts for line in ("-" * 72, as_text(one))]
    lines.append(spoken.say("message.ends"))
    return Message(
        recipient=recipient.name,
        night_id=night.night_id,
        night_date=night.night_date.isoformat(),
        subject=one_line(spoken.say(subject, group=night.group, day=day, count=spoken.count(len(problems)))),
        text="\n".join(lines) + "\n",
        attachments=tuple(Attachment(f"{one.branch_id}_{one.night_id}.html", as_html(one)) for one in receipts),
    )


def told(problem: Problem, night: Night, spoken: Language) -> tuple[str, str]:
    """What happened and what to do, as two sentences."""
    branch = night.branches.get(problem.branch_id or "")
    said = {key: _written(spoken, key, value) for key, value in problem.facts.items()}
    said |= {
        "branch": one_line(branch.name) if branch else str(problem.branch_id or ""),
        "branch_id": problem.branch_id or "",
    }
    if names := problem.facts.get("datasets"):
        assert isinstance(names, tuple)
        said |= {"datasets": spoken.datasets(names), "dataset": spoken.dataset(names[0]), "dataset_id": names[0]}
    if rules := problem.facts.get("rules"):
        assert isinstance(rules, tuple)
        said["reasons"] = _reasons(spoken, rules)
    what, to_do = (spoken.say(f"problem.{problem.kind}.{part}", **said) for part in ("what", "do"))
    return " ".join(what.split()), to_do


def _of_branch(night: Night, spoken: Language, branch_id: str | None, problems: Iterable[Problem]) -> list[str]:
    branch = night.branches.get(branch_id or "")
    name = spoken.say("message.no_branch") if branch_id is None else branch_id
    lines = [f"{one_line(branch.name)} ({branch_id})" if branch else name]
    for number, one in enumerate(problems, start=1):
        what, to_do = told(one, night, spoken)
        lines += [f"  {number}. {what}", f"     → {spoken.say('message.do', what=to_do)}"]
    return [*lines, ""]


def _written(spoken: Language, key: str, value: object) -> str:
    if key == "days" or isinstance(value, int):
        return spoken.count(int(str(value)))
    if key in _FIGURES and isinstance(value, str):
        return spoken.figure(value)
    if isinstance(value, date):
        return spoken.day(value)
    if isinstance(value, Decimal):
        return spoken.amount(value)
    return "–" if value is None else one_line(value)


def _reasons(spoken: Language, rules: Sequence[tuple[str, int]]) -> str:
    shown = [f"{spoken.rule(rule)[0]} ({spoken.count(number)})" for rule, number in rules[:_RULES]]
    more = [spoken.say("message.more", count=spoken.count(len(rules) - _RULES))] if len(rules) > _RULES else []
    return "; ".join([*shown, *more])


def _common_language(branches: Sequence[BranchConfig]) -> str:
    """The language of somebody's branches where they agree, else English."""
    spoken = {language(one.language).code for one in branches}
    return spoken.pop() if len(spoken) == 1 else FALLBACK
