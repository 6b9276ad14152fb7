{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
{# Opening + movement = closing of every account of the group chart in every span; debit positive. The opening of a year
   is after the results of the year before have been brought forward to retained earnings. #}
with balance as (
    select * from {{ changed_months(ref('int_unit_account_month')) }}
),

compared as (
    {{ with_balance_comparatives('balance', ['group_account_code']) }}
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
        cast(row_number() over (
            partition by
                compared.scenario,
                compared.unit_id,
                compared.currency_view,
                compared.currency_code,
                compared.ledger,
                compared.group_period
            order by compared.group_account_code
        ) as bigint) as sort_order,
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
