with arrived as (
    select
        branch_id,
        dataset,
        period,
        min(delivery_date) filter (where status in ('accepted', 'held')) as accepted_date,
        max(delivery_date) as latest_date,
        count(*) as delivery_count
    from {{ ref('int_delivery_period') }}
    where status <> 'withdrawn'
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
