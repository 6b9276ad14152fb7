{# The months of each unit and view: from the one before its first, which holds only what was there when its data
   begin (`is_before`), to its last, none left out; with the first month of its quarter and of its year. Whoever belongs
   to a group goes on to the group's last month: balances stand although nothing moves. A budget of results alone has no
   balances (`has_balances`). #}
with root as (
    select
        member.branch_id,
        min(unit.unit_id) as unit_id
    from {{ ref('int_unit_member') }} as member
    inner join {{ ref('dim_reporting_unit') }} as unit on member.unit_id = unit.unit_id
    where unit.unit_kind = 'group' and member.method = 'full'
    group by member.branch_id
),

last_month as (
    select
        scenario,
        unit_id,
        max(month_index) as month_index
    from {{ ref('int_unit_movement') }}
    group by scenario, unit_id
),

bounds as (
    select
        movement.scenario,
        movement.unit_id,
        movement.currency_view,
        movement.currency_code,
        movement.ledger,
        unit.unit_kind,
        unit.first_month_of_year,
        min(movement.month_index) as first_index,
        max(case when movement.scenario = 'budget' and chart.statement = 'income_statement' then 0 else 1 end) = 1
            as has_balances,
        greatest(max(movement.month_index), coalesce(max(last_month.month_index), max(movement.month_index)))
            as last_index
    from {{ ref('int_unit_movement') }} as movement
    inner join {{ ref('dim_reporting_unit') }} as unit on movement.unit_id = unit.unit_id
    left join {{ ref('dim_group_account') }} as chart on movement.group_account_code = chart.group_account_code
    left join root on unit.head_branch_id = root.branch_id
    left join last_month on movement.scenario = last_month.scenario and root.unit_id = last_month.unit_id
    group by
        movement.scenario,
        movement.unit_id,
        movement.currency_view,
        movement.currency_code,
        movement.ledger,
        unit.unit_kind,
        unit.first_month_of_year
),

span as (
    select
        {{ first_day_of(month_before(first_day_of('min(group_period)'))) }} as first_date,
        {{ first_day_of('max(group_period)') }} as last_date
    from {{ ref('fct_group_balance') }}
),

translated_span as (
    select
        {{ first_day_of(month_before(first_day_of('min(group_period)'))) }} as first_date,
        {{ first_day_of('max(group_period)') }} as last_date
    from {{ ref('int_translated_movement') }}
),

whole_span as (
    select
        least(span.first_date, coalesce(translated_span.first_date, span.first_date)) as first_date,
        greatest(span.last_date, coalesce(translated_span.last_date, span.last_date)) as last_date
    from span
    cross join translated_span
    where span.first_date is not null
),

day as (
    select {{ days_between('first_date', 'last_date') }}
    from whole_span
),

month as (
    select distinct
        {{ month_of('calendar_date') }} as group_period,
        {{ month_index(month_of('calendar_date')) }} as month_index
    from day
)

select
    bounds.scenario,
    bounds.unit_id,
    bounds.unit_kind,
    bounds.currency_view,
    bounds.currency_code,
    bounds.ledger,
    month.group_period,
    month.month_index,
    bounds.first_index,
    bounds.has_balances,
    month.month_index < bounds.first_index as is_before,
    month.month_index - mod(month.month_index - (bounds.first_month_of_year - 1), 3) as quarter_index,
    month.month_index - mod(month.month_index - (bounds.first_month_of_year - 1), 12) as year_index
from bounds
inner join month
    on month.month_index between bounds.first_index - 1 and bounds.last_index
