{{ config(materialized='view') }}
{# What the posted ledger moved per account and fiscal period, opening and closing entries apart; before the ledger
   begins, what printed trial balances say. Closing entries are those that the branch marks as such and those that
   are recognised (int_unmarked_closing). Whoever needs net figures takes debit minus credit. #}
with ledger as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code,
        coalesce(sum(debit_amount_functional - credit_amount_functional) filter (where entry_kind = 'opening'), 0)
            as opening_entries,
        coalesce(sum(debit_amount_functional) filter (where entry_kind <> 'opening'), 0) as debit,
        coalesce(sum(credit_amount_functional) filter (where entry_kind <> 'opening'), 0) as credit,
        coalesce(sum(debit_amount_functional - credit_amount_functional) filter (where entry_kind = 'closing'), 0)
            as closing_entries,
        max(case when entry_kind = 'opening' then 1 else 0 end) as has_opening_entries
    from {{ ref('fct_gl_balance') }}
    where is_posted
    group by
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code
),

unmarked as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code,
        sum(amount_functional) as closing_entries
    from {{ ref('int_unmarked_closing') }}
    group by
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code
)

select
    ledger.branch_id,
    ledger.ledger,
    ledger.fiscal_year,
    ledger.fiscal_period,
    ledger.account_code,
    ledger.functional_currency_code,
    {{ money('ledger.opening_entries') }} as opening_entries_amount_functional,
    {{ money('ledger.debit') }} as debit_amount_functional,
    {{ money('ledger.credit') }} as credit_amount_functional,
    {{ money('ledger.closing_entries') }} as closing_entries_amount_functional,
    {{ money('coalesce(unmarked.closing_entries, 0)') }} as unmarked_closing_amount_functional,
    ledger.has_opening_entries,
    'ledger' as movement_source
from ledger
left join unmarked
    on
        ledger.branch_id = unmarked.branch_id
        and ledger.ledger = unmarked.ledger
        and ledger.fiscal_year = unmarked.fiscal_year
        and ledger.fiscal_period = unmarked.fiscal_period
        and ledger.account_code = unmarked.account_code
        and ledger.functional_currency_code = unmarked.functional_currency_code
union all
select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    functional_currency_code,
    {{ money('0') }} as opening_entries_amount_functional,
    debit_amount_functional,
    credit_amount_functional,
    {{ money('0') }} as closing_entries_amount_functional,
    {{ money('0') }} as unmarked_closing_amount_functional,
    0 as has_opening_entries,
    'trial_balance' as movement_source
from {{ ref('int_printed_movement') }}
