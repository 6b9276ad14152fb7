with reported as (
    select
        close_id,
        known_from,
        known_until,
        is_in_force,
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        group_currency_code,
        sum(amount_group) as amount_group
    from {{ ref('fct_reported_balance') }}
    group by
        close_id,
        known_from,
        known_until,
        is_in_force,
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        group_currency_code
),

close_month as (
    select distinct
        close_id,
        known_from,
        known_until,
        is_in_force,
        group_period
    from reported
),

today as (
    select
        close_month.close_id,
        close_month.known_from,
        close_month.known_until,
        close_month.is_in_force,
        balance.unit_id,
        balance.branch_id,
        balance.group_period,
        balance.group_account_code,
        balance.group_currency_code,
        sum(balance.amount_group) as amount_group
    from {{ ref('int_group_balance') }} as balance
    inner join close_month on balance.group_period = close_month.group_period
    where balance.scenario = 'actual'
    group by
        close_month.close_id,
        close_month.known_from,
        close_month.known_until,
        close_month.is_in_force,
        balance.unit_id,
        balance.branch_id,
        balance.group_period,
        balance.group_account_code,
        balance.group_currency_code
),

side_by_side as (
    select
        close_id,
        known_from,
        known_until,
        is_in_force,
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        group_currency_code,
        amount_group as as_reported_amount,
        cast(0 as decimal(20, 4)) as restated_amount
    from reported
    union all
    select
        close_id,
        known_from,
        known_until,
        is_in_force,
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        group_currency_code,
        cast(0 as decimal(20, 4)) as as_reported_amount,
        amount_group as restated_amount
    from today
),

compared as (
    select
        close_id,
        known_from,
        known_until,
        is_in_force,
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        group_currency_code,
        sum(as_reported_amount) as as_reported_amount,
        sum(restated_amount) as restated_amount
    from side_by_side
    group by
        close_id,
        known_from,
        known_until,
        is_in_force,
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        group_currency_code
)

select
    compared.close_id,
    compared.known_from,
    compared.known_until,
    compared.is_in_force,
    compared.unit_id,
    compared.branch_id,
    compared.group_period,
    compared.group_account_code,
    compared.group_currency_code,
    {{ money('compared.as_reported_amount') }} as as_reported_amount_group,
    {{ money('compared.restated_amount') }} as restated_amount_group,
    {{ money('compared.restated_amount - compared.as_reported_amount') }} as difference_amount_group,
    case
        when compared.restated_amount = compared.as_reported_amount then cast(null as string)
        when late.branch_id is not null
            then
                'delivered by the branch since (' || cast(late.delivery_count as string) || '), the last: '
                || late.last_delivery
        else 'the account map, rates or group lists changed since'
    end as reason
from compared
left join {{ ref('int_late_delivery') }} as late
    on compared.close_id = late.close_id and compared.branch_id = late.branch_id
