"""Golden records as people ask for them: by id, by an id that was given up, by a branch's record."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.conformance.golden.published import golden_id_of, members_of, pairs_of, record_of, shared_records
from pipelines.conformance.golden.records import RecordKey
from pipelines.errors import PartyError

MEMBER = (
    "branch_id varchar, party_type varchar, party_code varchar, golden_id varchar, party_name varchar, rule varchar,"
    " confidence decimal(5,4), preference bigint, losing_columns varchar, identifier_problem varchar"
)


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Muster AG is two records; Vogel KG may be it; P000003 became P000002, which became P000001."""
    with duckdb.connect() as made:
        made.execute("create schema core")
        made.execute(f"create table core.bridge_party_member ({MEMBER})")
        made.execute(
            "insert into core.bridge_party_member values"
            " ('north', 'customer', '1', 'P000001', 'Muster AG', 'tax_id', 1, 1, null, null),"
            " ('south', 'supplier', '2/a', 'P000001', 'Muster', 'tax_id', 1, 2, 'party_name city', null),"
            " ('south', 'customer', '9', 'P000004', 'Vogel KG', 'alone', 1, 1, null, 'tax_id X: wrong')"
        )
        made.execute(
            "create table core.dim_party as select 'P000001' as golden_id, 'Muster AG' as party_name,"
            " 'DE' as country_code, 'Bonn' as city, null as tax_id, 2 as member_count, 2 as branch_count"
            " union all select 'P000004', 'Vogel KG', 'DE', 'Ulm', 'X', 1, 1"
        )
        made.execute(
            "create table core.bridge_product_member (branch_id varchar, product_code varchar, golden_id varchar)"
        )
        made.execute(
            "create table core.golden_superseded as select 'party' as kind, 'P000003' as golden_id,"
            " 'P000002' as superseded_by, date '2026-02-01' as since"
            " union all select 'party', 'P000002', 'P000001', date '2026-03-01'"
        )
        made.execute(
            "create table core.golden_pair as"
            " select 'party' as kind, 'north' as branch_a, 'customer' as role_a, '1' as code_a, 'south' as branch_b,"
            " 'customer' as role_b, '9' as code_b, 'likeness' as rule, cast(0.9 as decimal(5,4)) as confidence,"
            " 'suggested' as decision, '' as reason"
            " union all select 'party', 'north', 'customer', '1', 'south', 'supplier', '2/a', 'likeness', 0.8,"
            " 'suggested', ''"
        )
        yield made


def test_only_what_is_several_records_is_listed_and_a_branch_sees_its_own(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert [(one.golden_id, one.detail) for one in shared_records(warehouse, "party", None)] == [
        ("P000001", "DE, Bonn")
    ]
    assert shared_records(warehouse, "party", "east") == []


@pytest.mark.parametrize("named", ["P000001", "p000001", "north/customer/1", "south/supplier/2/a"])
def test_a_golden_record_is_found_by_id_and_by_record(warehouse: duckdb.DuckDBPyConnection, named: str) -> None:
    assert golden_id_of(warehouse, named) == ("party", "P000001", "")


def test_an_id_given_up_leads_to_what_stands_now(warehouse: duckdb.DuckDBPyConnection) -> None:
    kind, found, remark = golden_id_of(warehouse, "P000003")
    assert (kind, found) == ("party", "P000001")
    assert remark == "P000003 was given up on 2026-03-01; P000001 took its place."
    with pytest.raises(PartyError, match="'P000009' is no golden record"):
        golden_id_of(warehouse, "P000009")


def test_members_are_shown_with_what_lost_and_what_cannot_be_right(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert [(one.key.branch_id, one.losing) for one in members_of(warehouse, "party", "P000001")] == [
        ("north", ""),
        ("south", "party_name city"),
    ]
    assert members_of(warehouse, "party", "P000004")[0].problem == "tax_id X: wrong"


def test_pairs_that_something_else_has_joined_wait_for_nobody(warehouse: duckdb.DuckDBPyConnection) -> None:
    [waiting] = pairs_of(warehouse, "party", None)
    assert (waiting.left_name, waiting.right_name) == ("Muster AG", "Vogel KG")
    assert len(pairs_of(warehouse, "party", "P000001")) == 2


def test_a_word_is_only_taken_on_records_that_are_there(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert record_of(warehouse, "south/supplier/2/a") == RecordKey("south", "supplier", "2/a")
    for named in ("south/supplier/3", "south", "south/product/1"):
        with pytest.raises(PartyError, match="names no record of a branch"):
            record_of(warehouse, named)
