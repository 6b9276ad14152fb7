{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
{# Opening + movement = closing of every account of the group chart in every span; debit positive. The opening of a year
   is after the results of the year before have been brought forward to retained earnings. #}
with compared as (
    select
        balance.*,
        lag(balance.closing_amount, 1) over ({{ statement_series(['group_account_code'], 'balance.') }})
            as month_prior_amount,
        lag(balance.closing_amount, 12) over ({{ statement_series(['group_account_code'], 'balance.') }})
            as prior_year_amount,
        quarter_end.closing_amount as quarter_prior_amount,
        year_end.closing_amount as year_prior_amount
    from {{ changed_months('int_unit_account_month') }} as balance
    left join {{ changed_months('int_unit_account_month') }} as quarter_end
        on
            balance.scenario = quarter_end.scenario
            and balance.unit_id = quarter_end.unit_id
            and balance.currency_view = quarter_end.currency_view
            and balance.ledger = quarter_end.ledger
            and balance.group_account_code = quarter_end.group_account_code
            and balance.quarter_index - 1 = quarter_end.month_index
    left join {{ changed_months('int_unit_account_month') }} as year_end
        on
            balance.scenario = year_end.scenario
            and balance.unit_id = year_end.unit_id
            and balance.currency_view = year_end.currency_view
            and balance.ledger = year_end.ledger
            and balance.group_account_code = year_end.group_account_code
            and balance.year_index - 1 = year_end.month_index
),

measured as (
    select
        compared.scenario,
        compared.unit_id,
        compared.unit_kind,
        compared.currency_view,
        compared.currency_code,
        compared.ledger,
        compared.group_period,
        compared.is_before,
        compared.statement as section,
        compared.group_account_code as line_code,
        chart.group_account_name as line_name,
        chart.statement_line as parent_code,
        coalesce(parent_line.level + 1, 0) as level,  -- noqa: RF04
        false as is_total,
        row_number() over (
            partition by
                compared.scenario,
                compared.unit_id,
                compared.currency_view,
                compared.currency_code,
                compared.ledger,
                compared.group_period
            order by compared.group_account_code
        ) as sort_order,
        compared.closing_amount - compared.month_amount as month_opening_amount,
        compared.month_amount as month_movement_amount,
        compared.closing_amount as month_amount,
        compared.month_prior_amount,
        compared.prior_year_amount as month_prior_year_amount,
        compared.closing_amount - compared.quarter_amount as quarter_opening_amount,
        compared.quarter_amount as quarter_movement_amount,
        compared.closing_amount as quarter_amount,
        compared.quarter_prior_amount,
        compared.prior_year_amount as quarter_prior_year_amount,
        compared.closing_amount - compared.year_amount as year_opening_amount,
        compared.year_amount as year_movement_amount,
        compared.closing_amount as year_amount,
        compared.year_prior_amount,
        compared.prior_year_amount as year_prior_year_amount
    from compared
    left join {{ ref('dim_group_account') }} as chart on compared.group_account_code = chart.group_account_code
    left join {{ ref('int_statement_line') }} as parent_line
        on chart.statement = parent_line.statement and chart.statement_line = parent_line.line_code
),

{{ statement_rows('measured', spans=['opening_amount', 'movement_amount']) }}
