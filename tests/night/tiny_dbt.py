"""A stand-in for dbt where only the night's own conduct matters: one incremental fact, one audit table, `ops`.

A rate of 666 fails a branch's audit; of 999 it fails the group's; of 500 a model breaks.
"""

from __future__ import annotations

import duckdb

from pipelines.night.dbt_port import DbtNode, DbtOutcome, DbtRequest

_KEPT = ("slice", "night", "held_branch", "delivery")
_AUDIT = """
create or replace table warehouse.audit.audit_rates as
select 'bad_rate' as check_name, 'branch' as scope, branch_id, slice_period as subject, 'EUR' as currency_code,
    'no rate of 666' as expected, 'a rate of 666' as actual,
    cast(count(*) as bigint) as difference_minor, false as passed
from warehouse.core.fct_fx_rate where rate = 666 group by all
union all
select 'worse_rate', 'group', null, 'all', null, 'no rate of 999', 'a rate of 999', cast(1 as bigint), false
from warehouse.core.fct_fx_rate where rate = 999
union all
select 'any_rate', 'group', null, 'all', null, 'rows', 'rows', cast(0 as bigint), true
"""


def build(request: DbtRequest) -> DbtOutcome:
    """Build as dbt would: touched slices are replaced, the rest stays."""
    with duckdb.connect(str(request.build_db)) as connection:
        connection.execute("attach '" + str(request.candidate_db) + "' as warehouse")
        broken = connection.execute("select count(*) from lake.fx_rate where rate = 500").fetchone()
        if broken and broken[0]:
            return DbtOutcome((DbtNode("model.tiny.fct_fx_rate", "error", "a rate of 500", 0.0),))
        for schema in ("core", "ops", "audit"):
            connection.execute(f"create schema if not exists warehouse.{schema}")
        for table in _KEPT:
            connection.execute(f"create or replace table warehouse.ops.{table} as from lake.{table}")
        connection.execute("create table if not exists warehouse.core.fct_fx_rate as from lake.fx_rate limit 0")
        touched = "select dataset, branch_id, slice_period from lake.touched_slice"
        connection.execute(
            f"delete from warehouse.core.fct_fx_rate where (dataset, branch_id, slice_period) in ({touched})"
        )
        connection.execute(
            "insert into warehouse.core.fct_fx_rate select * from lake.fx_rate "
            f"where (dataset, branch_id, slice_period) in ({touched})"
        )
        connection.execute(_AUDIT)
    return DbtOutcome((DbtNode("model.tiny.fct_fx_rate", "success", "", 0.0),))
