{# Every way down from a branch that controls others: hop by hop, each hop during the days that all hops share. Nothing
   is looked for below an associate, whose own statements are complete. A way never passes a branch twice, so that
   holdings in a ring end here and are named by the audit. #}
with recursive holding as (
    select
        owner_branch_id,
        owned_branch_id,
        valid_from,
        valid_to,
        cast(ownership_pct as decimal(20, 10)) as ownership_pct,
        method
    from {{ ref('int_ownership') }}
),

head as (
    select distinct owner_branch_id as head_branch_id
    from holding
    where method = 'full'
),

walk as (
    select
        head.head_branch_id,
        holding.owned_branch_id as branch_id,
        holding.owner_branch_id as direct_owner_branch_id,
        holding.valid_from,
        holding.valid_to,
        holding.ownership_pct as effective_pct,
        holding.ownership_pct as direct_pct,
        holding.method,
        1 as depth,  -- noqa: RF04
        '|' || head.head_branch_id || '|' || holding.owned_branch_id || '|' as way
    from head
    inner join holding on head.head_branch_id = holding.owner_branch_id
    union all
    select
        walk.head_branch_id,
        holding.owned_branch_id as branch_id,
        holding.owner_branch_id as direct_owner_branch_id,
        greatest(walk.valid_from, holding.valid_from) as valid_from,
        least(walk.valid_to, holding.valid_to) as valid_to,
        cast(
            cast(walk.effective_pct as decimal(18, 10)) * cast(holding.ownership_pct as decimal(17, 10)) * 0.01
            as decimal(20, 10)
        ) as effective_pct,
        holding.ownership_pct as direct_pct,
        holding.method,
        walk.depth + 1 as depth,  -- noqa: RF04  -- noqa: RF04
        walk.way || holding.owned_branch_id || '|' as way
    from walk
    inner join holding
        on
            walk.branch_id = holding.owner_branch_id
            and walk.valid_from <= holding.valid_to
            and walk.valid_to >= holding.valid_from
    where
        walk.method = 'full'
        and instr(walk.way, '|' || holding.owned_branch_id || '|') = 0
)

select
    head_branch_id,
    branch_id,
    direct_owner_branch_id,
    valid_from,
    valid_to,
    effective_pct,
    direct_pct,
    method,
    cast(depth as bigint) as depth,  -- noqa: RF04
    way
from walk
