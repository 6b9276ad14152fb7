{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_books',
    on_schema_change='fail'
) }}
{{ built_after('int_book_change') }}
with balance as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        end_date as period_end_date,
        group_period,
        functional_currency_code,
        statement,
        statement_line,
        group_account_type,
        presentation_sign * closing_balance_amount_functional as presented_amount_functional,
        closing_balance_amount_functional,
        year_to_date_amount_functional
    from {{ changed_books('int_statement_balance') }}
),

line as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_end_date,
        group_period,
        functional_currency_code,
        case group_account_type
            when 'asset' then 'assets' when 'liability' then 'liabilities' else group_account_type
        end as section,
        statement_line,
        presented_amount_functional as amount_functional
    from balance
    where statement = 'balance_sheet'
    union all
    -- results of earlier years and closing entries: what lies on result accounts but is not this year's result
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_end_date,
        group_period,
        functional_currency_code,
        'equity' as section,
        'retained_earnings' as statement_line,
        year_to_date_amount_functional - closing_balance_amount_functional as amount_functional
    from balance
    where statement = 'income_statement'
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_end_date,
        group_period,
        functional_currency_code,
        'equity' as section,
        'result_for_the_year' as statement_line,
        -year_to_date_amount_functional as amount_functional
    from balance
    where statement = 'income_statement'
    union all
    select
        refused.branch_id,
        refused.ledger,
        refused.fiscal_year,
        refused.fiscal_period,
        refused.period_end_date,
        refused.group_period,
        refused.functional_currency_code,
        'memo' as section,
        'refused' as statement_line,
        -- The side that could not be read counts nothing; a journal is as large as its greater side.
        greatest(refused.debit_amount_functional, refused.credit_amount_functional) as amount_functional
    from {{ changed_books('int_refused_by_period') }} as refused
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    period_end_date,
    group_period,
    section,
    statement_line,
    functional_currency_code,
    {{ money('sum(amount_functional)') }} as amount_functional
from line
group by
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    period_end_date,
    group_period,
    section,
    statement_line,
    functional_currency_code
