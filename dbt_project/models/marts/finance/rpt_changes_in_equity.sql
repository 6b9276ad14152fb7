{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
{# The columns of the printed statement are the components (section), its rows the movements (line_code); `equity` is
   the sum of all components, `equity_of_owners` of those that are not non-controlling interests. #}
with component as (
    select
        *,
        line_code as component_code,
        false as is_sum
    from {{ ref('int_roll_forward_month') }}
    where section = 'equity'
    union all
    select
        *,
        'equity' as component_code,
        true as is_sum
    from {{ ref('int_roll_forward_month') }}
    where section = 'equity'
    union all
    select
        *,
        'equity_of_owners' as component_code,
        true as is_sum
    from {{ ref('int_roll_forward_month') }}
    where section = 'equity' and line_code <> 'non_controlling_interests'
),

summed as (
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        component_code as section,
        movement_type as line_code,
        is_sum,
        sum(month_amount) as month_amount,
        sum(quarter_amount) as quarter_amount,
        sum(year_amount) as year_amount
    from component
    group by
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        component_code,
        movement_type,
        is_sum
),

line_order as (
    select
        line_code,
        min(sort_order) as sort_order
    from {{ ref('int_statement_line') }}
    where statement = 'balance_sheet'
    group by line_code
),

described as (
    select
        summed.*,
        {{ label_of('summed.line_code') }} as line_name,
        case
            when summed.section = 'equity' then ''
            when summed.section in ('equity_of_owners', 'non_controlling_interests') then 'equity'
            else 'equity_of_owners'
        end as parent_code,
        cast(
            case
                when summed.section = 'equity' then 0
                when summed.section in ('equity_of_owners', 'non_controlling_interests') then 1
                else 2
            end as bigint
        ) as level,  -- noqa: RF04
        summed.is_sum or summed.line_code in ('opening_balance', 'closing_balance') as is_total,
        cast(
            coalesce(line_order.sort_order, 0) * 100
            + {{ movement_order('summed.line_code') }} as bigint
        ) as sort_order
    from summed
    left join line_order on summed.section = line_order.line_code
),

measured as (
    {{ with_flow_comparatives('described') }}
),

{{ statement_rows('measured') }}
