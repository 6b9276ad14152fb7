select
    'control_total' as check_name,
    'branch' as scope,
    delivery.branch_id,
    control.delivery_id || ' ' || control.control_name as subject,
    cast(null as string) as currency_code,
    control.declared as expected,
    control.computed as actual,
    {{ minor_units('coalesce(control.difference, case when control.agrees then 0 else 1 end)', '100') }}
        as difference_minor,
    control.agrees as passed
from {{ source('lake', 'delivery_control') }} as control
inner join {{ source('lake', 'delivery') }} as delivery
    on control.delivery_id = delivery.delivery_id
where delivery.status = 'accepted'
