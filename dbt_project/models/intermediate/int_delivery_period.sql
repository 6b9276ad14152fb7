{# Which month a delivery reports: the latest month in which rows of it are in force, else the last month that had ended
   when its day did: what comes on 31 January is January's.
   `is_standing` is false where a later delivery that replaces has taken its place, it was withdrawn, or its
   branch is held. #}
with latest_slice as (
    select
        delivery_id,
        max(slice_period) as slice_period
    from {{ ref('fct_delivery_slice') }}
    group by delivery_id
),

delivery as (
    select
        delivery.delivery_id,
        delivery.branch_id,
        delivery.dataset,
        delivery.delivery_date,
        delivery.received_sequence,
        delivery.status,
        delivery.delivery_rule,
        coalesce(latest_slice.slice_period, {{ month_before(day_after('delivery.delivery_date')) }}) as period
    from {{ source('lake', 'delivery') }} as delivery
    left join latest_slice on delivery.delivery_id = latest_slice.delivery_id
),

ranked as (
    select
        delivery_id,
        branch_id,
        dataset,
        delivery_date,
        received_sequence,
        status,
        delivery_rule,
        period,
        row_number() over (
            partition by branch_id, dataset, case when delivery_rule = 'full' then 'all' else period end
            order by
                case when status in ('withdrawn', 'held') then 1 else 0 end,
                delivery_date desc,
                received_sequence desc
        ) as recency
    from delivery
)

select
    delivery_id,
    branch_id,
    dataset,
    delivery_date,
    received_sequence,
    status,
    period,
    status not in ('withdrawn', 'held') and (delivery_rule = 'append' or recency = 1) as is_standing
from ranked
