with calendar as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        start_date,
        end_date,
        period_kind,
        group_period,
        delivered_by_branch_id,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row,
        row_number() over (
            partition by branch_id, fiscal_year, fiscal_period order by delivery_date desc, delivery_id desc
        ) as recency
    from {{ ref('stg_fiscal_calendar') }}
),

-- The month that most of a period's ordinary lines are posted in: a line that is posted late moves no period.
posted as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        slice_period,
        row_number() over (
            partition by branch_id, fiscal_year, fiscal_period
            order by
                max(case when entry_kind in ('normal', 'adjustment') then 1 else 0 end) desc,
                sum(line_count) desc,
                slice_period desc
        ) as preference
    from {{ ref('fct_gl_balance') }}
    group by branch_id, fiscal_year, fiscal_period, slice_period
),

busiest as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        slice_period
    from posted
    where preference = 1
),

printed as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        max(period_end_date) as end_date
    from {{ ref('fct_trial_balance') }}
    group by branch_id, fiscal_year, fiscal_period
),

used as (
    select
        coalesce(posted.branch_id, printed.branch_id) as branch_id,
        coalesce(posted.fiscal_year, printed.fiscal_year) as fiscal_year,
        coalesce(posted.fiscal_period, printed.fiscal_period) as fiscal_period,
        posted.slice_period as posted_month,
        printed.end_date as printed_end,
        lag(printed.end_date) over (
            partition by
                coalesce(posted.branch_id, printed.branch_id),
                coalesce(posted.fiscal_year, printed.fiscal_year)
            order by coalesce(posted.fiscal_period, printed.fiscal_period)
        ) as printed_end_before
    from busiest as posted
    full outer join printed
        on
            posted.branch_id = printed.branch_id
            and posted.fiscal_year = printed.fiscal_year
            and posted.fiscal_period = printed.fiscal_period
),

-- Where nobody delivered a calendar: a period ends on the day that the branch's own trial balance prints, else with the
-- month that it is posted in. A thirteenth period that ends later than the twelfth is a period like these.
inferred as (
    select
        used.branch_id,
        used.fiscal_year,
        used.fiscal_period,
        coalesce(
            case when used.printed_end_before < used.printed_end then {{ day_after('used.printed_end_before') }} end,
            least(
                {{ first_day_of('used.posted_month') }},
                cast(date_trunc('month', coalesce(used.printed_end, {{ first_day_of('used.posted_month') }})) as date)
            ),
            cast(date_trunc('month', used.printed_end) as date)
        ) as start_date,
        coalesce(used.printed_end, last_day({{ first_day_of('used.posted_month') }})) as end_date,
        case
            when used.fiscal_period <= 12 then 'normal'
            when used.fiscal_period = 13 and used.printed_end_before < used.printed_end then 'normal'
            else 'adjustment'
        end as period_kind,
        -- A period that only a print tells of and that ends early in a month lies mostly in the month before.
        coalesce(
            used.posted_month,
            case
                when
                    extract(day from used.printed_end) < 15
                    and {{ days_from('used.printed_end_before', 'used.printed_end') }} > 20
                    then {{ month_before('used.printed_end') }}
            end,
            {{ month_of('used.printed_end') }}
        ) as group_period
    from used
    left join calendar
        on
            used.branch_id = calendar.branch_id
            and used.fiscal_year = calendar.fiscal_year
            and used.fiscal_period = calendar.fiscal_period
    where calendar.branch_id is null
),

known as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        start_date,
        end_date,
        period_kind,
        group_period,
        false as is_inferred,
        delivered_by_branch_id,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row
    from calendar
    where recency = 1
    union all
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        start_date,
        end_date,
        period_kind,
        group_period,
        true as is_inferred,
        cast(null as string) as delivered_by_branch_id,
        cast(null as string) as delivery_id,
        cast(null as date) as delivery_date,
        cast(null as string) as source_file,
        cast(null as string) as source_sheet,
        cast(null as bigint) as source_row
    from inferred
),

year_end as (
    select
        branch_id,
        fiscal_year,
        max(end_date) as end_date,
        max(group_period) as group_period
    from known
    where period_kind = 'normal'
    group by branch_id, fiscal_year
),

-- Adjustments belong to the last day of their year, whenever they are posted.
every_period as (
    select
        known.branch_id,
        known.fiscal_year,
        known.fiscal_period,
        known.start_date,
        known.end_date,
        known.period_kind,
        known.group_period,
        known.is_inferred,
        known.delivered_by_branch_id,
        known.delivery_id,
        known.delivery_date,
        known.source_file,
        known.source_sheet,
        known.source_row
    from known
    where known.period_kind = 'normal' or not known.is_inferred
    union all
    select
        known.branch_id,
        known.fiscal_year,
        known.fiscal_period,
        coalesce(year_end.end_date, known.start_date) as start_date,
        coalesce(year_end.end_date, known.end_date) as end_date,
        known.period_kind,
        coalesce(year_end.group_period, known.group_period) as group_period,
        known.is_inferred,
        known.delivered_by_branch_id,
        known.delivery_id,
        known.delivery_date,
        known.source_file,
        known.source_sheet,
        known.source_row
    from known
    left join year_end
        on known.branch_id = year_end.branch_id and known.fiscal_year = year_end.fiscal_year
    where known.period_kind <> 'normal' and known.is_inferred
)

select
    branch_id,
    fiscal_year,
    fiscal_period,
    start_date,
    end_date,
    period_kind,
    group_period,
    cast(row_number() over (partition by branch_id order by fiscal_year, fiscal_period) as bigint) as period_index,
    is_inferred,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from every_period
