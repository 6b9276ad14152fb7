with span as (
    select
        min(start_date) as first_date,
        max(end_date) as last_date
    from {{ ref('dim_fiscal_period') }}
),

day as (
    select {{ days_between('first_date', 'last_date') }}
    from span
    where first_date is not null
),

group_period as (
    select
        fiscal_year,
        fiscal_period,
        start_date,
        end_date,
        group_period
    from {{ ref('dim_fiscal_period') }}
    where branch_id = 'group' and period_kind = 'normal'
)

select
    day.calendar_date,
    cast(year(day.calendar_date) as bigint) as calendar_year,
    cast(quarter(day.calendar_date) as bigint) as calendar_quarter,
    cast(month(day.calendar_date) as bigint) as calendar_month,
    {{ month_of('day.calendar_date') }} as calendar_period,
    last_day(day.calendar_date) as month_end_date,
    day.calendar_date = last_day(day.calendar_date) as is_month_end,
    coalesce(group_period.fiscal_year, cast(year(day.calendar_date) as bigint)) as group_fiscal_year,
    coalesce(group_period.fiscal_period, cast(month(day.calendar_date) as bigint)) as group_fiscal_period,
    coalesce(group_period.group_period, {{ month_of('day.calendar_date') }}) as group_period
from day
left join group_period
    on day.calendar_date between group_period.start_date and group_period.end_date
