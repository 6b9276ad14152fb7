{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_books',
    on_schema_change='fail'
) }}
{{ built_after('int_book_change') }}
select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    end_date as period_end_date,
    group_period,
    account_code,
    account_name,
    group_account_code,
    functional_currency_code,
    opening_balance_amount_functional,
    debit_amount_functional,
    credit_amount_functional,
    closing_balance_amount_functional,
    opening_source
from {{ changed_books('int_statement_balance') }}
