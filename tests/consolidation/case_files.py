"""Reads a hand-worked consolidation case: its branches, rates, ledgers, events and the figures that must come out.

A case is a YAML file that a person can follow with a pencil. Every figure carries its working as plain arithmetic, and
the figure that a named mistake would give. All scalars are read as text and turned into Decimal: no binary float ever.
Not here: how a case gets into a lake (`case_lake`), and what the warehouse makes of it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cases"
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One journal line: `1310 100.00 @sub EUR:95.00 movement=dividend`. Debit positive."""

    account: str
    amount: Decimal
    partner: str = ""
    currency: str = ""
    transaction: Decimal | None = None
    movement: str = ""
    is_red: bool = False


@dataclass(frozen=True)
class Document:
    """The lines of one day. `2025-01-31 opening` and `2024-12-30 2025/1` (fiscal year/period) are headings, too."""

    branch: str
    day: date
    kind: str
    fiscal_year: int
    fiscal_period: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Figure:
    """One expected figure: where it stands, what it is, its working, and what a named mistake would make of it."""

    name: str
    where: dict[str, str]
    amount: Decimal
    working: str
    wrong: Decimal
    wrong_working: str
    mistake: str


@dataclass(frozen=True)
class Case:
    """One independent group with its own branches. `waiting` says what is missing before it can be asserted."""

    key: str
    title: str
    rule: str
    waiting: str
    root: str
    data: dict[str, Any] = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)
    figures: tuple[Figure, ...] = field(repr=False)

    def branch_id(self, short: str) -> str:
        """The branch's name in the lake: cases share one lake, so each has its own prefix."""
        return f"{self.key[:3]}_{short}"

    def unit_id(self, short: str) -> str:
        """`sub` is the branch alone, `sub:group` the group that it heads."""
        head, mark, kind = short.partition(":")
        return self.branch_id(head) + mark + kind


def all_cases() -> list[Case]:
    return [read_case(path) for path in sorted(FOLDER.glob("*.yaml"))]


def read_case(path: Path) -> Case:
    """The case of one file. Raises ValueError, with file and place, where a line or a figure cannot be read."""
    data = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # BaseLoader: every scalar stays text
    try:
        return Case(
            key=path.stem,
            title=data["title"],
            rule=data["rule"],
            waiting=data.get("waiting", ""),
            root=next(iter(data["branches"])),
            data=data,
            documents=tuple(
                _document(branch, heading, lines)
                for branch, documents in data.get("ledger", {}).items()
                for heading, lines in documents.items()
            ),
            figures=tuple(_figure(entry) for entry in data["expect"]),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def worked_out(working: str) -> Decimal:
    """What plain arithmetic (+ - * / and brackets) comes to, exactly, rounded once to the cent, half away from zero."""
    return _value(ast.parse(working.strip(), mode="eval").body, working).quantize(CENT, ROUND_HALF_UP)


def _value(node: ast.expr, text: str) -> Decimal:
    match node:
        case ast.Constant():
            return Decimal(ast.get_source_segment(text.strip(), node) or "")
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, text)
        case ast.BinOp(op=ast.Add()):
            return _value(node.left, text) + _value(node.right, text)
        case ast.BinOp(op=ast.Sub()):
            return _value(node.left, text) - _value(node.right, text)
        case ast.BinOp(op=ast.Mult()):
            return _value(node.left, text) * _value(node.right, text)
        case ast.BinOp(op=ast.Div()):
            return _value(node.left, text) / _value(node.right, text)
    raise ValueError(f"'{text}' is not plain arithmetic.")


def _document(branch: str, heading: str, lines: list[str]) -> Document:
    first, *rest = heading.split()
    day, kind, year, period = date.fromisoformat(first), "normal", "", ""
    for word in rest:
        if "/" in word:
            year, period = word.split("/")
        elif not word.startswith("no."):
            kind = word
    return Document(
        branch, day, kind, int(year or day.year), int(period or day.month), tuple(_line(text) for text in lines)
    )


def _line(text: str) -> Line:
    account, amount, *more = text.split()
    found: dict[str, Any] = {}
    for word in more:
        if word.startswith("@"):
            found["partner"] = word[1:]
        elif word.startswith("movement="):
            found["movement"] = word.removeprefix("movement=")
        elif word == "red":
            found["is_red"] = True
        elif word[3:4] == ":":
            found |= {"currency": word[:3], "transaction": _number(word[4:])}
        else:
            raise ValueError(f"'{word}' in the line '{text}' is neither a @partner, CUR:amount, movement= nor red.")
    return Line(account, _number(amount), **found)


def _figure(entry: dict[str, str]) -> Figure:
    amount, _, working = entry["is"].partition("=")
    wrong, _, wrong_working = entry["wrong"].partition("=")
    where = dict(word.split("=", 1) for word in entry["at"].split())
    return Figure(
        entry["figure"],
        where,
        _number(amount),
        working or amount,
        _number(wrong),
        wrong_working or wrong,
        entry["mistake"],
    )


def _number(text: str) -> Decimal:
    return Decimal(text.strip().replace(",", ""))
