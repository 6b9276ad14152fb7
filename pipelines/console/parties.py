"""`tieout parties …`: companies and products that several branches list, what may be the same, and words on it.

Not here: how records are found to be the same (`pipelines.conformance.golden`), golden values (dbt).
"""

from __future__ import annotations

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipelines.conformance.golden.published import (
    golden_id_of,
    members_of,
    pairs_of,
    record_of,
    shared_records,
)
from pipelines.conformance.golden.records import Kind, RecordKey
from pipelines.conformance.golden.reviewed import FILE, Reviewed, approve, propose, read_reviewed
from pipelines.console.querying import published
from pipelines.console.terminal import count, harmless, out
from pipelines.settings import Workspace

_SHOWN = 40
_NEXT_NIGHT = "The next `tieout run` takes it in."


def list_golden(kind: Kind, branch: str | None) -> None:
    """Print golden records that are several records, the most widespread first."""
    with published(Workspace.load()) as connection:
        found = shared_records(connection, kind, branch)
    if not found:
        out().print("No two records are the same.")
        return
    table = _table("Id", "Name", "What else", "Records", "Branches")
    for one in found[:_SHOWN]:
        table.add_row(
            one.golden_id,
            Text(harmless(one.name)),
            Text(harmless(one.detail or "")),
            Text(count(one.member_count), justify="right"),
            Text(count(one.branch_count), justify="right"),
        )
    out().print(table)
    if len(found) > _SHOWN:
        where = "core.dim_party" if kind == "party" else "core.dim_golden_product"
        out().print(f"… and {count(len(found) - _SHOWN)} more: `tieout query` on {where} has them all.")


def show_golden(named: str) -> None:
    """One golden record: its records with the values that lost, and pairs that were not joined."""
    with published(Workspace.load()) as connection:
        kind, golden_id, remark = golden_id_of(connection, named)
        members = members_of(connection, kind, golden_id)
        pairs = [one for one in pairs_of(connection, kind, golden_id) if one.decision != "matched"]
    if remark:
        out().print(remark)
    out().print(Text(harmless(f"{golden_id}  {members[0].name}"), style="bold"))
    table = _table("Record", "Name", "By", "Sure", "Differs in", "Cannot be right")
    for one in members:
        table.add_row(
            Text(harmless(_name(one.key))),
            Text(harmless(one.name)),
            one.rule,
            f"{one.confidence:.2%}",
            one.losing.replace(" ", "\n"),
            Text(harmless(one.problem)),
        )
    out().print(table)
    for pair in pairs:
        out().print(
            harmless(
                f"{pair.decision}: {_name(pair.left)} {pair.left_name} – {_name(pair.right)} {pair.right_name},"
                f" {pair.rule} {pair.confidence:.2%} {pair.reason}"
            ),
            soft_wrap=True,
        )


def suggest(kind: Kind) -> None:
    """Print pairs that may be the same and wait for somebody, the surest first."""
    with published(Workspace.load()) as connection:
        found = pairs_of(connection, kind, None)
    if not found:
        out().print("No pair waits for anybody.")
        return
    table = _table("One", "Other", "By", "Sure")
    for pair in found[:_SHOWN]:
        table.add_row(
            Text(harmless(f"{_name(pair.left)}\n{pair.left_name}")),
            Text(harmless(f"{_name(pair.right)}\n{pair.right_name}")),
            pair.rule,
            f"{pair.confidence:.2%}",
        )
    out().print(table)
    if len(found) > _SHOWN:
        out().print(f"… and {count(len(found) - _SHOWN)} more: `tieout query` on core.golden_pair has them all.")
    out().print("Say what they are: tieout parties same ONE OTHER --reason WHY --by NAME, or different.")


def decide(one: str, other: str, decision: str, *, reason: str, by: str) -> None:
    """Write a line that says that two records are the same or different; it waits for a second person."""
    workspace = Workspace.load()
    with published(workspace) as connection:
        left, right = sorted((record_of(connection, one), record_of(connection, other)))
    kind: Kind = "product" if left.role == "product" else "party"
    file = _file(workspace)
    propose(file, Reviewed(kind, left, right, decision, reason, by, ""))
    out().print(
        f"{_name(left)} and {_name(right)}: {decision}, proposed by {by} in {file}. It waits for a second person:"
        f" tieout parties approve {_name(left)} {_name(right)} --by NAME",
        soft_wrap=True,
    )


def approve_decision(one: str, other: str, *, by: str) -> None:
    """Let a waiting line count."""
    left, right = (RecordKey(*[*named.split("/", 2), "", ""][:3]) for named in (one, other))
    said = approve(_file(Workspace.load()), left, right, by=by)
    out().print(
        f"{_name(said.left)} and {_name(said.right)}: {said.decision}, approved by {by}. {_NEXT_NIGHT}", soft_wrap=True
    )


def list_waiting() -> None:
    """Print lines of the table that wait for a second person."""
    file = _file(Workspace.load())
    waiting = [one for one in read_reviewed(file) if not one.counts]
    if not waiting:
        out().print("No decision waits for a second person.")
        return
    table = _table("One", "Other", "Decision", "Because", "By")
    for one in waiting:
        cells = (_name(one.left), _name(one.right), one.decision, one.reason, one.proposed_by)
        table.add_row(*(Text(harmless(cell)) for cell in cells))
    out().print(table)


def _file(workspace: Workspace) -> Path:
    return workspace.seeds_dir / FILE


def _name(key: RecordKey) -> str:
    return "/".join(key)


def _table(*columns: str) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=0)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
