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
    statement_line,
    group_account_type as account_type,
    functional_currency_code,
    {{ money('sum(presentation_sign * movement_amount_functional)') }} as amount_functional,
    {{ money('sum(presentation_sign * year_to_date_amount_functional)') }} as year_to_date_amount_functional
from {{ changed_books('int_statement_balance') }}
where statement = 'income_statement'
group by
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    end_date,
    group_period,
    statement_line,
    group_account_type,
    functional_currency_code
