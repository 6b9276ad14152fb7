{# The rate from a branch's currency to the group's: the steps of its way multiplied, from the head downwards, without
   rounding between them. Null as soon as one step has no rate. #}
with recursive walk as (
    select
        unit_id,
        branch_id,
        rate_type,
        rate_key,
        group_period,
        cast(rate as decimal(38, 20)) as rate,
        from_currency_code || '>' || to_currency_code || ' ' || rate_source as rate_source,
        rate_source = 'same currency' as is_same_currency,
        1 as steps
    from {{ ref('int_unit_hop') }}
    where next_branch_id is null
    union all
    select
        hop.unit_id,
        hop.branch_id,
        hop.rate_type,
        hop.rate_key,
        hop.group_period,
        {{ composed_rate('walk.rate', 'hop.rate') }} as rate,
        hop.from_currency_code || '>' || hop.to_currency_code || ' ' || hop.rate_source || ', ' || walk.rate_source
            as rate_source,
        walk.is_same_currency and hop.rate_source = 'same currency' as is_same_currency,
        walk.steps + 1 as steps
    from walk
    inner join {{ ref('int_unit_hop') }} as hop
        on
            walk.unit_id = hop.unit_id
            and walk.rate_type = hop.rate_type
            and walk.rate_key = hop.rate_key
            and walk.branch_id = hop.next_branch_id
)

select
    unit_id,
    branch_id,
    rate_type,
    rate_key,
    group_period,
    rate,
    rate_source,
    is_same_currency,
    cast(steps as bigint) as steps
from walk
