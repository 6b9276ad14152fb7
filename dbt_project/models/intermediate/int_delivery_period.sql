{# Which month a delivery reports: the group's month of the fiscal period that ends with its latest row in force, where
   the branch's calendar has one (a period may end on 1 May and be April's); else the month of that row, else the last
   month that had ended when its day did: what comes on 31 January is January's.
   `is_standing` is false where a later delivery that replaces has taken its place, it was withdrawn, or its
   branch is held. #}
with latest_slice as (
    select
        delivery_id,
        max(branch_id) as branch_id,
        max(slice_period) as slice_period,
        max(last_date) as last_date
    from {{ ref('fct_delivery_slice') }}
    group by delivery_id
),

period_end as (
    select
        branch_id,
        end_date,
        max(group_period) as group_period
    from {{ ref('dim_fiscal_period') }}
    where period_kind = 'normal' and not is_inferred
    group by branch_id, end_date
),

reported as (
    select
        latest_slice.delivery_id,
        coalesce(period_end.group_period, latest_slice.slice_period) as period
    from latest_slice
    left join period_end
        on latest_slice.branch_id = period_end.branch_id and latest_slice.last_date = period_end.end_date
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
        coalesce(reported.period, {{ month_before(day_after('delivery.delivery_date')) }}) as period
    from {{ source('lake', 'delivery') }} as delivery
    left join reported on delivery.delivery_id = reported.delivery_id
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
