{# Equity and investments in the group without an event that tells their day: they were translated at the rate of a
   month. One row per branch, and one per unit, branch, month and account of which it is so. #}
with finding as (
    select
        movement.unit_id,
        movement.branch_id,
        movement.group_period,
        movement.group_account_code,
        movement.functional_currency_code,
        sum(movement.amount_functional) as amount_functional,
        sum(movement.amount_group) as amount_group
    from {{ ref('int_translated_account') }} as movement
    inner join {{ ref('int_translation_month') }} as held
        on
            movement.unit_id = held.unit_id
            and movement.branch_id = held.branch_id
            and movement.group_period = held.group_period
            and movement.functional_currency_code = held.functional_currency_code
            and (held.is_controlled or held.is_associate)
    where movement.rule in ('equity_history_missing', 'investment_history_missing')
    group by
        movement.unit_id,
        movement.branch_id,
        movement.group_period,
        movement.group_account_code,
        movement.functional_currency_code
    having sum(movement.amount_functional) <> 0
)

select
    'equity_history' as check_name,
    'branch' as scope,
    branch_id,
    'all equity' as subject,
    cast(null as string) as currency_code,
    'an event for every movement of equity' as expected,
    'an event for every movement of equity' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('int_translation_month') }}
where branch_id not in (select finding.branch_id from finding)
group by branch_id
union all
select
    'equity_history' as check_name,
    'branch' as scope,
    finding.branch_id,
    finding.unit_id || ' ' || finding.group_period || ' ' || finding.group_account_code as subject,
    finding.functional_currency_code as currency_code,
    'an event for every movement of equity' as expected,
    cast(finding.amount_functional as string) || ' without an event, taken as '
    || cast(finding.amount_group as string) as actual,
    {{ minor_units('abs(finding.amount_functional)', 'currency.minor_factor') }} as difference_minor,
    false as passed
from finding
left join {{ ref('currency') }} as currency on finding.functional_currency_code = currency.currency_code
