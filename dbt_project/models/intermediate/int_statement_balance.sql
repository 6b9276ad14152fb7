{{ config(materialized='view') }}
{# Account balances with the group account that held in the group's period. #}
select
    balance.branch_id,
    balance.ledger,
    balance.fiscal_year,
    balance.fiscal_period,
    balance.end_date,
    balance.group_period,
    balance.account_code,
    balance.functional_currency_code,
    balance.opening_source,
    balance.opening_balance_amount_functional,
    balance.debit_amount_functional,
    balance.credit_amount_functional,
    balance.closing_balance_amount_functional,
    balance.movement_amount_functional,
    balance.closing_entries_amount_functional,
    balance.year_to_date_amount_functional,
    mapped.account_name,
    mapped.group_account_code,
    mapped.group_account_type,
    mapped.statement,
    mapped.statement_line,
    mapped.presentation_sign
from {{ ref('int_account_balance') }} as balance
inner join {{ ref('dim_account') }} as mapped
    on
        balance.branch_id = mapped.branch_id
        and balance.account_code = mapped.account_code
        and balance.group_period between mapped.valid_from_period and mapped.valid_to_period
