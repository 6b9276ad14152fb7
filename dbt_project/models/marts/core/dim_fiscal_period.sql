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

used as (
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        {{ first_day_of('slice_period') }} as month_start,
        last_day({{ first_day_of('slice_period') }}) as month_end,
        cast(null as date) as printed_end
    from {{ ref('fct_gl_balance') }}
    union all
    select
        branch_id,
        fiscal_year,
        fiscal_period,
        cast(date_trunc('month', period_end_date) as date) as month_start,
        last_day(period_end_date) as month_end,
        period_end_date as printed_end
    from {{ ref('fct_trial_balance') }}
),

inferred as (
    select
        used.branch_id,
        used.fiscal_year,
        used.fiscal_period,
        min(used.month_start) as start_date,
        -- The day that the branch's own trial balance prints; else the end of the last month that was posted to.
        coalesce(max(used.printed_end), max(used.month_end)) as end_date
    from used
    left join calendar
        on
            used.branch_id = calendar.branch_id
            and used.fiscal_year = calendar.fiscal_year
            and used.fiscal_period = calendar.fiscal_period
    where calendar.branch_id is null
    group by used.branch_id, used.fiscal_year, used.fiscal_period
),

every_period as (
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
        case when fiscal_period > 12 then 'adjustment' else 'normal' end as period_kind,
        {{ month_of('end_date') }} as group_period,
        true as is_inferred,
        cast(null as string) as delivered_by_branch_id,
        cast(null as string) as delivery_id,
        cast(null as date) as delivery_date,
        cast(null as string) as source_file,
        cast(null as string) as source_sheet,
        cast(null as bigint) as source_row
    from inferred
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
