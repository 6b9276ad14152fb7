{# What the consolidation of capital books for one source adds up to nothing in every unit and month. One row per unit,
   and one per unit, month and source that does not. #}
with posted as (
    select
        unit_id,
        group_period,
        source_reference,
        group_currency_code,
        sum(amount_group) as amount_group
    from {{ ref('int_capital_elimination') }}
    group by unit_id, group_period, source_reference, group_currency_code
)

select
    'capital_balance' as check_name,
    'group' as scope,
    cast(null as string) as branch_id,
    unit_id || ' all months' as subject,
    group_currency_code as currency_code,
    '0' as expected,
    '0' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from posted
group by unit_id, group_currency_code
having max(case when amount_group <> 0 then 1 else 0 end) = 0
union all
select
    'capital_balance' as check_name,
    'group' as scope,
    cast(null as string) as branch_id,
    posted.unit_id || ' ' || posted.group_period || ' ' || posted.source_reference as subject,
    posted.group_currency_code as currency_code,
    '0' as expected,
    cast(posted.amount_group as string) as actual,
    {{ minor_units('posted.amount_group', 'currency.minor_factor') }} as difference_minor,
    false as passed
from posted
left join {{ ref('currency') }} as currency on posted.group_currency_code = currency.currency_code
where posted.amount_group <> 0
