{# All accounts of a unit and month add up to nothing, in each scenario that has a balance sheet. One row per unit, and
   one per month that does not. #}
with month as (
    select
        scenario,
        unit_id,
        group_period,
        group_currency_code,
        sum(amount_group) as amount_group
    from {{ ref('fct_group_balance') }}
    where scenario in ('actual', 'restated')
    group by scenario, unit_id, group_period, group_currency_code
)

select
    'group_balance' as check_name,
    'group' as scope,
    cast(null as string) as branch_id,
    scenario || ' ' || unit_id || ' all months' as subject,
    group_currency_code as currency_code,
    '0' as expected,
    '0' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from month
group by scenario, unit_id, group_currency_code
having max(case when amount_group <> 0 then 1 else 0 end) = 0
union all
select
    'group_balance' as check_name,
    'group' as scope,
    cast(null as string) as branch_id,
    month.scenario || ' ' || month.unit_id || ' ' || month.group_period as subject,
    month.group_currency_code as currency_code,
    '0' as expected,
    cast(month.amount_group as string) as actual,
    {{ minor_units('month.amount_group', 'currency.minor_factor') }} as difference_minor,
    false as passed
from month
left join {{ ref('currency') }} as currency on month.group_currency_code = currency.currency_code
where month.amount_group <> 0
