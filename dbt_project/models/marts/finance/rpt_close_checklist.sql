select
    checked.branch_id,
    checked.group_period,
    checked.item,
    checked.sort_order,
    checked.amount_functional,
    coalesce(own.limit_amount, everyone.limit_amount, 0) as limit_amount,
    checked.amount_functional <= coalesce(own.limit_amount, everyone.limit_amount, 0) as passed,
    coalesce(own.is_required, everyone.is_required, true) as is_required,
    coalesce(checked.detail, '') as detail,
    coalesce(own.owner_department, everyone.owner_department, 'group_finance') as owner_department
from {{ ref('int_close_point') }} as checked
left join {{ ref('close_policy') }} as own on checked.item = own.item and checked.branch_id = own.branch_id
left join {{ ref('close_policy') }} as everyone on checked.item = everyone.item and everyone.branch_id = '*'
