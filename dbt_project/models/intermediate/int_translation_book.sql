{# The books as they are translated: cost centres summed up, partners kept where the account is one that another branch
   mirrors, and the rule that each account's translation follows: closing (assets and liabilities), average (income and
   expense), equity and investment (at the rate of each movement's own date). What a month's books lack to balance
   stands on 9999 as a line of its own, so that nothing further on can hide it. #}
with account as (
    select
        code,
        case
            when statement = 'income_statement' then 'average'
            when translation_rule = 'historical' and account_type = 'equity' then 'equity'
            when translation_rule = 'historical' then 'investment'
            else 'closing'
        end as translation_class
    from {{ ref('group_account') }}
),

first_month as (
    select
        branch_id,
        ledger,
        min(group_period) as group_period
    from {{ ref('int_branch_movement') }}
    group by branch_id, ledger
),

book as (
    select
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.group_account_code,
        coalesce(account.translation_class, 'closing') as translation_class,
        case when account.translation_class = 'equity' then '' else movement.partner_branch_id end as partner_branch_id,
        movement.movement_type,
        movement.movement_type = 'opening' and movement.group_period = first_month.group_period as is_opening,
        movement.functional_currency_code,
        movement.amount_functional,
        movement.source,
        'ledger' as rule
    from {{ ref('int_branch_movement') }} as movement
    inner join first_month
        on
            movement.branch_id = first_month.branch_id
            and movement.ledger = first_month.ledger
    left join account on movement.group_account_code = account.code
),

lacking as (
    select
        branch_id,
        ledger,
        group_period,
        is_opening,
        functional_currency_code,
        -sum(amount_functional) as amount_functional,
        max(source) as source
    from book
    group by branch_id, ledger, group_period, is_opening, functional_currency_code
    having sum(amount_functional) <> 0
),

allocation as (
    select
        moved.branch_id,
        moved.ledger,
        moved.group_period,
        moved.group_account_code,
        coalesce(account.translation_class, 'closing') as translation_class,
        moved.partner_branch_id,
        moved.functional_currency_code,
        moved.amount_functional,
        moved.source
    from {{ ref('int_function_allocation') }} as moved
    left join account on moved.group_account_code = account.code
),

complete as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        partner_branch_id,
        movement_type,
        is_opening,
        functional_currency_code,
        amount_functional,
        source,
        rule
    from book
    union all
    select
        branch_id,
        ledger,
        group_period,
        '9999' as group_account_code,
        'closing' as translation_class,
        '' as partner_branch_id,
        case when is_opening then 'opening' else 'normal' end as movement_type,
        is_opening,
        functional_currency_code,
        amount_functional,
        source,
        'unbalanced_books' as rule
    from lacking
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        translation_class,
        partner_branch_id,
        'reclassification' as movement_type,
        false as is_opening,
        functional_currency_code,
        amount_functional,
        source,
        'cost_of_sales_allocation' as rule
    from allocation
)

select
    branch_id,
    ledger,
    group_period,
    group_account_code,
    translation_class,
    partner_branch_id,
    movement_type,
    is_opening,
    rule,
    functional_currency_code,
    {{ money('sum(amount_functional)') }} as amount_functional,
    max(source) as source
from complete
group by
    branch_id,
    ledger,
    group_period,
    group_account_code,
    translation_class,
    partner_branch_id,
    movement_type,
    is_opening,
    rule,
    functional_currency_code
having sum(amount_functional) <> 0
