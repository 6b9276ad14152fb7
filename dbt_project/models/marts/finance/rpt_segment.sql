{# Month by month, and as the sum of the months of a quarter and of the unit's year so far. #}
with unit as (
    select
        unit_id,
        unit_kind,
        currency_code
    from {{ ref('dim_reporting_unit') }}
),

month as (
    select
        segment.unit_id,
        segment.group_period,
        segment.statement_line,
        segment.segment_code,
        segment.segment_name,
        segment.amount,
        {{ month_index('segment.group_period') }} as month_index
    from {{ ref('int_segment_month') }} as segment
),

{# Also a month in which nothing moved has a quarter and a year so far. #}
reported_month as (
    select
        unit_id,
        group_period,
        month_index,
        month_index - year_index as months_of_year_before,
        month_index - quarter_index as months_of_quarter_before
    from {{ ref('int_unit_month') }}
    where scenario = 'actual' and unit_kind <> 'branch' and not is_before
),

span as (
    select
        unit_id,
        group_period,
        month_index,
        'month' as period_kind,
        0 as months_before
    from reported_month
    union all
    select
        unit_id,
        group_period,
        month_index,
        'quarter' as period_kind,
        months_of_quarter_before as months_before
    from reported_month
    union all
    select
        unit_id,
        group_period,
        month_index,
        'year_to_date' as period_kind,
        months_of_year_before as months_before
    from reported_month
)

select
    span.unit_id,
    unit.unit_kind,
    span.group_period,
    span.period_kind,
    unit.currency_code,
    month.segment_code,
    max(month.segment_name) as segment_name,
    month.statement_line as line_code,
    {{ money('sum(month.amount)') }} as amount
from span
inner join unit on span.unit_id = unit.unit_id
inner join month
    on
        span.unit_id = month.unit_id
        and month.month_index between span.month_index - span.months_before and span.month_index
group by
    span.unit_id,
    unit.unit_kind,
    span.group_period,
    span.period_kind,
    unit.currency_code,
    month.segment_code,
    month.statement_line
