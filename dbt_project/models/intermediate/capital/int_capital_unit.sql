{# What every row of the consolidation of capital needs to know of its unit. #}
select
    unit.unit_id,
    unit.head_branch_id,
    unit.currency_code,
    currency.minor_factor,
    unit.ledger,
    coalesce(own.approved_by, everyone.approved_by, '') as approved_by
from {{ ref('dim_reporting_unit') }} as unit
left join {{ ref('currency') }} as currency on unit.currency_code = currency.currency_code
left join {{ ref('consolidation_policy') }} as own on unit.head_branch_id = own.head_branch_id
left join {{ ref('consolidation_policy') }} as everyone on everyone.head_branch_id = '*'
where unit.unit_kind <> 'branch'
