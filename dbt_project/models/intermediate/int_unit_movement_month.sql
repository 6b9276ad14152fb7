{# What moved on every account of a unit, by movement type and line of the cash flow, in every month and since the
   quarter and the year began; debit positive. Openings and what a year brings forward are balances and no movements.
   Only the months that statements to be written read. #}
{{ built_after('int_statement_change') }}
with moved as (
    select
        scenario,
        unit_id,
        currency_view,
        currency_code,
        ledger,
        month_index,
        group_account_code,
        movement_type,
        cash_flow_line,
        amount
    from {{ changed_units(ref('int_unit_movement')) }}
    where movement_type not in ('opening', 'result_brought_forward')
),

series as (
    select distinct
        scenario,
        unit_id,
        currency_view,
        currency_code,
        ledger,
        group_account_code,
        movement_type,
        cash_flow_line
    from moved
),

dense as (
    select
        unit_month.scenario,
        unit_month.unit_id,
        unit_month.unit_kind,
        unit_month.currency_view,
        unit_month.currency_code,
        unit_month.ledger,
        unit_month.group_period,
        unit_month.month_index,
        unit_month.quarter_index,
        unit_month.year_index,
        unit_month.is_before,
        unit_month.has_balances,
        series.group_account_code,
        series.movement_type,
        series.cash_flow_line,
        case when not unit_month.is_before then coalesce(moved.amount, 0) end as month_amount
    from {{ changed_units(ref('int_unit_month')) }} as unit_month
    inner join series
        on
            unit_month.scenario = series.scenario
            and unit_month.unit_id = series.unit_id
            and unit_month.currency_view = series.currency_view
            and unit_month.currency_code = series.currency_code
            and unit_month.ledger = series.ledger
    left join moved
        on
            unit_month.scenario = moved.scenario
            and unit_month.unit_id = moved.unit_id
            and unit_month.currency_view = moved.currency_view
            and unit_month.currency_code = moved.currency_code
            and unit_month.ledger = moved.ledger
            and unit_month.month_index = moved.month_index
            and series.group_account_code = moved.group_account_code
            and series.movement_type = moved.movement_type
            and series.cash_flow_line = moved.cash_flow_line
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
        has_balances,
        group_account_code,
        movement_type,
        cash_flow_line,
        {{ money('month_amount') }} as month_amount,
        {{ money('sum(month_amount) over (
            partition by scenario, unit_id, currency_view, currency_code, ledger, group_account_code, movement_type,
            cash_flow_line, quarter_index order by month_index rows unbounded preceding
        )') }} as quarter_amount,
        {{ money('sum(month_amount) over (
            partition by scenario, unit_id, currency_view, currency_code, ledger, group_account_code, movement_type,
            cash_flow_line, year_index order by month_index rows unbounded preceding
        )') }} as year_amount
    from dense
)

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
    has_balances,
    group_account_code,
    movement_type,
    cash_flow_line,
    month_amount,
    quarter_amount,
    year_amount
from {{ changed_months('summed') }}
