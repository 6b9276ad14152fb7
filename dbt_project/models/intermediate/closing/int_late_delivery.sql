{# Who delivered what since a close: the likely cause of what a closed month shows anew. #}
select
    period_close.close_id,
    delivery.branch_id,
    count(*) as delivery_count,
    max_by(delivery.dataset || ' from ' || delivery.source_file, delivery.received_at) as last_delivery,
    cast(max(delivery.received_at) as timestamp) as last_received_at
from {{ source('lake', 'period_close') }} as period_close
inner join {{ source('lake', 'delivery') }} as delivery
    on period_close.closed_at < delivery.received_at
where delivery.status = 'accepted' and delivery.contract_rows_in_force > 0
group by period_close.close_id, delivery.branch_id
