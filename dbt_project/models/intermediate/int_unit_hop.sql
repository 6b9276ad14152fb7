{# Every step of a translation, with its rate: from a branch's currency to its owner's (step by step) or to the group's
   at once (direct), for each month (average, closing) and each day that an event of the branch needs (spot). The owner
   of a month is the one who held the branch then; before the first holding the first one, after it the last one. #}
with member as (
    select
        unit_id,
        branch_id,
        direct_owner_branch_id,
        valid_from_period,
        valid_to_period,
        valid_from,
        row_number() over (partition by unit_id, branch_id order by valid_from asc) as place
    from {{ ref('int_unit_member') }}
),

span as (
    select
        member.unit_id,
        min(period.group_period) as first_period,
        max(period.group_period) as last_period
    from member
    inner join {{ ref('dim_fiscal_period') }} as period on member.branch_id = period.branch_id
    group by member.unit_id
),

planned as (
    select
        member.unit_id,
        max(budget.group_period) as last_period
    from member
    inner join {{ ref('stg_budget') }} as budget on member.branch_id = budget.branch_id
    group by member.unit_id
),

-- A sub-group reaches as far as the groups that it belongs to. One month before the first is added, since its closing
-- rate is what the first month opens with.
unit_span as (
    select
        unit.unit_id,
        {{ month_before(first_day_of('min(span.first_period)')) }} as first_period,
        greatest(max(span.last_period), coalesce(max(planned.last_period), max(span.last_period))) as last_period
    from {{ ref('dim_reporting_unit') }} as unit
    inner join member on unit.head_branch_id = member.branch_id
    inner join span on member.unit_id = span.unit_id
    left join planned on member.unit_id = planned.unit_id
    where unit.unit_kind <> 'branch'
    group by unit.unit_id
),

unit_day as (
    select
        unit_id,
        {{ days_between(first_day_of('first_period'), first_day_of('last_period')) }}
    from unit_span
),

unit_month as (
    select distinct
        unit_id,
        {{ month_of('calendar_date') }} as group_period
    from unit_day
),

event as (
    select
        branch_id,
        event_date
    from {{ ref('stg_equity_event') }}
    union
    select
        acquirer_branch_id as branch_id,
        event_date
    from {{ ref('stg_acquisition_event') }}
    union
    select
        acquired_branch_id as branch_id,
        event_date
    from {{ ref('stg_acquisition_event') }}
),

kind as (
    select 'average' as rate_type
    union all
    select 'closing' as rate_type
),

needed as (
    select
        unit_month.unit_id,
        member.branch_id,
        kind.rate_type,
        unit_month.group_period as rate_key,
        unit_month.group_period
    from unit_month
    inner join member
        on
            unit_month.unit_id = member.unit_id
            and member.place = 1
    cross join kind
    union all
    -- A branch's events need the whole way up, its owners' steps on that day as well: all members' steps on all days.
    select distinct
        member.unit_id,
        every_member.branch_id,
        'spot' as rate_type,
        cast(event.event_date as string) as rate_key,
        {{ month_of('event.event_date') }} as group_period
    from event
    inner join member on event.branch_id = member.branch_id
    inner join member as every_member on member.unit_id = every_member.unit_id
),

held as (
    select
        needed.unit_id,
        needed.branch_id,
        needed.rate_type,
        needed.rate_key,
        needed.group_period,
        member.direct_owner_branch_id,
        row_number() over (
            partition by needed.unit_id, needed.branch_id, needed.rate_type, needed.rate_key
            order by
                case when member.valid_from_period <= needed.group_period then 0 else 1 end,
                case when member.valid_from_period <= needed.group_period then member.place end desc,
                member.place asc
        ) as preference
    from needed
    inner join member
        on
            needed.unit_id = member.unit_id
            and needed.branch_id = member.branch_id
),

step as (
    select
        held.unit_id,
        held.branch_id,
        held.rate_type,
        held.rate_key,
        held.group_period,
        case when unit.translation_method = 'direct' then null else held.direct_owner_branch_id end as next_branch_id,
        branch.functional_currency_code as from_currency_code,
        case
            when unit.translation_method = 'direct' or held.direct_owner_branch_id is null then unit.currency_code
            else holder.functional_currency_code
        end as to_currency_code
    from held
    inner join {{ ref('dim_reporting_unit') }} as unit on held.unit_id = unit.unit_id
    left join {{ ref('dim_branch') }} as branch on held.branch_id = branch.branch_id
    left join {{ ref('dim_branch') }} as holder on held.direct_owner_branch_id = holder.branch_id
    where held.preference = 1
)

select
    step.unit_id,
    step.branch_id,
    step.rate_type,
    step.rate_key,
    step.group_period,
    step.next_branch_id,
    step.from_currency_code,
    step.to_currency_code,
    case
        when step.from_currency_code = step.to_currency_code then cast(1 as decimal(20, 10))
        else currency_rate.rate
    end as rate,
    case
        when step.from_currency_code = step.to_currency_code then 'same currency'
        else coalesce(currency_rate.rate_source, 'missing')
    end as rate_source
from step
left join {{ ref('int_currency_rate') }} as currency_rate
    on
        step.from_currency_code = currency_rate.from_currency_code
        and step.to_currency_code = currency_rate.to_currency_code
        and step.rate_type = currency_rate.rate_type
        and step.rate_key = currency_rate.rate_key
