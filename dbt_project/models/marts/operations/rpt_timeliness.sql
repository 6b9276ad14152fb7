{# The standing of any night D: the row with from_date <= D and (to_date is null or to_date >= D). It follows from the
   dates alone, so that it reads the same however often the warehouse is built anew. #}
with standing as (
    select
        branch_id,
        dataset,
        period,
        owner_team,
        due_date,
        arrived_date,
        status,
        {{ first_day_of('period') }} as expected_from,
        {{ day_after('due_date') }} as overdue_from
    from {{ ref('rpt_delivery_status') }}
),

phase as (
    select
        branch_id,
        dataset,
        period,
        owner_team,
        due_date,
        'expected' as status,
        expected_from as from_date,
        {{ day_before('least(overdue_from, coalesce(arrived_date, overdue_from))') }} as to_date
    from standing
    union all
    select
        branch_id,
        dataset,
        period,
        owner_team,
        due_date,
        'missing' as status,
        overdue_from as from_date,
        {{ day_before('arrived_date') }} as to_date
    from standing
    where status = 'missing' or arrived_date > overdue_from
    union all
    select
        branch_id,
        dataset,
        period,
        owner_team,
        due_date,
        status,
        arrived_date as from_date,
        cast(null as date) as to_date
    from standing
    where arrived_date is not null
)

select
    branch_id,
    dataset,
    period,
    from_date,
    to_date,
    owner_team,
    due_date,
    status
from phase
where to_date is null or from_date <= to_date
