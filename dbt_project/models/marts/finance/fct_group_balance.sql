{# Closed months stand as they were reported; what changed in them since is booked in the first open month and, month by
   month, shown in the scenario `restated`, which exists once anything is closed. #}
{%- set columns -%}
    unit_id,
    stage,
    branch_id,
    partner_branch_id,
    ledger,
    group_period,
    group_account_code,
    movement_type,
    rule,
    functional_currency_code,
    amount_functional,
    group_currency_code,
    amount_group,
    reason,
    source_kind,
    source_reference,
    made_by,
    approved_by
{%- endset -%}
select
    scenario,
    {{ columns }}
from {{ ref('int_group_balance') }}
where
    scenario <> 'actual'
    or group_period not in (select closed_month.group_period from {{ ref('int_closed_month') }} as closed_month)
union all
select
    'actual' as scenario,
    {{ columns }}
from {{ ref('fct_reported_balance') }}
where is_in_force
union all
select
    scenario,
    {{ columns }}
from {{ ref('int_restatement') }}
union all
select
    'restated' as scenario,
    {{ columns }}
from {{ ref('int_group_balance') }}
where
    scenario = 'actual'
    and exists (select closed_month.close_id from {{ ref('int_closed_month') }} as closed_month)
