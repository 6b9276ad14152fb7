"""Golden records as the published version shows them. Not here: how they came about, and what can be typed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.conformance.golden.records import Kind, RecordKey
from pipelines.errors import PartyError

_TABLES: dict[str, tuple[str, str]] = {
    "party": ("core.dim_party", "core.bridge_party_member"),
    "product": ("core.dim_golden_product", "core.bridge_product_member"),
}
_ROLE = {"party": "party_type", "product": "'product'"}


@dataclass(frozen=True)
class GoldenRecord:
    """A golden record: its golden name, one more value that tells it apart, and how many records it is."""

    golden_id: str
    name: str
    detail: str
    member_count: int
    branch_count: int


@dataclass(frozen=True)
class Member:
    """A branch's record in a golden record. `losing` are the columns whose value is not the golden one."""

    key: RecordKey
    golden_id: str
    name: str
    rule: str
    confidence: Decimal
    losing: str
    problem: str


@dataclass(frozen=True)
class FoundPair:
    """Two records, what speaks for them, and what was decided: matched, suggested or rejected."""

    left: RecordKey
    right: RecordKey
    left_name: str
    right_name: str
    rule: str
    confidence: Decimal
    decision: str
    reason: str


def shared_records(connection: duckdb.DuckDBPyConnection, kind: Kind, branch: str | None) -> list[GoldenRecord]:
    """Golden records of several records, the most widespread first; with `branch`, those that it lists."""
    golden, bridge = _TABLES[kind]
    detail = (
        "concat_ws(', ', country_code, city, tax_id)"
        if kind == "party"
        else "concat_ws(', ', product_group, unit_code, gtin)"
    )
    rows = connection.execute(
        f"select golden_id, {kind}_name, {detail}, member_count, branch_count from {golden}"
        f" where member_count > 1 and golden_id in (select golden_id from {bridge} where branch_id = $1 or $1 is null)"
        " order by branch_count desc, member_count desc, golden_id",
        [branch],
    ).fetchall()
    return [GoldenRecord(*row) for row in rows]


def golden_id_of(connection: duckdb.DuckDBPyConnection, named: str) -> tuple[Kind, str, str]:
    """Kind and id of what was named, an id or BRANCH/ROLE/CODE, and a remark where the id was given up.

    Raises `PartyError` where nothing has that name.
    """
    replaced = connection.execute(
        "with recursive step as (select superseded_by, since, 1 as depth from core.golden_superseded"
        " where upper(golden_id) = upper($1) union all select next.superseded_by, next.since, depth + 1"
        " from step inner join core.golden_superseded as next on step.superseded_by = next.golden_id)"
        " select superseded_by, since from step order by depth desc limit 1",
        [named],
    ).fetchone()
    wanted = replaced[0] if replaced else named
    remark = f"{named} was given up on {replaced[1]}; {replaced[0]} took its place." if replaced else ""
    kinds: tuple[Kind, ...] = ("party", "product")
    for kind in kinds:
        _, bridge = _TABLES[kind]
        found = connection.execute(
            f"select golden_id from {bridge} where upper(golden_id) = upper($1)"
            f" or branch_id || '/' || {_ROLE[kind]} || '/' || {_code(kind)} = $1 limit 1",
            [wanted],
        ).fetchone()
        if found:
            return kind, found[0], remark
    raise PartyError(
        f"{named!r} is no golden record and no record of a branch. Say an id as `tieout parties list` shows it, or"
        " BRANCH/customer/NUMBER, BRANCH/supplier/NUMBER, BRANCH/product/NUMBER."
    )


def members_of(connection: duckdb.DuckDBPyConnection, kind: Kind, golden_id: str) -> list[Member]:
    """The records of one golden record, the most trusted first."""
    _, bridge = _TABLES[kind]
    rows = connection.execute(
        f"select branch_id, {_ROLE[kind]}, {_code(kind)}, golden_id, {kind}_name, rule, confidence,"
        f" coalesce(losing_columns, ''), coalesce(identifier_problem, '') from {bridge} where golden_id = $1"
        " order by preference",
        [golden_id],
    ).fetchall()
    return [Member(RecordKey(*row[:3]), *row[3:]) for row in rows]


def pairs_of(connection: duckdb.DuckDBPyConnection, kind: Kind, golden_id: str | None) -> list[FoundPair]:
    """Pairs that wait for somebody (suggested, in two golden records), or all that touch one golden record."""
    _, bridge = _TABLES[kind]
    columns = f"branch_id, {_ROLE[kind]} as role, {_code(kind)} as code, golden_id, {kind}_name as name"
    rows = connection.execute(
        f"with member as (select {columns} from {bridge})"
        " select branch_a, role_a, code_a, branch_b, role_b, code_b, one.name, other.name, rule, confidence, decision,"
        " coalesce(reason, '') from core.golden_pair"
        " inner join member as one on branch_a = one.branch_id and role_a = one.role and code_a = one.code"
        " inner join member as other on branch_b = other.branch_id and role_b = other.role and code_b = other.code"
        " where kind = $1 and case when $2 is null then decision = 'suggested' and one.golden_id <> other.golden_id"
        " else $2 in (one.golden_id, other.golden_id) end"
        " order by confidence desc, branch_a, role_a, code_a, branch_b, role_b, code_b",
        [kind, golden_id],
    ).fetchall()
    return [FoundPair(RecordKey(*row[:3]), RecordKey(*row[3:6]), *row[6:]) for row in rows]


def record_of(connection: duckdb.DuckDBPyConnection, named: str) -> RecordKey:
    """The record BRANCH/ROLE/CODE. Raises `PartyError` where the published version has none of that name."""
    parts = named.split("/", 2)
    if len(parts) == 3:
        key = RecordKey(*parts)
        kind: Kind = "product" if key.role == "product" else "party"
        found = connection.execute(
            f"select 1 from {_TABLES[kind][1]} where branch_id = $1 and {_ROLE[kind]} = $2 and {_code(kind)} = $3",
            list(key),
        ).fetchone()
        if found:
            return key
    raise PartyError(
        f"{named!r} names no record of a branch; expected BRANCH/customer/NUMBER, BRANCH/supplier/NUMBER or"
        " BRANCH/product/NUMBER, as `tieout parties suggest` shows them."
    )


def _code(kind: Kind) -> str:
    return f"{kind}_code"
