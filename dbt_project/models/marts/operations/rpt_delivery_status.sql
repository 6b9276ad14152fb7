with sliced as (
    select distinct delivery_id
    from {{ ref('fct_delivery_slice') }}
),

sent as (
    select
        reported.branch_id,
        reported.dataset,
        reported.period,
        reported.delivery_date,
        reported.status,
        delivery.arrived_at,
        delivery.accepted_at
    from {{ ref('int_delivery_period') }} as reported
    inner join {{ source('lake', 'delivery') }} as delivery on reported.delivery_id = delivery.delivery_id
    where reported.status <> 'withdrawn'
    union all
    -- The same again is in time and nothing new, as long as the first one stands. Rows of a month stay that month's;
    -- a list without months is confirmed for the month that had ended.
    select
        confirmation.branch_id,
        confirmation.dataset,
        case
            when sliced.delivery_id is not null then delivery.period
            else {{ month_before(day_after('confirmation.delivery_date')) }}
        end as period,
        confirmation.delivery_date,
        delivery.status,
        confirmation.arrived_at,
        confirmation.arrived_at as accepted_at
    from {{ source('lake', 'confirmation') }} as confirmation
    inner join {{ ref('int_delivery_period') }} as delivery
        on confirmation.delivery_id = delivery.delivery_id
    left join sliced on confirmation.delivery_id = sliced.delivery_id
    where delivery.status in ('accepted', 'held')
    union all
    -- What waits has not said its month; it is taken for the one that had ended on the day of its name.
    select
        branch_id,
        dataset,
        {{ month_before(day_after('delivery_date')) }} as period,
        delivery_date,
        'waiting' as status,
        arrived_at,
        cast(null as timestamp) as accepted_at
    from {{ source('lake', 'waiting') }}
),

arrived as (
    select
        branch_id,
        dataset,
        period,
        min(delivery_date) filter (where status in ('accepted', 'held')) as accepted_date,
        max(delivery_date) as latest_date,
        min(arrived_at) filter (where status in ('accepted', 'held')) as accepted_arrived_at,
        max(arrived_at) as latest_arrived_at,
        min(accepted_at) filter (where status in ('accepted', 'held')) as accepted_at,
        count(*) filter (where status = 'refused') as refused_count,
        count(*) as delivery_count
    from sent
    group by branch_id, dataset, period
),

in_force as (
    select
        branch_id,
        dataset,
        max(delivery_date) as data_date
    from {{ source('lake', 'delivery') }}
    where status = 'accepted' and contract_rows_in_force > 0
    group by branch_id, dataset
),

obligation as (
    select
        branch_id,
        dataset,
        owner_team,
        period,
        min(due_date) as due_date
    from {{ source('lake', 'obligation') }}
    group by branch_id, dataset, owner_team, period
),

night as (
    select night_date
    from {{ source('lake', 'night') }}
),

standing as (
    select
        obligation.branch_id,
        obligation.dataset,
        obligation.period,
        obligation.owner_team,
        obligation.due_date,
        night.night_date,
        coalesce(arrived.accepted_date, arrived.latest_date) as arrived_date,
        coalesce(arrived.accepted_arrived_at, arrived.latest_arrived_at) as arrived_at,
        arrived.accepted_at,
        coalesce(arrived.delivery_count, 0) as delivery_count,
        case
            when arrived.branch_id is null and obligation.due_date >= night.night_date then 'expected'
            when arrived.branch_id is null then 'missing'
            when arrived.accepted_date is null and arrived.refused_count > 0 then 'refused'
            when arrived.accepted_date is null then 'arrived'
            when held.branch_id is not null then 'held'
            when arrived.accepted_date > obligation.due_date then 'late'
            else 'accepted'
        end as status,
        held.branch_id is not null as is_held,
        held.reason as held_reason,
        in_force.data_date
    from obligation
    cross join night
    left join arrived
        on
            obligation.branch_id = arrived.branch_id
            and obligation.dataset = arrived.dataset
            and obligation.period = arrived.period
    left join in_force
        on obligation.branch_id = in_force.branch_id and obligation.dataset = in_force.dataset
    left join {{ source('lake', 'held_branch') }} as held
        on obligation.branch_id = held.branch_id
)

select
    branch_id,
    dataset,
    period,
    owner_team,
    due_date,
    arrived_date,
    cast(arrived_at as timestamp) as arrived_at,
    cast(accepted_at as timestamp) as accepted_at,
    delivery_count,
    status,
    case
        when status = 'expected' then 0
        when status in ('missing', 'refused') then greatest({{ days_from('due_date', 'night_date') }}, 0)
        else greatest({{ days_from('due_date', 'arrived_date') }}, 0)
    end as days_late,
    is_held,
    held_reason,
    data_date
from standing
