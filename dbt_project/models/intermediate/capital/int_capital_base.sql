{# What counts of a member's own books in a unit: its translated months under control, and what it brought in. Each
   account says what part it plays for capital. #}
with account as (
    select
        code,
        case
            when statement = 'income_statement' then 'result'
            when code in ('2000', '2050') then 'capital'
            when code = '2200' then 'other_comprehensive_income'
            when code = '2500' then 'translation'
            when account_type = 'equity' then 'retained'
            when intercompany_type = 'investment' then 'investment'
            else 'net_asset'
        end as account_class
    from {{ ref('group_account') }}
),

counted as (
    select
        unit_id,
        branch_id,
        coalesce(partner_branch_id, '') as partner_branch_id,
        group_period,
        group_account_code,
        movement_type,
        amount_functional,
        amount_group
    from {{ ref('int_translated_movement') }}
    where
        method = 'full'
        and is_controlled
    union all
    select
        unit_id,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        'acquisition' as movement_type,
        amount_functional,
        amount_group
    from {{ ref('int_capital_entry') }}
)

select
    counted.unit_id,
    counted.branch_id,
    counted.partner_branch_id,
    counted.group_period,
    counted.group_account_code,
    account.account_class,
    counted.movement_type,
    {{ money('sum(counted.amount_functional)') }} as amount_functional,
    {{ money('sum(counted.amount_group)') }} as amount_group
from counted
inner join account on counted.group_account_code = account.code
group by
    counted.unit_id,
    counted.branch_id,
    counted.partner_branch_id,
    counted.group_period,
    counted.group_account_code,
    account.account_class,
    counted.movement_type
