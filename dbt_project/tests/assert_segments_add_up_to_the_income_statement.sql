-- Segments, what is unallocated and the eliminations are the whole of every line.
with segment as (
    select
        unit_id,
        group_period,
        period_kind,
        line_code,
        sum(amount) as amount
    from {{ ref('rpt_segment') }}
    group by unit_id, group_period, period_kind, line_code
),

named as (
    select distinct line_code
    from segment
),

statement as (
    select
        report.unit_id,
        report.group_period,
        report.period_kind,
        report.line_code,
        report.amount
    from {{ ref('rpt_income_statement') }} as report
    inner join named on report.line_code = named.line_code
    where
        report.scenario = 'actual'
        and report.unit_kind <> 'branch'
        and not report.is_total
        and report.amount is not null
)

select
    coalesce(segment.unit_id, statement.unit_id) as unit_id,
    coalesce(segment.group_period, statement.group_period) as group_period,
    coalesce(segment.period_kind, statement.period_kind) as period_kind,
    coalesce(segment.line_code, statement.line_code) as line_code
from segment
full outer join statement
    on
        segment.unit_id = statement.unit_id
        and segment.group_period = statement.group_period
        and segment.period_kind = statement.period_kind
        and segment.line_code = statement.line_code
where coalesce(segment.amount, 0) <> coalesce(statement.amount, 0)
