"""Makes a night's Data Docs readable where they lie: on any disk, without a network.

Great Expectations renders a page per check; its pages fetch style sheets, scripts and a logo from elsewhere, and its
index shows nothing without them. Here these references are taken out, one style sheet of our own stands in, and the
index becomes what people look for: each check, what it means, and every finding with its size. Not here: judging.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from lxml import etree, html

from pipelines.audit.policy import Outcome, Policy, PolicyRow, judge_row
from pipelines.audit.rows import AuditRow

STYLE = "tieout.css"
_ELSEWHERE = ("http:", "https:", "//")
_GRAVITY = {Outcome.STOP: 0, Outcome.HOLD: 1, Outcome.WARNED: 2}
_NO_POLICY = PolicyRow(0, 0, "", "", "The policy table does not name this check; it is taken at its strictest.")

_NO_ROWS = PolicyRow(0, 0, "", "", "There was nothing to check.")


@dataclass(frozen=True)
class CheckLine:
    """One check on the index page: how its rows came out, and where Great Expectations' own page lies."""

    name: str
    owner: str
    explanation: str
    rows: int
    outcomes: Mapping[Outcome, int]
    page: str | None


@dataclass(frozen=True)
class FindingLine:
    """One finding on the index page. `difference` is found less expected; empty where these are words."""

    outcome: Outcome
    row: AuditRow
    difference: str


def make_readable(folder: Path, night_id: str, tables: Mapping[str, Sequence[AuditRow]], policy: Policy) -> None:
    """Rewrite the pages below `folder` so that they need no network, and write its index anew."""
    shutil.rmtree(folder / "static", ignore_errors=True)  # megabytes of fonts and logos for the style that is replaced
    for page in sorted(folder.rglob("*.html")):
        page.write_bytes(_offline(page.read_bytes(), "../" * (len(page.relative_to(folder).parts) - 1) + STYLE))
    pages = Environment(loader=PackageLoader("pipelines.audit"), autoescape=True, undefined=StrictUndefined)
    (folder / STYLE).write_text(pages.get_template(STYLE).render(), encoding="utf-8")
    index = pages.get_template("index.html.j2").render(
        night_id=night_id,
        checks=[_check(folder, name, rows, policy) for name, rows in tables.items()],
        findings=_findings(tables, policy),
        outcomes=list(Outcome),
    )
    (folder / "index.html").write_text(index, encoding="utf-8")


def _offline(page: bytes, style: str) -> bytes:
    tree: Any = html.document_fromstring(page.decode("utf-8"))  # the stubs do not know HtmlElement's own methods
    for element in list(tree.iter("script", "link", "img", "style", "footer")):
        element.drop_tree()
    for link in tree.iter("a"):
        if link.get("href", "").startswith(_ELSEWHERE):
            link.getparent().drop_tree()  # the newsletter and its kind
    tree.head.append(etree.Element("link", rel="stylesheet", href=style))
    text: bytes = html.tostring(tree, doctype="<!doctype html>", encoding="utf-8")
    return text


def _check(folder: Path, name: str, rows: Sequence[AuditRow], policy: Policy) -> CheckLine:
    rule = policy.get((rows[0].check_name, rows[0].scope), _NO_POLICY) if rows else _NO_ROWS
    pages = sorted((folder / "validations" / name).rglob("*.html"))
    return CheckLine(
        name=name.removeprefix("audit_"),
        owner=rule.owner,
        explanation=rule.explanation,
        rows=len(rows),
        outcomes=Counter(judge_row(row, policy) for row in rows),
        page=pages[-1].relative_to(folder).as_posix() if pages else None,
    )


def _findings(tables: Mapping[str, Sequence[AuditRow]], policy: Policy) -> list[FindingLine]:
    """What did not simply pass, gravest and largest first."""
    found = list(_weighed(tables, policy))
    found.sort(key=lambda line: (_GRAVITY[line.outcome], -abs(line.row.difference_minor or 0)))
    return found


def _weighed(tables: Mapping[str, Sequence[AuditRow]], policy: Policy) -> Iterator[FindingLine]:
    for rows in tables.values():
        for row in rows:
            outcome = judge_row(row, policy)
            if outcome in _GRAVITY:
                yield FindingLine(outcome, row, _difference(row))


def _difference(row: AuditRow) -> str:
    try:
        return f"{Decimal(row.actual or '') - Decimal(row.expected or ''):,f}"
    except InvalidOperation:
        return ""
