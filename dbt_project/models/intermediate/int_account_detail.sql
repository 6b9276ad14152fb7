{{ config(materialized='view') }}
{# The movements of the books by partner, cost centre and kind of movement, openings and closing entries left out.
   What was moved against a branch of the group is taken out of the account's total, so that both add up to it. Only of
   branches whose books are told anew. #}
{{ built_after('int_book_change') }}
with part as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        '' as partner_branch_id,
        cost_center_code,
        case when movement_type = '' then 'normal' else movement_type end as movement_type,
        functional_currency_code,
        debit_amount_functional - credit_amount_functional as amount_functional,
        'ledger' as movement_source
    from {{ changed_books('fct_gl_balance') }}
    where is_posted and entry_kind not in ('opening', 'closing')
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        partner_branch_id,
        cost_center_code,
        movement_type,
        functional_currency_code,
        amount_functional,
        'ledger' as movement_source
    from {{ changed_books('int_partner_movement') }}
    where not is_opening
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        '' as partner_branch_id,
        cost_center_code,
        movement_type,
        functional_currency_code,
        -amount_functional as amount_functional,
        'ledger' as movement_source
    from {{ changed_books('int_partner_movement') }}
    where not is_opening
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        '' as partner_branch_id,
        cost_center_code,
        case when movement_type = '' then 'normal' else movement_type end as movement_type,
        functional_currency_code,
        -amount_functional as amount_functional,
        'ledger' as movement_source
    from {{ changed_books('int_unmarked_closing') }}
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        '' as partner_branch_id,
        '' as cost_center_code,
        'normal' as movement_type,
        functional_currency_code,
        debit_amount_functional - credit_amount_functional as amount_functional,
        'trial_balance' as movement_source
    from {{ changed_books('int_printed_movement') }}
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    partner_branch_id,
    cost_center_code,
    movement_type,
    functional_currency_code,
    movement_source,
    {{ money('sum(amount_functional)') }} as amount_functional
from part
group by
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    partner_branch_id,
    cost_center_code,
    movement_type,
    functional_currency_code,
    movement_source
having sum(amount_functional) <> 0
