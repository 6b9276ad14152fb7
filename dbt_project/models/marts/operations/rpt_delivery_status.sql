with sliced as (
    select distinct delivery_id
    from {{ ref('fct_delivery_slice') }}
),

sent as (
    select
        branch_id,
        dataset,
        period,
        delivery_date,
        status
    from {{ ref('int_delivery_period') }}
    where status <> 'withdrawn'
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
        delivery.status
    from {{ source('lake', 'confirmation') }} as confirmation
    inner join {{ ref('int_delivery_period') }} as delivery
        on confirmation.delivery_id = delivery.delivery_id
    left join sliced on confirmation.delivery_id = sliced.delivery_id
    where delivery.status in ('accepted', 'held')
),

arrived as (
    select
        branch_id,
        dataset,
        period,
        min(delivery_date) filter (where status in ('accepted', 'held')) as accepted_date,
        max(delivery_date) as latest_date,
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
)

select
    obligation.branch_id,
    obligation.dataset,
    obligation.period,
    obligation.owner_team,
    obligation.due_date,
    coalesce(arrived.accepted_date, arrived.latest_date) as arrived_date,
    coalesce(arrived.delivery_count, 0) as delivery_count,
    case
        when arrived.branch_id is null then 'missing'
        when arrived.accepted_date is null then 'refused'
        when held.branch_id is not null then 'held'
        when arrived.accepted_date > obligation.due_date then 'late'
        else 'accepted'
    end as status,
    held.branch_id is not null as is_held,
    held.reason as held_reason,
    in_force.data_date
from obligation
left join arrived
    on
        obligation.branch_id = arrived.branch_id
        and obligation.dataset = arrived.dataset
        and obligation.period = arrived.period
left join in_force
    on obligation.branch_id = in_force.branch_id and obligation.dataset = in_force.dataset
left join {{ source('lake', 'held_branch') }} as held
    on obligation.branch_id = held.branch_id
