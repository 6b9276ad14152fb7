{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
with line_order as (
    select
        line_code,
        min(sort_order) as sort_order
    from {{ ref('int_statement_line') }}
    where statement = 'balance_sheet'
    group by line_code
),

described as (
    select
        step.scenario,
        step.unit_id,
        step.unit_kind,
        step.currency_view,
        step.currency_code,
        step.ledger,
        step.group_period,
        step.month_index,
        step.is_before,
        step.section,
        step.line_code,
        step.movement_type,
        step.month_amount,
        step.quarter_amount,
        step.year_amount,
        {{ label_of('step.line_code') }} as line_name,
        step.section as parent_code,
        cast(1 as bigint) as level,  -- noqa: RF04
        step.movement_type in ('opening_balance', 'closing_balance') as is_total,
        cast(
            coalesce(line_order.sort_order, 0) * 100
            + {{ movement_order('step.movement_type') }} as bigint
        ) as sort_order
    from {{ ref('int_roll_forward_month') }} as step
    left join line_order on step.line_code = line_order.line_code
),

measured as (
    {{ with_flow_comparatives('described', ['section', 'line_code', 'movement_type']) }}
),

{{ statement_rows('measured', ['section', 'line_code', 'movement_type']) }}
