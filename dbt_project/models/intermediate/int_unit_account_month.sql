{# The balance of every account of a unit at the end of every month, added up once for all statements; debit positive.
   What a unit began with is the balance of the month before its first. What is brought forward at a year's start is no
   movement. month, quarter and year amounts are what moved since the month, the quarter, the year began; of a result
   account the year's amount is its balance: also what its opening says it earned before the data begin. Only the months
   that statements to be written read. #}
{{ built_after('int_statement_change') }}
with dated as (
    select
        movement.scenario,
        movement.unit_id,
        movement.currency_view,
        movement.currency_code,
        movement.ledger,
        movement.group_account_code,
        movement.movement_type,
        movement.amount,
        case
            when movement.movement_type = 'opening' and movement.month_index = begin_month.first_index
                then movement.month_index - 1
            else movement.month_index
        end as month_index
    from {{ changed_units(ref('int_unit_movement')) }} as movement
    inner join {{ changed_units(ref('int_unit_month')) }} as begin_month
        on
            movement.scenario = begin_month.scenario
            and movement.unit_id = begin_month.unit_id
            and movement.currency_view = begin_month.currency_view
            and movement.currency_code = begin_month.currency_code
            and movement.ledger = begin_month.ledger
            and begin_month.is_before
),

moved as (
    select
        scenario,
        unit_id,
        currency_view,
        currency_code,
        ledger,
        group_account_code,
        month_index,
        sum(case when movement_type in ('opening', 'result_brought_forward') then 0 else amount end) as flow_amount,
        sum(amount) as change_amount
    from dated
    group by
        scenario,
        unit_id,
        currency_view,
        currency_code,
        ledger,
        group_account_code,
        month_index
),

-- A budget is shown on its own lines alone, everything else also where only a budget or another scenario has a figure.
account as (
    select distinct
        unit_id,
        currency_view,
        group_account_code,
        case when scenario = 'budget' then scenario else '' end as scenario_class
    from moved
    union
    select distinct
        unit_id,
        currency_view,
        group_account_code,
        '' as scenario_class
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
        account.group_account_code,
        coalesce(chart.statement, 'balance_sheet') as statement,  -- noqa: RF04
        coalesce(moved.flow_amount, 0) as flow_amount,
        coalesce(moved.change_amount, 0) as change_amount
    from {{ changed_units(ref('int_unit_month')) }} as unit_month
    inner join account
        on
            unit_month.unit_id = account.unit_id
            and unit_month.currency_view = account.currency_view
            and case when unit_month.scenario = 'budget' then unit_month.scenario else '' end = account.scenario_class
    left join moved
        on
            unit_month.scenario = moved.scenario
            and unit_month.unit_id = moved.unit_id
            and unit_month.currency_view = moved.currency_view
            and unit_month.currency_code = moved.currency_code
            and unit_month.ledger = moved.ledger
            and unit_month.month_index = moved.month_index
            and account.group_account_code = moved.group_account_code
    left join {{ ref('dim_group_account') }} as chart on account.group_account_code = chart.group_account_code
),

summed as (
    select
        *,
        sum(change_amount) over (
            partition by scenario, unit_id, currency_view, currency_code, ledger, group_account_code
            order by month_index rows unbounded preceding
        ) as balance_amount,
        sum(flow_amount) over (
            partition by scenario, unit_id, currency_view, currency_code, ledger, group_account_code, quarter_index
            order by month_index rows unbounded preceding
        ) as quarter_amount,
        sum(flow_amount) over (
            partition by scenario, unit_id, currency_view, currency_code, ledger, group_account_code, year_index
            order by month_index rows unbounded preceding
        ) as year_flow_amount
    from dense
),

-- No year of a budget is brought forward: its results begin anew by themselves.
added as (
    select
        *,
        case
            when scenario = 'budget' and statement = 'income_statement' then year_flow_amount
            else balance_amount
        end as closing_amount
    from summed
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
    quarter_index,
    year_index,
    is_before,
    has_balances,
    group_account_code,
    statement,
    -- Of the month before the first nothing is known but balances.
    case when not is_before then {{ money('flow_amount') }} end as month_amount,
    case when not is_before then {{ money('quarter_amount') }} end as quarter_amount,
    case
        when statement = 'income_statement' and is_before then nullif({{ money('closing_amount') }}, 0)
        when statement = 'income_statement' then {{ money('closing_amount') }}
        when not is_before then {{ money('year_flow_amount') }}
    end as year_amount,
    {{ money('closing_amount') }} as closing_amount
from {{ changed_months('added') }}
