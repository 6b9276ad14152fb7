{{ config(
    database='warehouse',
    schema='kept',
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_books',
    on_schema_change='fail'
) }}
{{ built_after('int_book_change') }}
{# Where each account's balance stands on the group's chart, period by period. What an account moved while it was
   mapped to a result account stays there when its mapping changes; any other balance goes where its account goes. #}
with mapped as (
    select
        balance.branch_id,
        balance.ledger,
        balance.fiscal_year,
        balance.fiscal_period,
        balance.period_index,
        balance.group_period,
        balance.account_code,
        balance.functional_currency_code,
        chart.group_account_code,
        chart.statement = 'income_statement' as is_result,
        balance.opening_source,
        balance.movement_source,
        balance.is_beginning,
        balance.begins_within_year,
        balance.anchor_index,
        balance.begun_amount_functional,
        balance.movement_amount_functional,
        balance.unclosed_amount_functional
    from {{ changed_books('int_account_balance') }} as balance
    inner join {{ ref('dim_account') }} as chart
        on
            balance.branch_id = chart.branch_id
            and balance.account_code = chart.account_code
            and balance.group_period between chart.valid_from_period and chart.valid_to_period
),

split as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_index,
        group_period,
        account_code,
        functional_currency_code,
        group_account_code,
        is_result,
        opening_source,
        movement_source,
        is_beginning,
        begins_within_year,
        anchor_index,
        begun_amount_functional,
        movement_amount_functional,
        unclosed_amount_functional,
        sum(case when is_result then begun_amount_functional + movement_amount_functional else 0 end) over (
            partition by branch_id, ledger, account_code, functional_currency_code, anchor_index order by period_index
        ) as result_amount
    from mapped
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    period_index,
    group_period,
    account_code,
    functional_currency_code,
    group_account_code,
    is_result,
    lag(group_account_code) over (
        partition by branch_id, ledger, account_code, functional_currency_code order by period_index
    ) as previous_group_account_code,
    opening_source,
    movement_source,
    is_beginning,
    begins_within_year,
    anchor_index,
    lag(anchor_index) over (
        partition by branch_id, ledger, account_code, functional_currency_code order by period_index
    ) as previous_anchor_index,
    begun_amount_functional,
    movement_amount_functional,
    unclosed_amount_functional,
    {{ money('result_amount') }} as result_amount_functional,
    {{ money('unclosed_amount_functional - result_amount') }} as standing_amount_functional,
    {{ money(
        'coalesce(lag(unclosed_amount_functional - result_amount) over ('
        ' partition by branch_id, ledger, account_code, functional_currency_code order by period_index), 0)'
    ) }}
        as previous_standing_amount_functional
from split
