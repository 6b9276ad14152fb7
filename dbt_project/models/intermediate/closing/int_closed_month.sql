{# The months of the group that a close in force covers. #}
select
    closed_month.group_period,
    closed_month.close_id,
    cast(period_close.closed_at as timestamp) as closed_at
from {{ source('lake', 'closed_month') }} as closed_month
inner join {{ source('lake', 'period_close') }} as period_close on closed_month.close_id = period_close.close_id
where period_close.is_in_force
