{# Who inside a unit holds a branch directly, in which group months, and how much of the holder is the unit's own.
   #}
with holding as (
    select
        holder.unit_id,
        held.owned_branch_id as branch_id,
        held.owner_branch_id as holder_branch_id,
        held.method,
        held.ownership_pct as direct_pct,
        holder.effective_pct as holder_pct,
        greatest({{ first_month_of_control('held.valid_from') }}, holder.valid_from_period) as from_period,
        least({{ last_month_of_control('held.valid_to') }}, holder.valid_to_period) as to_period
    from {{ ref('int_ownership') }} as held
    inner join {{ ref('int_unit_member') }} as holder
        on
            held.owner_branch_id = holder.branch_id
            and holder.method = 'full'
)

select
    holding.unit_id,
    holding.branch_id,
    holding.holder_branch_id,
    holding.method,
    cast(holding.direct_pct as decimal(20, 10)) as direct_pct,
    cast(holding.holder_pct as decimal(20, 10)) as holder_pct,
    holding.from_period,
    holding.to_period
from holding
inner join {{ ref('dim_reporting_unit') }} as unit
    on
        holding.unit_id = unit.unit_id
        and holding.branch_id <> unit.head_branch_id
where holding.from_period <= holding.to_period
