{# What a unit's statements of a month were made from: every branch that belongs to it then, with the day of its newest
   delivery in force for that month. A month without any is missing: the branch's balances stand as they were. #}
with month as (
    select distinct
        unit_id,
        unit_kind,
        group_period
    from {{ ref('int_unit_month') }}
    where not is_before and scenario = 'actual'
),

member as (
    select
        unit_id,
        branch_id,
        method,
        valid_from_period,
        valid_to_period
    from {{ ref('int_unit_member') }}
    union all
    select
        unit_id,
        head_branch_id as branch_id,
        'full' as method,  -- noqa: RF04
        '0000-01' as valid_from_period,
        '9999-12' as valid_to_period
    from {{ ref('dim_reporting_unit') }}
    where unit_kind = 'branch'
),

part as (
    select
        month.unit_id,
        month.unit_kind,
        month.group_period,
        member.branch_id,
        min(member.method) as method  -- noqa: RF04
    from month
    inner join member
        on
            month.unit_id = member.unit_id
            and month.group_period between member.valid_from_period and member.valid_to_period
    group by month.unit_id, month.unit_kind, month.group_period, member.branch_id
),

delivered as (
    select
        branch_id,
        slice_period as group_period,
        max(delivery_date) as data_date,
        max(case when dataset = 'gl_entry' then 1 else 0 end) as has_ledger
    from {{ ref('fct_delivery_slice') }}
    where dataset in ('gl_entry', 'trial_balance')
    group by branch_id, slice_period
    union all
    -- A delivery may say that there was nothing in its month.
    select
        branch_id,
        period as group_period,
        max(delivery_date) as data_date,
        max(case when dataset = 'gl_entry' then 1 else 0 end) as has_ledger
    from {{ ref('int_delivery_period') }}
    where dataset in ('gl_entry', 'trial_balance') and is_standing
    group by branch_id, period
),

source as (
    select
        branch_id,
        group_period,
        max(data_date) as data_date,
        max(has_ledger) as has_ledger
    from delivered
    group by branch_id, group_period
),

refused as (
    select
        unit_id,
        branch_id,
        group_period,
        max(functional_currency_code) as functional_currency_code,
        sum(amount_functional) as amount_functional,
        max(currency_code) as currency_code,
        sum(amount) as amount
    from {{ ref('int_unit_refused') }}
    where currency_view = 'group' and unit_id <> branch_id or currency_view = 'functional'
    group by unit_id, branch_id, group_period
)

select
    part.unit_id,
    part.unit_kind,
    part.group_period,
    part.branch_id,
    part.method,
    source.data_date,
    case
        when held.branch_id is not null then held.status
        when source.branch_id is null then 'missing'
        when source.has_ledger = 0 then 'balance_only'
        else 'delivered'
    end as status,
    held.reason as held_reason,
    branch.functional_currency_code,
    {{ money('coalesce(refused.amount_functional, 0)') }} as refused_amount_functional,
    unit.currency_code,
    {{ money('case when refused.unit_id is null then 0 else refused.amount end') }} as refused_amount
from part
left join source on part.branch_id = source.branch_id and part.group_period = source.group_period
left join refused
    on
        part.unit_id = refused.unit_id
        and part.branch_id = refused.branch_id
        and part.group_period = refused.group_period
left join {{ ref('ops_held_branch') }} as held on part.branch_id = held.branch_id
left join {{ ref('dim_branch') }} as branch on part.branch_id = branch.branch_id
left join {{ ref('dim_reporting_unit') }} as unit on part.unit_id = unit.unit_id
