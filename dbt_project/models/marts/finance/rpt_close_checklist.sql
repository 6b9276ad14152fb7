select
    found.branch_id,
    found.group_period,
    found.item,
    found.sort_order,
    found.amount_functional,
    coalesce(own.limit_amount, everyone.limit_amount, 0) as limit_amount,
    found.amount_functional <= coalesce(own.limit_amount, everyone.limit_amount, 0) as passed,
    coalesce(own.is_required, everyone.is_required, true) as is_required,
    coalesce(found.detail, '') as detail,
    coalesce(own.owner_department, everyone.owner_department, 'group_finance') as owner_department
from {{ ref('int_close_point') }} as found
left join {{ ref('close_policy') }} as own on found.item = own.item and found.branch_id = own.branch_id
left join {{ ref('close_policy') }} as everyone on found.item = everyone.item and everyone.branch_id = '*'
