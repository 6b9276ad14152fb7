{# Balances of the accounts that are translated at the closing rate, month by month without gaps from an account's first
   to the last month of any group of the branch. Where an account is kept by partner there is always a row without
   one: `translated_amount_functional` is the partner's balance, or the whole account's on the row without one, which
   takes what rounding the partners' rows leaves of it. #}
with movement as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_account_code,
        partner_branch_id,
        group_period,
        sum(amount_functional) as amount_functional,
        max(source) as source
    from {{ ref('int_translation_book') }}
    where translation_class = 'closing'
    group by
        branch_id, ledger, functional_currency_code, group_account_code, partner_branch_id, group_period
),

account as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_account_code,
        partner_branch_id,
        min(group_period) as first_period,
        max(source) as source
    from movement
    where partner_branch_id <> ''
    group by branch_id, ledger, functional_currency_code, group_account_code, partner_branch_id
    union all
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_account_code,
        '' as partner_branch_id,
        min(group_period) as first_period,
        max(source) as source
    from movement
    group by branch_id, ledger, functional_currency_code, group_account_code
),

account_movement as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_account_code,
        '' as partner_branch_id,
        group_period,
        sum(amount_functional) as amount_functional
    from movement
    group by branch_id, ledger, functional_currency_code, group_account_code, group_period
),

month as (
    select distinct
        branch_id,
        ledger,
        functional_currency_code,
        group_period
    from {{ ref('int_translation_month') }}
),

moved as (
    select
        account.branch_id,
        account.ledger,
        account.functional_currency_code,
        account.group_account_code,
        account.partner_branch_id,
        month.group_period,
        account.source,
        coalesce(movement.amount_functional, 0) as amount_functional,
        coalesce(
            case when account.partner_branch_id = '' then account_movement.amount_functional end,
            movement.amount_functional,
            0
        ) as translated_functional
    from account
    inner join month
        on
            account.branch_id = month.branch_id
            and account.ledger = month.ledger
            and account.functional_currency_code = month.functional_currency_code
            and account.first_period <= month.group_period
    left join movement
        on
            account.branch_id = movement.branch_id
            and account.ledger = movement.ledger
            and account.functional_currency_code = movement.functional_currency_code
            and account.group_account_code = movement.group_account_code
            and account.partner_branch_id = movement.partner_branch_id
            and month.group_period = movement.group_period
    left join account_movement
        on
            account.branch_id = account_movement.branch_id
            and account.ledger = account_movement.ledger
            and account.functional_currency_code = account_movement.functional_currency_code
            and account.group_account_code = account_movement.group_account_code
            and account.partner_branch_id = account_movement.partner_branch_id
            and month.group_period = account_movement.group_period
),

balance as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_account_code,
        partner_branch_id,
        group_period,
        source,
        translated_functional,
        sum(amount_functional) over (
            partition by branch_id, ledger, functional_currency_code, group_account_code, partner_branch_id
            order by group_period asc
            rows between unbounded preceding and current row
        ) as closing_amount_functional,
        sum(translated_functional) over (
            partition by branch_id, ledger, functional_currency_code, group_account_code, partner_branch_id
            order by group_period asc
            rows between unbounded preceding and current row
        ) as closing_translated_functional
    from moved
)

select
    branch_id,
    ledger,
    functional_currency_code,
    group_account_code,
    partner_branch_id,
    group_period,
    source,
    {{ money('closing_amount_functional') }} as closing_amount_functional,
    {{ money('closing_translated_functional') }} as translated_amount_functional,
    {{ money('closing_translated_functional - translated_functional') }} as previous_translated_amount_functional
from balance
