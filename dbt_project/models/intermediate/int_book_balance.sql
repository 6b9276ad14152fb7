{# Balances of the accounts that are translated at the closing rate, month by month without gaps from an account's first
   to the last month of any group of the branch. Where an account is kept by partner there is always a row without
   one, which takes what rounding the partners' rows leaves. #}
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

month as (
    select distinct
        branch_id,
        ledger,
        functional_currency_code,
        group_period
    from {{ ref('int_translation_month') }}
)

select
    account.branch_id,
    account.ledger,
    account.functional_currency_code,
    account.group_account_code,
    account.partner_branch_id,
    month.group_period,
    account.source,
    {{ money(
        'sum(coalesce(movement.amount_functional, 0)) over (partition by account.branch_id, account.ledger, '
        'account.functional_currency_code, account.group_account_code, account.partner_branch_id '
        'order by month.group_period asc rows between unbounded preceding and current row)'
    ) }} as closing_amount_functional
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
