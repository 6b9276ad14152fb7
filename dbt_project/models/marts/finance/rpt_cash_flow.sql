{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
{# Every movement of an account that is not cash belongs to one line with its sign turned: what every account together
   moved is nothing, so the lines add up to what cash moved. The direct method places the same operating rows by whom the
   money came from and went to (sales less what customers still owe are receipts …), so both show the same total. #}
with placed as (
    select
        movement.scenario,
        movement.unit_id,
        movement.unit_kind,
        movement.currency_view,
        movement.currency_code,
        movement.ledger,
        movement.group_period,
        movement.month_index,
        movement.is_before,
        coalesce(known.line_code, 'unmapped') as indirect_code,
        case
            when coalesce(known.section, 'operating') <> 'operating' then known.line_code
            when known.line_code = 'income_tax_paid' then 'income_tax_paid'
            when chart.statement_line = 'sales' or known.line_code = 'change_in_trade_receivables'
                then 'receipts_from_customers'
            when
                chart.statement_line in ('cost_of_sales', 'other_operating_expense')
                or known.line_code in ('change_in_inventories', 'change_in_trade_payables')
                then 'payments_to_suppliers'
            when chart.statement_line in ('personnel', 'payroll_liabilities') then 'payments_to_employees'
            when chart.statement_line in ('input_tax_receivable', 'output_tax_payable')
                then 'sales_taxes_collected_less_paid'
            else 'other_operating_receipts_and_payments'
        end as direct_code,
        movement.month_amount,
        movement.quarter_amount,
        movement.year_amount
    from {{ changed_months(ref('int_unit_movement_month')) }} as movement
    left join {{ ref('int_cash_flow_line') }} as known
        on movement.cash_flow_line = known.line_code and known.way = 'indirect'
    left join {{ ref('dim_group_account') }} as chart on movement.group_account_code = chart.group_account_code
    where movement.cash_flow_line <> 'cash' and movement.has_balances
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
        indirect_code,
        direct_code,
        -sum(month_amount) as month_amount,
        -sum(quarter_amount) as quarter_amount,
        -sum(year_amount) as year_amount
    from placed
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
        indirect_code,
        direct_code
),

place as (
    select
        way,
        line_code as from_code,
        line_code as to_code
    from {{ ref('int_cash_flow_line') }}
    union all
    select
        way,
        line_code as from_code,
        parent_code as to_code
    from {{ ref('int_cash_flow_line') }}
    where section <> 'exchange_effect'
    union all
    select
        way,
        line_code as from_code,
        'net_change_in_cash' as to_code
    from {{ ref('int_cash_flow_line') }}
),

flow as (
    select
        summed.scenario,
        summed.unit_id,
        summed.unit_kind,
        summed.currency_view,
        summed.currency_code,
        summed.ledger,
        summed.group_period,
        summed.month_index,
        summed.is_before,
        place.way as method,  -- noqa: RF04
        place.to_code as line_code,
        sum(summed.month_amount) as month_amount,
        sum(summed.quarter_amount) as quarter_amount,
        sum(summed.year_amount) as year_amount
    from summed
    inner join place
        on place.from_code = case place.way when 'direct' then summed.direct_code else summed.indirect_code end
    group by
        summed.scenario,
        summed.unit_id,
        summed.unit_kind,
        summed.currency_view,
        summed.currency_code,
        summed.ledger,
        summed.group_period,
        summed.month_index,
        summed.is_before,
        place.way,
        place.to_code
),

cash as (
    select
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before,
        sum(balance.closing_amount) as closing_amount,
        sum(balance.month_amount) as month_amount,
        sum(balance.quarter_amount) as quarter_amount,
        sum(balance.year_amount) as year_amount
    from {{ changed_months(ref('int_unit_account_month')) }} as balance
    inner join {{ ref('dim_group_account') }} as chart on balance.group_account_code = chart.group_account_code
    where chart.cash_flow_line = 'cash' and balance.has_balances
    group by
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before
),

line as (
    select * from flow
    {% for way in ('indirect', 'direct') -%}
    {% for code in ('cash_at_beginning', 'cash_at_end') -%}
    union all
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
        '{{ way }}' as method,  -- noqa: RF04
        '{{ code }}' as line_code,
        closing_amount{{ ' - month_amount' if code == 'cash_at_beginning' }} as month_amount,
        closing_amount{{ ' - quarter_amount' if code == 'cash_at_beginning' }} as quarter_amount,
        closing_amount{{ ' - year_amount' if code == 'cash_at_beginning' }} as year_amount
    from cash
    {% endfor -%}
    {% endfor -%}
),

description as (
    select
        way,
        line_code,
        section,
        parent_code,
        2 as level,  -- noqa: RF04
        false as is_total,
        sort_order
    from {{ ref('int_cash_flow_line') }}
    {% for way in ('indirect', 'direct') -%}
    {% for code, section, parent, level, is_total, sort_order in [
        ('net_cash_from_operating_activities', 'operating', 'net_change_in_cash', 1, 'true', 199),
        ('net_cash_from_investing_activities', 'investing', 'net_change_in_cash', 1, 'true', 299),
        ('net_cash_from_financing_activities', 'financing', 'net_change_in_cash', 1, 'true', 399),
        ('net_change_in_cash', 'cash', '', 0, 'true', 500),
        ('cash_at_beginning', 'cash', '', 0, 'false', 501),
        ('cash_at_end', 'cash', '', 0, 'true', 502),
    ] -%}
    union all
    select
        '{{ way }}' as way,
        '{{ code }}' as line_code,
        '{{ section }}' as section,
        '{{ parent }}' as parent_code,
        {{ level }} as level,  -- noqa: RF04
        {{ is_total }} as is_total,
        {{ sort_order }} as sort_order
    {% endfor -%}
    {% endfor -%}
),

described as (
    select
        line.*,
        description.section,
        {{ label_of('line.line_code') }} as line_name,
        description.parent_code,
        cast(description.level as bigint) as level,  -- noqa: RF04
        description.is_total,
        cast(description.sort_order as bigint) as sort_order
    from line
    inner join description on line.method = description.way and line.line_code = description.line_code
),

measured as (
    {{ with_flow_comparatives('described', ['method', 'line_code']) }}
),

{{ statement_rows('measured', ['method', 'line_code']) }}
