{# Where the balances of a fiscal year begin, per branch, ledger and account. Opening entries in the ledger win. A year
   without them begins at the first opening balances that the branch's own trial balance prints for it, less what the
   ledger moved before that period. A year with neither has no rows here: it carries the year before forward. #}
with ledger_year as (
    select
        branch_id,
        ledger,
        fiscal_year,
        max(has_opening_entries) as has_opening_entries
    from {{ ref('int_account_movement') }}
    group by branch_id, ledger, fiscal_year
),

printed as (
    select
        trial_balance.branch_id,
        trial_balance.ledger,
        trial_balance.fiscal_year,
        trial_balance.from_fiscal_period,
        trial_balance.account_code,
        trial_balance.functional_currency_code,
        trial_balance.opening_balance_amount_functional,
        rank() over (
            partition by trial_balance.branch_id, trial_balance.ledger, trial_balance.fiscal_year
            order by trial_balance.from_fiscal_period, trial_balance.fiscal_period
        ) as earliness
    from {{ ref('fct_trial_balance') }} as trial_balance
    left join ledger_year
        on
            trial_balance.branch_id = ledger_year.branch_id
            and trial_balance.ledger = ledger_year.ledger
            and trial_balance.fiscal_year = ledger_year.fiscal_year
    where coalesce(ledger_year.has_opening_entries, 0) = 0
),

first_printed as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        account_code,
        functional_currency_code,
        opening_balance_amount_functional
    from printed
    where earliness = 1
),

print_start as (
    select distinct
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period
    from first_printed
),

moved_before as (
    select
        movement.branch_id,
        movement.ledger,
        movement.fiscal_year,
        print_start.from_fiscal_period,
        movement.account_code,
        movement.functional_currency_code,
        movement.fiscal_period,
        movement.debit_amount_functional - movement.credit_amount_functional as amount_functional
    from {{ ref('int_account_movement') }} as movement
    inner join print_start
        on
            movement.branch_id = print_start.branch_id
            and movement.ledger = print_start.ledger
            and movement.fiscal_year = print_start.fiscal_year
            and movement.fiscal_period < print_start.from_fiscal_period
),

part as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period as begins_with_period,
        account_code,
        functional_currency_code,
        opening_balance_amount_functional as amount_functional
    from first_printed
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period as begins_with_period,
        account_code,
        functional_currency_code,
        -amount_functional as amount_functional
    from moved_before
),

year_start as (
    select
        branch_id,
        ledger,
        fiscal_year,
        min(begins_with_period) as begins_with_period
    from part
    group by branch_id, ledger, fiscal_year
)

select
    part.branch_id,
    part.ledger,
    part.fiscal_year,
    part.account_code,
    part.functional_currency_code,
    'trial_balance' as opening_source,
    year_start.begins_with_period,
    {{ money('sum(part.amount_functional)') }} as amount_functional
from part
inner join year_start
    on
        part.branch_id = year_start.branch_id
        and part.ledger = year_start.ledger
        and part.fiscal_year = year_start.fiscal_year
group by
    part.branch_id,
    part.ledger,
    part.fiscal_year,
    part.account_code,
    part.functional_currency_code,
    year_start.begins_with_period
union all
select
    movement.branch_id,
    movement.ledger,
    movement.fiscal_year,
    movement.account_code,
    movement.functional_currency_code,
    'ledger' as opening_source,
    cast(1 as bigint) as begins_with_period,
    {{ money('0') }} as amount_functional
from {{ ref('int_account_movement') }} as movement
inner join ledger_year
    on
        movement.branch_id = ledger_year.branch_id
        and movement.ledger = ledger_year.ledger
        and movement.fiscal_year = ledger_year.fiscal_year
where ledger_year.has_opening_entries = 1
group by
    movement.branch_id,
    movement.ledger,
    movement.fiscal_year,
    movement.account_code,
    movement.functional_currency_code
